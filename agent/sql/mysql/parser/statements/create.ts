import { readAccount } from "../accounts.ts";
import { readQueryExpression } from "../queries.ts";
import type { CreateRoutineStatement, Statement } from "../statement.ts";
import { readTableName } from "../tableNames.ts";
import type { TokenStream } from "../tokenStream.ts";
import { readColumnNames } from "../withClauses.ts";
import { readRoutineBody } from "./compound.ts";
import { readCreateTable } from "./createTable.ts";
import { action, plain, printedName } from "./maintenance.ts";
import { readAccountStatement } from "./privileges.ts";

/** CREATE of anything. */
export function readCreate(stream: TokenStream): Statement {
  const { start } = stream.next();
  const replaces = stream.accept("OR", "REPLACE");
  const flags = [...(replaces ? ["replace"] : []), ...readAttributes(stream)];
  const temporary = stream.accept("TEMPORARY");
  const { key } = stream.token;
  switch (key) {
    case "TABLE":
      return readCreateTable(stream, start, temporary, replaces);
    case "VIEW":
      return readView(stream, start, flags);
    case "UNIQUE":
    case "FULLTEXT":
    case "SPATIAL":
    case "INDEX":
    case "ONLINE":
    case "OFFLINE":
      return readIndex(stream);
    case "DATABASE":
    case "SCHEMA":
      return readNamed(stream, "create", "schema", "ddl");
    case "USER":
    case "ROLE":
      return readAccountStatement(stream, "CREATE");
    case "PROCEDURE":
    case "FUNCTION":
    case "AGGREGATE":
      return readRoutine(stream, start, flags);
    case "TRIGGER":
      return readTrigger(stream, start, flags);
    case "EVENT":
      return readEvent(stream, start, flags);
    case "PACKAGE":
      stream.skipTo();
      return {
        kind: "create_routine",
        objectKind: "package",
        name: "",
        flags,
        body: undefined,
        span: { start, end: stream.last.end },
      };
    case "SEQUENCE":
      return readNamed(stream, "create", "sequence", "ddl");
    case "SERVER":
      return readNamed(stream, "create", "foreign_server", "admin");
    case "TABLESPACE":
    case "UNDO":
    case "LOGFILE":
      stream.next();
      stream.skipTo(";");
      return plain("create_tablespace", "admin", { actions: [action("create", "tablespace", "")] });
    case "RESOURCE":
    case "SPATIAL_REFERENCE":
      stream.skipTo(";");
      return plain("create", "admin");
    default:
      return stream.fail("this is nothing that can be created");
  }
}

/** ALGORITHM, DEFINER and SQL SECURITY; a definer other than oneself lends rights. */
export function readAttributes(stream: TokenStream): string[] {
  const flags: string[] = [];
  for (;;) {
    if (stream.accept("ALGORITHM", "=")) stream.next();
    else if (stream.accept("DEFINER", "=")) {
      if (!["current_user", "current_role"].includes(readAccount(stream))) flags.push("security_definer");
    } else if (stream.accept("SQL", "SECURITY")) stream.next();
    else return flags;
  }
}

/** A view from its word on; ALTER VIEW defines it anew. */
export function readView(stream: TokenStream, start: number, flags: readonly string[]): Statement {
  stream.next();
  stream.accept("IF", "NOT", "EXISTS");
  const relation = readTableName(stream);
  if (stream.at("(")) readColumnNames(stream);
  stream.expect("AS");
  const query = readQueryExpression(stream);
  if (stream.accept("WITH")) {
    stream.acceptAny("CASCADED", "LOCAL");
    stream.expect("CHECK", "OPTION");
  }
  return { kind: "create_view", relation, query, flags, span: { start, end: stream.last.end } };
}

function readIndex(stream: TokenStream): Statement {
  const { start } = stream.token;
  stream.acceptAny("ONLINE", "OFFLINE");
  const unique = stream.accept("UNIQUE");
  stream.acceptAny("FULLTEXT", "SPATIAL");
  if (!stream.acceptAny("INDEX", "KEY")) stream.fail("INDEX is expected here");
  stream.accept("IF", "NOT", "EXISTS");
  if (!stream.at("USING") && !stream.at("ON")) stream.name();
  if (stream.acceptAny("USING", "TYPE")) stream.next();
  stream.expect("ON");
  const relation = readTableName(stream);
  const columns = readKeyColumns(stream);
  stream.skipTo(";");
  const span = { start, end: stream.last.end };
  if (unique) {
    const change = { flag: "add_constraint", span, columns, role: "distinct" as const };
    return { kind: "alter_table", relation, ifExists: false, changes: [change] };
  }
  return plain("create_index", "ddl", {
    relations: [{ relation, access: "write" }],
    actions: [action("create", "index", printedName(relation))],
  });
}

/** The columns of a key; those of an expression all count. */
export function readKeyColumns(stream: TokenStream): string[] {
  return stream.parenthesized(() => {
    const columns: string[] = [];
    let depth = 0;
    while (!stream.ended && !(depth === 0 && stream.at(")"))) {
      const { kind, key, value } = stream.next();
      if (key === "(") depth++;
      if (key === ")") depth--;
      if (kind === "word" || kind === "name") columns.push(value.toLowerCase());
    }
    return columns;
  });
}

export function readNamed(
  stream: TokenStream,
  verb: string,
  objectKind: string,
  effect: "ddl" | "admin",
): Statement {
  stream.next();
  stream.accept("IF", "NOT", "EXISTS") || stream.accept("IF", "EXISTS");
  const name = stream.atName || stream.token.kind === "string" ? stream.next().value : "";
  const more = stream.accept(".") ? `.${stream.next().value}` : "";
  stream.skipTo(";");
  return plain(`${verb}_${objectKind}`, effect, { actions: [action(verb, objectKind, `${name}${more}`)] });
}

type RoutineKind = CreateRoutineStatement["objectKind"];

function finish(
  stream: TokenStream,
  start: number,
  objectKind: RoutineKind,
  name: string,
  flags: readonly string[],
): CreateRoutineStatement {
  const body = readRoutineBody(stream);
  return { kind: "create_routine", objectKind, name, flags, body, span: { start, end: stream.last.end } };
}

function readRoutine(stream: TokenStream, start: number, flags: readonly string[]): Statement {
  stream.accept("AGGREGATE");
  const objectKind = stream.next().key === "PROCEDURE" ? "procedure" : "function";
  stream.accept("IF", "NOT", "EXISTS");
  const name = printedName(readTableName(stream));
  if (objectKind === "function" && (stream.at("RETURNS") || stream.at("SONAME"))) {
    // A function from a library of the server: machine code.
    stream.skipTo(";");
    return plain("create_extension", "admin", { actions: [action("create", "extension", name)] });
  }
  stream.parenthesized(() => stream.skipTo(")", ";"));
  while (!stream.ended && !beginsBody(stream)) {
    if (stream.accept("SQL", "SECURITY")) stream.next();
    else stream.next();
  }
  return finish(stream, start, objectKind, name, flags);
}

const bodies: ReadonlySet<string> = new Set(
  `BEGIN RETURN SELECT INSERT UPDATE DELETE REPLACE SET CALL IF CASE LOOP WHILE REPEAT SIGNAL PREPARE EXECUTE TRUNCATE
   DROP CREATE ALTER WITH DO GRANT REVOKE LOCK KILL`.split(/\s+/),
);

/** Characteristics come before it: RETURNS type, DETERMINISTIC, COMMENT, CONTAINS SQL. */
function beginsBody(stream: TokenStream): boolean {
  const { key, kind } = stream.token;
  if (kind !== "word") return false;
  if (key === "SET" && ["CHARACTER", "CHARSET"].includes(stream.last.key)) return false;
  if (stream.ahead().key === ":" && bodies.has(stream.ahead(2).key)) return true;
  return bodies.has(key);
}

function readTrigger(stream: TokenStream, start: number, flags: readonly string[]): Statement {
  stream.next();
  stream.accept("IF", "NOT", "EXISTS");
  const name = printedName(readTableName(stream));
  if (!stream.acceptAny("BEFORE", "AFTER")) stream.fail("BEFORE or AFTER is expected here");
  if (!stream.acceptAny("INSERT", "UPDATE", "DELETE"))
    stream.fail("INSERT, UPDATE or DELETE is expected here");
  stream.expect("ON");
  const table = readTableName(stream);
  stream.expect("FOR", "EACH", "ROW");
  if (stream.acceptAny("FOLLOWS", "PRECEDES")) stream.name();
  return { ...finish(stream, start, "trigger", name, flags), table };
}

function readEvent(stream: TokenStream, start: number, flags: readonly string[]): Statement {
  stream.next();
  stream.accept("IF", "NOT", "EXISTS");
  const name = printedName(readTableName(stream));
  const from = stream.position;
  stream.skipTo("DO", ";");
  const unknown = carriedIntoSchedule(stream, from);
  stream.expect("DO");
  const event = finish(stream, start, "event", name, flags);
  return unknown === undefined ? event : { ...event, unknown };
}

/** Anybody can read when an event runs. A schedule takes nothing out of tables, but what variables hold. */
export function carriedIntoSchedule(stream: TokenStream, from: number): string | undefined {
  const carries = stream.tokens
    .slice(from, stream.position)
    .some(({ kind, key }) => kind === "variable" || kind === "system_variable" || key === "LAST_INSERT_ID");
  return carries ? "What a variable holds goes into the schedule of an event." : undefined;
}
