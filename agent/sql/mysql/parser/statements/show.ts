import { foldTable } from "../../settings.ts";
import { readAccount } from "../accounts.ts";
import { readExpression } from "../expressions.ts";
import { readString } from "../intos.ts";
import type { ShowStatement } from "../statement.ts";
import { readTableName } from "../tableNames.ts";
import type { TokenStream } from "../tokenStream.ts";

type Found = { -readonly [Key in keyof ShowStatement]: ShowStatement[Key] };

/** SHOW, as far as its forms are known. */
export function readShow(stream: TokenStream): ShowStatement {
  stream.next();
  const found: Found = { kind: "show", what: "" };
  readWhat(stream, found);
  if (stream.accept("LIKE")) found.like = readString(stream);
  else if (stream.accept("WHERE")) found.where = readExpression(stream);
  return found;
}

function readWhat(stream: TokenStream, found: Found): void {
  if (stream.accept("CREATE")) {
    readCreate(stream, found);
    return;
  }
  const extended = stream.mysql && stream.accept("EXTENDED");
  const full = stream.accept("FULL") || extended;
  const prefix = full ? "full_" : "";
  const scope = full ? undefined : stream.acceptAny("GLOBAL", "SESSION", "LOCAL");
  const word = stream.next().key;
  switch (word) {
    case "COLUMNS":
    case "FIELDS":
      found.what = `${prefix}columns`;
      readTable(stream, found);
      return;
    case "TABLES":
      found.what = `${prefix}tables`;
      readSchema(stream, found);
      return;
    case "PROCESSLIST":
      found.what = `${prefix}processlist`;
      return;
    case "INDEX":
    case "INDEXES":
    case "KEYS":
      found.what = "index";
      readTable(stream, found);
      return;
    case "VARIABLES":
    case "STATUS":
      found.what = `${scope === undefined ? "" : scope === "GLOBAL" ? "global_" : "session_"}${word.toLowerCase()}`;
      return;
    case "TABLE":
      stream.expect("STATUS");
      found.what = "table_status";
      readSchema(stream, found);
      return;
    case "OPEN":
      stream.expect("TABLES");
      found.what = "open_tables";
      readSchema(stream, found);
      return;
    case "TRIGGERS":
    case "EVENTS":
      found.what = word.toLowerCase();
      readSchema(stream, found);
      return;
    case "DATABASES":
    case "SCHEMAS":
      found.what = "databases";
      return;
    default:
      readServer(stream, found, word);
      return;
  }
}

function readServer(stream: TokenStream, found: Found, word: string): void {
  switch (word) {
    case "WARNINGS":
    case "ERRORS":
      found.what = word.toLowerCase();
      readLimit(stream);
      return;
    case "COUNT":
      stream.expect("(", "*", ")");
      found.what = `count_${stream.next().key.toLowerCase()}`;
      return;
    case "STORAGE":
      stream.expect("ENGINES");
      found.what = "engines";
      return;
    case "ENGINES":
    case "PLUGINS":
    case "PRIVILEGES":
    case "COLLATION":
    case "PROFILES":
    case "CONTRIBUTORS":
    case "AUTHORS":
      found.what = word.toLowerCase();
      return;
    case "CHARACTER":
      stream.expect("SET");
      found.what = "character_set";
      return;
    case "CHARSET":
      found.what = "character_set";
      return;
    case "GRANTS":
      found.what = "grants";
      if (stream.accept("FOR")) readAccount(stream);
      if (stream.accept("USING")) stream.list(() => readAccount(stream));
      return;
    case "PROCEDURE":
    case "FUNCTION":
      if (!stream.accept("STATUS")) stream.beyond("this SHOW is not followed");
      found.what = `${word.toLowerCase()}_status`;
      return;
    case "ENGINE":
      stream.next();
      found.what = `engine_${stream.next().key.toLowerCase()}`;
      return;
    case "EXPLAIN":
      found.what = "explain";
      stream.skipTo(";");
      return;
    default:
      readRest(stream, found, word);
      return;
  }
}

const others: ReadonlySet<string> = new Set(
  `ALL ANALYZE BINARY BINLOG MASTER SLAVE SLAVES REPLICA REPLICAS RELAYLOG PROFILE PACKAGE LOCALES PARSE_TREE
   CLIENT_STATISTICS INDEX_STATISTICS TABLE_STATISTICS USER_STATISTICS QUERY_RESPONSE_TIME WSREP_MEMBERSHIP
   WSREP_STATUS`.split(/\s+/),
);

/** What else there is, by its words; nobody here knows what it answers with. */
function readRest(stream: TokenStream, found: Found, word: string): void {
  if (!others.has(word)) stream.fail("this is nothing that can be shown");
  const words = [word];
  while (stream.token.kind === "word" && !stream.atAny("FROM", "IN", "FOR", "LIKE", "WHERE", "LIMIT")) {
    words.push(stream.next().key);
  }
  found.what = words.join("_").toLowerCase();
  stream.skipTo(";", "LIKE", "WHERE");
}

function readTable(stream: TokenStream, found: Found): void {
  if (!stream.acceptAny("FROM", "IN")) stream.fail("FROM is expected here");
  const table = readTableName(stream);
  const schema = stream.acceptAny("FROM", "IN") ? foldTable(stream.settings, stream.name()) : undefined;
  found.relation = schema === undefined ? table : { ...table, schemaname: schema };
}

function readSchema(stream: TokenStream, found: Found): void {
  if (stream.acceptAny("FROM", "IN")) found.schema = foldTable(stream.settings, stream.name());
}

function readLimit(stream: TokenStream): void {
  if (!stream.accept("LIMIT")) return;
  readExpression(stream, 14);
  if (stream.accept(",")) readExpression(stream, 14);
}

function readCreate(stream: TokenStream, found: Found): void {
  const { key } = stream.next();
  if (stream.accept("BODY")) stream.beyond("packages are not followed");
  stream.accept("IF", "NOT", "EXISTS");
  switch (key) {
    case "TABLE":
    case "VIEW":
    case "SEQUENCE":
      found.what = `create_${key.toLowerCase()}`;
      found.relation = readTableName(stream);
      return;
    case "DATABASE":
    case "SCHEMA":
      found.what = "create_database";
      stream.name();
      return;
    case "PROCEDURE":
    case "FUNCTION":
    case "TRIGGER":
    case "EVENT":
      found.what = `create_${key.toLowerCase()}`;
      readTableName(stream);
      return;
    case "USER":
      found.what = "create_user";
      if (!stream.ended && !stream.at(";")) readAccount(stream);
      return;
    default:
      stream.fail("this is nothing whose creation can be shown");
  }
}
