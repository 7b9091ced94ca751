import type { StatementFacts } from "./sql/facts.ts";
import type { StatementSession } from "./statementSession.ts";

/** A query runs as a read also where it takes a lock or changes a setting: neither is a write to the server. */
export const readsRows = (facts: StatementFacts): boolean =>
  facts.effect === "read" || (facts.effect === "session" && QUERIES.has(facts.kind));

const QUERIES: ReadonlySet<string> = new Set(["select", "execute", "fetch", "explain"]);

/** Transaction control, settings, and statements PostgreSQL refuses inside a transaction block. */
export function standsAlone(facts: StatementFacts): boolean {
  return (
    facts.transaction !== undefined ||
    facts.effect === "session" ||
    facts.kind === "vacuum" ||
    // MySQL commits before and after such a statement, whatever it is in.
    (facts.dialect === "mysql" && (facts.effect === "ddl" || facts.effect === "admin")) ||
    facts.actions.some((action) => action.flags.includes("concurrently") || action.objectKind === "database")
  );
}

/** What later statements depend on: the search path, and the catalog after DDL. */
export async function followUp(session: StatementSession, facts: StatementFacts): Promise<void> {
  const temporary = facts.actions.some((action) => action.flags.includes("temporary"));
  const path = facts.settings.some((setting) => setting.name === "search_path");
  const settings = path || (facts.dialect === "mysql" && facts.effect === "session");
  if (settings || temporary || facts.transaction !== undefined) await session.readSettings();
  const ends = facts.transaction !== undefined && facts.transaction !== "begin";
  if (facts.effect === "ddl" || (ends && session.hasOwnSchema)) await session.readSchema(temporary);
}
