/**
 * One row as a server sent it, good only until the next one comes: nothing is made of a cell that nobody asks for,
 * so that what is hidden need not become a string first.
 */
export interface IncomingRow {
  readonly width: number;
  /** Null for NULL. */
  text(position: number): string | null;
  /** What the cells lie in, as UTF-8; null where the engine hands out texts. */
  readonly bytes: Uint8Array | null;
  start(position: number): number;
  /** -1 for NULL. */
  end(position: number): number;
}

/** A row of texts; one object serves for all rows of a result. */
export class TextRow implements IncomingRow {
  readonly bytes = null;
  #texts: readonly (string | null)[];

  constructor(texts: readonly (string | null)[] = []) {
    this.#texts = texts;
  }

  of(texts: readonly (string | null)[]): this {
    this.#texts = texts;
    return this;
  }

  get width(): number {
    return this.#texts.length;
  }

  text(position: number): string | null {
    return this.#texts[position] ?? null;
  }

  start(): number {
    return 0;
  }

  end(position: number): number {
    return this.#texts[position] === null ? -1 : 0;
  }
}

/** Every cell as it is. */
export function everyText(row: IncomingRow): readonly (string | null)[] {
  const texts = new Array<string | null>(row.width);
  for (let position = 0; position < texts.length; position++) texts[position] = row.text(position);
  return texts;
}
