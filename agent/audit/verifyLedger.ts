import { ChainVerifier } from "../../protocol/audit/chain.ts";
import type { LedgerReport } from "../../protocol/messages.ts";
import { nodeVerifier } from "../../protocol/node/crypto.ts";
import { LedgerError } from "./ledgerError.ts";
import { readLedgerFile, sealedRecords } from "./ledgerFile.ts";

const BREATH = 1_000;

/** Verifies every record of a ledger file and says exactly where it stops being believable. */
export async function verifyLedger(path: string): Promise<LedgerReport> {
  const chain = new ChainVerifier(nodeVerifier);
  try {
    const database = readLedgerFile(path);
    try {
      for (const sealed of sealedRecords(database)) {
        const fault = chain.next(sealed);
        if (fault !== null) return broken(path, fault.seq, fault.what);
        if (sealed.seq % BREATH === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    } finally {
      database.close();
    }
  } catch (error) {
    const what =
      error instanceof LedgerError
        ? error.problem.message
        : error instanceof Error
          ? error.message
          : String(error);
    return broken(path, chain.records + 1, what);
  }
  const head = chain.records === 0 ? null : { seq: chain.records, hash: chain.head };
  return { kind: "intact", records: chain.records, head, keys: chain.keys };
}

const broken = (path: string, seq: number, what: string): LedgerReport => ({
  kind: "broken",
  seq,
  what,
  action: `Keep ${path} as evidence and tell whoever is responsible for security. Records before ${seq} are proven.`,
});
