import { z } from "zod";
import { HOLD_SCOPE } from "../../protocol/retention/holdScope.ts";
import type { KeptHold, RetentionState, RetentionTables } from "../retention/tables.ts";
import type { Sql } from "./sql.ts";

/** Places of one statement: all the databases take so many values. */
const AT_ONCE = 500;
const MOST_HOLDS = 10_000;

const BODY = z.object({
  scope: HOLD_SCOPE,
  setBy: z.string(),
  reason: z.string(),
  liftedBy: z.string().nullable().default(null),
  liftReason: z.string().nullable().default(null),
});

interface HoldRow {
  readonly id: string;
  readonly set_at: number | string;
  readonly lifted_at: number | string | null;
  readonly body: string;
}

interface StateRow {
  readonly position: number | string;
  readonly kept_from: number | string | null;
  readonly dropped: number | string;
  readonly dropped_to: number | string | null;
}

/** Holds, and how far dropping has come, in either store. */
export class RetentionRows implements RetentionTables {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  async state(): Promise<RetentionState> {
    const [row] = await this.#sql.all<StateRow>("SELECT * FROM retention WHERE id = 1", []);
    return {
      position: Number(row?.position ?? 0),
      keptFrom: numberOf(row?.kept_from ?? null),
      dropped: Number(row?.dropped ?? 0),
      droppedTo: numberOf(row?.dropped_to ?? null),
    };
  }

  async holds(which: "in_force" | "all"): Promise<readonly KeptHold[]> {
    const rows = await this.#sql.all<HoldRow>(
      `SELECT * FROM holds ${which === "in_force" ? "WHERE lifted_at IS NULL" : ""} ORDER BY set_at DESC, id LIMIT ?`,
      [MOST_HOLDS],
    );
    return rows.map(({ id, set_at, lifted_at, body }) => {
      const { liftedBy: by, liftReason, ...kept } = BODY.parse(JSON.parse(body));
      const lifted = lifted_at === null ? null : { at: Number(lifted_at), by, reason: liftReason };
      return { id, setAt: Number(set_at), ...kept, lifted };
    });
  }

  async setState({ position, keptFrom, dropped, droppedTo }: RetentionState): Promise<void> {
    await this.#sql.run(
      "UPDATE retention SET position = ?, kept_from = ?, dropped = ?, dropped_to = ? WHERE id = 1",
      [position, keptFrom, dropped, droppedTo],
    );
  }

  async putHold(hold: KeptHold): Promise<void> {
    await this.#sql.run("INSERT INTO holds (id, set_at, lifted_at, body) VALUES (?, ?, ?, ?)", [
      hold.id,
      hold.setAt,
      hold.lifted?.at ?? null,
      bodyOf(hold),
    ]);
  }

  async liftHold(hold: KeptHold): Promise<void> {
    await this.#sql.run("UPDATE holds SET lifted_at = ?, body = ? WHERE id = ? AND lifted_at IS NULL", [
      hold.lifted?.at ?? null,
      bodyOf(hold),
      hold.id,
    ]);
  }

  async dropTexts(places: readonly number[], by: number): Promise<void> {
    for (let from = 0; from < places.length; from += AT_ONCE) {
      const some = places.slice(from, from + AT_ONCE);
      const written = await this.#sql.run(
        `UPDATE records SET canonical = NULL, dropped_by = ?
         WHERE canonical IS NOT NULL AND leaf_index IN (${some.map(() => "?").join(", ")})`,
        [by, ...some],
      );
      if (written !== some.length) throw new Error("A text was to be dropped that is not there.");
    }
  }
}

const bodyOf = ({ scope, setBy, reason, lifted }: KeptHold): string =>
  JSON.stringify({
    scope,
    setBy,
    reason,
    ...(lifted === null ? {} : { liftedBy: lifted.by, liftReason: lifted.reason }),
  });

const numberOf = (value: number | string | null): number | null => (value === null ? null : Number(value));
