import { z } from "zod";
import { type Actor, actorIdentity } from "../../protocol/actor.ts";
import { parseRecord } from "../../protocol/audit/chain.ts";
import type { IntentBody } from "../../protocol/audit/record.ts";
import { type Sha256, sha256 } from "../../protocol/ids.ts";
import { showsUntrusted, TASK_STOPS, type Task, type TaskMark, type TaskState } from "../../protocol/task.ts";
import { type CarriedTasks, carryTasksOver } from "./carriedTasks.ts";
import type { LedgerDatabase } from "./ledgerFile.ts";
import type { WrittenRecord } from "./writtenRecord.ts";

export const TASK_SCHEMA = `
CREATE TABLE IF NOT EXISTS tasks (
  task TEXT PRIMARY KEY,
  actor TEXT NOT NULL,
  opened INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  state TEXT NOT NULL,
  cause TEXT NOT NULL,
  words TEXT NOT NULL,
  resumed INTEGER NOT NULL,
  resumed_at INTEGER NOT NULL,
  cleared INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS tasks_by_actor ON tasks (actor, last_at);
CREATE TABLE IF NOT EXISTS task_statements (
  seq INTEGER PRIMARY KEY,
  task TEXT NOT NULL,
  actor TEXT NOT NULL,
  at INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  untrusted INTEGER NOT NULL,
  counted INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS task_statements_by_task ON task_statements (task, seq);
CREATE INDEX IF NOT EXISTS task_statements_by_actor ON task_statements (actor, at);
CREATE TABLE IF NOT EXISTS task_columns (
  task TEXT NOT NULL,
  column_key TEXT NOT NULL,
  PRIMARY KEY (task, column_key)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS task_stops (
  task TEXT PRIMARY KEY,
  seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`;

/** Before the places of everything that was carried over. */
const BEFORE_ALL = Number.MIN_SAFE_INTEGER;

/** What a statement counts that nobody saw the end of: the most a program gets at once. */
const ROWS_OF_UNKNOWN = 1_000;

/** Rows that were read, and those that statements still at work may read. */
const COUNTS = z.object({ statements: z.number(), rows: z.number(), reserved: z.number() });
export type TaskCounts = z.infer<typeof COUNTS>;

const MARK = z.object({ statements: z.number(), first: z.number().nullable(), last: z.number().nullable() });

const TASK_ROW = z.object({
  task: z.string(),
  actor: z.string(),
  last_at: z.number(),
  state: z.string(),
  cause: z.string(),
  words: z.string(),
  resumed: z.number(),
  resumed_at: z.number(),
  cleared: z.number(),
  canonical: z.string(),
  stop: z.string().nullable(),
});

/** A task as it stands, and since when its budget counts. */
export interface StoredTask {
  readonly task: Task;
  /** `actorIdentity` of whose it is. */
  readonly identity: string;
  readonly sinceSeq: number;
  readonly since: Date;
  readonly lastAt: Date;
  /** Hash of the record that stopped it; null where it is not stopped, or that was not kept apart yet. */
  readonly stop: Sha256 | null;
}

/**
 * What the ledger says of tasks, made fast. Everything in it follows from the records beside it, and from those of the
 * ledgers before it.
 */
export class TaskStore {
  readonly #database: LedgerDatabase;
  readonly #sql: ReturnType<typeof prepare>;

  constructor(database: LedgerDatabase) {
    this.#database = database;
    this.#sql = prepare(database);
  }

  /** What was stopped, used up or shown before this ledger began holds in it as well. */
  carryOver(carried: CarriedTasks): void {
    carryTasksOver(this.#database, carried);
  }

  /** To be called with each record, in its transaction. */
  index({ seq, at, body }: WrittenRecord): void {
    switch (body.kind) {
      case "task_opened": {
        const identity = actorIdentity(body.actor);
        this.#sql.open.run(body.task, identity, seq, at.getTime(), seq, at.getTime());
        return;
      }
      case "task_stopped":
        this.#sql.turn.run("stopped", body.cause, body.words, at.getTime(), body.task);
        this.#sql.stop.run(body.task, seq);
        return;
      case "task_resumed":
        this.#sql.resume.run(at.getTime(), seq, at.getTime(), body.task);
        return;
      case "task_ended":
        this.#sql.turn.run("ended", body.how, "", at.getTime(), body.task);
        return;
      case "task_mark_lifted":
        this.#sql.lift.run(at.getTime(), body.task);
        return;
      case "intent":
      case "refused":
        this.#statement(seq, at, body, body.kind === "intent");
        return;
      case "outcome":
        this.#sql.rows.run(body.outcome === "unknown" ? ROWS_OF_UNKNOWN : (body.rows ?? 0), body.intent);
        return;
      default:
        return;
    }
  }

  find(task: string): StoredTask | null {
    return this.#read(this.#sql.find.get(task));
  }

  /** Those of this identity that have not ended, newest first. */
  unfinished(identity: string): readonly StoredTask[] {
    return this.#sql.unfinished.all(identity).flatMap((row) => this.#read(row) ?? []);
  }

  /** The newest of everybody. */
  list(limit: number): readonly StoredTask[] {
    return this.#sql.list.all(limit).flatMap((row) => this.#read(row) ?? []);
  }

  /** What counts against the task's own budget. */
  countsOf(task: string, sinceSeq: number): TaskCounts {
    return COUNTS.parse(this.#sql.taskCounts.get(task, sinceSeq));
  }

  /** What counts for all tasks of this identity since `since`, or since a person last let one go on. */
  countsSince(identity: string, since: Date): TaskCounts {
    return COUNTS.parse(this.#sql.actorCounts.get(identity, since.getTime(), identity));
  }

  /** When this identity's statement before the last `count` ones came; null where it had fewer. */
  timeOf(identity: string, count: number): Date | null {
    const row = z.object({ at: z.number() }).safeParse(this.#sql.nthLast.get(identity, count - 1));
    return row.success ? new Date(row.data.at) : null;
  }

  /** Whether a task was shown untrusted text, or another of its identity since `since` whose mark no person has lifted. */
  hasSeenUntrusted(task: string, identity: string, since: Date): boolean {
    return this.#sql.untrusted.get(identity, task, since.getTime()) !== undefined;
  }

  hasTouched(task: string, connection: string, column: string): boolean {
    return this.#sql.touched.get(task, touchedKey(connection, column)) !== undefined;
  }

  #statement(seq: number, at: Date, body: Omit<IntentBody, "kind">, ran: boolean): void {
    if (body.task === null) return;
    const counted = !body.findings.some(({ rule }) => TASK_STOPS.includes(rule));
    const untrusted = ran && showsUntrusted(body);
    this.#sql.statement.run(
      seq,
      body.task,
      actorIdentity(body.actor),
      at.getTime(),
      ran && body.basis !== undefined ? 0 - mayRead(body.effect, body.basis) : 0,
      untrusted ? 1 : 0,
      counted ? 1 : 0,
    );
    this.#sql.seen.run(at.getTime(), body.task);
    if (!ran) return;
    for (const { column } of body.reads)
      this.#sql.touch.run(body.task, touchedKey(body.connection.id, column));
    for (const column of body.writes) this.#sql.touch.run(body.task, touchedKey(body.connection.id, column));
  }

  #markOf(task: string): TaskMark | null {
    const { statements, first, last } = MARK.parse(this.#sql.marked.get(task));
    return first === null || last === null ? null : { statements, first, last };
  }

  #read(found: unknown): StoredTask | null {
    const parsed = TASK_ROW.safeParse(found);
    if (!parsed.success) return null;
    const row = parsed.data;
    const opened = parseRecord(row.canonical);
    if (opened?.body.kind !== "task_opened") return null;
    const { actor, purpose, budget, task } = opened.body;
    const all = this.countsOf(task, BEFORE_ALL);
    return {
      identity: row.actor,
      sinceSeq: row.resumed,
      since: new Date(row.resumed_at),
      lastAt: new Date(row.last_at),
      stop: row.state === "stopped" && row.stop !== null ? sha256(row.stop) : null,
      task: {
        id: task,
        actor: actor satisfies Actor,
        purpose,
        budget,
        state: stateOf(row),
        openedAt: opened.at,
        lastAt: new Date(row.last_at).toISOString(),
        statements: all.statements,
        rows: all.rows,
        mark: row.cleared === 0 ? this.#markOf(task) : null,
      },
    };
  }
}

/** How many rows a statement may read at most, by its own LIMIT and by policy. */
export const mayRead = (
  effect: IntentBody["effect"],
  { limit, maxRows }: { readonly limit: number | null; readonly maxRows: number | null },
): number =>
  effect === "read" ? Math.min(ROWS_OF_UNKNOWN, limit ?? ROWS_OF_UNKNOWN, maxRows ?? ROWS_OF_UNKNOWN) : 0;

const touchedKey = (connection: string, column: string): string => `${connection}\u0000${column}`;

function stateOf({ state, cause, words }: z.infer<typeof TASK_ROW>): TaskState {
  if (state === "open") return { kind: "open" };
  if (state === "stopped") return { kind: "stopped", cause, words };
  return { kind: "ended", how: cause === "expired" || cause === "stopped" ? cause : "ended" };
}

function prepare(database: LedgerDatabase) {
  // What is still at work counts below zero, until its outcome is there.
  const counts =
    "count(*) AS statements, coalesce(sum(max(rows, 0)), 0) AS rows, coalesce(sum(max(-rows, 0)), 0) AS reserved";
  const tasks =
    "SELECT t.task, t.actor, t.last_at, t.state, t.cause, t.words, t.resumed, t.resumed_at, t.cleared, coalesce(r.canonical, c.canonical) AS canonical, (SELECT h.hash FROM task_stops s JOIN records h ON h.seq = s.seq WHERE s.task = t.task) AS stop FROM tasks t LEFT JOIN records r ON r.seq = t.opened LEFT JOIN carried_tasks c ON c.task = t.task";
  return {
    open: database.prepare(
      "INSERT OR IGNORE INTO tasks (task, actor, opened, last_at, state, cause, words, resumed, resumed_at, cleared) VALUES (?, ?, ?, ?, 'open', '', '', ?, ?, 0)",
    ),
    turn: database.prepare("UPDATE tasks SET state = ?, cause = ?, words = ?, last_at = ? WHERE task = ?"),
    stop: database.prepare("INSERT OR REPLACE INTO task_stops (task, seq) VALUES (?, ?)"),
    resume: database.prepare(
      "UPDATE tasks SET state = 'open', cause = '', words = '', last_at = ?, resumed = ?, resumed_at = ? WHERE task = ?",
    ),
    lift: database.prepare("UPDATE tasks SET cleared = 1, last_at = ? WHERE task = ?"),
    seen: database.prepare("UPDATE tasks SET last_at = ? WHERE task = ?"),
    statement: database.prepare(
      "INSERT INTO task_statements (seq, task, actor, at, rows, untrusted, counted) VALUES (?, ?, ?, ?, ?, ?, ?)",
    ),
    rows: database.prepare("UPDATE task_statements SET rows = ? WHERE seq = ?"),
    touch: database.prepare("INSERT OR IGNORE INTO task_columns (task, column_key) VALUES (?, ?)"),
    find: database.prepare(`${tasks} WHERE t.task = ?`),
    unfinished: database.prepare(`${tasks} WHERE t.actor = ? AND t.state <> 'ended' ORDER BY t.opened DESC`),
    list: database.prepare(`${tasks} ORDER BY t.opened DESC LIMIT ?`),
    taskCounts: database.prepare(
      `SELECT ${counts} FROM task_statements WHERE task = ? AND seq > ? AND counted = 1`,
    ),
    actorCounts: database.prepare(
      `SELECT ${counts} FROM task_statements
       WHERE actor = ? AND at >= ? AND counted = 1
         AND seq > coalesce((SELECT max(resumed) FROM tasks WHERE actor = ? AND resumed > opened), ${BEFORE_ALL})`,
    ),
    nthLast: database.prepare(
      "SELECT at FROM task_statements WHERE actor = ? AND counted = 1 ORDER BY at DESC LIMIT 1 OFFSET ?",
    ),
    marked: database.prepare(
      "SELECT count(*) AS statements, min(seq) AS first, max(seq) AS last FROM task_statements WHERE task = ? AND untrusted = 1",
    ),
    untrusted: database.prepare(
      `SELECT 1 FROM task_statements s JOIN tasks t ON t.task = s.task
       WHERE s.actor = ? AND s.untrusted = 1 AND (s.task = ? OR (s.at >= ? AND t.cleared = 0)) LIMIT 1`,
    ),
    touched: database.prepare("SELECT 1 FROM task_columns WHERE task = ? AND column_key = ?"),
  };
}
