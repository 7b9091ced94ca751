import type { Problem } from "./messages.ts";

/** How far the collector is behind this machine's ledger. */
export type SyncState =
  /** No collector is configured: the ledger stays on this machine. */
  | { readonly kind: "none" }
  | { readonly kind: "synced"; readonly collector: string; readonly at: string }
  /** `problem` says why, where it is more than a moment's delay; sending goes on by itself. */
  | {
      readonly kind: "behind";
      readonly collector: string;
      readonly records: number;
      readonly problem?: Problem;
    }
  /** Nothing is sent any more until somebody has looked at it. */
  | { readonly kind: "refused"; readonly collector: string; readonly problem: Problem };
