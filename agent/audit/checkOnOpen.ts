import { parseRecord } from "../../protocol/audit/chain.ts";
import { GENESIS } from "../../protocol/audit/record.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import { corrupt } from "./ledgerError.ts";
import { type LedgerDatabase, sealedRecords } from "./ledgerFile.ts";
import { nodeVerifier } from "./nodeCrypto.ts";

/** Hashing this many records takes a fraction of a second; `sluice audit verify` checks everything. */
const CHECKED_RECORDS = 20_000;

/** Checks hashes and links of the newest records before anything is added to them. @throws LedgerError */
export function checkOnOpen(path: string, database: LedgerDatabase): void {
  const head = database
    .prepare<[], { seq: number; count: number }>(
      "SELECT coalesce(max(seq), 0) AS seq, count(*) AS count FROM records",
    )
    .get();
  if (head === undefined || head.seq === 0) return;
  if (head.seq !== head.count) throw corrupt(path, `${head.seq - head.count} records are missing`);
  const from = Math.max(1, head.seq - CHECKED_RECORDS + 1);
  let prev: Sha256 | null = from === 1 ? GENESIS : null;
  for (const sealed of sealedRecords(database, from)) {
    const record = parseRecord(sealed.canonical);
    if (record === null || record.seq !== sealed.seq)
      throw corrupt(path, `record ${sealed.seq} is not a record`);
    if (nodeVerifier.sha256(sealed.canonical) !== sealed.hash) {
      throw corrupt(path, `the content of record ${sealed.seq} does not match its hash`);
    }
    if (prev !== null && record.prev !== prev) {
      throw corrupt(path, `record ${sealed.seq} does not follow from the one before it`);
    }
    prev = sealed.hash;
  }
}
