import { foldColumn, foldTable } from "../../settings.ts";
import { readExpression } from "../expressions.ts";
import { readString } from "../intos.ts";
import type {
  CallStatement,
  DeallocateStatement,
  DoStatement,
  ExecuteStatement,
  HandlerStatement,
  PrepareStatement,
  UseStatement,
} from "../statement.ts";
import { readTableName } from "../tableNames.ts";
import type { TokenStream } from "../tokenStream.ts";

export function readCall(stream: TokenStream): CallStatement {
  stream.next();
  const location = stream.token.start;
  const name = [stream.name()];
  while (name.length < 3 && stream.accept(".")) name.push(stream.next().value);
  const read = () => (stream.at(")") ? [] : stream.list(() => readExpression(stream)));
  return { kind: "call", name, args: stream.at("(") ? stream.parenthesized(read) : [], location };
}

export function readDo(stream: TokenStream): DoStatement {
  stream.next();
  return { kind: "do", expressions: stream.list(() => readExpression(stream)) };
}

export function readUse(stream: TokenStream): UseStatement {
  stream.next();
  return { kind: "use", schema: foldTable(stream.settings, stream.name()) };
}

/** HANDLER: rows of a table without a query. */
export function readHandler(stream: TokenStream): HandlerStatement {
  stream.next();
  const relation = readTableName(stream);
  const name = foldColumn(relation.relname ?? "");
  const base = {
    kind: "handler",
    relation,
    name,
    index: undefined,
    keys: [],
    where: undefined,
    limit: [],
  } as const;
  if (stream.accept("OPEN")) {
    const alias = stream.accept("AS") || stream.atName ? foldColumn(stream.name()) : name;
    return { ...base, name: alias, action: "open" };
  }
  if (stream.accept("CLOSE")) return { ...base, action: "close" };
  stream.expect("READ");
  const keys: HandlerStatement["keys"][number][] = [];
  let index: string | undefined;
  if (!stream.acceptAny("FIRST", "NEXT", "PREV", "LAST")) {
    index = stream.accept("PRIMARY") ? "PRIMARY" : stream.name();
    if (!stream.acceptAny("FIRST", "NEXT", "PREV", "LAST")) {
      if (!stream.acceptAny("=", "<=", ">=", "<", ">")) stream.fail("a comparison is expected here");
      keys.push(...stream.parenthesized(() => stream.list(() => readExpression(stream))));
    }
  }
  const where = stream.accept("WHERE") ? readExpression(stream) : undefined;
  const limit = [];
  if (stream.accept("LIMIT")) {
    limit.push(readExpression(stream, 14));
    if (stream.acceptAny(",", "OFFSET")) limit.push(readExpression(stream, 14));
  }
  return { ...base, action: "read", index, keys, where, limit };
}

/** PREPARE, and EXECUTE IMMEDIATE of MariaDB. */
export function readPrepare(stream: TokenStream): PrepareStatement {
  stream.next();
  const name = stream.name().toLowerCase();
  stream.expect("FROM");
  return { kind: "prepare", name, text: readStatementText(stream), immediate: false, args: [] };
}

function readStatementText(stream: TokenStream): string | undefined {
  if (stream.token.kind === "string" && (stream.ahead().kind === "end" || stream.ahead().key !== "")) {
    const position = stream.position;
    const text = readString(stream);
    if (stream.ended || stream.atAny("USING", ";")) return text;
    stream.position = position;
  }
  readExpression(stream);
  return undefined;
}

export function readExecute(stream: TokenStream): ExecuteStatement | PrepareStatement {
  stream.next();
  if (!stream.mysql && stream.accept("IMMEDIATE")) {
    const text = readStatementText(stream);
    return { kind: "prepare", name: "", text, immediate: true, args: readUsing(stream) };
  }
  return { kind: "execute", name: stream.name().toLowerCase(), args: readUsing(stream) };
}

const readUsing = (stream: TokenStream): ExecuteStatement["args"] =>
  stream.accept("USING") ? stream.list(() => readExpression(stream)) : [];

export function readDeallocate(stream: TokenStream): DeallocateStatement {
  stream.next();
  stream.expect("PREPARE");
  return { kind: "deallocate", name: stream.name().toLowerCase() };
}
