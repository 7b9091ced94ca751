import type { Catalog, Relation } from "../protocol/catalog.ts";
import type { ConnectionProfile } from "../protocol/connection.ts";
import type { Label } from "../protocol/label.ts";
import { catalogFingerprint } from "./catalog/fingerprint.ts";
import { loadPostgresCatalog } from "./catalog/loadPostgresCatalog.ts";
import { relationVersionsSql } from "./catalog/relationVersions.ts";
import { classifyCatalog, type Labels } from "./classify/classifyCatalog.ts";
import type { FlowStore } from "./classify/flowStore.ts";
import { inheritLabels } from "./classify/inheritedLabels.ts";
import type { LabelStore } from "./classify/labelStore.ts";
import { sampleColumns } from "./classify/sampleColumns.ts";
import { type RelationEvidence, type Samples, samplesOf } from "./classify/samples.ts";
import type { DatabaseSession } from "./connect/databaseSession.ts";
import { PostgresSession } from "./connect/postgres/postgresSession.ts";
import { problemOf } from "./problemOf.ts";
import { type ColumnId, columnKey, type Flow } from "./sql/facts.ts";
import { indexCatalog } from "./sql/postgres/catalogIndex.ts";
import { storedFlows } from "./sql/postgres/storedFlows.ts";

export interface DatabaseEvents {
  /** Catalog or labels are new: open editors should look again. */
  changed(): void;
  progress(message: string, done: boolean): void;
}

/**
 * What the agent knows of one database: what exists and what it is. Shared by all sessions on it. Has a
 * backend of its own for these questions, so that a person's statement never waits for them.
 */
export class Database {
  readonly profile: ConnectionProfile;
  readonly #password: () => Promise<string | undefined>;
  readonly #applicationName: () => string;
  readonly #store: LabelStore;
  readonly #flows: FlowStore;
  readonly #events: DatabaseEvents;
  #own: Promise<PostgresSession> | null = null;
  #catalog: Promise<Catalog> | null = null;
  #labels: Labels = new Map();
  /** What materialised views hold. */
  #stored: readonly Flow[] = [];
  #fingerprint = "";
  #classified: "names" | "values" = "names";
  #sampling: AbortController | null = null;
  #sampled: Promise<void> = Promise.resolve();
  /** Grows whenever catalog or labels change: part of the key of everything cached about a statement. */
  generation = 0;

  constructor(options: {
    readonly profile: ConnectionProfile;
    readonly password: () => Promise<string | undefined>;
    readonly applicationName: () => string;
    readonly store: LabelStore;
    readonly flows: FlowStore;
    readonly events: DatabaseEvents;
  }) {
    this.profile = options.profile;
    this.#password = options.password;
    this.#applicationName = options.applicationName;
    this.#store = options.store;
    this.#flows = options.flows;
    this.#events = options.events;
  }

  get classified(): "names" | "values" {
    return this.#classified;
  }

  /** A new backend for a person's statements. @throws ConnectError */
  async openSession(): Promise<DatabaseSession> {
    return this.#openBackend();
  }

  /** What exists, read once and kept. @throws ConnectError */
  catalog(): Promise<Catalog> {
    this.#catalog ??= this.#load().catch((error: unknown) => {
      this.#catalog = null;
      throw error;
    });
    return this.#catalog;
  }

  /** Reads the catalog anew; with `onlyIfChanged`, only where the server's fingerprint says so. */
  async refresh(onlyIfChanged: boolean): Promise<boolean> {
    if (onlyIfChanged && this.#catalog !== null) {
      const own = await this.#ownSession();
      if ((await catalogFingerprint(own)) === this.#fingerprint) return false;
    }
    this.#catalog = null;
    await this.catalog();
    return true;
  }

  labelOf(id: ColumnId): Label | undefined {
    return this.#labels.get(columnKey(id));
  }

  /**
   * The planner's opinion of a statement that `mayBePlanned`, as JSON; nothing is run. Undefined where the server does
   * not plan it: whoever asks then knows no more than before.
   */
  async plan(text: string): Promise<string | undefined> {
    try {
      const own = await this.#ownSession();
      const [row] = await own.rows(`EXPLAIN (FORMAT JSON) ${text}`);
      return row?.[0] ?? undefined;
    } catch {
      return undefined;
    }
  }

  /** Labels for a catalog that only one session sees: by names, what is known of samples, and what was carried. */
  labelsFor(catalog: Catalog): Labels {
    const { samples } = this.#store.load(this.profile.id, catalog);
    return this.#label(catalog, samples, storedFlows(indexCatalog(catalog)));
  }

  labels(): Labels {
    return this.#labels;
  }

  /**
   * Remembers where a statement is about to store data, before it runs: its label goes with it.
   * @throws FlowStoreError where that cannot be kept; then the statement may not run.
   */
  carry(flows: readonly Flow[]): void {
    if (flows.length === 0 || !this.#flows.add(this.profile.id, flows)) return;
    this.#labels = inheritLabels(this.#labels, flows);
    this.generation += 1;
    this.#events.changed();
  }

  /** Settles when the running classification by values has ended; the CLI waits for it, the editor does not. */
  async whenClassified(): Promise<void> {
    await this.catalog();
    await this.#sampled;
  }

  async close(): Promise<void> {
    this.#sampling?.abort();
    await this.#sampled;
    const own = await this.#own?.catch(() => null);
    await own?.close();
  }

  async #load(): Promise<Catalog> {
    const own = await this.#ownSession();
    // What an interrupted scan has seen is kept; the next one goes on from there.
    this.#sampling?.abort();
    await this.#sampled;
    this.#fingerprint = await catalogFingerprint(own);
    const catalog = await loadPostgresCatalog(own);
    const known = this.#store.load(this.profile.id, catalog);
    this.#stored = storedFlows(indexCatalog(catalog));
    this.#labels = this.#label(catalog, known.samples, this.#stored);
    this.generation += 1;
    this.#events.changed();
    if (known.complete) this.#classified = "values";
    else this.#sampled = this.#classifyByValues(catalog, known.pending);
    return catalog;
  }

  #label(catalog: Catalog, samples: Samples, stored: readonly Flow[]): Labels {
    const flows = [...stored, ...this.#flows.flows(this.profile.id)];
    return inheritLabels(classifyCatalog(catalog, samples), flows);
  }

  /** Looks at samples on a backend of its own; never rejects. Cut short, it leaves the labels as they were. */
  async #classifyByValues(catalog: Catalog, relations: readonly Relation[]): Promise<void> {
    const sampling = new AbortController();
    this.#sampling = sampling;
    const scanned = new Map<Relation, RelationEvidence>();
    const skipped: string[] = [];
    const tell = (done: boolean): void => {
      const seen = `${scanned.size + skipped.length} of ${relations.length} tables`;
      const missed = skipped.length === 0 ? "" : `; not read: ${listed(skipped)}`;
      this.#events.progress(
        `${done ? "Classified" : "Classifying"} ${this.profile.name}: ${seen}${missed}`,
        done,
      );
    };
    let lost: string | null = null;
    try {
      tell(false);
      const session = await this.#openBackend();
      try {
        await sampleColumns(
          session,
          catalog,
          relations,
          {
            sampled: (relation, evidence) => {
              scanned.set(relation, evidence);
              if (scanned.size % 25 === 0) tell(false);
            },
            skipped: (relation, why) => skipped.push(`${relation.schema}.${relation.name} (${why})`),
          },
          sampling.signal,
        );
      } finally {
        await session.close();
      }
    } catch (error) {
      lost = problemOf(error).message;
    }
    this.#store.save(this.profile.id, catalog, scanned);
    if (sampling.signal.aborted || lost !== null) {
      const why = lost === null ? "" : ` ${lost}`;
      this.#events.progress(`Classification of ${this.profile.name} was interrupted.${why}`, true);
      return;
    }
    this.#labels = this.#label(
      catalog,
      withScanned(this.#store.load(this.profile.id, catalog).samples, scanned),
      this.#stored,
    );
    this.#classified = "values";
    this.generation += 1;
    tell(true);
    this.#events.changed();
  }

  async #ownSession(): Promise<PostgresSession> {
    const open = await this.#own?.catch(() => null);
    if (open?.alive) return open;
    this.#own = this.#openBackend();
    return this.#own;
  }

  async #openBackend(): Promise<PostgresSession> {
    return PostgresSession.open({
      profile: this.profile,
      password: await this.#password(),
      applicationName: this.#applicationName(),
      relationVersionsSql,
    });
  }
}

/** Also where the store could not be written. */
function withScanned(known: Samples, scanned: ReadonlyMap<Relation, RelationEvidence>): Samples {
  const samples = new Map(known);
  for (const [relation, evidence] of scanned) {
    for (const [key, column] of samplesOf(relation, evidence.columns)) samples.set(key, column);
  }
  return samples;
}

function listed(names: readonly string[]): string {
  const more = names.length - 5;
  return `${names.slice(0, 5).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
