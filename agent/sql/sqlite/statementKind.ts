import type { Effect, ObjectAction, SettingChange, Span, StatementFacts } from "../facts.ts";
import { type StatementTokens, verbOf } from "./headWords.ts";

import { pragmaKind } from "./pragmas.ts";
import type { Asked } from "./schemaCopy.ts";

/** What a statement is, apart from the columns it touches. */
export interface StatementKind {
  readonly kind: string;
  readonly effect: Effect;
  readonly actions: readonly ObjectAction[];
  readonly settings: readonly SettingChange[];
  readonly transaction?: StatementFacts["transaction"];
  /** Why nobody can tell what it does, or why it may not be done here. */
  readonly unknown?: string;
}

const NOTHING = { actions: [], settings: [] } as const;

/** By what SQLite asked leave for, and the statement's first words where it asked for nothing. */
export function statementKind(tokens: StatementTokens, asked: readonly Asked[], span: Span): StatementKind {
  const { verb, explained } = verbOf(tokens);
  if (explained) return { ...NOTHING, kind: "explain", effect: "read" };
  const find = (...actions: readonly string[]): Asked | undefined =>
    asked.find(({ action }) => actions.includes(action));
  const pragma = find("PRAGMA");
  if (pragma !== undefined) return pragmaKind(pragma, span);
  if (verb === "ATTACH" || verb === "DETACH") return outside(verb.toLowerCase(), "database", span);
  if (verb === "VACUUM") {
    if (tokens.has("INTO")) return outside("vacuum_into", "file", span);
    return { ...NOTHING, kind: "vacuum", effect: "admin" };
  }
  const transaction = find("TRANSACTION", "SAVEPOINT");
  if (transaction !== undefined) return transactionKind(transaction);
  const made = asked.flatMap((one) => schemaAction(one, span));
  if (find("ALTER_TABLE") !== undefined) return alteration(tokens, asked, span);
  if (made.length > 0 && (verb === "CREATE" || verb === "DROP")) {
    const [first] = made;
    const stored = verb === "CREATE" && first?.objectKind === "table" && find("SELECT") !== undefined;
    const kind = stored ? "create_table_as" : `${verb.toLowerCase()}_${first?.objectKind ?? "object"}`;
    return {
      ...NOTHING,
      kind,
      effect: "ddl",
      actions: made.filter((one) => one.action === verb.toLowerCase()),
    };
  }
  if (verb === "REINDEX" || verb === "ANALYZE")
    return { ...NOTHING, kind: verb.toLowerCase(), effect: "ddl" };
  switch (verb) {
    case "SELECT":
    case "VALUES":
      return { ...NOTHING, kind: "select", effect: "read" };
    case "INSERT":
    case "REPLACE":
      return { ...NOTHING, kind: "insert", effect: "write" };
    case "UPDATE":
    case "DELETE":
      return { ...NOTHING, kind: verb.toLowerCase(), effect: "write" };
    case "CREATE":
    case "DROP":
      // IF [NOT] EXISTS, and there is nothing to do.
      return { ...NOTHING, kind: `${verb.toLowerCase()}_nothing`, effect: "ddl" };
    default:
      return {
        ...NOTHING,
        kind: "unknown",
        effect: "unknown",
        unknown: "statements of this kind are not followed",
      };
  }
}

const outside = (kind: string, objectKind: string, span: Span): StatementKind => ({
  kind,
  effect: "admin",
  actions: [{ action: kind, objectKind, name: "", flags: ["server_file"], span }],
  settings: [],
  unknown: "it reaches another file, which is judged by nobody",
});

function transactionKind({ action, first }: Asked): StatementKind {
  const names: Readonly<Record<string, StatementFacts["transaction"]>> =
    action === "TRANSACTION"
      ? { begin: "begin", commit: "commit", rollback: "rollback" }
      : { begin: "savepoint", release: "release", rollback: "rollback_to" };
  const transaction = names[first];
  if (transaction === undefined) return { ...NOTHING, kind: "unknown", effect: "unknown", unknown: first };
  return { ...NOTHING, kind: transaction, effect: "session", transaction };
}

const SCHEMA_ACTION = /^(CREATE|DROP)_(TEMP_)?(INDEX|TABLE|TRIGGER|VIEW|VTABLE)$/;

function schemaAction(
  { action, first, written, database, inside }: Asked,
  span: Span,
): readonly ObjectAction[] {
  const [, verb, temporary, object] = SCHEMA_ACTION.exec(action) ?? [];
  if (verb === undefined || object === undefined || inside !== "" || first.startsWith("sqlite_")) return [];
  const objectKind = object === "VTABLE" ? "table" : object.toLowerCase();
  const flags = temporary === undefined ? [] : ["temporary"];
  return [{ action: verb.toLowerCase(), objectKind, name: `${database || "main"}.${written}`, flags, span }];
}

function alteration(tokens: StatementTokens, asked: readonly Asked[], span: Span): StatementKind {
  const table = asked.find(({ action }) => action === "ALTER_TABLE")?.second ?? "";
  const flags = tokens.has("DROP") ? ["drop_column"] : tokens.has("RENAME") ? ["rename"] : ["add_column"];
  return {
    ...NOTHING,
    kind: "alter_table",
    effect: "ddl",
    actions: [{ action: "alter", objectKind: "table", name: `main.${table}`, flags, span }],
  };
}
