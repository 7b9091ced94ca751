import { Refusal } from "../refusal.ts";
import type { ApprovalReads } from "./tables.ts";

/** Open questions that one process, and one person, may have. */
const MOST = 2_000;
const MOST_EACH = 20;
/** How soon what another process has written is seen. */
const LOOK_MS = 1_000;
const LONGEST_S = 30;

interface Follower {
  readonly id: string;
  readonly version: number;
  wake(): void;
}

/** Those who wait for a request to change: woken by this process's own changes at once, by others' within a second. */
export class Followers {
  readonly #reads: ApprovalReads;
  readonly #waiting = new Set<Follower>();
  readonly #each = new Map<string, number>();
  #looking: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(reads: ApprovalReads) {
    this.#reads = reads;
  }

  /**
   * Settles when the request is of another version, after `seconds`, or when the signal says that nobody listens any
   * more. @throws Refusal where too many wait.
   */
  async wait(
    who: string,
    request: { readonly id: string; readonly version: number },
    seconds: number,
    signal: AbortSignal,
  ): Promise<void> {
    if (this.#stopped || signal.aborted) return;
    const mine = this.#each.get(who) ?? 0;
    if (this.#waiting.size >= MOST || mine >= MOST_EACH)
      throw new Refusal("too-many", "Too many wait for answers at this moment.", "Ask again in a while.");
    this.#each.set(who, mine + 1);
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => resolve();
    const follower: Follower = { ...request, wake };
    this.#waiting.add(follower);
    const timer = setTimeout(wake, Math.min(seconds, LONGEST_S) * 1000);
    signal.addEventListener("abort", wake);
    this.#looking ??= setInterval(() => void this.#look(), LOOK_MS).unref();
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", wake);
      this.#waiting.delete(follower);
      const left = (this.#each.get(who) ?? 1) - 1;
      if (left === 0) this.#each.delete(who);
      else this.#each.set(who, left);
      if (this.#waiting.size === 0) this.#rest();
    }
  }

  changed(id: string, version: number): void {
    for (const follower of this.#waiting)
      if (follower.id === id && follower.version !== version) follower.wake();
  }

  /** Everybody is answered with what there is. */
  stop(): void {
    this.#stopped = true;
    this.#rest();
    for (const { wake } of this.#waiting) wake();
  }

  async #look(): Promise<void> {
    const ids = [...new Set([...this.#waiting].map(({ id }) => id))];
    // A store that does not answer now is asked again in a second; nobody waits longer than they said.
    const versions = await this.#reads.versions(ids).catch(() => new Map<string, number>());
    for (const [id, version] of versions) this.changed(id, version);
  }

  #rest(): void {
    if (this.#looking !== null) clearInterval(this.#looking);
    this.#looking = null;
  }
}
