import type { UpTo } from "../../protocol/collector/search.ts";
import { searchFields } from "../store/searchFields.ts";
import type { Store } from "../store/store.ts";
import { COUNTS, catchUp } from "./catchUp.ts";
import { countModels, type ModelState, modelState } from "./countModels.ts";
import { Counts } from "./counts.ts";
import type { Asker, SearchDatabase } from "./database.ts";
import { COUNTED_TABLES } from "./schema.ts";
import { intentSeq, intentsOf, placeKey, recordOf, type StretchRow, stretchOf } from "./stretch.ts";
import { countDays } from "./termDays.ts";
import { writeCounts } from "./writeCounts.ts";

/** Records of one transaction. */
const BATCH = 500;
const MOST_CHARACTERS = 16 * 1024 * 1024;
/** Batches a question waits for; the rest is counted behind it. */
const MOST_WAITED = 10;
const EVERY_MS = 5_000;
/** Counting behind everybody's back takes at most one part of the time in so many. */
const SHARE = 5;

interface State {
  readonly counted: number;
  readonly epoch: number;
  /** What is counted, as `COUNTS` numbers it. */
  readonly counts: number;
}

/** Counts what the log has grown by, a stretch at a time and each stretch once, beside whatever else goes on. */
export class Counting {
  readonly #database: SearchDatabase;
  readonly #store: Pick<Store, "tree">;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<boolean> | null = null;
  #stopped = false;

  constructor(database: SearchDatabase, store: Pick<Store, "tree">) {
    this.#database = database;
    this.#store = store;
    this.#timer = setInterval(() => void this.#goOn(), EVERY_MS).unref();
  }

  /** Counts what is new, within reason, and tells how far it is. */
  async upTo(): Promise<UpTo> {
    for (let batches = 0; batches < MOST_WAITED && !this.#stopped; batches += 1)
      if (!(await this.#batch())) break;
    const [state] = await this.#database.all<{ counted: number }>(
      "SELECT counted FROM search_state WHERE id = 1",
    );
    return { counted: state?.counted ?? 0, size: (await this.#store.tree())?.size ?? 0 };
  }

  /** The same of what models were shown, which is counted at its own place of the log, and what of it was gone by then. */
  async modelsUpTo(): Promise<UpTo & Omit<ModelState, "counted">> {
    const { size } = await this.upTo();
    return { counted: 0, missed: 0, missed_to: null, ...(await modelState(this.#database)), size };
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#running?.catch(() => {});
  }

  async #goOn(): Promise<void> {
    try {
      for (
        let began = performance.now();
        !this.#stopped && (await this.#batch());
        began = performance.now()
      ) {
        const pause = (SHARE - 1) * (performance.now() - began);
        await new Promise((resolve) => setTimeout(resolve, pause).unref());
      }
    } catch {
      // The store is away or being restored: the next round tries again, and questions say how far counting came.
    }
  }

  /** Whether there may be more. */
  #batch(): Promise<boolean> {
    this.#running ??= this.#count().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #count(): Promise<boolean> {
    const tree = await this.#store.tree();
    if (tree === null) return false;
    return this.#database.transaction(async (asker) => {
      const [state = { counted: 0, epoch: 0, counts: COUNTS }] = await asker.all<State>(
        "SELECT counted, epoch, counts FROM search_state WHERE id = 1",
      );
      const earlier = state.counts < COUNTS ? await catchUp(asker, state) : "kept";
      // After a backup was restored another log goes on: what was counted of the lost one is forgotten.
      const anew = earlier === "count anew" || state.epoch !== tree.epoch || state.counted > tree.size;
      if (anew) for (const table of COUNTED_TABLES) await asker.all(`DELETE FROM ${table}`);
      const from = anew ? 0 : state.counted;
      const to = Math.min(from + BATCH, tree.size);
      const rows = await stretchOf(asker, { from, to, characters: MOST_CHARACTERS });
      await writeCounts(asker, await countsOf(asker, rows));
      const counted = endOf(rows, from);
      const models = await countModelsTo(asker, counted, { from, rows });
      if (anew || rows.length > 0 || state.counts < COUNTS)
        await asker.all("UPDATE search_state SET counted = $1, epoch = $2, counts = $3 WHERE id = 1", [
          ...[counted, tree.epoch, COUNTS],
        ]);
      const { marks } = this.#database;
      const moreDays = marks !== null && (await countDays(asker, marks, tree));
      return moreDays || models < counted || (counted < tree.size && rows.length > 0);
    });
  }
}

const endOf = (rows: readonly StretchRow[], from: number): number =>
  (rows.at(-1)?.leaf_index ?? from - 1) + 1;

/**
 * Counts a stretch of what models were shown, up to `end` at most: the one in hand, or what comes before it where a release
 * has begun to count them behind everything else. Tells how far it came.
 */
async function countModelsTo(
  asker: Asker,
  end: number,
  hand: { readonly from: number; readonly rows: readonly StretchRow[] },
): Promise<number> {
  const state = await modelState(asker);
  const from = state?.counted ?? 0;
  if (from >= end) return from;
  const rows =
    from === hand.from
      ? hand.rows
      : await stretchOf(asker, { from, to: Math.min(from + BATCH, end), characters: MOST_CHARACTERS });
  if (rows.length === 0) return end;
  const counted = endOf(rows, from);
  await countModels(asker, rows, state, counted);
  return counted;
}

async function countsOf(asker: Asker, rows: readonly StretchRow[]): Promise<Counts> {
  const counts = new Counts();
  const intents = await intentsOf(asker, rows);
  for (const row of rows) {
    const record = recordOf(row);
    if (record === null) continue;
    const seq = intentSeq(row);
    const intent = seq === null ? undefined : intents.get(placeKey({ device: row.device, seq }));
    const asked = intent === undefined ? undefined : recordOf(intent)?.body;
    counts.add(searchFields(record, row.received_at), record.body, asked?.kind === "intent" ? asked : null);
  }
  return counts;
}
