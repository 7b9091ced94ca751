import { ChainVerifier, parseRecord } from "../../protocol/audit/chain.ts";
import type { RecordRef } from "../../protocol/audit/record.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import { OpenEnds } from "../../protocol/log/openEnds.ts";
import type { ProofFault, ProofNotice } from "../../protocol/log/proofReport.ts";
import { nodeVerifier } from "../../protocol/node/crypto.ts";
import { LedgerError } from "./ledgerError.ts";
import { readLedgerFile, sealedRecords } from "./ledgerFile.ts";

const BREATH = 1_000;

export interface LedgerFault {
  readonly kind: ProofFault["kind"];
  readonly seq: number;
  readonly what: string;
}

/** What a ledger file proves by itself. */
export interface LedgerProof {
  /** Null where it is empty. */
  readonly chain: Sha256 | null;
  readonly head: RecordRef | null;
  readonly records: number;
  readonly keys: number;
  /** Where it stops being believable; what is said beside it is of the records before. */
  readonly fault: LedgerFault | null;
  readonly notices: readonly ProofNotice[];
}

/** Verifies every record of a ledger file, up to the first fault. */
export async function proveLedger(path: string): Promise<LedgerProof> {
  const verifier = new ChainVerifier(nodeVerifier);
  const ends = new OpenEnds();
  let chain: Sha256 | null = null;
  let fault: LedgerFault | null = null;
  try {
    const database = readLedgerFile(path);
    try {
      for (const sealed of sealedRecords(database)) {
        fault = verifier.next(sealed);
        if (fault !== null) break;
        chain ??= sealed.hash;
        const record = parseRecord(sealed.canonical);
        if (record !== null) ends.take(record);
        if (sealed.seq % BREATH === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    } finally {
      database.close();
    }
  } catch (error) {
    fault = { kind: "unreadable", seq: verifier.records + 1, what: wordsOf(error) };
  }
  const { records, keys, head } = verifier;
  return {
    chain,
    head: records === 0 ? null : { seq: records, hash: head },
    records,
    keys,
    fault,
    notices: ends.notices(chain),
  };
}

function wordsOf(error: unknown): string {
  if (error instanceof LedgerError) return error.problem.message;
  return error instanceof Error ? error.message : String(error);
}
