import { createHash } from "node:crypto";
import type { Actor } from "../../protocol/actor.ts";
import type { IntentBody } from "../../protocol/audit/record.ts";

/** What of a statement, judged or recorded, its actor is known by. */
export type ProfiledStatement = Pick<
  IntentBody,
  "actor" | "statementKind" | "effect" | "reads" | "writes" | "labels"
> & { readonly connection: { readonly id: string } };

/** A statement as behaviour sees it: what it touches, and its shape, without anything it says. */
export interface StatementProfile {
  /** `connection|schema.table`, sorted; the server's own catalogs are left out. */
  readonly tables: readonly string[];
  /** Of them those whose restricted columns it uses. */
  readonly restricted: readonly string[];
  /** `connection|schema.table.column` of its sensitive columns. */
  readonly columns: readonly string[];
  readonly infoTypes: readonly string[];
  /** Kind, tables and the columns that decide which rows it is about: the same whatever it compares them with. */
  readonly shape: string;
  /** It asks about some rows of sensitive data, and not about all. */
  readonly narrow: boolean;
}

const OWN_CATALOGS = /^(pg_catalog|information_schema|mysql|performance_schema|sys)\./;
const TELLS_NOTHING: ReadonlySet<string> = new Set(["output", "assignment"]);

/** Reads from a statement, or its record, what its actor is known by. */
export function profileOf(statement: ProfiledStatement): StatementProfile {
  const { connection, reads, writes, labels } = statement;
  const here = (name: string): string => `${connection.id}|${name}`;
  const tables = distinct([...reads.map(({ column }) => column), ...writes].map(tableOf)).filter(
    (table) => !OWN_CATALOGS.test(table),
  );
  const shaping = distinct(
    reads.filter(({ role }) => !TELLS_NOTHING.has(role)).map(({ column, role }) => `${column}:${role}`),
  );
  return {
    tables: tables.map(here),
    restricted: distinct(
      labels.filter(({ level }) => level === "restricted").map(({ column }) => here(tableOf(column))),
    ),
    columns: distinct(labels.map(({ column }) => here(column))),
    infoTypes: distinct(labels.map(({ infoType }) => infoType)),
    shape: hashed([connection.id, statement.statementKind, tables.join(), shaping.join()].join("\n")),
    narrow: labels.length > 0 && shaping.length > 0,
  };
}

/** Under which name a program works; null for people and services. */
export const programName = (actor: Actor): string | null =>
  actor.kind === "ai_agent" ? `${actor.agent} (${actor.model}, ${actor.host})` : null;

/** Enough of a digest to tell texts of one actor apart. */
export const hashed = (text: string): string =>
  createHash("sha256").update(text).digest("base64url").slice(0, 16);

/** `schema.table` of `schema.table.column`. */
const tableOf = (column: string): string => {
  const end = column.lastIndexOf(".");
  return end < 0 ? column : column.slice(0, end);
};

const distinct = (names: readonly string[]): readonly string[] => [...new Set(names)].sort();
