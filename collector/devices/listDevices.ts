import type { DeviceState } from "../../protocol/collector/ingest.ts";
import { type Caller, ownerOf } from "../identity/caller.ts";
import type { Device, Owner } from "../store/device.ts";
import type { Store } from "../store/store.ts";

export interface ListedDevice {
  readonly chain: string;
  readonly name: string;
  readonly owner: Owner | null;
  readonly state: DeviceState;
  readonly keys: Device["keys"];
  readonly seq: number;
  /** ISO 8601; null where no record has come. */
  readonly receivedAt: string | null;
  readonly enrolledAt: string;
}

/** The caller's own devices; all of them for who may read everything. */
export async function listDevices(
  store: Store,
  caller: Caller,
): Promise<{ devices: readonly ListedDevice[] }> {
  const all = caller.roles.has("auditor") || caller.roles.has("admin");
  const devices = await store.devices(all ? null : ownerOf(caller));
  return {
    devices: devices.map(({ chain, name, owner, state, keys, seq, receivedAt, enrolledAt }) => ({
      chain,
      name,
      owner,
      state,
      keys,
      seq,
      receivedAt: receivedAt === null ? null : new Date(receivedAt).toISOString(),
      enrolledAt: new Date(enrolledAt).toISOString(),
    })),
  };
}
