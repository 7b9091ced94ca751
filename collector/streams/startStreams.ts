import { randomBytes } from "node:crypto";
import type { FastifyBaseLogger } from "fastify";
import type { Sequencer } from "../log/sequencer.ts";
import type { Metrics } from "../operations/metrics.ts";
import type { SearchDatabase } from "../search/database.ts";
import type { Store } from "../store/store.ts";
import { ocsfReceiver } from "./ocsfReceiver.ts";
import { otlpReceiver } from "./otlpReceiver.ts";
import type { StreamReceiver } from "./receiver.ts";
import type { StreamSettings } from "./settings.ts";
import { StreamSender } from "./streamSender.ts";
import { syslogReceiver } from "./syslogReceiver.ts";

declare const SLUICE_VERSION: string;

interface StreamParts {
  readonly store: Store;
  readonly search: SearchDatabase;
  readonly sequencer: Sequencer;
  readonly metrics: Metrics;
  readonly streams: readonly StreamSettings[];
  /** Whether other processes send from the same store. */
  readonly shared: boolean;
  readonly logName: string;
  readonly now: () => Date;
  readonly log: Pick<FastifyBaseLogger, "info" | "warn">;
}

/** Streams that are new begin where their settings say: before anything comes. */
export async function beginStreams(sequencer: Sequencer, streams: readonly StreamSettings[]): Promise<void> {
  if (streams.length === 0) return;
  await sequencer.run([], async (commit) => {
    for (const { name, from } of streams) await commit.streams.begin(name, from === "now" ? commit.size : 0);
  });
}

/** One sender for each stream, so that none waits for another's receiver. */
export function startStreams(parts: StreamParts): { stop(): Promise<void> } {
  const { store, search, sequencer, metrics, streams, shared, now, log } = parts;
  // Where nobody else can be, what a process that was killed held is this one's at once.
  const holder = shared ? randomBytes(8).toString("hex") : "only";
  const senders = streams.map(
    (stream) =>
      new StreamSender({
        ...{ reads: store.streams, search, sequencer, stream, holder, now },
        receiver: receiverOf(stream, parts),
        tell: (told) => {
          metrics.streamed(told.stream, told.result, told.records);
          if (told.result === "taken") log.info(told, "stream");
          else log.warn(told, "stream");
        },
      }),
  );
  return {
    stop: async () => {
      await Promise.all(senders.map((sender) => sender.stop()));
    },
  };
}

function receiverOf(
  stream: StreamSettings,
  { logName: log, now }: Pick<StreamParts, "logName" | "now">,
): StreamReceiver {
  const version = typeof SLUICE_VERSION === "string" ? SLUICE_VERSION : "development";
  switch (stream.kind) {
    case "ocsf":
      return ocsfReceiver(stream, { log, version, now });
    case "otlp":
      return otlpReceiver(stream, { log, version });
    case "syslog":
      return syslogReceiver(stream);
  }
}
