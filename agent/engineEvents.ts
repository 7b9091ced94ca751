import type { HeldElevationView } from "../protocol/approval/heldElevationView.ts";
import type { ScanView } from "../protocol/classification.ts";
import type { ConnectionId } from "../protocol/ids.ts";
import type { SyncState } from "../protocol/sync.ts";

/** What the engine tells whoever shows it. */
export interface EngineEvents {
  catalogChanged(id: ConnectionId): void;
  progress(id: ConnectionId, message: string, done: boolean, scan: ScanView): void;
  /** What the workspace's labels say in vain of this connection's columns. */
  noticed?(id: ConnectionId, notices: readonly string[]): void;
  syncChanged?(state: SyncState): void;
  /** What is allowed is something else now. */
  policyChanged?(): void;
  /** One of the person's own approvals is new, or in another state. */
  approvalsChanged?(): void;
  /** A right that was asked for here stands otherwise than before. */
  elevationChanged?(told: HeldElevationView): void;
}
