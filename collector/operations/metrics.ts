import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

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

  constructor() {
    collectDefaultMetrics({ register: this.#registry, prefix: "sluice_collector_" });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  answered(route: string, status: number, milliseconds: number): void {
    this.#requests.observe({ route, status: String(status) }, milliseconds / 1000);
  }

  refused(code: string): void {
    this.#refusals.inc({ code });
  }

  /** `size` null: the commit failed. */
  committed(size: number | null): void {
    this.#commits.inc({ result: size === null ? "failed" : "done" });
    if (size !== null) this.#size.set(size);
  }

  close(): void {
    this.#registry.clear();
  }
}
