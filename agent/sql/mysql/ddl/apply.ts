import { readAttributes } from "../parser/statements/create.ts";
import { readTableName } from "../parser/tableNames.ts";
import type { TokenStream } from "../parser/tokenStream.ts";
import { foldTable } from "../settings.ts";
import { alterTable, createIndex, dropKey } from "./alterTable.ts";
import { createTable } from "./createTable.ts";
import { isSameName } from "./draft.ts";
import { createRoutine, createTrigger } from "./routines.ts";
import type { SchemaState } from "./schemaState.ts";
import { createSequence } from "./sequences.ts";
import type { StatementText } from "./statementText.ts";
import { createView } from "./views.ts";

/** The first words of statements that change what a catalog shows. */
export const STRUCTURAL: ReadonlySet<string> = new Set(["CREATE", "ALTER", "DROP", "RENAME", "USE"]);

/**
 * Changes what exists as the statement would; one that changes nothing a catalog shows is passed over.
 * @throws NotParsed
 */
export function apply(state: SchemaState, statement: StatementText): void {
  try {
    change(state, statement);
  } finally {
    state.changed();
  }
}

function change(state: SchemaState, statement: StatementText): void {
  const { stream } = statement;
  switch (stream.next().key) {
    case "CREATE":
      create(state, statement);
      return;
    case "ALTER":
      alter(state, statement);
      return;
    case "DROP":
      drop(state, stream);
      return;
    case "RENAME":
      rename(state, stream);
      return;
    case "USE":
      state.database = foldTable(state.settings, stream.name());
      return;
    default:
  }
}

function create(state: SchemaState, statement: StatementText): void {
  const { stream } = statement;
  const replaces = stream.accept("OR", "REPLACE");
  const from = stream.position;
  readAttributes(stream);
  const attributes = stream.tokens.slice(from, stream.position).map(({ key }) => key);
  const invoker = attributes.includes("INVOKER");
  const temporary = stream.accept("TEMPORARY");
  switch (stream.token.key) {
    case "TABLE":
      createTable(state, statement, { temporary, replaces });
      return;
    case "VIEW":
      createView(state, statement);
      return;
    case "UNIQUE":
    case "INDEX":
    case "FULLTEXT":
    case "SPATIAL":
    case "ONLINE":
    case "OFFLINE":
      createIndex(state, statement);
      return;
    case "PROCEDURE":
    case "FUNCTION":
    case "AGGREGATE":
      createRoutine(state, statement, { replaces, invoker });
      return;
    case "TRIGGER":
      createTrigger(state, statement, replaces);
      return;
    case "SEQUENCE":
      createSequence(state, stream);
      return;
    default:
  }
}

function alter(state: SchemaState, statement: StatementText): void {
  const { stream } = statement;
  readAttributes(stream);
  while (stream.acceptAny("ONLINE", "OFFLINE", "IGNORE"));
  if (stream.accept("TABLE")) alterTable(state, statement);
  else if (stream.at("VIEW")) createView(state, statement);
}

function drop(state: SchemaState, stream: TokenStream): void {
  stream.accept("TEMPORARY");
  const { key } = stream.next();
  const ifExists = (): boolean => stream.accept("IF", "EXISTS");
  switch (key) {
    case "TABLE":
    case "TABLES":
    case "VIEW":
    case "SEQUENCE": {
      ifExists();
      const isView = key === "VIEW";
      for (const name of stream.list(() => readTableName(stream))) {
        const found = state.find(name);
        if (found !== undefined && (found.kind === "view") === isView) state.drop(found);
      }
      return;
    }
    case "DATABASE":
    case "SCHEMA": {
      ifExists();
      dropDatabase(state, foldTable(state.settings, stream.name()));
      return;
    }
    case "INDEX": {
      ifExists();
      const name = stream.name();
      stream.expect("ON");
      const relation = state.find(readTableName(stream));
      if (relation !== undefined) dropKey(relation, name);
      return;
    }
    case "PROCEDURE":
    case "FUNCTION": {
      ifExists();
      const name = readTableName(stream);
      const kind = key === "PROCEDURE" ? "procedure" : "function";
      state.routines.delete(state.routineKey(kind, state.schemaOf(name), name.relname ?? ""));
      return;
    }
    case "TRIGGER": {
      ifExists();
      const name = readTableName(stream);
      dropTrigger(state, state.schemaOf(name), name.relname ?? "");
      return;
    }
    default:
  }
}

function dropDatabase(state: SchemaState, schema: string): void {
  for (const relation of [...state.relations.values()]) if (relation.schema === schema) state.drop(relation);
  for (const [key, routine] of state.routines) if (routine.schema === schema) state.routines.delete(key);
}

/** Triggers are named within their database, and not with their table. */
function dropTrigger(state: SchemaState, schema: string, name: string): void {
  for (const relation of state.relations.values()) {
    if (relation.schema !== schema) continue;
    relation.triggers = relation.triggers.filter(({ trigger }) => !isSameName(trigger.name, name));
  }
}

/** RENAME TABLE a TO b, c TO d: one after the other. */
function rename(state: SchemaState, stream: TokenStream): void {
  if (!stream.acceptAny("TABLE", "TABLES")) return;
  stream.accept("IF", "EXISTS");
  stream.list(() => {
    const from = state.find(readTableName(stream));
    stream.expect("TO");
    const to = readTableName(stream);
    const name = { ...to, schemaname: state.schemaOf(to) };
    if (from !== undefined) state.rename(from, name);
  });
}
