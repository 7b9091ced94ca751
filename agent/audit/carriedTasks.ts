import { z } from "zod";
import type { LedgerDatabase } from "./ledgerFile.ts";

export const CARRIED_TASK_SCHEMA = `
-- Tasks of the ledgers before this one: their openings are records of those. Their places here lie before the first record.
CREATE TABLE IF NOT EXISTS carried_tasks (task TEXT PRIMARY KEY, canonical TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;

const DAY_MS = 24 * 60 * 60 * 1000;

const TASK = z.object({
  ...{ task: z.string(), actor: z.string(), opened: z.number(), last_at: z.number() },
  ...{ state: z.string(), cause: z.string(), words: z.string() },
  ...{ resumed: z.number(), resumed_at: z.number(), cleared: z.number(), canonical: z.string() },
});
const STATEMENT = z.object({
  ...{ seq: z.number(), task: z.string(), actor: z.string(), at: z.number() },
  ...{ rows: z.number(), untrusted: z.number(), counted: z.number() },
});
const COLUMN = z.object({ task: z.string(), column_key: z.string() });

/** What a closed ledger knows of tasks that a person may still be asked about, or whose use counts within the day. */
export interface CarriedTasks {
  readonly tasks: readonly z.infer<typeof TASK>[];
  readonly statements: readonly z.infer<typeof STATEMENT>[];
  readonly columns: readonly z.infer<typeof COLUMN>[];
}

/** Of a closed ledger, those included that were carried over into it; places are as they are before another's first. */
export function readCarriedTasks(database: LedgerDatabase): CarriedTasks {
  const has = (name: string): boolean =>
    database.prepare("SELECT 1 FROM sqlite_master WHERE name = ?").get(name) !== undefined;
  if (!has("tasks")) return { tasks: [], statements: [], columns: [] };
  // A ledger of a former release has carried none.
  const carried = has("carried_tasks")
    ? "(SELECT c.canonical FROM carried_tasks c WHERE c.task = t.task)"
    : "NULL";
  const kept = `SELECT task FROM tasks WHERE state <> 'ended' OR last_at >= (SELECT max(last_at) FROM tasks) - ${DAY_MS}`;
  const shift = "(SELECT max(seq) + 1 FROM records)";
  const all = <T>(schema: z.ZodType<T>, sql: string): readonly T[] =>
    z.array(schema).parse(database.prepare(sql).all());
  return {
    tasks: all(
      TASK,
      `SELECT t.task, t.actor, t.opened - ${shift} AS opened, t.last_at, t.state, t.cause, t.words,
         t.resumed - ${shift} AS resumed, t.resumed_at, t.cleared, coalesce(r.canonical, ${carried}) AS canonical
       FROM tasks t LEFT JOIN records r ON r.seq = t.opened
       WHERE t.task IN (${kept}) AND coalesce(r.canonical, ${carried}) IS NOT NULL`,
    ),
    statements: all(
      STATEMENT,
      `SELECT seq - ${shift} AS seq, task, actor, at, rows, untrusted, counted FROM task_statements WHERE task IN (${kept})`,
    ),
    columns: all(COLUMN, `SELECT task, column_key FROM task_columns WHERE task IN (${kept})`),
  };
}

/** Repeating it changes nothing, also where those tasks have gone on since. */
export function carryTasksOver(database: LedgerDatabase, { tasks, statements, columns }: CarriedTasks): void {
  const into = (table: string, names: readonly string[]) =>
    database.prepare(
      `INSERT OR IGNORE INTO ${table} (${names.join(", ")}) VALUES (${names.map((name) => `:${name}`).join(", ")})`,
    );
  const [opening, task, statement, column] = [
    into("carried_tasks", ["task", "canonical"]),
    into("tasks", Object.keys(TASK.omit({ canonical: true }).shape)),
    into("task_statements", Object.keys(STATEMENT.shape)),
    into("task_columns", Object.keys(COLUMN.shape)),
  ];
  database
    .transaction(() => {
      for (const { canonical, ...rest } of tasks) {
        opening.run({ task: rest.task, canonical });
        task.run(rest);
      }
      for (const one of statements) statement.run(one);
      for (const one of columns) column.run(one);
    })
    .immediate();
}
