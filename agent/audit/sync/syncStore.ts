import { z } from "zod";
import { COLLECTOR_INFO, type CollectorInfo } from "../../../protocol/collector/ingest.ts";
import type { LedgerDatabase } from "../ledgerFile.ts";

/** What is remembered of a collector between two processes. */
export interface KnownCollector {
  /** As it was when it was first met: its log's name and key are pinned. */
  readonly info: CollectorInfo;
  /** The newest checkpoint that was believed; null before the first. */
  readonly checkpoint: string | null;
  /** Records it has proven to hold. */
  readonly acknowledged: number;
}

const ROW = z.object({ info: z.string(), checkpoint: z.string().nullable(), acknowledged: z.number() });

/** Why a collector is not believed any more, and what shows it. */
export interface Disbelief {
  readonly url: string;
  /** ISO 8601. */
  readonly at: string;
  /** Ends a sentence that begins with the collector's address. */
  readonly what: string;
  /** JSON: what it had shown, and what it shows. */
  readonly evidence: string;
}

/** What another ledger goes on with. */
export interface CarriedCollectors {
  readonly known: readonly (Omit<KnownCollector, "acknowledged"> & { readonly url: string })[];
  readonly disbelieved: readonly Disbelief[];
}

const DISBELIEF = z.object({ url: z.string(), at: z.string(), what: z.string(), evidence: z.string() });
const DISBELIEFS = "SELECT url, at, what, evidence FROM disbelieved";

/** Collectors this ledger has met. Beside the records, which alone are verified. */
export class SyncStore {
  readonly #database: LedgerDatabase;

  constructor(database: LedgerDatabase) {
    this.#database = database;
  }

  find(url: string): KnownCollector | null {
    const row = this.#database
      .prepare("SELECT info, checkpoint, acknowledged FROM collectors WHERE url = ?")
      .get(url);
    if (row === undefined) return null;
    const { info, ...rest } = ROW.parse(row);
    return { info: COLLECTOR_INFO.parse(JSON.parse(info)), ...rest };
  }

  /** Pins a collector; what is known of it already stays, unless `again`. */
  pin(url: string, info: CollectorInfo, again = false): void {
    this.#database
      .prepare(
        `INSERT INTO collectors (url, info, checkpoint, acknowledged) VALUES (?, ?, NULL, 0) ON CONFLICT (url) DO ${
          again ? "UPDATE SET info = excluded.info, checkpoint = NULL, acknowledged = 0" : "NOTHING"
        }`,
      )
      .run(url, JSON.stringify(info));
  }

  /** Keeps a newer checkpoint, if the one it was proven to extend is still the newest. False where it is not. */
  advance(url: string, from: string | null, to: string): boolean {
    const { changes } = this.#database
      .prepare("UPDATE collectors SET checkpoint = ? WHERE url = ? AND checkpoint IS ?")
      .run(to, url, from);
    return changes === 1;
  }

  acknowledge(url: string, records: number): void {
    this.#database
      .prepare("UPDATE collectors SET acknowledged = max(acknowledged, ?) WHERE url = ?")
      .run(records, url);
  }

  /** Keeps the first reason not to believe it. Whether this is one. */
  disbelieve({ url, at, what, evidence }: Disbelief): boolean {
    const { changes } = this.#database
      .prepare("INSERT OR IGNORE INTO disbelieved (url, at, what, evidence) VALUES (?, ?, ?, ?)")
      .run(url, at, what, evidence);
    return changes === 1;
  }

  /** Null where it is believed. */
  disbelief(url: string): Disbelief | null {
    const row = this.#database.prepare(`${DISBELIEFS} WHERE url = ?`).get(url);
    return row === undefined ? null : DISBELIEF.parse(row);
  }

  /** Forgets what it had shown: it is met anew. */
  meetAnew(url: string): void {
    this.#database.prepare("DELETE FROM disbelieved WHERE url = ?").run(url);
    this.#database.prepare("DELETE FROM collectors WHERE url = ?").run(url);
  }

  carried(): CarriedCollectors {
    const urls = this.#database
      .prepare<[], { url: string }>("SELECT url FROM collectors")
      .all()
      .map(({ url }) => url);
    return {
      known: urls.flatMap((url) => {
        const known = this.find(url);
        return known === null ? [] : [{ url, info: known.info, checkpoint: known.checkpoint }];
      }),
      disbelieved: this.#database
        .prepare(DISBELIEFS)
        .all()
        .map((row) => DISBELIEF.parse(row)),
    };
  }

  /** What is known here stays. */
  carryOver({ known, disbelieved }: CarriedCollectors): void {
    for (const { url, info, checkpoint } of known)
      this.#database
        .prepare("INSERT OR IGNORE INTO collectors (url, info, checkpoint, acknowledged) VALUES (?, ?, ?, 0)")
        .run(url, JSON.stringify(info), checkpoint);
    for (const one of disbelieved) this.disbelieve(one);
  }
}
