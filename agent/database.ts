import type { Catalog } from "../protocol/catalog.ts";
import type { ConnectionProfile } from "../protocol/connection.ts";
import type { Label } from "../protocol/label.ts";
import { catalogFingerprint } from "./catalog/fingerprint.ts";
import { loadPostgresCatalog } from "./catalog/loadPostgresCatalog.ts";
import { relationVersionsSql } from "./catalog/relationVersions.ts";
import { classifyCatalog, type Labels } from "./classify/classifyCatalog.ts";
import type { LabelStore } from "./classify/labelStore.ts";
import { sampleColumns } from "./classify/sampleColumns.ts";
import type { DatabaseSession } from "./connect/databaseSession.ts";
import { PostgresSession } from "./connect/postgres/postgresSession.ts";
import { type ColumnId, columnKey } from "./sql/facts.ts";

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
  readonly #events: DatabaseEvents;
  #own: Promise<PostgresSession> | null = null;
  #catalog: Promise<Catalog> | null = null;
  #labels: Labels = new Map();
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
    readonly events: DatabaseEvents;
  }) {
    this.profile = options.profile;
    this.#password = options.password;
    this.#applicationName = options.applicationName;
    this.#store = options.store;
    this.#events = options.events;
  }

  get classified(): "names" | "values" {
    return this.#classified;
  }

  /** A new backend for a person's statements. @throws ConnectError */
  async openSession(): Promise<DatabaseSession> {
    return PostgresSession.open({
      profile: this.profile,
      password: await this.#password(),
      applicationName: this.#applicationName(),
      relationVersionsSql,
    });
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

  labels(): Labels {
    return this.#labels;
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
    await this.#sampled;
    this.#fingerprint = await catalogFingerprint(own);
    const catalog = await loadPostgresCatalog(own);
    const known = this.#store.load(this.profile.id, catalog);
    this.#labels = classifyCatalog(catalog, known.samples);
    this.generation += 1;
    this.#events.changed();
    if (known.complete) this.#classified = "values";
    else this.#sampled = this.#classifyByValues(catalog, own);
    return catalog;
  }

  async #classifyByValues(_catalog: Catalog, _own: DatabaseSession): Promise<void> {}

  async #ownSession(): Promise<PostgresSession> {
    const open = await this.#own?.catch(() => null);
    if (open?.alive) return open;
    this.#own = PostgresSession.open({
      profile: this.profile,
      password: await this.#password(),
      applicationName: this.#applicationName(),
      relationVersionsSql,
    });
    return this.#own;
  }
}

void sampleColumns;
