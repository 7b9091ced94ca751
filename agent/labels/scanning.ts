import type { Catalog, Relation } from "../../protocol/catalog.ts";
import type { ScanView } from "../../protocol/classification.ts";
import type { Labelling } from "./labelling.ts";
import { Scan, type ScanOptions } from "./scan.ts";

export interface ScanningOptions extends Pick<ScanOptions, "dialect" | "open" | "tell"> {
  readonly labelling: Labelling;
  /** Labels are new. */
  changed(): void;
}

/** One scan at a time of a database's values, behind whatever people run there. */
export class Scanning {
  readonly #options: ScanningOptions;
  /** Statements of people that are being run. */
  readonly #running = new Set<Promise<unknown>>();
  #scan: Scan | null = null;
  /** Settles when the scan that runs has ended; never rejects. */
  ended: Promise<void> = Promise.resolve();
  /** Everything that can be looked at was. */
  complete = false;

  constructor(options: ScanningOptions) {
    this.#options = options;
  }

  get view(): ScanView | null {
    return this.#scan?.view ?? null;
  }

  /** Does a person's work; samples wait for it. */
  async ahead<T>(work: () => Promise<T>): Promise<T> {
    const running = work();
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** Looks at these relations on a backend of its own. The former scan has ended. */
  begin(catalog: Catalog, relations: readonly Relation[]): void {
    const { dialect, open, tell } = this.#options;
    const idle = async (): Promise<void> => {
      while (this.#running.size > 0) await Promise.allSettled(this.#running);
    };
    const scan = new Scan({ catalog, relations, dialect, open, tell, idle });
    this.#scan = scan;
    this.ended = this.#run(scan, catalog);
  }

  /** Ends the scan; what it has seen counts. */
  async cancel(): Promise<void> {
    this.#scan?.cancel();
    await this.ended;
  }

  /** Ends the scan; what it has seen is kept, and labels stay as they are. */
  async abandon(): Promise<void> {
    this.#scan?.abandon();
    await this.ended;
  }

  async #run(scan: Scan, catalog: Catalog): Promise<void> {
    const { labelling, tell, changed } = this.#options;
    await scan.run();
    const { state } = scan.view;
    const counts = (state === "done" || state === "cancelled") && !scan.abandoned;
    try {
      labelling.scanned(catalog, scan.scanned, counts);
    } catch {
      // Corrections cannot be read now; the next statement is told why.
      tell({ ...scan.view, state: "failed" });
      return;
    }
    if (state === "done") this.complete = true;
    tell(scan.view);
    if (counts) changed();
  }
}
