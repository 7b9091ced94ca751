import weights from "./nameModel.generated.json" with { type: "json" };

/** Runs of letters a word is taken apart into, its beginning and end marked. */
const SHORTEST = 2;
const LONGEST = 5;
export const NAME_BUCKETS = 1 << 16;

const WEIGHTS = new Int8Array(Buffer.from(weights.weights, "base64"));

/**
 * Logarithm of the odds that a word is part of a person's name rather than any other capitalised word. A linear
 * model over runs of letters, trained by `scripts/train-name-model.ts`.
 */
export function nameLogit(word: string): number {
  let sum = 0;
  const buckets = nameBuckets(word);
  for (const bucket of buckets) sum += WEIGHTS[bucket] ?? 0;
  return weights.bias + (sum * weights.scale) / Math.sqrt(Math.max(1, buckets.length));
}

/** Where a bucket was met last, so that none is counted twice. */
const metAt = new Uint32Array(NAME_BUCKETS);
let word = 0;

/** The model's features of a word: where its runs of letters, and the whole of it, hash to. */
export function nameBuckets(of: string): readonly number[] {
  const marked = `^${of.toLowerCase().slice(0, 30)}$`;
  const buckets: number[] = [];
  word += 1;
  const add = (bucket: number): void => {
    if (metAt[bucket] === word) return;
    metAt[bucket] = word;
    buckets.push(bucket);
  };
  for (let start = 0; start < marked.length; start++) {
    let hash = 0x811c9dc5;
    for (let length = 1; length <= LONGEST && start + length <= marked.length; length++) {
      hash = Math.imul(hash ^ marked.charCodeAt(start + length - 1), 0x01000193) >>> 0;
      if (length >= SHORTEST) add((hash ^ (hash >>> 15)) % NAME_BUCKETS);
    }
  }
  let whole = 0x9dc5811c;
  for (let position = 0; position < marked.length; position++) {
    whole = Math.imul(whole ^ marked.charCodeAt(position), 0x01000193) >>> 0;
  }
  add((whole ^ (whole >>> 13)) % NAME_BUCKETS);
  return buckets;
}
