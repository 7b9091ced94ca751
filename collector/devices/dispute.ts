import type { Dispute } from "../../protocol/collector/dispute.ts";
import type { Sender } from "../ingest/sender.ts";
import type { Sequencer } from "../log/sequencer.ts";
import { Refusal } from "../refusal.ts";

/** Keeps what a device shows against this collector, and tells people. @throws Refusal where it has not signed it. */
export async function takeDispute(
  sequencer: Sequencer,
  { device: { chain }, signedBody }: Sender,
  { what, evidence }: Dispute,
): Promise<{ readonly kept: true }> {
  if (signedBody === null)
    throw new Refusal(
      "bad-request",
      "The device has not signed this.",
      "Send it from the device itself; nobody else can.",
    );
  await sequencer.run([chain], (commit) =>
    commit.raise({
      kind: "dispute",
      chain,
      seq: 0,
      what: `an agent says that this collector ${what}`,
      evidence,
    }),
  );
  return { kept: true };
}
