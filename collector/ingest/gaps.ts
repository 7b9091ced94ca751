import type { Sha256 } from "../../protocol/ids.ts";
import type { Sequencer } from "../log/sequencer.ts";
import type { Store } from "../store/store.ts";
import { tellUnheardLeases } from "./unheardLeases.ts";

/** So long records may be missing before which a later one was shown: batches overtake each other, a network goes. */
export const GAP_MS = 60 * 60 * 1000;
const MOST_AT_ONCE = 100;

/** Notes that a device has shown a record, and has been told which ones before it have not come. */
export async function noteGap(sequencer: Sequencer, chain: Sha256, seq: number): Promise<void> {
  await sequencer.run([chain], async (commit) => {
    const device = await commit.device(chain);
    if (device === null || seq <= device.seq + 1) return;
    commit.put(device);
    commit.unended.beginGap(chain, seq, commit.now.getTime());
  });
}

interface GapParts {
  readonly store: Store;
  readonly sequencer: Sequencer;
  readonly now: () => Date;
  readonly everyMs: number;
}

/** Looks from time to time for records that were announced and never came. */
export class Gaps {
  readonly #parts: GapParts;
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<void> | null = null;

  constructor(parts: GapParts) {
    this.#parts = parts;
    this.#timer = setInterval(() => void this.#look(), parts.everyMs).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  #look(): Promise<void> {
    this.#looking ??= this.#settle()
      // The store is away: the next look tries again.
      .catch(() => {})
      .finally(() => {
        this.#looking = null;
      });
    return this.#looking;
  }

  async #settle(): Promise<void> {
    const { store, sequencer, now } = this.#parts;
    await tellUnheardLeases(store, sequencer, now());
    const due = await store.unended("gap", now().getTime() - GAP_MS, MOST_AT_ONCE);
    for (const { chain, seq, receivedAt } of due) {
      await sequencer.run([chain], async (commit) => {
        const device = await commit.device(chain);
        if (device === null) return;
        commit.put(device);
        commit.unended.endGap(chain);
        if (device.seq >= seq - 1) return;
        const [from, to] = [device.seq + 1, seq - 1];
        const missing = from === to ? `record ${from}` : `records ${from} to ${to}`;
        const since = new Date(receivedAt).toISOString();
        await commit.raise({
          kind: "gap",
          chain,
          seq: from,
          what: `${missing} did not come since ${since}, when the device sent record ${seq} and was told what is missing`,
          evidence: JSON.stringify({ from, to, shown: seq, since }),
        });
      });
    }
  }
}
