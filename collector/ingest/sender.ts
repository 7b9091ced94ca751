import { batchProofText, readBatchProof } from "../../protocol/collector/batchProof.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import { verifyLater } from "../../protocol/node/crypto.ts";
import { Refusal } from "../refusal.ts";
import { chainHead, type Device } from "../store/device.ts";
import type { Store } from "../store/store.ts";

/** Who sends records, as far as it can be told before they are read. */
export interface Sender {
  /** Whose chain they are for. */
  readonly device: Device;
  /** SHA-256 in hex of the body that the device itself has signed for; null: anybody may have sent it. */
  readonly signedBody: string | null;
}

/** Who is about to send records of that chain. Costs one look at the store, and one signature. @throws Refusal */
export async function senderOf(
  store: Pick<Store, "device">,
  chain: Sha256,
  proof: string | undefined,
): Promise<Sender> {
  const device = await store.device(chain);
  if (device === null || device.owner === null || device.state === "released")
    throw notEnrolled("No device of this chain is enrolled here.");
  if (proof === undefined) return { device, signedBody: null };
  const read = readBatchProof(proof);
  if (read === null) throw noProof("The proof of the batch cannot be read.");
  const key = device.keys.find(({ id }) => id === read.key);
  if (key === undefined) throw notEnrolled(`Key ${read.key} of this chain was never enrolled.`);
  // It may be in anybody's hands by now.
  if (key.revoked !== null) return { device, signedBody: null };
  if (!(await verifyLater(key.publicKey, batchProofText(chain, read.body), read.signature)))
    throw noProof("The device has not signed this batch.");
  return { device, signedBody: read.body };
}

/** @throws Refusal where the body is not the one that was signed for. */
export function checkSigned({ signedBody }: Sender, body: string): void {
  if (signedBody !== null && signedBody !== body)
    throw noProof("The body is not the one the device signed for.");
}

export const deviceRefused = (device: Device): Refusal =>
  new Refusal(
    "device-refused",
    `This device was marked ${device.state}: nothing more is taken from it.`,
    "Ask an administrator of the collector to mark it active again.",
    { head: chainHead(device) },
  );

export const notEnrolled = (message: string): Refusal =>
  new Refusal("not-enrolled", message, "Enrol the device and its keys while signed in, then send again.");

const noProof = (message: string): Refusal =>
  new Refusal("bad-request", message, "Send it again from the device itself.");
