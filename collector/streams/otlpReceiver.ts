import { z } from "zod";
import { otlpLogs } from "../../protocol/audit/export/otlp.ts";
import { post } from "./post.ts";
import { failed, type Sent, type StreamReceiver } from "./receiver.ts";
import type { StreamOf } from "./settings.ts";

const ANSWER = z.object({
  partialSuccess: z.object({ rejectedLogRecords: z.union([z.string(), z.number()]).optional() }).nullish(),
});

/** Sends every record as a log record of OTLP/HTTP, in JSON. */
export const otlpReceiver = (
  { url, headers }: StreamOf<"otlp">,
  { log, version }: { readonly log: string; readonly version: string },
): StreamReceiver => ({
  send: (records, signal) => {
    const logs = records.map(({ record: { seq, at, body }, ...one }) => ({ ...one, seq, at, body }));
    const body = JSON.stringify(otlpLogs({ log, version }, logs));
    return post(url, { headers, body }, signal, rejected);
  },
});

/** A receiver may take a batch and say that it has thrown some of it away. */
function rejected(answer: string): Sent {
  const count = Number(rejectedCount(answer));
  return count > 0 ? failed(`it rejects ${count} log records`, true) : { kind: "taken" };
}

function rejectedCount(answer: string): string | number {
  try {
    return ANSWER.parse(JSON.parse(answer)).partialSuccess?.rejectedLogRecords ?? 0;
  } catch {
    // Some answer with nothing, or with something else: the status has said that it was taken.
    return 0;
  }
}
