import fs from "node:fs";
import path from "node:path";
import { openLedger } from "../../agent/audit/ledger.ts";
import { readLedgerFile, sealedRecords } from "../../agent/audit/ledgerFile.ts";
import { GENESIS, type SealedRecord } from "../../protocol/audit/record.ts";
import { intent, ledgerFolder, newSigner, outcome } from "../audit/records.ts";
import type { TestChain } from "./logFixture.ts";

/** The records of a ledger file as a chain. */
export function chainInFile(file: string): TestChain {
  const database = readLedgerFile(file);
  try {
    const records: readonly SealedRecord[] = [...sealedRecords(database)];
    return { chain: records[0]?.hash ?? GENESIS, records };
  } finally {
    database.close();
  }
}

/** A real ledger that two keys wrote, with records of every kind; a second apart in time. */
export async function writeLedger(file: string, statements: number): Promise<void> {
  let ticks = 0;
  const now = (): Date => {
    ticks += 1;
    return new Date(Date.UTC(2026, 0, 5, 9) + ticks * 1000);
  };
  const cli = await openLedger({ path: file, signer: newSigner(), origin: "cli", now });
  const editor = await openLedger({ path: file, signer: newSigner(), origin: "editor", now });
  const { actor, connection } = intent();
  await editor.append({ kind: "identity", event: "signed_in", actor });
  for (let count = 0; count < statements; count += 1) {
    const ledger = count % 3 === 0 ? cli : editor;
    if (count % 10 === 4) {
      const { kind: _kind, ...judgement } = intent({ verdict: "deny", statement: "DROP TABLE shop.orders" });
      await ledger.append({ kind: "refused", ...judgement });
    } else {
      const { seq } = await ledger.append(intent({ purpose: `ticket ${count}: Ärger mit 東京 😀 \u2028` }));
      await ledger.append(outcome(seq, { milliseconds: count + 0.1 + 0.2, rows: count * 1e13 }));
    }
    if (count % 25 === 7) {
      await ledger.append({
        kind: "label_corrected",
        actor,
        connection,
        column: "shop.customers.note",
        from: null,
        to: { infoType: "email", level: "confidential" },
        reason: "it holds addresses",
        how: "corrected",
      });
    }
  }
  await editor.close();
  await cli.close();
}

/** @see writeLedger */
export async function ledgerChain(statements: number): Promise<TestChain> {
  const folder = ledgerFolder();
  try {
    const file = path.join(folder, "ledger.db");
    await writeLedger(file, statements);
    return chainInFile(file);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
