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
  if (names.length === 0) return;
  const each = `SELECT t.table_schema, t.table_name, t.engine FROM information_schema.tables t
    JOIN information_schema.engines e ON e.engine = t.engine
    WHERE t.table_schema = ? AND t.table_name = ? AND t.table_type <> 'SEQUENCE'
      AND COALESCE(e.transactions, 'NO') <> 'YES'`;
  const values = names.flatMap(({ schema, name }) => [schema, name]);
  const [unkept] = await run.rows(names.map(() => each).join(" UNION ALL "), values);
  if (unkept === undefined) return;
  const [schema, name, engine] = unkept;
  throw new UnkeptWriteError(`${schema}.${name}`, engine ?? "an engine");
}
