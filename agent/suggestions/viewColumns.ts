import type { Actor } from "../../protocol/actor.ts";
import type { Relation } from "../../protocol/catalog.ts";
import type { ColumnPlan } from "../../protocol/decision.ts";
import { type Judges, judge } from "../judge.ts";
import type { StatementSession } from "../statementSession.ts";

/**
 * What the columns of a view are, and how this actor would be shown them, by where their data comes from: as a read of
 * the whole view would be judged. Nothing is run. Empty for what is no view, and for one that nobody can read.
 */
export async function viewColumns(
  { kind, schema, name }: Relation,
  {
    session,
    actor,
    judges,
  }: { readonly session: StatementSession; readonly actor: Actor; readonly judges: Judges },
): Promise<ReadonlyMap<string, ColumnPlan>> {
  if (kind !== "view") return new Map();
  const quoted = (part: string): string =>
    session.database.profile.engine === "mysql"
      ? `\`${part.replaceAll("`", "``")}\``
      : `"${part.replaceAll('"', '""')}"`;
  const text = `SELECT * FROM ${quoted(schema)}.${quoted(name)}`;
  const statement = { text, span: { start: 0, end: text.length } };
  const { decision } = await session.inTurn(() =>
    judge({ session, statement, actor, purpose: undefined, apart: true }, judges),
  );
  return new Map(decision.columns.map((plan) => [plan.name, plan]));
}
