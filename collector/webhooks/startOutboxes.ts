import type { FastifyBaseLogger } from "fastify";
import type { ApprovalReads, DeliveryQueue } from "../approvals/tables.ts";
import type { Sequencer } from "../log/sequencer.ts";
import type { Metrics } from "../operations/metrics.ts";
import type { Store } from "../store/store.ts";
import type { Webhook } from "./hooks.ts";
import { Outbox } from "./outbox.ts";

/** Longer than any message is tried: what is older is for a webhook that is no longer set. */
const OLDEST_MS = 3 * 24 * 60 * 60 * 1000;

interface Outboxes {
  wake(): void;
  stop(): Promise<void>;
}

/** One outbox for each webhook, so that none waits for another's receiver. */
export function startOutboxes({
  store,
  sequencer,
  hooks,
  metrics,
  now,
  log,
}: {
  readonly store: Store;
  readonly sequencer: Sequencer;
  readonly hooks: ReadonlyMap<string, Webhook>;
  readonly metrics: Pick<Metrics, "delivered">;
  readonly now: () => Date;
  readonly log: Pick<FastifyBaseLogger, "info" | "warn">;
}): Outboxes {
  const before = now().getTime() - OLDEST_MS;
  // Where the store does not answer now, it is tidied at the next start.
  void sequencer.run([], ({ approvals }) => approvals.removeOlder(before)).catch(() => {});
  const outboxes = [...hooks].map(
    ([name, hook]) =>
      new Outbox({
        reads: store.approvals,
        sequencer,
        name,
        hook,
        now,
        tell: (told) => {
          metrics.delivered(told.hook, told.result);
          if (told.result === "sent") log.info(told, "webhook");
          else log.warn(told, "webhook");
        },
      }),
  );
  return {
    wake: () => {
      for (const outbox of outboxes) outbox.wake();
    },
    stop: async () => {
      await Promise.all(outboxes.map((outbox) => outbox.stop()));
    },
  };
}

/** What waits for each webhook. */
export async function queuesOf(
  reads: Pick<ApprovalReads, "deliveryQueue">,
  hooks: ReadonlyMap<string, Webhook>,
): Promise<ReadonlyMap<string, DeliveryQueue>> {
  const names = [...hooks.keys()];
  return new Map(
    await Promise.all(names.map(async (name) => [name, await reads.deliveryQueue(name)] as const)),
  );
}
