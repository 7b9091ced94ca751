import type { AuditRecord, RecordBody } from "../audit/record.ts";
import type { Hash, HashBytes } from "../log/merkle.ts";
import type { SeqRange } from "../log/proofReport.ts";
import { DroppedDigest } from "./droppedDigest.ts";
import { type Hold, isOfTimeAlone, overlaps } from "./hold.ts";
import type { HoldScope } from "./holdScope.ts";

type DropBody = Extract<RecordBody, { kind: "bodies_dropped" }>;

/** Texts of one chain that one record of the collector's says were dropped. */
export interface Drop {
  /** Time of that record. */
  readonly at: string;
  /** Holds that were in force then, as far as they are known. */
  readonly holds: readonly Hold[];
}

interface OpenDrop extends Drop {
  readonly expected: string;
  readonly count: number;
  readonly digest: DroppedDigest;
  fed: number;
}

interface Span extends SeqRange {
  readonly drop: OpenDrop;
}

/** What is wrong with what a collector says it dropped. */
export interface DropFault {
  readonly kind: "not-dropped" | "held";
  readonly what: string;
}

/**
 * What a log's own chains say of texts that were dropped: which, when, and that no hold was in the way. Takes the
 * collector's records in the order of the log, before the leaves they are about. Memory grows with the stretches dropped.
 */
export class DropEvidence {
  readonly #sha256: HashBytes;
  readonly #spans = new Map<string, Span[]>();
  readonly #holds = new Map<string, HoldScope>();
  #records = 0;
  #first: string | null = null;
  #last: string | null = null;
  #holdsKnown = true;

  constructor(sha256: HashBytes) {
    this.#sha256 = sha256;
  }

  /** Records without their text, and the times of the first and the last record that says so; null for none. */
  get dropped(): { readonly records: number; readonly from: string; readonly to: string } | null {
    if (this.#first === null || this.#last === null) return null;
    return { records: this.#records, from: this.#first, to: this.#last };
  }
  /** Whether it was seen which holds were in force. */
  get holdsKnown(): boolean {
    return this.#holdsKnown;
  }

  /** Takes a record of the collector's own. `whole`: every record about holds before it was taken as well. */
  take({ at, body }: AuditRecord, whole: boolean): DropFault | null {
    switch (body.kind) {
      case "hold_set":
        this.#holds.set(body.hold, body.scope);
        return null;
      case "hold_lifted":
        this.#holds.delete(body.hold);
        return null;
      case "bodies_dropped":
        if (!whole) this.#holdsKnown = false;
        return this.#take(at, body, whole);
      default:
        return null;
    }
  }

  /** The record of the collector's by which this text was dropped; null where there is none. */
  dropOf(chain: string, seq: number): Drop | null {
    return this.#spanOf(chain, seq)?.drop ?? null;
  }

  /** Every stretch of a chain, in its order. */
  stretchesOf(chain: string): readonly (SeqRange & { readonly drop: Drop })[] {
    return this.#spans.get(chain) ?? [];
  }

  /** Takes a leaf, in its chain's order. */
  leaf(chain: string, seq: number, hash: Hash): DropFault | null {
    const drop = this.#spanOf(chain, seq)?.drop;
    if (drop === undefined) return null;
    drop.digest.add(hash);
    drop.fed += 1;
    if (drop.fed !== drop.count || drop.digest.hex === drop.expected) return null;
    return { kind: "not-dropped", what: "what was dropped up to here is not what the collector recorded" };
  }

  #take(at: string, { dropped, count, holds, from, to }: DropBody, whole: boolean): DropFault | null {
    const active = [...this.#holds].map(([id, scope]) => ({ id, scope }));
    let records = 0;
    for (const { chain, places, digest } of dropped) {
      const inChain = places.reduce((sum, place) => sum + place.to - place.from + 1, 0);
      const drop: OpenDrop = {
        ...{ at, holds: active, expected: digest, count: inChain, fed: 0 },
        digest: new DroppedDigest(this.#sha256),
      };
      for (const [index, place] of places.entries()) {
        const least = (places[index - 1]?.to ?? 1) + 1;
        // Record 1 introduces a key; those are never dropped.
        if (place.from < least || place.to < place.from || !this.#add(chain, { ...place, drop }))
          return {
            kind: "not-dropped",
            what: `it says of chain ${chain} that a text was dropped twice, or never can be`,
          };
      }
      records += inChain;
    }
    if (records !== count)
      return { kind: "not-dropped", what: `it says that ${count} texts were dropped, and names ${records}` };
    this.#records += records;
    this.#first ??= at;
    this.#last = at;
    return whole ? heldFault(active, holds, { from: Date.parse(from), to: Date.parse(to) }) : null;
  }

  /** False where something of it was dropped before. */
  #add(chain: string, span: Span): boolean {
    const spans = this.#spans.get(chain) ?? [];
    this.#spans.set(chain, spans);
    const after = placeIn(spans, span.from);
    const [before, next] = [spans[after - 1], spans[after]];
    if ((before !== undefined && before.to >= span.from) || (next !== undefined && next.from <= span.to))
      return false;
    spans.splice(after, 0, span);
    return true;
  }

  #spanOf(chain: string, seq: number): Span | null {
    const spans = this.#spans.get(chain);
    if (spans === undefined) return null;
    const span = spans[placeIn(spans, seq) - 1];
    return span !== undefined && seq <= span.to ? span : null;
  }
}

/** Number of spans that begin at or before this place. */
function placeIn(spans: readonly Span[], seq: number): number {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((spans[middle]?.from ?? 0) <= seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

function heldFault(
  active: readonly Hold[],
  named: readonly string[],
  times: { readonly from: number; readonly to: number },
): DropFault | null {
  const ids = active.map(({ id }) => id).sort();
  if (ids.join() !== [...named].sort().join())
    return { kind: "held", what: "it was dropped without regard to the holds in force" };
  const hold = active.find(({ scope }) => isOfTimeAlone(scope) && overlaps(scope, times));
  return hold === undefined ? null : { kind: "held", what: `it was dropped under the hold ${hold.id}` };
}
