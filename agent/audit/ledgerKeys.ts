import { parseRecord } from "../../protocol/audit/chain.ts";
import { readLedgerFile } from "./ledgerFile.ts";

/** One key of a ledger, and what became of it. */
export interface LedgerKey {
  readonly key: string;
  /** Who keeps it. */
  readonly origin: string;
  /** From this record on it signs. */
  readonly introduced: { readonly seq: number; readonly at: string };
  /** After this record it signs nothing; null where it still may. */
  readonly revoked: { readonly seq: number; readonly at: string; readonly reason: string } | null;
}

/** The keys of a ledger in the order in which they began to sign. @throws LedgerError */
export function ledgerKeys(file: string): readonly LedgerKey[] {
  const database = readLedgerFile(file);
  try {
    const rows = database
      .prepare<[], { canonical: string }>(
        `SELECT canonical FROM records WHERE canonical LIKE '%"kind":"key_introduced"%'
         OR canonical LIKE '%"kind":"key_revoked"%' ORDER BY seq`,
      )
      .iterate();
    const keys = new Map<string, LedgerKey>();
    for (const { canonical } of rows) {
      const record = parseRecord(canonical);
      if (record === null) continue;
      const { seq, at, key, body } = record;
      if (body.kind === "key_introduced" && !keys.has(key))
        keys.set(key, { key, origin: body.origin, introduced: { seq, at }, revoked: null });
      const known = body.kind === "key_revoked" ? keys.get(body.key) : undefined;
      if (body.kind === "key_revoked" && known !== undefined)
        keys.set(body.key, { ...known, revoked: { seq, at, reason: body.reason } });
    }
    return [...keys.values()];
  } finally {
    database.close();
  }
}
