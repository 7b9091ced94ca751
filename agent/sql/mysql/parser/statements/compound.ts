import type { Node, SelectStmt } from "libpg-query";
import { foldColumn } from "../../settings.ts";
import { readDataType } from "../dataTypes.ts";
import { readExpression } from "../expressions.ts";
import { readString } from "../intos.ts";
import { readQueryExpression } from "../queries.ts";
import type { CompoundStatement, Statement } from "../statement.ts";
import type { TokenStream } from "../tokenStream.ts";
import { readStatement } from "./statements.ts";

type Block = {
  -readonly [Key in keyof CompoundStatement]: CompoundStatement[Key] extends readonly (infer Item)[]
    ? Item[]
    : CompoundStatement[Key];
};

const emptyBlock = (): Block => ({
  kind: "compound",
  variables: [],
  body: [],
  expressions: [],
  cursors: [],
  returns: [],
});

/** The body of a routine, trigger or event. */
export function readRoutineBody(stream: TokenStream): Statement {
  return readInner(stream);
}

/** Control flow around statements; undefined where none begins here. */
function readControl(stream: TokenStream): Statement | undefined {
  readLabel(stream);
  switch (stream.token.key) {
    case "BEGIN":
      return readBegin(stream);
    case "IF":
      return readIf(stream);
    case "CASE":
      return readCase(stream);
    case "LOOP":
      stream.next();
      return closing(stream, readStatements(stream, "END"), "LOOP");
    case "WHILE": {
      stream.next();
      const condition = readExpression(stream);
      stream.expect("DO");
      return closing(stream, withExpressions(readStatements(stream, "END"), [condition]), "WHILE");
    }
    case "REPEAT": {
      if (stream.ahead().key === "(") return undefined;
      stream.next();
      const block = readStatements(stream, "UNTIL");
      stream.expect("UNTIL");
      return closing(stream, withExpressions(block, [readExpression(stream)]), "REPEAT");
    }
    case "FOR":
      return readFor(stream);
    case "RETURN": {
      stream.next();
      return { ...emptyBlock(), returns: [readExpression(stream)] };
    }
    case "LEAVE":
    case "ITERATE":
      stream.next();
      stream.name();
      return emptyBlock();
    case "OPEN":
    case "CLOSE":
    case "FETCH":
      return readCursorStatement(stream);
    case "SIGNAL":
    case "RESIGNAL":
      return readSignal(stream);
    default:
      return undefined;
  }
}

function readInner(stream: TokenStream): Statement {
  return stream.deeper(() => readControl(stream) ?? readStatement(stream));
}

function readLabel(stream: TokenStream): void {
  if (!stream.atName || stream.ahead().key !== ":") return;
  stream.next();
  stream.next();
}

const withExpressions = (block: Block, nodes: readonly Node[]): Block => ({
  ...block,
  expressions: [...block.expressions, ...nodes],
});

function closing(stream: TokenStream, block: Block, word: string): Block {
  stream.expect("END", word);
  if (stream.atName) stream.name();
  return block;
}

function readStatements(stream: TokenStream, ...ends: readonly string[]): Block {
  const block = emptyBlock();
  while (!stream.atAny(...ends)) {
    if (stream.ended) stream.fail("the block does not end");
    if (stream.at("DECLARE")) readDeclare(stream, block);
    else block.body.push(readInner(stream));
    stream.expect(";");
  }
  return block;
}

function readBegin(stream: TokenStream): Block {
  stream.next();
  stream.accept("NOT", "ATOMIC");
  const block = readStatements(stream, "END", "EXCEPTION");
  stream.expect("END");
  if (stream.atName) stream.name();
  return block;
}

function readIf(stream: TokenStream): Block {
  stream.next();
  const expressions = [readExpression(stream)];
  stream.expect("THEN");
  const blocks = [readStatements(stream, "ELSEIF", "ELSE", "END")];
  while (stream.accept("ELSEIF")) {
    expressions.push(readExpression(stream));
    stream.expect("THEN");
    blocks.push(readStatements(stream, "ELSEIF", "ELSE", "END"));
  }
  if (stream.accept("ELSE")) blocks.push(readStatements(stream, "END"));
  return closing(stream, { ...emptyBlock(), body: blocks, expressions }, "IF");
}

function readCase(stream: TokenStream): Block {
  stream.next();
  const expressions = stream.at("WHEN") ? [] : [readExpression(stream)];
  const body: Statement[] = [];
  while (stream.accept("WHEN")) {
    expressions.push(readExpression(stream));
    stream.expect("THEN");
    body.push(readStatements(stream, "WHEN", "ELSE", "END"));
  }
  if (stream.accept("ELSE")) body.push(readStatements(stream, "END"));
  return closing(stream, { ...emptyBlock(), body, expressions }, "CASE");
}

/** FOR of MariaDB: over numbers, or over the rows of a query. */
function readFor(stream: TokenStream): Block {
  stream.next();
  const variable = foldColumn(stream.name());
  stream.expect("IN");
  stream.accept("REVERSE");
  const expressions: Node[] = [];
  const cursors: SelectStmt[] = [];
  if (stream.at("(")) cursors.push(stream.parenthesized(() => readQueryExpression(stream)));
  else {
    expressions.push(readExpression(stream));
    if (stream.accept(".", ".")) expressions.push(readExpression(stream));
  }
  stream.expect("DO");
  const block = readStatements(stream, "END");
  return closing(
    stream,
    { ...block, variables: [variable], expressions: [...expressions, ...block.expressions], cursors },
    "FOR",
  );
}

function readDeclare(stream: TokenStream, block: Block): void {
  stream.next();
  if (stream.atAny("CONTINUE", "EXIT", "UNDO") && stream.ahead().key === "HANDLER") {
    readHandler(stream, block);
    return;
  }
  const names = stream.list(() => foldColumn(stream.name()));
  if (stream.accept("CONDITION", "FOR")) {
    readCondition(stream);
    return;
  }
  if (stream.accept("CURSOR")) {
    if (stream.at("(")) stream.beyond("a cursor with parameters is not followed");
    stream.expect("FOR");
    block.cursors.push(readQueryExpression(stream));
    return;
  }
  if (stream.at("TYPE") || stream.at("ROW")) stream.beyond("a variable of such a type is not followed");
  block.variables.push(...names);
  readDataType(stream);
  if (stream.acceptAny("DEFAULT", ":=", "=")) block.expressions.push(readExpression(stream));
}

function readHandler(stream: TokenStream, block: Block): void {
  stream.next();
  stream.next();
  stream.expect("FOR");
  stream.list(() => readCondition(stream));
  block.body.push(readInner(stream));
}

function readCondition(stream: TokenStream): void {
  if (stream.acceptAny("SQLWARNING", "SQLEXCEPTION") || stream.accept("NOT", "FOUND")) return;
  if (stream.accept("SQLSTATE")) {
    stream.accept("VALUE");
    readString(stream);
  } else if (stream.token.kind === "number") stream.next();
  else stream.name();
}

function readCursorStatement(stream: TokenStream): Block {
  const { key } = stream.next();
  const block = emptyBlock();
  if (key === "FETCH") {
    stream.accept("NEXT");
    stream.accept("FROM");
    stream.name();
    stream.expect("INTO");
    stream.list(() =>
      stream.token.kind === "variable" ? stream.beyond("a user variable is fetched into") : stream.name(),
    );
  } else stream.name();
  return block;
}

function readSignal(stream: TokenStream): Block {
  stream.next();
  const expressions: Node[] = [];
  if (!stream.at(";") && !stream.at("SET") && !stream.ended) readCondition(stream);
  if (stream.accept("SET")) {
    stream.list(() => {
      stream.name();
      stream.expect("=");
      expressions.push(readExpression(stream));
    });
  }
  return { ...emptyBlock(), expressions };
}
