/** Numbers by name; where there are too many, the one that was set longest ago is forgotten. */
export class RecentMap {
  readonly #most: number;
  readonly #values: Map<string, number>;

  constructor(most: number, entries: Iterable<readonly [string, number]> = []) {
    this.#most = most;
    this.#values = new Map(entries);
  }

  get size(): number {
    return this.#values.size;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  get(name: string): number {
    return this.#values.get(name) ?? 0;
  }

  set(name: string, value: number): void {
    this.#values.delete(name);
    this.#values.set(name, value);
    for (const oldest of this.#values.keys()) {
      if (this.#values.size <= this.#most) return;
      this.#values.delete(oldest);
    }
  }

  add(name: string, value: number): void {
    this.set(name, this.get(name) + value);
  }

  delete(name: string): void {
    this.#values.delete(name);
  }

  names(): readonly string[] {
    return [...this.#values.keys()];
  }

  entries(): [string, number][] {
    return [...this.#values];
  }
}
