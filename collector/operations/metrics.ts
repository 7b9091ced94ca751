import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { StreamList } from "../../protocol/collector/streams.ts";

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
  #streams: (() => Promise<StreamList>) | null = null;

  constructor() {
    collectDefaultMetrics({ register: this.#registry, prefix: "sluice_collector_" });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Where to ask how far streams are. */
  watch(streams: () => Promise<StreamList>): void {
    this.#streams = streams;
  }

  async text(): Promise<string> {
    // A store that does not answer hides no other figure.
    const list = await this.#streams?.().catch(() => null);
    this.#behind.reset();
    this.#failing.reset();
    for (const { name, kind, behind, tries } of list?.streams ?? []) {
      if (kind === null) continue;
      this.#behind.set({ stream: name }, behind);
      this.#failing.set({ stream: name }, tries);
    }
    return this.#registry.metrics();
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
  committed(size: number | null): void {
    this.#commits.inc({ result: size === null ? "failed" : "done" });
    if (size !== null) this.#size.set(size);
  }

  streamed(stream: string, result: "taken" | "failed", records: number): void {
    this.#streamed.inc({ stream, result }, records);
  }

  close(): void {
    this.#registry.clear();
  }
}
