import type { Approvals } from "./approvals/approvals.ts";
import type { AskedElsewhere } from "./approvals/askedElsewhere.ts";
import type { Ledger } from "./audit/ledger.ts";
import type { LedgerSync } from "./audit/sync/ledgerSync.ts";
import type { DeviceKeys } from "./device/deviceKeys.ts";
import type { ElevationRequests } from "./elevations/elevationRequests.ts";
import type { Elevations } from "./elevations/elevations.ts";
import type { Home } from "./home.ts";
import type { Identity } from "./identity/identity.ts";
import type { SecretStore } from "./identity/secretStore.ts";
import type { CentralConnections } from "./leases/centralConnections.ts";
import type { LeaseSource } from "./leases/leasedLogins.ts";
import type { Policy } from "./policy/policy.ts";
import type { PolicyInForce } from "./policyInForce.ts";

/** The rooms, built once by whoever starts the engine. */
export interface Rooms {
  readonly home: Home;
  readonly secrets: SecretStore;
  readonly identity: Identity;
  readonly ledger: Ledger;
  /** Without it nobody can hand over to another key. */
  readonly keys?: DeviceKeys;
  readonly policy: Policy;
  /** Folders whose `.sluice/labels.yaml` says what columns are. */
  readonly workspaceFolders?: readonly string[];
  /** Null where no collector is configured. */
  readonly sync?: LedgerSync | null;
  readonly approvals?: Approvals | null;
  /** How programs' persons are asked where they are; null likewise. */
  readonly elsewhere?: AskedElsewhere | null;
  /** The collector's connections, and how logins for them are asked for. */
  readonly central?: { readonly connections: CentralConnections; readonly source: LeaseSource } | null;
  /** Rights that others give for a while; null where no collector is configured. */
  readonly elevations?: { readonly held: Elevations; readonly requests: ElevationRequests } | null;
  /** Keeps `policy` what it has to be; without one it is what it was at the start. */
  readonly inForce?: PolicyInForce;
}
