import type { SyncState } from "./sync.ts";

/** What became of handing over to a new key. */
export interface KeyRotation {
  /** The key that signs nothing any more; first 16 hex of the SHA-256 of the raw public key. */
  readonly before: string;
  readonly after: string;
  /** Whether the collector has it already. */
  readonly sync: SyncState;
}

/** What a person still has to do after it, or has not; for whoever tells them. */
export function afterRotation({ sync }: KeyRotation): readonly string[] {
  switch (sync.kind) {
    case "none":
      return [];
    case "synced":
      return ["The collector has the new key, and refuses the one before."];
    case "behind":
    case "refused":
      return sync.problem === undefined
        ? ["The collector is told at the next try."]
        : [`The collector does not know of it yet: ${sync.problem.message}`, sync.problem.action];
  }
}
