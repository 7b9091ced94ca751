import weights from "./nameModel.generated.json" with { type: "json" };

/** Runs of letters a word is taken apart into, its beginning and end marked. */
const SHORTEST = 2;
const LONGEST = 5;
export const NAME_BUCKETS = 1 << 16;

const WEIGHTS = new Int8Array(Buffer.from(weights.weights, "base64"));
const known = new Map<string, number>();
const MOST_KNOWN = 20_000;

/**
 * Logarithm of the odds that a word is part of a person's name rather than any other capitalised word. A linear
 * model over runs of letters, trained by `scripts/train-name-model.ts`.
 */
export function nameLogit(word: string): number {
  const found = known.get(word);
  if (found !== undefined) return found;
  let sum = 0;
  const buckets = nameBuckets(word);
  for (const bucket of buckets) sum += WEIGHTS[bucket] ?? 0;
  const logit = weights.bias + (sum * weights.scale) / Math.sqrt(Math.max(1, buckets.length));
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(word, logit);
  return logit;
}

/** The model's features of a word: where its runs of letters, and the whole of it, hash to. */
export function nameBuckets(word: string): readonly number[] {
  const marked = `^${word.toLowerCase().slice(0, 30)}$`;
  const buckets = new Set<number>();
  for (let start = 0; start < marked.length; start++) {
    let hash = 0x811c9dc5;
    for (let length = 1; length <= LONGEST && start + length <= marked.length; length++) {
      hash = Math.imul(hash ^ marked.charCodeAt(start + length - 1), 0x01000193) >>> 0;
      if (length >= SHORTEST) buckets.add((hash ^ (hash >>> 15)) % NAME_BUCKETS);
    }
  }
  let whole = 0x9dc5811c;
  for (let position = 0; position < marked.length; position++) {
    whole = Math.imul(whole ^ marked.charCodeAt(position), 0x01000193) >>> 0;
  }
  buckets.add((whole ^ (whole >>> 13)) % NAME_BUCKETS);
  return [...buckets];
}
