import type { ApprovalReads } from "./tables.ts";

const EVERY_MS = 2_000;
const AT_ONCE = 100;

/** Writes down, soon after, what time alone has ended. Any number of processes may do so. */
export class Overdue {
  readonly #reads: ApprovalReads;
  readonly #overtake: (id: string) => Promise<void>;
  readonly #now: () => Date;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> | null = null;

  constructor(reads: ApprovalReads, overtake: (id: string) => Promise<void>, now: () => Date) {
    this.#reads = reads;
    this.#overtake = overtake;
    this.#now = now;
    this.#timer = setInterval(() => {
      this.#running ??= this.#look().finally(() => {
        this.#running = null;
      });
    }, EVERY_MS).unref();
  }

  /** Settles when what is under way is done. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  async #look(): Promise<void> {
    // A store that does not answer is asked again at the next round: nothing depends on how soon this is written.
    const ids = await this.#reads.overdue(this.#now().getTime(), AT_ONCE).catch(() => []);
    for (const id of ids) await this.#overtake(id).catch(() => {});
  }
}
