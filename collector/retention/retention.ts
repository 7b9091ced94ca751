import { covers } from "../../protocol/retention/hold.ts";
import type { Commit } from "../log/commit.ts";
import type { Sequencer } from "../log/sequencer.ts";
import type { Counting } from "../search/counting.ts";
import type { SearchDatabase } from "../search/database.ts";
import { intentsOf, stretchOf } from "../search/stretch.ts";
import type { Store } from "../store/store.ts";
import { batchesOf, dropRecord, rowsOf } from "./dropRecord.ts";
import { type Unit, unitsOf } from "./units.ts";

const DAY = 86_400_000;
/** How often it looks for what has become old. */
export const RETENTION_EVERY_MS = 5_000;
/** Records looked at in one go. */
const WINDOW = 500;
const MOST_CHARACTERS = 8 * 1024 * 1024;
/** Dropping behind everybody's back takes at most one part of the time in so many. */
const SHARE = 5;

export interface RetentionParts {
  readonly store: Store;
  readonly search: SearchDatabase;
  readonly sequencer: Sequencer;
  readonly counting: Counting;
  /** Null: everything is kept. */
  readonly days: number | null;
  readonly approvalDays: number;
  readonly now: () => Date;
  readonly everyMs: number;
}

/** What is to be dropped of a stretch, unless something keeps it. */
interface Stretch {
  readonly from: number;
  readonly next: number;
  readonly units: readonly Unit[];
}

/**
 * Drops the texts of old records, in the order of the log and a stretch at a time. Each stretch is one commit of the
 * log: the texts go, the collector's chain says which, and the place where it goes on, or none of it.
 */
export class Retention {
  readonly #parts: RetentionParts;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> | null = null;
  #stopped = false;
  #begun = false;

  constructor(parts: RetentionParts) {
    this.#parts = parts;
    this.#timer = setInterval(() => void this.#round(), parts.everyMs).unref();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  #round(): Promise<void> {
    this.#running ??= this.#goOn()
      // The store is away or being restored: the next round tries again.
      .catch(() => {})
      .finally(() => {
        this.#running = null;
      });
    return this.#running;
  }

  async #goOn(): Promise<void> {
    await this.#pruneApprovals();
    const { days } = this.#parts;
    if (days === null) return;
    if (!this.#begun) await this.#lookAgain();
    this.#begun = true;
    for (
      let began = performance.now();
      !this.#stopped && (await this.#drop(days));
      began = performance.now()
    ) {
      const pause = (SHARE - 1) * (performance.now() - began);
      await new Promise((resolve) => setTimeout(resolve, pause).unref());
    }
  }

  /** Requests for approval that ended long ago: what came of them is in the log. */
  async #pruneApprovals(): Promise<void> {
    const { store, sequencer, approvalDays, now } = this.#parts;
    const before = now().getTime() - approvalDays * DAY;
    if (!(await store.approvals.hasEnded(before))) return;
    await sequencer.run([], ({ approvals }) => approvals.prune(before, WINDOW));
  }

  /** What was kept for a while, such as beside an open request, may be free by now. */
  async #lookAgain(): Promise<void> {
    const { store, sequencer } = this.#parts;
    if ((await store.retention.state()).keptFrom === null) return;
    await sequencer.run([], ({ retention }) => lookAgain(retention));
  }

  /** Whether there may be more. */
  async #drop(days: number): Promise<boolean> {
    const before = this.#parts.now().getTime() - days * DAY;
    const stretch = await this.#oldStretch(before);
    if (stretch === null) return false;
    await this.#parts.sequencer.run([], (commit) => dropStretch(commit, stretch, days), WINDOW);
    return true;
  }

  async #oldStretch(before: number): Promise<Stretch | null> {
    const { store, search, sequencer, counting } = this.#parts;
    const { position } = await store.retention.state();
    const [first] = await search.all<{ received_at: number }>(
      "SELECT r.received_at FROM records r WHERE r.leaf_index = $1",
      [position],
    );
    if (first === undefined || first.received_at >= before) return null;
    const { size } = await sequencer.published();
    // What is not counted yet would never be.
    const { counted } = await counting.modelsUpTo();
    const end = Math.min(position + WINDOW, size, counted);
    const rows = await stretchOf(search, { from: position, to: end, characters: MOST_CHARACTERS });
    const young = rows.findIndex(({ received_at }) => received_at >= before);
    const old = young < 0 ? rows : rows.slice(0, young);
    const last = old.at(-1);
    if (last === undefined) return null;
    return { from: position, next: last.leaf_index + 1, units: unitsOf(old, await intentsOf(search, old)) };
  }
}

/** Begins again at the first place where something was kept. */
export async function lookAgain(retention: Commit["retention"]): Promise<void> {
  const state = await retention.state();
  const position = Math.min(state.position, state.keptFrom ?? state.position);
  await retention.setState({ ...state, position, keptFrom: null });
}

/** Holds are read here, inside of the commit: one that was set a moment ago counts. */
async function dropStretch(commit: Commit, { from, next, units }: Stretch, days: number): Promise<void> {
  const { retention } = commit;
  const state = await retention.state();
  // Another process was faster.
  if (state.position !== from) return;
  const holds = await retention.holds("in_force");
  const free: Unit[] = [];
  let keptFrom = state.keptFrom;
  for (const unit of units) {
    if (holds.some((hold) => covers(hold, unit.held)) || (await isOpen(commit, unit)))
      keptFrom = Math.min(keptFrom ?? unit.at, unit.at);
    else free.push(unit);
  }
  let { dropped, droppedTo } = state;
  for (const batch of batchesOf(free, holds)) {
    const rows = rowsOf(batch);
    await commit.say(dropRecord(batch, days, holds));
    await retention.dropTexts(
      rows.map(({ leaf_index }) => leaf_index),
      commit.size - 1,
    );
    dropped += rows.length;
    droppedTo = Math.max(droppedTo ?? batch.to, batch.to);
  }
  await retention.setState({ position: next, keptFrom, dropped, droppedTo });
}

/** Whether it is about a request that is not over. */
async function isOpen({ approvals }: Commit, unit: Unit): Promise<boolean> {
  for (const id of unit.approvals) {
    const request = await approvals.find(id);
    if (request?.state === "pending" || request?.state === "granted") return true;
  }
  return false;
}
