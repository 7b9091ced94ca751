/** Shorter than this, a value may be anything. */
const SHORTEST = 4;
/** From this length on it is found inside of other text too. */
const UNMISTAKABLE = 8;
const WORD = /[\p{L}\p{N}]/u;

/** Values that may not be seen, found in a text in one pass. */
export class RawValues {
  readonly #byStart = new Map<string, string[]>();
  readonly size: number;

  /** `known`: text that is shown to everybody; what stands in it is no secret. */
  constructor(values: Iterable<string>, known: readonly string[]) {
    const all = new Set(
      [...values].map((value) => value.trim().toLowerCase()).filter((value) => value.length >= SHORTEST),
    );
    for (const value of all) this.#add(value);
    const shown = new Set(known.flatMap((text) => this.in(text)));
    this.#byStart.clear();
    for (const value of all) if (!shown.has(value)) this.#add(value);
    this.size = all.size - shown.size;
  }

  #add(value: string): void {
    const start = value.slice(0, SHORTEST);
    const others = this.#byStart.get(start);
    if (others === undefined) this.#byStart.set(start, [value]);
    else others.push(value);
  }

  /** The values that stand in a text; short ones only as whole words. */
  in(text: string): readonly string[] {
    const lower = text.toLowerCase();
    const found: string[] = [];
    for (let at = 0; at + SHORTEST <= lower.length; at++) {
      for (const value of this.#byStart.get(lower.slice(at, at + SHORTEST)) ?? []) {
        if (!lower.startsWith(value, at)) continue;
        const alone = !WORD.test(lower[at - 1] ?? "") && !WORD.test(lower[at + value.length] ?? "");
        if (alone || value.length >= UNMISTAKABLE) found.push(value);
      }
    }
    return found;
  }
}
