import type { Routine, Trigger } from "../../../../protocol/catalog.ts";
import { readTableName } from "../parser/tableNames.ts";
import type { TokenStream } from "../parser/tokenStream.ts";
import { readColumnType } from "./columnTypes.ts";
import { isSameName } from "./draft.ts";
import type { SchemaState } from "./schemaState.ts";
import { type StatementText, textSince } from "./statementText.ts";
import { readString } from "./tableParts.ts";

type RoutineStart = { readonly replaces: boolean; readonly invoker: boolean };

/** CREATE PROCEDURE or FUNCTION from that word on. A function from a library has no text, and is left out. */
export function createRoutine(state: SchemaState, statement: StatementText, start: RoutineStart): void {
  const { stream } = statement;
  stream.accept("AGGREGATE");
  const kind = stream.next().key === "PROCEDURE" ? "procedure" : "function";
  const ifNotExists = stream.accept("IF", "NOT", "EXISTS");
  const name = readTableName(stream);
  if (!stream.at("(")) return;
  const parameters = readParameters(stream);
  const returnType = kind === "function" && stream.accept("RETURNS") ? readColumnType(stream).printed : "";
  const declared = readCharacteristics(stream);
  const from = stream.position;
  stream.skipTo();
  const schema = state.schemaOf(name);
  const key = state.routineKey(kind, schema, name.relname ?? "");
  if (state.routines.has(key) && (ifNotExists || !start.replaces)) return;
  const inputs = parameters.filter(({ mode }) => mode !== "OUT");
  state.routines.set(key, {
    ...blank,
    oid: state.nextOid(),
    schema,
    name: name.relname ?? "",
    kind,
    argumentTypes: inputs.map(({ type }) => type),
    argumentNames: inputs.map((one) => one.name),
    returnType,
    outputColumns: parameters
      .filter(({ mode }) => mode !== "IN")
      .map((parameter) => ({ name: parameter.name, type: parameter.type })),
    volatility: declared.volatility,
    securityDefiner: !declared.invoker,
    body: textSince(statement, from),
  });
}

const blank = {
  argumentTypes: [],
  argumentNames: [],
  defaultedArguments: 0,
  variadic: false,
  returnType: "",
  returnsSet: false,
  outputColumns: [],
  language: "sql",
  volatility: "volatile",
} as const;

interface Parameter {
  readonly mode: string;
  readonly name: string;
  readonly type: string;
}

function readParameters(stream: TokenStream): readonly Parameter[] {
  return stream.parenthesized(() => {
    if (stream.at(")")) return [];
    return stream.list((): Parameter => {
      const mode = stream.acceptAny("IN", "OUT", "INOUT") ?? "IN";
      const name = stream.name();
      const { printed } = readColumnType(stream);
      stream.skipTo(",");
      return { mode, name, type: printed };
    });
  });
}

/** As its author declared it, which the server does not check. */
function readCharacteristics(stream: TokenStream): {
  readonly volatility: Routine["volatility"];
  readonly invoker: boolean;
} {
  let [deterministic, invoker, access] = [false, false, ""];
  for (;;) {
    if (stream.accept("NOT", "DETERMINISTIC")) deterministic = false;
    else if (stream.accept("DETERMINISTIC")) deterministic = true;
    else if (stream.accept("CONTAINS", "SQL")) access = "contains";
    else if (stream.accept("NO", "SQL")) access = "none";
    else if (stream.accept("READS", "SQL", "DATA")) access = "reads";
    else if (stream.accept("MODIFIES", "SQL", "DATA")) access = "modifies";
    else if (stream.accept("SQL", "SECURITY")) invoker = stream.next().key === "INVOKER";
    else if (stream.accept("LANGUAGE")) stream.next();
    else if (stream.accept("COMMENT")) readString(stream);
    else break;
  }
  if (deterministic && access === "none") return { volatility: "immutable", invoker };
  const isStable = access === "reads" || (deterministic && access !== "modifies");
  return { volatility: isStable ? "stable" : "volatile", invoker };
}

const EVENTS: Readonly<Record<string, Trigger["events"][number]>> = {
  INSERT: "insert",
  UPDATE: "update",
  DELETE: "delete",
};

/** CREATE TRIGGER from that word on. Its body stands as a routine of a name no statement can call. */
export function createTrigger(state: SchemaState, statement: StatementText, replaces: boolean): void {
  const { stream } = statement;
  stream.expect("TRIGGER");
  const ifNotExists = stream.accept("IF", "NOT", "EXISTS");
  const { relname: name = "" } = readTableName(stream);
  const timing = stream.next().key.toLowerCase();
  const event = EVENTS[stream.next().key] ?? stream.fail("INSERT, UPDATE or DELETE is expected here");
  stream.expect("ON");
  const table = readTableName(stream);
  stream.expect("FOR", "EACH", "ROW");
  if (stream.acceptAny("FOLLOWS", "PRECEDES")) stream.name();
  const from = stream.position;
  stream.skipTo();
  const relation = state.find(table);
  if (relation === undefined) return;
  const before = relation.triggers.find(({ trigger }) => isSameName(trigger.name, name));
  if (before !== undefined && (ifNotExists || !replaces)) return;
  const oid = state.nextOid();
  relation.triggers = relation.triggers.filter((one) => one !== before);
  relation.triggers.push({
    trigger: { name, events: [event], routineOid: oid, enabled: true },
    body: {
      ...blank,
      oid,
      schema: relation.schema,
      name: `${timing} trigger ${name}`,
      kind: "function",
      returnType: "trigger",
      securityDefiner: true,
      body: textSince(statement, from),
    },
  });
}
