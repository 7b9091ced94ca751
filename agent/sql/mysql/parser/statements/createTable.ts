import type { RangeVar, SelectStmt } from "libpg-query";
import { foldColumn } from "../../settings.ts";
import type { CreateTableStatement } from "../objectStatement.ts";
import { atQuery, readQueryExpression } from "../queries.ts";
import { readTableName } from "../tableNames.ts";
import type { TokenStream } from "../tokenStream.ts";

/** Definitions among those of columns that define none. */
const others: ReadonlySet<string> = new Set(
  "PRIMARY KEY INDEX UNIQUE CONSTRAINT FOREIGN CHECK FULLTEXT SPATIAL PERIOD".split(" "),
);

/** CREATE TABLE from its name on. Definitions are read as far as they say where rows come from. */
export function readCreateTable(
  stream: TokenStream,
  start: number,
  temporary: boolean,
  replaces: boolean,
): CreateTableStatement {
  stream.next();
  stream.accept("IF", "NOT", "EXISTS");
  const relation = readTableName(stream);
  const like = readLike(stream);
  const columns: string[] = [];
  let flags: string[] = [];
  let query: SelectStmt | undefined;
  const from = stream.position;
  let [constrains, counts] = [false, false];
  if (!like) {
    if (stream.at("(") && !atQuery(stream, 0))
      columns.push(...stream.parenthesized(() => readDefinitions(stream)));
    const options = stream.position;
    flags = readOptions(stream);
    const has = (word: string, start: number, end: number): boolean =>
      stream.tokens.slice(start, end).some(({ key }) => key === word);
    constrains = options > from || has("PARTITION", options, stream.position);
    counts = has("AUTO_INCREMENT", from, options);
    if (
      stream.at("SELECT") ||
      stream.at("WITH") ||
      stream.at("VALUES") ||
      stream.at("TABLE") ||
      stream.at("(")
    ) {
      query = readQueryExpression(stream);
    } else if (columns.length === 0 && !flags.includes("discovers"))
      stream.fail("columns or a query are expected here");
  }
  const span = { start, end: stream.last.end };
  const rest = { query, constrains, counts, flags, span };
  return { kind: "create_table", relation, temporary, replaces, columns, like, ...rest };
}

function readLike(stream: TokenStream): RangeVar | undefined {
  if (stream.accept("LIKE")) return readTableName(stream);
  if (!stream.accept("(", "LIKE")) return undefined;
  const like = readTableName(stream);
  stream.expect(")");
  return like;
}

function readDefinitions(stream: TokenStream): string[] {
  return stream
    .list((): readonly string[] => {
      const { token } = stream;
      const isOther = token.kind === "word" && others.has(token.key);
      if (isOther) stream.next();
      const name = isOther ? undefined : foldColumn(stream.name());
      if (name !== undefined && stream.token.kind !== "word") stream.fail("a type is expected here");
      stream.skipTo(",", ";");
      return name === undefined ? [] : [name];
    })
    .flat();
}

/** Engines whose tables show what is kept elsewhere. */
const foreign: ReadonlySet<string> = new Set(
  "FEDERATED FEDERATEDX CONNECT SPIDER MERGE MRG_MYISAM S3 CSV SPHINX MROONGA OQGRAPH".split(" "),
);

/** Options and partitions up to a query or the end; answers what leads out of the table. */
export function readOptions(stream: TokenStream): string[] {
  const flags: string[] = [];
  while (!stream.ended && !stream.at(";") && !beginsQuery(stream)) {
    const { key } = stream.next();
    if (key === "UNION" && (stream.at("=") || stream.at("("))) flags.push("foreign");
    if (key === "CONNECTION" || (key === "DIRECTORY" && stream.last.key === "DIRECTORY"))
      flags.push("foreign");
    if (key === "ENGINE") {
      stream.accept("=");
      if (foreign.has(stream.token.value.toUpperCase())) flags.push("foreign");
      flags.push("discovers");
    }
    if (key === "PARTITION" && stream.at("BY")) flags.push("discovers");
    if (stream.at("(") && key !== "AS" && !atQuery(stream, 0)) skipParentheses(stream);
  }
  stream.accept("AS");
  return [...new Set(flags)];
}

function skipParentheses(stream: TokenStream): void {
  stream.next();
  while (!stream.at(")")) {
    if (stream.ended) stream.fail("a parenthesis is not closed");
    stream.skipTo(")", ";");
    if (stream.at(";")) stream.fail("a parenthesis is not closed");
  }
  stream.next();
}

function beginsQuery(stream: TokenStream): boolean {
  const { key } = stream.token;
  const at = key === "AS" ? 1 : 0;
  const word = stream.ahead(at).key;
  if (word === "SELECT" || (word === "TABLE" && stream.mysql)) return true;
  if (word === "VALUES") return at === 1 || stream.ahead(at + 1).key === "(";
  if (word === "WITH")
    return at === 1 || !["SYSTEM", "PARSER", "CONSISTENT"].includes(stream.ahead(at + 1).key);
  return word === "(" && atQuery(stream, at);
}
