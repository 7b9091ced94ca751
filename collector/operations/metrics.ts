import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { StreamList } from "../../protocol/collector/streams.ts";
import type { DeliveryQueue } from "../approvals/tables.ts";
import { ALERT_KINDS, type AlertKind } from "../store/alert.ts";

/** Figures that are read from the store when somebody asks. */
interface Watched {
  readonly streams: () => Promise<StreamList>;
  readonly alerts: () => Promise<ReadonlyMap<AlertKind, number>>;
  /** By the names that webhooks have in the store: their addresses may be secrets. */
  readonly webhooks: () => Promise<ReadonlyMap<string, DeliveryQueue>>;
}

/** What a monitor sees of this process. Holds counts and times, nothing anybody asked or did. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests = new Histogram({
    name: "sluice_collector_request_seconds",
    help: "Time to answer, by route and status.",
    labelNames: ["route", "status"],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [this.#registry],
  });
  readonly #refusals = new Counter({
    name: "sluice_collector_refusals_total",
    help: "Requests refused, by reason.",
    labelNames: ["code"],
    registers: [this.#registry],
  });
  readonly #unproven = new Counter({
    name: "sluice_collector_unproven_records_total",
    help: "Batches with a fault that no device has signed for, by what they were refused as.",
    labelNames: ["code"],
    registers: [this.#registry],
  });
  readonly #commits = new Counter({
    name: "sluice_collector_commits_total",
    help: "Commits of the log, and those that failed.",
    labelNames: ["result"],
    registers: [this.#registry],
  });
  readonly #size = new Gauge({
    name: "sluice_collector_log_size",
    help: "Records in the log.",
    registers: [this.#registry],
  });

  readonly #behind = new Gauge({
    name: "sluice_collector_stream_behind",
    help: "Records of the log that a stream's receiver has not got.",
    labelNames: ["stream"],
    registers: [this.#registry],
  });
  readonly #failing = new Gauge({
    name: "sluice_collector_stream_failing",
    help: "Tries since a stream's receiver last took something.",
    labelNames: ["stream"],
    registers: [this.#registry],
  });
  readonly #streamed = new Counter({
    name: "sluice_collector_stream_records_total",
    help: "Records that were sent to a stream's receiver, by what came of it.",
    labelNames: ["stream", "result"],
    registers: [this.#registry],
  });
  readonly #raised = new Counter({
    name: "sluice_collector_alerts_raised_total",
    help: "Alerts this process has raised, by kind.",
    labelNames: ["kind"],
    registers: [this.#registry],
  });
  readonly #open = new Gauge({
    name: "sluice_collector_alerts_open",
    help: "Alerts that nobody has acknowledged, by kind.",
    labelNames: ["kind"],
    registers: [this.#registry],
  });
  readonly #deliveries = new Counter({
    name: "sluice_collector_webhook_deliveries_total",
    help: "Tries to send a message to a webhook, by what came of it.",
    labelNames: ["hook", "result"],
    registers: [this.#registry],
  });
  readonly #waiting = new Gauge({
    name: "sluice_collector_webhook_waiting",
    help: "Messages that a webhook has not taken yet.",
    labelNames: ["hook"],
    registers: [this.#registry],
  });
  readonly #untaken = new Gauge({
    name: "sluice_collector_webhook_failing",
    help: "Tries of the waiting message that was tried most.",
    labelNames: ["hook"],
    registers: [this.#registry],
  });
  #watched: Watched | null = null;

  constructor() {
    collectDefaultMetrics({ register: this.#registry, prefix: "sluice_collector_" });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Where to ask for what others than this process change as well. */
  watch(watched: Watched): void {
    this.#watched = watched;
  }

  async text(): Promise<string> {
    await Promise.all([this.#readStreams(), this.#readAlerts(), this.#readWebhooks()]);
    return this.#registry.metrics();
  }

  // A store that does not answer hides no other figure.
  async #readStreams(): Promise<void> {
    const list = await this.#watched?.streams().catch(() => null);
    this.#behind.reset();
    this.#failing.reset();
    for (const { name, kind, behind, tries } of list?.streams ?? []) {
      if (kind === null) continue;
      this.#behind.set({ stream: name }, behind);
      this.#failing.set({ stream: name }, tries);
    }
  }

  async #readAlerts(): Promise<void> {
    const open = await this.#watched?.alerts().catch(() => null);
    this.#open.reset();
    if (open === null || open === undefined) return;
    // A kind that is at rest is said to be: what vanishes cannot be told from what is not watched.
    for (const kind of ALERT_KINDS) this.#open.set({ kind }, open.get(kind) ?? 0);
  }

  async #readWebhooks(): Promise<void> {
    const queues = await this.#watched?.webhooks().catch(() => null);
    this.#waiting.reset();
    this.#untaken.reset();
    for (const [hook, { waiting, tries }] of queues ?? []) {
      this.#waiting.set({ hook }, waiting);
      this.#untaken.set({ hook }, tries);
    }
  }

  answered(route: string, status: number, milliseconds: number): void {
    this.#requests.observe({ route, status: String(status) }, milliseconds / 1000);
  }

  refused(code: string): void {
    this.#refusals.inc({ code });
  }

  /** Somebody sent records that a device would raise an alert by, and nothing shows that it was the device. */
  unproven(code: string): void {
    this.#unproven.inc({ code });
  }

  /** `size` null: the commit failed. */
  committed(size: number | null, raised: readonly AlertKind[]): void {
    for (const kind of raised) this.#raised.inc({ kind });
    this.#commits.inc({ result: size === null ? "failed" : "done" });
    if (size !== null) this.#size.set(size);
  }

  streamed(stream: string, result: "taken" | "failed", records: number): void {
    this.#streamed.inc({ stream, result }, records);
  }

  delivered(hook: string, result: "sent" | "failed" | "given_up"): void {
    this.#deliveries.inc({ hook, result });
  }

  close(): void {
    this.#registry.clear();
  }
}
