/** Room for every four digits. */
const SLOTS = 16_384;
/** Bytes kept of each text: up to fifteen that it shows, and how many. */
const WIDTH = 16;
const COUNT_AT = WIDTH - 1;
const ZERO = 48;

/**
 * Texts made before, found by the few bytes they show: a mask that shows little makes the same texts again and again,
 * and finding one costs less than making it. What they are found by lies side by side, so that looking is one read.
 */
export class ShownTexts {
  readonly #make: (shown: string) => string;
  readonly #keys = new Uint8Array(SLOTS * WIDTH);
  readonly #texts: string[] = [];

  constructor(make: (shown: string) => string) {
    this.#make = make;
  }

  /** The text that shows the first `length` bytes of `shown`, which are ASCII; 1 to 15. */
  of(shown: Uint8Array, length: number): string {
    let number = 0;
    for (let index = 0; index < length; index++) number = (number * 10 + (shown[index] ?? 0) - ZERO) | 0;
    const slot = number & (SLOTS - 1);
    return this.#holds(slot * WIDTH, shown, length)
      ? (this.#texts[slot] ?? "")
      : this.#keep(slot, shown.subarray(0, length));
  }

  #holds(at: number, shown: Uint8Array, length: number): boolean {
    const keys = this.#keys;
    if (keys[at + COUNT_AT] !== length) return false;
    for (let index = 0; index < length; index++) {
      if (keys[at + index] !== shown[index]) return false;
    }
    return true;
  }

  #keep(slot: number, shown: Uint8Array): string {
    const text = this.#make(String.fromCharCode(...shown));
    // Filled in order, so that the engine keeps them side by side.
    while (this.#texts.length < SLOTS) this.#texts.push("");
    this.#texts[slot] = text;
    this.#keys.set(shown, slot * WIDTH);
    this.#keys[slot * WIDTH + COUNT_AT] = shown.length;
    return text;
  }
}
