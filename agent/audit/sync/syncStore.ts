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
}
