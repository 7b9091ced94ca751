import type { Ledger } from "../../agent/audit/ledger.ts";
import { LedgerSync } from "../../agent/audit/sync/ledgerSync.ts";

/** What sends a ledger to a collector for the member of that token; for nobody where it is null. */
export const syncTo = (url: string, ledger: Ledger, idToken: string | null): LedgerSync =>
  new LedgerSync({
    url,
    ledger,
    owner: () => (idToken === null ? null : { subject: "member", idToken }),
    deviceName: "laptop",
    delays: { soon: 5, first: 10, longest: 50 },
  });
