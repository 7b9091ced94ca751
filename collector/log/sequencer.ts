import type { Sha256 } from "../../protocol/ids.ts";
import { CollectorError } from "../collectorError.ts";
import { Refusal } from "../refusal.ts";
import type { AlertKind } from "../store/alert.ts";
import { isAboutData } from "../store/isAboutData.ts";
import type { Store, Tree } from "../store/store.ts";
import { Commit } from "./commit.ts";
import type { LogKeys } from "./logKeys.ts";
import type { NodeCache } from "./nodeCache.ts";
import type { PublishedHead } from "./publishedHead.ts";

interface Job {
  readonly chains: readonly Sha256[];
  /** Records it will add, about. */
  readonly weight: number;
  readonly run: (commit: Commit) => Promise<void>;
  readonly settle: (outcome: Settled) => void;
}

type Settled =
  | { readonly kind: "committed"; readonly tree: Tree }
  | { readonly kind: "failed"; readonly error: unknown };

/** Most records of one commit, so that none takes long. */
const MOST_AT_ONCE = 4_000;

export interface SequencerParts {
  readonly store: Store;
  readonly keys: LogKeys;
  readonly nodes: NodeCache;
  readonly published: PublishedHead;
  readonly now: () => Date;
  /** Told after each try; null where it failed. `raised`: what alerts there are that were not there before. */
  readonly onCommit: (size: number | null, jobs: number, raised: readonly AlertKind[]) => void;
}

/**
 * The only writer of the log. What waits while one commit runs shares the next one: one transaction, one checkpoint,
 * one fsync.
 */
export class Sequencer {
  readonly #parts: SequencerParts;
  #waiting: Job[] = [];
  #running: Promise<void> | null = null;
  #halted: CollectorError | null = null;
  /** The largest tree this process has seen. */
  #last: Tree;

  constructor(parts: SequencerParts, tree: Tree) {
    this.#parts = parts;
    this.#last = tree;
  }

  /**
   * Runs `work` inside of a commit and settles once that is durable, and published as far as it may be. Where `work`
   * throws, nothing of it is written. @throws Refusal
   */
  run<T>(
    chains: readonly Sha256[],
    work: (commit: Commit) => Promise<T>,
    weight = 1,
  ): Promise<{ readonly value: T; readonly tree: Tree }> {
    return new Promise((resolve, reject) => {
      let done: { readonly value: T } | null = null;
      this.#waiting.push({
        chains,
        weight,
        run: async (commit) => {
          done = { value: await work(commit) };
        },
        settle: (outcome) => {
          if (outcome.kind === "failed") reject(outcome.error);
          else if (done !== null) resolve({ value: done.value, tree: outcome.tree });
        },
      });
      this.#running ??= this.#drain();
    });
  }

  /** The newest tree there is, which may be another process's work; published before it is returned. */
  async published(): Promise<Tree> {
    const tree = await this.#continued(() => this.#parts.store.tree());
    await this.#parts.published.note(tree);
    if (tree.size > this.#last.size) this.#last = tree;
    return tree;
  }

  /** Nothing is signed any more: the store is not what was published. */
  halt(why: CollectorError): void {
    this.#halted = why;
  }

  /** Settles when nothing waits any more. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #drain(): Promise<void> {
    // Whatever comes in this turn of the event loop goes together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) await this.#commit(this.#take());
    this.#running = null;
  }

  #take(): readonly Job[] {
    let weight = 0;
    const fit = this.#waiting.findIndex((job, place) => {
      weight += job.weight;
      return place > 0 && weight > MOST_AT_ONCE;
    });
    return this.#waiting.splice(0, fit < 0 ? this.#waiting.length : fit);
  }

  async #commit(jobs: readonly Job[]): Promise<void> {
    const { store, nodes, published, onCommit } = this.#parts;
    const refused = new Map<Job, unknown>();
    try {
      const written = await store.commit(async (transaction) => {
        const tree = await this.#continued(() => transaction.tree());
        const commit = new Commit(transaction, tree, this.#parts.keys, this.#parts.now());
        await commit.expect(jobs.flatMap(({ chains }) => chains));
        for (const job of jobs) {
          try {
            await job.run(commit);
          } catch (error) {
            if (!(error instanceof Refusal)) throw error;
            refused.set(job, error);
          }
        }
        return commit.write();
      });
      nodes.keep(written.nodes);
      this.#last = written.tree;
      await published.note(written.tree);
      onCommit(written.tree.size, jobs.length, written.raised);
      for (const job of jobs) {
        job.settle(
          refused.has(job)
            ? { kind: "failed", error: refused.get(job) }
            : { kind: "committed", tree: written.tree },
        );
      }
    } catch (error) {
      onCommit(null, jobs.length, []);
      // One that the store cannot take must not keep the others out.
      if (jobs.length > 1 && isAboutData(error)) {
        for (const job of jobs) await this.#commit([job]);
        return;
      }
      for (const job of jobs) job.settle({ kind: "failed", error });
    }
  }

  /** @throws CollectorError where the tree is not one that goes on from the last. */
  async #continued(read: () => Promise<Tree | null>): Promise<Tree> {
    if (this.#halted !== null) throw this.#halted;
    // Taken before reading: a commit that ends meanwhile is no sign of a smaller tree.
    const last = this.#last;
    const tree = await read();
    const goesOn =
      tree !== null &&
      tree.logKey === this.#parts.keys.logKey &&
      tree.log === last.log &&
      (tree.size > last.size || (tree.size === last.size && tree.checkpoint === last.checkpoint));
    if (!goesOn) throw storeReplaced();
    return tree;
  }
}

const storeReplaced = (): CollectorError =>
  new CollectorError(
    "store-replaced",
    "The store was replaced while the collector ran: it does not go on from what was published.",
    "Stop the collector; if a backup was restored, run `sluice collector restore` before it starts again.",
  );
