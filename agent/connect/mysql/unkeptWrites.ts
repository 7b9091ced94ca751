import type { Problem } from "../../../protocol/messages.ts";
import type { DatabaseSession } from "../databaseSession.ts";
import type { RelationName } from "./relationLocks.ts";

/** A write whose limit could not be kept: it did not run. */
class UnkeptWriteError extends Error {
  readonly problem: Problem;
  constructor(name: string, engine: string) {
    super(`${name} has no transactions`);
    this.name = "UnkeptWriteError";
    this.problem = {
      code: "no-transactions",
      message: `The table ${name} is kept by ${engine}, which has no transactions: a change to more rows than allowed could not be undone.`,
      action: "Ask for the table to be kept by InnoDB, or for the limit to be lifted for this statement.",
    };
  }
}

/**
 * Refuses a limited write that meets a table without transactions, also where it would only read it: which one
 * it is can't be told here.
 * @throws UnkeptWriteError
 */
export async function refuseUnkeptWrites(
  run: Pick<DatabaseSession, "rows">,
  names: readonly RelationName[],
): Promise<void> {
  const unkept = await withoutTransactions(run, names);
  if (unkept !== undefined) throw new UnkeptWriteError(unkept.name, unkept.engine);
}

/** The first of some tables whose changes nothing rolls back, with what keeps it. */
async function withoutTransactions(
  run: Pick<DatabaseSession, "rows">,
  names: readonly RelationName[],
): Promise<{ readonly name: string; readonly engine: string } | undefined> {
  if (names.length === 0) return undefined;
  const each = `SELECT t.table_schema, t.table_name, t.engine FROM information_schema.tables t
    JOIN information_schema.engines e ON e.engine = t.engine
    WHERE t.table_schema = ? AND t.table_name = ? AND t.table_type <> 'SEQUENCE'
      AND COALESCE(e.transactions, 'NO') <> 'YES'`;
  const values = names.flatMap(({ schema, name }) => [schema, name]);
  const [unkept] = await run.rows(names.map(() => each).join(" UNION ALL "), values);
  if (unkept === undefined) return undefined;
  const [schema, name, engine] = unkept;
  return { name: `${schema}.${name}`, engine: engine ?? "an engine" };
}

/** Why rows of a table could not be put back whatever was kept of them, or null. */
export async function whyNotKept(
  run: Pick<DatabaseSession, "rows">,
  name: RelationName | undefined,
): Promise<string | null> {
  if (name === undefined) return "what it changes is not fully known";
  const unkept = await withoutTransactions(run, [name]);
  if (unkept !== undefined) return `${unkept.name} has no transactions`;
  const [found] = await run.rows(
    "SELECT table_type FROM information_schema.tables WHERE table_schema = ? AND table_name = ?",
    [name.schema, name.name],
  );
  const versioned = found?.[0] === "SYSTEM VERSIONED";
  return versioned ? `${name.schema}.${name.name} keeps former versions of its rows` : null;
}
