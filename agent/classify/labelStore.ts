import fs from "node:fs";
import path from "node:path";
import { z } from "zod";
import type { Catalog, Relation } from "../../protocol/catalog.ts";
import type { ConnectionId } from "../../protocol/ids.ts";
import { sampledColumns } from "./sampleColumns.ts";
import { type RelationEvidence, type Samples, samplesOf } from "./samples.ts";
import { TAXONOMY_VERSION } from "./taxonomy/taxonomy.ts";
import { type ColumnEvidence, withEarlier } from "./values/columnEvidence.ts";

export interface KnownSamples {
  readonly samples: Samples;
  /** Nothing is left to look at. */
  readonly complete: boolean;
  /** Relations that are new, changed or grown, were empty, could not be read in full or were looked at long ago. */
  readonly pending: readonly Relation[];
}

/** A relation that grew this many times over may hold other things than its sample showed. */
const GROWN = 5;
const GROWN_ROWS = 1_000;
/** What is written meanwhile may be something else. */
const OLD_MS = 7 * 24 * 60 * 60_000;

/**
 * Keeps what samples showed, in one file for each connection: rates and counts, never values. A relation's evidence
 * holds for the version it was taken of, and what a former look showed stays beside a new one. A file that cannot be read
 * counts as empty.
 */
export class LabelStore {
  readonly #folder: string;
  readonly #now: () => number;

  constructor(folder: string, now: () => number = Date.now) {
    this.#folder = folder;
    this.#now = now;
  }

  /** What is known of the relations of this catalog as they are now. */
  load(connectionId: ConnectionId, catalog: Catalog): KnownSamples {
    const kept = this.#read(connectionId);
    const samples = new Map<string, ColumnEvidence>();
    const pending: Relation[] = [];
    for (const [relation, columns] of sampledColumns(catalog)) {
      const evidence = kept.get(keyOf(relation));
      if (evidence === undefined || evidence.version !== relation.version) {
        pending.push(relation);
        continue;
      }
      for (const [key, columnEvidence] of samplesOf(relation, evidence.columns))
        samples.set(key, columnEvidence);
      const missing = columns.some((column) => evidence.columns[column] === undefined);
      if (missing || isEmpty(evidence) || hasGrown(evidence, relation) || this.#isOld(evidence))
        pending.push(relation);
    }
    return { samples, complete: pending.length === 0, pending };
  }

  /**
   * Adds what a scan showed to what is kept of relations that still exist. A folder that cannot be written is
   * no error: the next start looks again.
   */
  save(connectionId: ConnectionId, catalog: Catalog, scanned: ReadonlyMap<Relation, RelationEvidence>): void {
    const existing = new Set(catalog.relations.map(keyOf));
    const kept = new Map([...this.#read(connectionId)].filter(([key]) => existing.has(key)));
    for (const [relation, evidence] of scanned) {
      const before = kept.get(keyOf(relation))?.columns ?? {};
      const columns = Object.entries(evidence.columns).map(
        ([name, now]) => [name, withEarlier(now, before[name])] as const,
      );
      kept.set(keyOf(relation), { ...evidence, columns: Object.fromEntries(columns) });
    }
    const file = this.#file(connectionId);
    const temporary = `${file}.${process.pid}.tmp`;
    try {
      fs.mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      const content = { taxonomy: TAXONOMY_VERSION, relations: Object.fromEntries(kept) };
      fs.writeFileSync(temporary, JSON.stringify(content), { mode: 0o600 });
      fs.renameSync(temporary, file);
    } catch {
      if (fs.existsSync(temporary)) fs.rmSync(temporary, { force: true });
    }
  }

  #isOld({ at }: RelationEvidence): boolean {
    return this.#now() - at > OLD_MS;
  }

  #read(connectionId: ConnectionId): ReadonlyMap<string, RelationEvidence> {
    try {
      const parsed = STORED.parse(JSON.parse(fs.readFileSync(this.#file(connectionId), "utf8")));
      return new Map(Object.entries(parsed.relations));
    } catch {
      return new Map();
    }
  }

  #file(connectionId: ConnectionId): string {
    return path.join(this.#folder, `${connectionId.replace(/[^A-Za-z0-9_-]/g, "_")}.json`);
  }
}

const keyOf = (relation: { readonly schema: string; readonly name: string }): string =>
  JSON.stringify([relation.schema, relation.name]);

/** No rows were there: its version will not change when some are. */
const isEmpty = (evidence: RelationEvidence): boolean =>
  Object.values(evidence.columns).some((column) => column.rows === 0);

const hasGrown = (evidence: RelationEvidence, relation: Relation): boolean =>
  (relation.estimatedRows ?? 0) > GROWN_ROWS + Math.max(0, evidence.estimatedRows) * GROWN;

const COUNT = z.number().int().nonnegative();
const COUNTS = z.record(z.string(), COUNT);
const EVIDENCE: z.ZodType<ColumnEvidence> = z.object({
  rows: COUNT,
  values: COUNT,
  distinct: COUNT,
  hits: COUNTS,
  inText: COUNTS,
  traits: z.object({
    digits: COUNT,
    letters: COUNT,
    spaced: COUNT,
    sentence: COUNT,
    token: COUNT,
    long: COUNT,
  }),
  sequence: z.boolean(),
  get paths() {
    return z.record(z.string(), EVIDENCE).exactOptional();
  },
  get earlier() {
    return EVIDENCE.exactOptional();
  },
});
const STORED = z.object({
  taxonomy: z.literal(TAXONOMY_VERSION),
  relations: z.record(
    z.string(),
    z.object({
      version: z.string(),
      estimatedRows: z.number(),
      at: z.number(),
      columns: z.record(z.string(), EVIDENCE),
    }),
  ),
});
