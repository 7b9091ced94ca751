import { parseRecord } from "../../protocol/audit/chain.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import type { DroppedRange, ProofFault } from "../../protocol/log/proofReport.ts";
import { nodeVerifier } from "../../protocol/node/crypto.ts";
import type { DropEvidence } from "../../protocol/retention/dropEvidence.ts";
import { covers, type HeldUnit } from "../../protocol/retention/hold.ts";
import { type LedgerDatabase, readLedgerFile } from "./ledgerFile.ts";
import type { LogReader } from "./logReader.ts";

export interface LedgerTexts {
  /** Records whose text the collector has dropped. */
  readonly dropped: readonly DroppedRange[];
  readonly fault: ProofFault | null;
}

/**
 * Holds the texts a collector has of a ledger's chain against the ledger: each is there as it was sent, or was dropped by
 * retention, on record and under no hold. @throws LogReadError where they are not shown
 */
export async function checkTexts(
  reader: LogReader,
  { path, chain, records }: { readonly path: string; readonly chain: Sha256; readonly records: number },
  drops: DropEvidence,
): Promise<LedgerTexts> {
  const ledger = readLedgerFile(path);
  const text = ledger.prepare<[number], { canonical: string }>("SELECT canonical FROM records WHERE seq = ?");
  const dropped: DroppedRange[] = [];
  const wrong = (kind: ProofFault["kind"], seq: number, what: string): LedgerTexts => ({
    dropped,
    fault: { kind, line: null, chain, seq, what },
  });
  try {
    for await (const { seq, canonical, hash } of reader.records(chain)) {
      if (seq > records) break;
      if (canonical !== null) {
        if (nodeVerifier.sha256(canonical) !== hash || canonical !== text.get(seq)?.canonical)
          return wrong("differs", seq, "the collector has another text of it than the ledger");
        continue;
      }
      const drop = drops.dropOf(chain, seq);
      if (drop === null)
        return wrong(
          "not-dropped",
          seq,
          "the collector has no text of it, and no record of its own says that it was dropped",
        );
      const hold = drop.holds.find((one) => covers(one, unitOf(ledger, seq)));
      if (hold !== undefined) return wrong("held", seq, `its text was dropped under the hold ${hold.id}`);
      const last = dropped.at(-1);
      if (last?.to === seq - 1 && last.at === drop.at) dropped[dropped.length - 1] = { ...last, to: seq };
      else dropped.push({ from: seq, to: seq, at: drop.at });
    }
    return { dropped, fault: null };
  } finally {
    ledger.close();
  }
}

/** A record with the statement it is the outcome of, as the ledger has them. */
function unitOf(ledger: LedgerDatabase, seq: number): HeldUnit {
  const read = (place: number) => {
    const row = ledger
      .prepare<[number], { canonical: string }>("SELECT canonical FROM records WHERE seq = ?")
      .get(place);
    return row === undefined ? null : parseRecord(row.canonical);
  };
  const record = read(seq);
  const intent = record?.body.kind === "outcome" ? read(record.body.intent) : null;
  const all = [record, intent].filter((one) => one !== null);
  const times = all.map(({ at }) => Date.parse(at));
  return {
    bodies: all.map(({ body }) => body),
    unknown: false,
    from: Math.min(...times),
    to: Math.max(...times),
  };
}
