import { type OcsfSource, ocsfEvent } from "../../protocol/audit/export/ocsf.ts";
import { nodeVerifier } from "../../protocol/node/crypto.ts";
import { webhookSignature } from "../webhooks/signature.ts";
import { post } from "./post.ts";
import type { StreamReceiver } from "./receiver.ts";
import type { StreamOf } from "./settings.ts";
import type { Streamed } from "./streamed.ts";

/**
 * Sends statements as OCSF events: refused ones, and others when they have ended. `metadata.uid` of an event is the same
 * however often it comes.
 */
export const ocsfReceiver = (
  { url, secret, name }: StreamOf<"ocsf">,
  { log, version, now }: { readonly log: string; readonly version: string; readonly now: () => Date },
): StreamReceiver => ({
  send: async (records, signal) => {
    const events = records.flatMap((one) => eventOf(one, version) ?? []);
    if (events.length === 0) return { kind: "taken" };
    const id = nodeVerifier.sha256(events.map(({ metadata }) => metadata.uid).join(" ")).slice(0, 32);
    const body = JSON.stringify({ v: 1, id, stream: name, log, events });
    const headers = {
      "sluice-signature": webhookSignature(secret, body, now()),
      "sluice-delivery": id,
    };
    return post(url, { headers, body }, signal);
  },
});

function eventOf({ chain, hash, record, intent }: Streamed, version: string) {
  const source: OcsfSource = { chain, version };
  const { seq, at, body } = record;
  if (body.kind === "refused") return ocsfEvent(source, { seq, hash, at, body, outcome: null });
  if (body.kind !== "outcome" || intent === null) return null;
  const asked = intent.record;
  return ocsfEvent(source, {
    seq: asked.seq,
    hash: intent.hash,
    at: asked.at,
    body: intent.body,
    outcome: body,
  });
}
