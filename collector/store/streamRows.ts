import type { Advance, AskedPosition, StreamState, StreamTables } from "../streams/tables.ts";
import type { Sql } from "./sql.ts";

/** Whole numbers come as text from some drivers. */
interface StreamRow {
  readonly name: string;
  readonly position: number | string;
  readonly holder: string | null;
  readonly held_until: number | string;
  readonly tries: number | string;
  readonly due_at: number | string;
  readonly problem: string | null;
  readonly taken_at: number | string | null;
  readonly asked: string | null;
}

/** Streams in either store, over a connection that reads or one that is inside of a commit. */
export class StreamRows implements StreamTables {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  async stream(name: string): Promise<StreamState | null> {
    const [row] = await this.#sql.all<StreamRow>("SELECT * FROM streams WHERE name = ?", [name]);
    return row === undefined ? null : stateOf(row);
  }

  async streams(): Promise<readonly StreamState[]> {
    return (await this.#sql.all<StreamRow>("SELECT * FROM streams ORDER BY name", [])).map(stateOf);
  }

  async begin(name: string, position: number): Promise<void> {
    await this.#sql.run(
      `INSERT INTO streams (name, position, held_until, tries, due_at) VALUES (?, ?, 0, 0, 0)
       ON CONFLICT (name) DO NOTHING`,
      [name, position],
    );
  }

  async hold(name: string, holder: string, until: number, now: number): Promise<boolean> {
    const written = await this.#sql.run(
      `UPDATE streams SET holder = ?, held_until = ?
       WHERE name = ? AND due_at <= ? AND (holder IS NULL OR holder = ? OR held_until < ?)`,
      [holder, until, name, now, holder, now],
    );
    return written === 1;
  }

  async advance(name: string, holder: string, { from, to, takenAt, until }: Advance): Promise<boolean> {
    const written = await this.#sql.run(
      `UPDATE streams SET position = ?, held_until = ?, tries = 0, due_at = 0, problem = NULL, taken_at = ?
       WHERE name = ? AND holder = ? AND position = ?`,
      [to, until, takenAt, name, holder, from],
    );
    return written === 1;
  }

  async fail(name: string, holder: string, dueAt: number, problem: string): Promise<void> {
    await this.#sql.run(
      `UPDATE streams SET holder = NULL, held_until = 0, tries = tries + 1, due_at = ?, problem = ?
       WHERE name = ? AND holder = ?`,
      [dueAt, problem, name, holder],
    );
  }

  async release(name: string, holder: string): Promise<void> {
    await this.#sql.run("UPDATE streams SET holder = NULL, held_until = 0 WHERE name = ? AND holder = ?", [
      name,
      holder,
    ]);
  }

  async ask(name: string, asked: AskedPosition): Promise<void> {
    // Whoever moves it by hand has mended what was wrong.
    await this.#sql.run("UPDATE streams SET asked = ?, tries = 0, due_at = 0 WHERE name = ?", [
      JSON.stringify(asked),
      name,
    ]);
  }

  async move(name: string, to: number): Promise<void> {
    await this.#sql.run("UPDATE streams SET position = ?, asked = NULL WHERE name = ?", [to, name]);
  }
}

function stateOf(row: StreamRow): StreamState {
  return {
    name: row.name,
    position: Number(row.position),
    holder: row.holder,
    heldUntil: Number(row.held_until),
    tries: Number(row.tries),
    dueAt: Number(row.due_at),
    problem: row.problem,
    takenAt: row.taken_at === null ? null : Number(row.taken_at),
    asked: row.asked === null ? null : askedOf(row.asked),
  };
}

function askedOf(text: string): AskedPosition {
  const asked: AskedPosition = JSON.parse(text);
  return asked;
}
