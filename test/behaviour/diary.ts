import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { type Ledger, openLedger } from "../../agent/audit/ledger.ts";
import { Behaviour } from "../../agent/behaviour/behaviour.ts";
import type { Actor } from "../../protocol/actor.ts";
import type { IntentBody } from "../../protocol/audit/record.ts";
import type { Signer } from "../../protocol/audit/seal.ts";
import type { Signal } from "../../protocol/behaviour/signal.ts";
import { intent, newSigner, outcome } from "../audit/records.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** A Monday, at nine. */
export const START = Date.UTC(2026, 2, 2, 9);

export const ADA: Extract<Actor, { kind: "user" }> = {
  kind: "user",
  subject: "ada",
  issuer: "https://login.test",
  name: "Ada",
  groups: [],
};

/** An agent of Ada's. */
export const agentOf = (agent = "helper", model = "m1", host = "editor"): Actor => ({
  kind: "ai_agent",
  agent,
  model,
  host,
  onBehalfOf: ADA,
  asserted: true,
});

export const SERVICE: Actor = {
  kind: "service",
  subject: "billing",
  issuer: "https://login.test",
  name: "Billing",
  groups: [],
};

/** One statement in few words. */
export interface Deed {
  readonly table: string;
  readonly level?: "confidential" | "restricted" | null;
  readonly column?: string;
  /** Column it is filtered by. */
  readonly by?: string;
  readonly rows?: number;
  readonly text?: string;
  readonly task?: string;
}

const SALARY = { infoType: "salary", level: "confidential" };

function bodyOf(actor: Actor, { table, level = null, column = "value", by, text, task }: Deed): IntentBody {
  const used = `${table}.${column}`;
  return intent({
    actor,
    statement: text ?? `SELECT ${column} FROM ${table}`,
    reads: [
      { column: used, role: "output" },
      ...(by === undefined ? [] : [{ column: `${table}.${by}`, role: "filter_equality" }]),
    ],
    outputs: [{ name: column, mask: level === null ? null : "full", sources: [used] }],
    labels: level === null ? [] : [{ column: used, ...SALARY, level }],
    task: task ?? null,
  });
}

/** In memory where there is such a place: months of records wait for no disk. */
export const diaryFolder = (): string =>
  fs.mkdtempSync(path.join(fs.existsSync("/dev/shm") ? "/dev/shm" : os.tmpdir(), "sluice-diary-"));

/** A real ledger whose days pass as a test wants, and what is learnt from it. */
export class Diary {
  readonly folder: string;
  readonly signer: Signer;
  readonly behaviour: Behaviour;
  at = START;
  #ledger: Ledger;

  static async open(folder = diaryFolder(), signer: Signer = newSigner(), at = START): Promise<Diary> {
    const clock = { at };
    const ledger = await openLedger({
      path: `${folder}/ledger.db`,
      signer,
      origin: "cli",
      now: () => new Date(clock.at),
    });
    return new Diary(folder, signer, ledger, clock);
  }

  private constructor(folder: string, signer: Signer, ledger: Ledger, clock: { at: number }) {
    this.folder = folder;
    this.signer = signer;
    this.#ledger = ledger;
    Object.defineProperty(this, "at", { get: () => clock.at, set: (at: number) => (clock.at = at) });
    this.behaviour = this.reader();
  }

  /** Another process that reads the same ledger. */
  reader(folder = this.folder): Behaviour {
    return new Behaviour({ source: this.#ledger, folder, now: () => new Date(this.at) });
  }

  get ledger(): Ledger {
    return this.#ledger;
  }

  async ran(actor: Actor, deed: Deed): Promise<void> {
    const { seq } = await this.#ledger.append(bodyOf(actor, deed));
    await this.#ledger.append(outcome(seq, { rows: deed.rows ?? 3 }));
  }

  async failed(actor: Actor, deed: Deed): Promise<void> {
    const { seq } = await this.#ledger.append(bodyOf(actor, deed));
    await this.#ledger.append(outcome(seq, { outcome: "failed", rows: null, errorClass: "42703" }));
  }

  async refused(actor: Actor, deed: Deed, rule = "read-not-allowed"): Promise<void> {
    const body = bodyOf(actor, deed);
    await this.#ledger.append({
      ...body,
      kind: "refused",
      verdict: "deny",
      findings: [{ rule, verdict: "deny" }],
    });
  }

  /** What would be said of a statement now. */
  async signals(actor: Actor, deed: Deed): Promise<readonly Signal[]> {
    await this.behaviour.ready();
    return this.behaviour.signals(bodyOf(actor, deed), deed.rows);
  }

  /** Rules and weights of what would be said now. */
  async said(actor: Actor, deed: Deed): Promise<readonly string[]> {
    return (await this.signals(actor, deed)).map(({ rule, weight }) => `${rule}:${weight}`);
  }

  /** So many working days of an ordinary kind. */
  async workedDays(actor: Actor, days: number, deeds: readonly Deed[], perDay = 20): Promise<void> {
    for (let day = 0; day < days; day++) {
      const morning = this.at;
      for (let n = 0; n < perDay; n++) {
        this.at += 15 * MINUTE;
        await this.ran(actor, deeds[n % deeds.length] ?? { table: "shop.orders" });
      }
      this.at = morning + DAY;
    }
  }

  async close(): Promise<void> {
    await this.#ledger.close();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
