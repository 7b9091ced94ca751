import type { LedgerReport } from "../../protocol/messages.ts";
import { proveLedger } from "./proveLedger.ts";

/** Verifies every record of a ledger file and says exactly where it stops being believable. */
export async function verifyLedger(path: string): Promise<LedgerReport> {
  const { fault, records, head, keys, notices } = await proveLedger(path);
  if (fault === null) return { kind: "intact", records, head, keys, notices };
  const { seq, what } = fault;
  const action = `Keep ${path} as evidence and tell whoever is responsible for security. Records before ${seq} are proven.`;
  return { kind: "broken", seq, what, action };
}
