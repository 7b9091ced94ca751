/** Room for every four digits. */
const SLOTS = 16_384;

const ZERO = 48;

interface Kept {
  readonly shown: Uint8Array;
  readonly text: string;
}

/**
 * Texts made before, found by the few bytes they show: a mask that shows little makes the same texts again and again,
 * and finding one costs less than making it.
 */
export class ShownTexts {
  readonly #make: (shown: string) => string;
  readonly #slots: (Kept | undefined)[] = new Array<Kept | undefined>(SLOTS);

  constructor(make: (shown: string) => string) {
    this.#make = make;
  }

  /** The text that shows the first `length` bytes of `shown`, which are ASCII. */
  of(shown: Uint8Array, length: number): string {
    let number = 0;
    for (let index = 0; index < length; index++) number = (number * 10 + (shown[index] ?? 0) - ZERO) | 0;
    const slot = number & (SLOTS - 1);
    const kept = this.#slots[slot];
    if (kept !== undefined && same(kept.shown, shown, length)) return kept.text;
    const copy = shown.slice(0, length);
    const text = this.#make(String.fromCharCode(...copy));
    this.#slots[slot] = { shown: copy, text };
    return text;
  }
}

function same(kept: Uint8Array, shown: Uint8Array, length: number): boolean {
  if (kept.length !== length) return false;
  for (let index = 0; index < length; index++) {
    if (kept[index] !== shown[index]) return false;
  }
  return true;
}
