import type { Catalog, Relation } from "../../protocol/catalog.ts";
import type { ScanView } from "../../protocol/classification.ts";
import { type SampleSource, sampleColumns } from "../classify/sampleColumns.ts";
import type { SampleDialect } from "../classify/sampleDialect.ts";
import type { RelationEvidence } from "../classify/samples.ts";
import { problemOf } from "../problemOf.ts";

/** A backend for nothing but samples. */
export interface ScanBackend extends SampleSource {
  close(): Promise<void>;
}

export interface ScanOptions {
  readonly catalog: Catalog;
  readonly relations: readonly Relation[];
  /** Undefined for PostgreSQL. */
  readonly dialect: SampleDialect | undefined;
  open(): Promise<ScanBackend>;
  /** Settles when no statement of a person is being run. */
  idle(): Promise<void>;
  tell(scan: ScanView): void;
}

/** A scan tells of itself about this often. */
const MOST_NEWS = 100;

/** A look at samples of relations, behind whatever people do. Cancelled, it keeps what it has seen. */
export class Scan {
  readonly #options: ScanOptions;
  readonly #cancelled = new AbortController();
  readonly #skipped: { readonly table: string; readonly why: string }[] = [];
  readonly scanned = new Map<Relation, RelationEvidence>();
  #view: ScanView;
  #abandoned = false;

  constructor(options: ScanOptions) {
    this.#options = options;
    this.#view = { state: "running", looked: 0, total: options.relations.length, skipped: [] };
  }

  get view(): ScanView {
    return this.#view;
  }

  /** Nobody wants to know any more: there is a newer catalog, or the database is closed. */
  get abandoned(): boolean {
    return this.#abandoned;
  }

  cancel(): void {
    this.#cancelled.abort();
  }

  abandon(): void {
    this.#abandoned = true;
    this.cancel();
  }

  /** Never rejects; what became of it is in `view`. */
  async run(): Promise<void> {
    const { catalog, relations, open, tell } = this.#options;
    const { signal } = this.#cancelled;
    tell(this.#view);
    try {
      const backend = await open();
      try {
        await sampleColumns(
          this.#polite(backend),
          catalog,
          relations,
          {
            sampled: (relation, evidence) => {
              this.scanned.set(relation, evidence);
              this.#progress();
            },
            skipped: ({ schema, name }, why) => {
              this.#skipped.push({ table: `${schema}.${name}`, why });
              this.#progress();
            },
          },
          signal,
          this.#options.dialect,
        );
      } finally {
        await backend.close();
      }
      this.#become(signal.aborted ? { state: "cancelled" } : { state: "done" });
    } catch (error) {
      this.#become(
        signal.aborted ? { state: "cancelled" } : { state: "failed", why: problemOf(error).message },
      );
    }
  }

  /** The next sample waits while a person's statement is being run. */
  #polite(backend: ScanBackend): SampleSource {
    const { dialect } = this.#options;
    const first = dialect === undefined ? "BEGIN" : (dialect.begin[0] ?? "");
    return {
      rows: async (sql) => {
        if (sql.startsWith(first)) await this.#turn();
        return backend.rows(sql);
      },
      cancel: () => backend.cancel(),
    };
  }

  /** Nobody waits for a person who waits for this scan to end. */
  async #turn(): Promise<void> {
    const { signal } = this.#cancelled;
    await new Promise<void>((resolve, reject) => {
      const stop = (): void => reject(signal.reason);
      if (signal.aborted) stop();
      signal.addEventListener("abort", stop, { once: true });
      void this.#options.idle().then(() => {
        signal.removeEventListener("abort", stop);
        resolve();
      });
    });
  }

  #progress(): void {
    this.#become({});
    const { looked, total } = this.#view;
    if (looked % Math.ceil(total / MOST_NEWS) === 0) this.#options.tell(this.#view);
  }

  #become(change: Partial<ScanView>): void {
    const looked = this.scanned.size + this.#skipped.length;
    this.#view = { ...this.#view, looked, skipped: [...this.#skipped], ...change };
  }
}
