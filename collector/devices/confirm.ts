import { z } from "zod";
import type { ChainHead } from "../../protocol/collector/ingest.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import { actorOf, type Caller } from "../identity/caller.ts";
import type { Sequencer } from "../log/sequencer.ts";
import { Refusal } from "../refusal.ts";
import { chainHead } from "../store/device.ts";

/** `POST /v1/devices/:chain/confirm`, for administrators. */
export const CONFIRMATION = z.strictObject({ reason: z.string().trim().min(1).max(1_000) });

/** Notes, on record, that an administrator has made sure a device is its owner's. Repeating it changes nothing. @throws Refusal */
export async function confirmDevice(
  sequencer: Sequencer,
  caller: Caller,
  chain: Sha256,
  { reason }: z.infer<typeof CONFIRMATION>,
): Promise<ChainHead> {
  if (caller.kind === "delegate")
    throw new Refusal("forbidden", "Devices are confirmed in person.", "Sign in yourself.");
  const { value } = await sequencer.run([chain], async (commit) => {
    const device = await commit.device(chain);
    if (device === null || device.owner === null)
      throw new Refusal(
        "not-found",
        "No such device is enrolled here.",
        "Look for it in the list of devices.",
      );
    if (device.state !== "active")
      throw new Refusal(
        "device-refused",
        `This device was marked ${device.state}.`,
        "Mark it active first, if it is.",
        { head: chainHead(device) },
      );
    if (device.confirmedAt !== null) return device;
    const confirmed = { ...device, confirmedAt: commit.now.getTime() };
    commit.put(confirmed);
    await commit.say({ kind: "device_confirmed", chain, actor: actorOf(caller), reason });
    return confirmed;
  });
  return chainHead(value);
}
