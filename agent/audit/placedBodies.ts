import { parseRecord } from "../../protocol/audit/chain.ts";
import type { PlacedBody } from "../../protocol/audit/export/statementJoin.ts";
import { readLedgerFile, sealedRecords } from "./ledgerFile.ts";

/** Records of a ledger file that nobody need have open, in order; `matters` looks at a text before it is read. @throws LedgerError */
export function* placedBodies(path: string, matters: (canonical: string) => boolean): Generator<PlacedBody> {
  const database = readLedgerFile(path);
  try {
    for (const { seq, hash, canonical } of sealedRecords(database)) {
      if (!matters(canonical)) continue;
      const record = parseRecord(canonical);
      if (record !== null) yield { seq, hash, at: record.at, body: record.body };
    }
  } finally {
    database.close();
  }
}
