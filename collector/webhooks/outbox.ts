import type { ApprovalReads } from "../approvals/tables.ts";
import type { Sequencer } from "../log/sequencer.ts";
import type { Delivery } from "./delivery.ts";
import type { Webhook } from "./hooks.ts";
import { webhookSignature } from "./signature.ts";

const LOOK_MS = 2_000;
const AT_ONCE = 8;
const ANSWER_WITHIN_MS = 10_000;
/** Another process takes over what was begun and not ended by then. */
const LEASE_MS = 30_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60 * 60 * 1000;
/** About a day. */
const MOST_TRIES = 32;

export interface OutboxParts {
  readonly reads: ApprovalReads;
  readonly sequencer: Sequencer;
  /** As deliveries name it. */
  readonly name: string;
  readonly hook: Webhook;
  readonly now: () => Date;
  /** Told what came of a try; holds neither address nor content. */
  readonly tell: (told: DeliveryTold) => void;
}

interface DeliveryTold {
  readonly hook: string;
  readonly tries: number;
  readonly result: "sent" | "failed" | "given_up";
}

/**
 * Sends the messages that were queued for one webhook: at least once, later again where it fails, and never while
 * somebody waits for an answer. Each is first put off for a while, so that of several processes one sends it.
 */
export class Outbox {
  readonly #parts: OutboxParts;
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | null;
  readonly #sending = new Set<Promise<void>>();
  #running: Promise<void> | null = null;
  #again = false;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
    this.#timer = setInterval(() => this.wake(), LOOK_MS).unref();
  }

  /** Something was queued just now. */
  wake(): void {
    if (this.#timer === null) return;
    if (this.#running !== null) {
      this.#again = true;
      return;
    }
    this.#again = false;
    this.#running = this.#round()
      // A store that does not answer is asked again at the next look.
      .catch(() => {})
      .finally(() => {
        this.#running = null;
        if (this.#again) this.wake();
      });
  }

  /** What is on its way is cut off, and sent again by whoever starts next. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#stopping.abort();
    await this.#running;
    await Promise.all(this.#sending);
  }

  /** Begins with what is due, and waits for no answer: one message that hangs holds up no other. */
  async #round(): Promise<void> {
    const { reads, name, sequencer, now } = this.#parts;
    const free = AT_ONCE - this.#sending.size;
    if (free === 0) return;
    for (const delivery of await reads.dueDeliveries(name, now().getTime(), free)) {
      const until = now().getTime() + LEASE_MS;
      const { value: mine } = await sequencer.run([], ({ approvals }) => approvals.lease(delivery, until));
      if (!mine) continue;
      const sending = this.#deliver({ ...delivery, tries: delivery.tries + 1 })
        // Where the store does not answer it is sent again when its time is over.
        .catch(() => {})
        .finally(() => {
          this.#sending.delete(sending);
          this.wake();
        });
      this.#sending.add(sending);
    }
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const { hook, sequencer, now, tell } = this.#parts;
    const { id, tries } = delivery;
    const sent = await this.#send(hook, delivery);
    const over = sent || tries >= MOST_TRIES;
    await sequencer.run([], async ({ approvals }) => {
      if (over) await approvals.remove(id);
      else await approvals.reschedule(id, now().getTime() + pause(tries));
    });
    tell({ hook: delivery.hook, tries, result: sent ? "sent" : over ? "given_up" : "failed" });
  }

  async #send(hook: Webhook, { id, body }: Delivery): Promise<boolean> {
    const signature =
      hook.kind === "json"
        ? { "sluice-signature": webhookSignature(hook.secret, body, this.#parts.now()) }
        : {};
    try {
      const response = await fetch(hook.url, {
        method: "POST",
        redirect: "error",
        signal: AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
        headers: { "content-type": "application/json", "sluice-delivery": id, ...signature },
        body,
      });
      await response.body?.cancel();
      return response.ok;
    } catch {
      return false;
    }
  }
}

const pause = (tries: number): number => Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), LONGEST_PAUSE_MS);
