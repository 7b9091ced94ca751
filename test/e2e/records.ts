import path from "node:path";
import Database from "better-sqlite3";
import { type AuditRecord, RECORD } from "../../protocol/audit/record.ts";

type Body = AuditRecord["body"];

/** What a machine's ledger has of one kind, oldest first. */
export function recordsIn<K extends Body["kind"]>(
  home: string,
  kind: K,
): readonly Extract<Body, { kind: K }>[] {
  const ledger = new Database(path.join(home, "ledger.db"), { readonly: true });
  try {
    const all = ledger.prepare("SELECT canonical FROM records ORDER BY seq").pluck().all();
    return all
      .map((text) => RECORD.parse(JSON.parse(String(text))).body)
      .filter((body): body is Extract<Body, { kind: K }> => body.kind === kind);
  } finally {
    ledger.close();
  }
}
