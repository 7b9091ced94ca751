import fs from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { Problem } from "../protocol/messages.ts";
import { sha256Bytes, verifyBytes } from "../protocol/node/crypto.ts";
import {
  checkPolicyAnswer,
  NO_POLICY,
  POLICY_ANSWER,
  type PolicyAnswer,
  type PolicyLease,
} from "../protocol/policy/policyAnswer.ts";
import type { Ledger } from "./audit/ledger.ts";
import type { CollectorClient } from "./audit/sync/collectorClient.ts";
import { CollectorError } from "./audit/sync/collectorError.ts";
import { keyOf } from "./audit/sync/logWitness.ts";
import type { CentralLabels } from "./classify/sharedLabels.ts";
import { type ObservedPolicy, readObserved } from "./observedPolicy.ts";
import type { Policy } from "./policy/policy.ts";
import { labelsOfCollector, policyFromFiles } from "./policyFiles.ts";

const ASK_AGAIN_MS = 60_000;
/** For news of a policy that may be relied on already. */
const MOST_WAITED_MS = 2_000;
const CACHED = z.object({ url: z.string(), answer: POLICY_ANSWER });

/** Nothing runs: the collector's policy is not known, or was not confirmed for too long. */
export class PolicyUnavailable extends Error {
  readonly problem: Problem;
  constructor(code: string, message: string, action: string) {
    super(message);
    this.name = "PolicyUnavailable";
    this.problem = { code, message, action };
  }
}

export interface CentralSource {
  readonly client: CollectorClient;
  readonly ledger: Ledger;
  /** Folder the newest answer is kept in. */
  readonly folder: string;
  /** The signed-in person's token, or the service's that works here; null where nobody is known. */
  readonly token: () => string | null;
  readonly now?: () => Date;
  /** How long the first statement of a process waits for news. */
  readonly patienceMs?: number;
}

interface Central {
  readonly lease: PolicyLease;
  readonly labels: CentralLabels;
  readonly observed: ObservedPolicy | null;
}

/**
 * What is allowed here: the shipped rules with the machine's, the workspace's, and the collector's. The collector's
 * newest answer is kept, so that work goes on without a network for as long as it says; then nothing runs.
 */
export class PolicyInForce {
  readonly #workspaceFolders: readonly string[];
  readonly #source: CentralSource | null;
  readonly #listeners = new Set<() => void>();
  #central: Central | null = null;
  #policy: Policy;
  #asking: Promise<void> | null = null;
  #askedAt = 0;
  #hasAsked = false;
  #timer: NodeJS.Timeout | null = null;

  /** `local`: what the files of this machine and of these folders say. */
  static async open(
    local: Policy,
    workspaceFolders: readonly string[],
    source: CentralSource | null,
  ): Promise<PolicyInForce> {
    const inForce = new PolicyInForce(workspaceFolders, source, local);
    if (source !== null) await inForce.#readCached();
    return inForce;
  }

  private constructor(workspaceFolders: readonly string[], source: CentralSource | null, policy: Policy) {
    this.#workspaceFolders = workspaceFolders;
    this.#source = source;
    this.#policy = policy;
    if (source === null) return;
    this.#timer = setInterval(() => void this.#ask().catch(() => {}), ASK_AGAIN_MS);
    this.#timer.unref();
  }

  /** For showing what would be decided; what runs asks `ready` first. */
  get policy(): Policy {
    return this.#policy;
  }

  /** Of the collector's policy; 0 where it gives none. */
  get version(): number {
    return this.#central?.lease.version ?? 0;
  }

  /** What the collector's policy says of columns: as it was signed, and never from a file somebody may write. */
  get labels(): CentralLabels {
    return this.#central?.labels ?? NO_LABELS;
  }

  /** What is judged by beside the policy in force, and enforced by nobody. */
  get observed(): ObservedPolicy | null {
    return this.#central?.observed ?? null;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Settles where the policy may be relied on now. @throws PolicyUnavailable, PolicyError */
  async ready(): Promise<void> {
    if (this.#source === null) return;
    let refusal = "";
    if (this.#central === null || this.#expired(this.#central)) {
      await this.#ask(true).catch((error: unknown) => {
        if (!(error instanceof CollectorError)) throw error;
        refusal = error.failure.kind === "refused" ? ` ${error.failure.refusal.message}` : "";
      });
    }
    if (this.#central !== null && !this.#expired(this.#central)) return this.#askFirst(this.#central);
    throw this.#central === null
      ? new PolicyUnavailable(
          "policy-unknown",
          `This machine has not got the collector's policy yet, so nothing is allowed.${refusal}`,
          "Sign in, and check the network or VPN: the collector has to be reached once.",
        )
      : new PolicyUnavailable(
          "policy-expired",
          `The collector's policy was good until ${this.#central.lease.validUntil}, and the collector could not be reached since.`,
          "Check the network or VPN; work goes on when the collector has confirmed the policy.",
        );
  }

  /** A process that lives for one statement learns of a new version too, and no process waits for it twice. */
  async #askFirst({ lease }: Central): Promise<void> {
    if (this.#hasAsked) return;
    this.#hasAsked = true;
    const age = this.#now().getTime() - Date.parse(lease.issuedAt);
    if (Math.abs(age) < ASK_AGAIN_MS) return;
    // Whatever comes of it, what is in force may be relied on.
    const news = this.#ask().catch(() => {});
    await Promise.race([news, delay(this.#source?.patienceMs ?? MOST_WAITED_MS, undefined, { ref: false })]);
  }

  /** Asks the collector now. @throws CollectorError, PolicyError */
  refresh(): Promise<void> {
    return this.#ask(true);
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#listeners.clear();
  }

  #expired({ lease }: Central): boolean {
    // A time that cannot be read has passed.
    return !(Date.parse(lease.validUntil) > this.#now().getTime());
  }

  #now(): Date {
    return this.#source?.now?.() ?? new Date();
  }

  #ask(again = false): Promise<void> {
    if (!again && this.#now().getTime() - this.#askedAt < ASK_AGAIN_MS / 2) return Promise.resolve();
    this.#asking ??= this.#askOnce().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #askOnce(): Promise<void> {
    const source = this.#source;
    const token = source?.token() ?? null;
    if (source === null || token === null) return;
    this.#hasAsked = true;
    try {
      const { client, ledger } = source;
      if (ledger.collectors.find(client.url) === null) ledger.collectors.pin(client.url, await client.info());
      const answer = await client.ask("/v1/policy", POLICY_ANSWER, { token });
      this.#askedAt = this.#now().getTime();
      await this.#take(answer);
      this.#keep(answer);
    } catch (error) {
      if (this.#central === null && servesNone(error)) this.#central = NOTHING_SERVED;
      else throw error;
    }
  }

  /** Puts an answer in force. @throws PolicyUnavailable where it is not to be believed, PolicyError where it is wrong. */
  async #take(answer: PolicyAnswer): Promise<void> {
    const source = this.#source;
    const known = source?.ledger.collectors.find(source.client.url) ?? null;
    if (source === null || known === null) return;
    const seen = this.#central?.lease.version ?? 0;
    const check = checkPolicyAnswer(answer, seen, keyOf(known.info), sha256Bytes, verifyBytes);
    if (check.kind === "invalid") {
      throw new PolicyUnavailable(
        "policy-not-believed",
        `The collector's policy is refused: ${check.why}.`,
        "Nothing runs under it. Ask whoever runs the collector.",
      );
    }
    const { policy, lease, observed } = check;
    const before = this.#central;
    const isNew = lease.version !== seen || before === null;
    const taken = isNew ? await policyFromFiles(this.#workspaceFolders, policy) : this.#policy;
    const labels = isNew
      ? { stamp: `version ${lease.version}`, lines: labelsOfCollector(policy) }
      : before.labels;
    const sameObserved =
      !isNew &&
      lease.observed?.hash === before.lease.observed?.hash &&
      (before.observed?.kind !== "unusable" || before.observed.isWhole);
    const watched = sameObserved
      ? before.observed
      : await readObserved(observed, labels.lines, this.#workspaceFolders);
    this.#policy = taken;
    this.#central = { lease, labels, observed: watched };
    for (const listener of this.#listeners) listener();
  }

  #keep(answer: PolicyAnswer): void {
    const { folder, client } = this.#source ?? {};
    if (folder === undefined || client === undefined) return;
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = path.join(folder, "policy.json");
    fs.writeFileSync(`${file}.new`, JSON.stringify({ url: client.url, answer }), { mode: 0o600 });
    fs.renameSync(`${file}.new`, file);
  }

  async #readCached(): Promise<void> {
    const { folder, client } = this.#source ?? {};
    if (folder === undefined || client === undefined) return;
    const file = path.join(folder, "policy.json");
    if (!fs.existsSync(file)) return;
    const cached = CACHED.safeParse(parsedJson(fs.readFileSync(file, "utf8")));
    // A damaged copy is no policy: the collector is asked for a whole one before anything runs.
    if (cached.success && cached.data.url === client.url)
      await this.#take(cached.data.answer).catch(() => {});
  }
}

/** A collector that has no such question yet gives no policy; one that gave one before cannot take it back so. */
const servesNone = (error: unknown): boolean =>
  error instanceof CollectorError &&
  error.failure.kind === "refused" &&
  error.failure.refusal.code === "not-found";

const NO_LABELS: CentralLabels = { stamp: "", lines: [] };

const NOTHING_SERVED: Central = {
  labels: NO_LABELS,
  observed: null,
  lease: { v: 1, version: 0, hash: NO_POLICY, issuedAt: "", validUntil: "9999-12-31T00:00:00.000Z" },
};

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
