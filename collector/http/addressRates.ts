/** Addresses that are counted at a time; whoever has more of them to send from is not held by counting. */
const MOST_ADDRESSES = 50_000;
const WINDOW_MS = 60_000;

/** Counts what each address asks within a minute. */
export class AddressRates {
  readonly #most: number;
  readonly #counts = new Map<string, number>();
  #begun = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Whether it may ask at this moment; counts `weight` where it may. */
  take(address: string, weight: number, now: number): boolean {
    if (now - this.#begun >= WINDOW_MS) {
      this.#counts.clear();
      this.#begun = now;
    }
    const count = this.#counts.get(address) ?? 0;
    if (count >= this.#most) return false;
    this.#set(address, count + weight);
    return true;
  }

  /** Milliseconds until it may ask again. */
  wait(now: number): number {
    return Math.max(0, this.#begun + WINDOW_MS - now);
  }

  /** What it asked turned out to cost so much more, or less. */
  add(address: string, weight: number): void {
    this.#set(address, Math.max(0, (this.#counts.get(address) ?? 0) + weight));
  }

  #set(address: string, count: number): void {
    this.#counts.set(address, count);
    if (this.#counts.size <= MOST_ADDRESSES) return;
    const [oldest] = this.#counts.keys();
    if (oldest !== undefined) this.#counts.delete(oldest);
  }
}
