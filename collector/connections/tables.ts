import type { Sha256 } from "../../protocol/ids.ts";
import type { Owner } from "../store/device.ts";
import type { KeptConnection } from "./keptConnection.ts";
import type { Lease } from "./lease.ts";

/** Which leases somebody looks for; those that are not over, unless said otherwise. Newest first. */
export interface LeaseSearch {
  readonly holder?: Pick<Owner, "issuer" | "subject">;
  readonly chain?: Sha256;
  readonly connection?: string;
  readonly all?: true;
  /** The newest thousand where left out; what is to end every one of them asks for all. */
  readonly limit?: number;
}

export interface ConnectionReads {
  find(id: string): Promise<KeptConnection | null>;
  /** By id; removed ones are not among them. */
  list(): Promise<readonly KeptConnection[]>;
  lease(id: string): Promise<Lease | null>;
  leaseOf(account: string): Promise<Lease | null>;
  leases(search: LeaseSearch): Promise<readonly Lease[]>;
  /** Those to be looked at by now, longest due first. */
  due(now: number, limit: number): Promise<readonly string[]>;
}

/** Inside of a commit. */
export interface ConnectionTables extends ConnectionReads {
  put(connection: KeptConnection): Promise<void>;
  /** `before` is the version it takes the place of; null for a new one. Throws where that is not what is there. */
  putLease(lease: Lease, before: number | null): Promise<void>;
  /** Forgets leases that were over before then and whose account was taken away; many of them at a time. */
  forgetEnded(before: number): Promise<void>;
}
