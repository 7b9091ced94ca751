import { z } from "zod";
import { type ChainHead, DEVICE_STATE } from "../../protocol/collector/ingest.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import type { Approvals } from "../approvals/approvals.ts";
import type { Leases } from "../connections/leases.ts";
import { actorOf, type Caller } from "../identity/caller.ts";
import type { Sequencer } from "../log/sequencer.ts";
import { Refusal } from "../refusal.ts";
import { chainHead, type Device } from "../store/device.ts";

/** `POST /v1/devices/:chain/state`, for administrators. */
export const STATE_CHANGE = z.object({ state: DEVICE_STATE, reason: z.string().trim().min(1).max(1_000) });

/**
 * Marks a device, and records who did and why. What was granted to one that is no longer trusted ends with it.
 * @throws Refusal
 */
export async function setDeviceState(
  {
    sequencer,
    approvals,
    leases,
    leasesOver,
  }: {
    readonly sequencer: Sequencer;
    readonly approvals: Pick<Approvals, "cutOff">;
    readonly leases: Pick<Leases, "cutOff">;
    readonly leasesOver: () => void;
  },
  caller: Caller,
  chain: Sha256,
  { state, reason }: z.infer<typeof STATE_CHANGE>,
): Promise<ChainHead> {
  const { value } = await sequencer.run([chain], async (commit) => {
    const device = await commit.device(chain);
    if (device === null || device.owner === null)
      throw new Refusal(
        "not-found",
        "No such device is enrolled here.",
        "Look for it in the list of devices.",
      );
    if (device.state === state) return device;
    if (device.state === "released")
      throw new Refusal(
        "conflict",
        "The enrolment of this device was undone.",
        "Whoever has it enrols it again; then it is active.",
      );
    const changed: Device = {
      ...device,
      state,
      confirmedAt: state === "active" ? device.confirmedAt : null,
      // A key that has signed nothing may be a stranger's. Its holder proves it again.
      keys:
        state === "released"
          ? device.keys.map((key) => (key.introduced === null ? { ...key, revoked: 0 } : key))
          : device.keys,
    };
    commit.put(changed);
    await commit.say({
      kind: "device_state",
      chain,
      actor: actorOf(caller),
      from: device.state,
      to: state,
      reason,
    });
    if (state !== "active") {
      await approvals.cutOff(commit, chain, caller);
      await leases.cutOff(commit, chain, caller, reason);
    }
    return changed;
  });
  leasesOver();
  return chainHead(value);
}
