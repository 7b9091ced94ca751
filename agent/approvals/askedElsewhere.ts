import { setTimeout as wait } from "node:timers/promises";
import { idElsewhere } from "../../protocol/approval/answeredHere.ts";
import { APPROVAL, type ApprovalOrder, SIGNED_GRANT } from "../../protocol/approval/approval.ts";
import { QUESTION_STANDING, type Question, type QuestionStanding } from "../../protocol/approval/question.ts";
import { type Redemption, redemptionText } from "../../protocol/approval/redemption.ts";
import type { CollectorRefusal } from "../../protocol/collector/ingest.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import type { Problem } from "../../protocol/messages.ts";
import type { Ledger } from "../audit/ledger.ts";
import { grantUsed } from "../audit/ledgerError.ts";
import type { CollectorClient } from "../audit/sync/collectorClient.ts";
import { CollectorError } from "../audit/sync/collectorError.ts";
import { keyOf } from "../audit/sync/logWitness.ts";
import { notAskedHere } from "./approvalError.ts";
import { NO_PARAMETERS } from "./approvalOrder.ts";
import type { AskedGrant, HeldGrant } from "./approvals.ts";
import { chainOf } from "./requester.ts";

/** A look is answered after so long even where nothing changed. */
const WAIT_SECONDS = 25;
/** Who asks here waits no longer to hear whether the question was taken. */
const TAKEN_MS = 5_000;
/** Before a collector that did not answer is asked again. */
const AGAIN_MS = { first: 1_000, longest: 30_000 } as const;

/** The same of a request as its person is shown it. */
const QUESTION_STANDING_OF = APPROVAL.transform(
  ({ id, version, state }): QuestionStanding => ({ id, version, state, reason: "" }),
);

const isRefused = (error: unknown, code: CollectorRefusal["code"]): boolean =>
  error instanceof CollectorError && error.failure.kind === "refused" && error.failure.refusal.code === code;

/** A question as this process knows it. */
interface Asked {
  /** Null before the collector has taken it. */
  standing: QuestionStanding | null;
  /** Why it was not taken. */
  problem: Problem | null;
  /** Nothing more is heard of it. */
  ended: boolean;
}

/** What is sent of one question, and whether anybody here still waits for its answer. */
export interface SentQuestion {
  readonly id: string;
  readonly name: string;
  readonly order: ApprovalOrder;
  readonly expiresAt: string;
  readonly stillOpen: () => boolean;
  /** Called once the person has answered there. */
  readonly answered: (how: "granted" | "denied") => void;
}

/**
 * Asks the person a program works for through the collector, so that they can answer wherever they are, and hears of it.
 * The device asks by its own key: no token of a program, or of whoever runs this machine, takes part. Ids are those of this
 * machine.
 */
export class AskedElsewhere {
  readonly #client: CollectorClient;
  readonly #ledger: Ledger;
  readonly #sync: () => Promise<unknown>;
  readonly #token: () => string | null;
  readonly #ended = new AbortController();
  readonly #asked = new Map<string, Asked>();

  /** `sync` has the collector know this device, its key and what it has recorded; `token` is of who is signed in here. */
  constructor(
    client: CollectorClient,
    ledger: Ledger,
    sync: () => Promise<unknown>,
    token: () => string | null,
  ) {
    this.#client = client;
    this.#ledger = ledger;
    this.#sync = sync;
    this.#token = token;
  }

  /** This machine account's chain. @throws ApprovalError where nothing was ever recorded here. */
  get chain(): Sha256 {
    return chainOf(this.#ledger);
  }

  /** Sends a question and goes on listening for its answer; settles when it is known whether it was taken, or soon. */
  async ask(question: SentQuestion): Promise<void> {
    const asked: Asked = { standing: null, problem: null, ended: false };
    this.#asked.set(question.id, asked);
    const { promise: told, resolve } = Promise.withResolvers<void>();
    void this.#follow(question, asked, resolve)
      .catch((error: unknown) => {
        // What it was in the middle of when this process began to end is gone with its ledger.
        if (!this.stopped) throw error;
      })
      .finally(() => {
        asked.ended = true;
        resolve();
      });
    await Promise.race([told, wait(TAKEN_MS, undefined, { ref: false })]);
  }

  /** What was last heard of it in this process; undefined where nothing was sent from here. */
  heard(id: string): Readonly<Asked> | undefined {
    return this.#asked.get(id);
  }

  /** The page of the console on which its person reads and answers it. */
  pageOf(id: string): string {
    return `${this.#client.url}/#/approvals/${idElsewhere(id)}`;
  }

  /** Closes it, because it is about to be answered here. What became of it; null where nobody there knows of it, or answers. */
  async close(id: string): Promise<QuestionStanding | null> {
    if (this.#ledger.asked.find(id) === null && !this.#asked.has(id)) return null;
    try {
      return await this.#send({ what: "close", log: this.#log(), id: idElsewhere(id) }, TAKEN_MS);
    } catch (error) {
      if (!(error instanceof CollectorError)) throw error;
      return isRefused(error, "not-enrolled") ? this.#withdraw(idElsewhere(id)) : null;
    }
  }

  /** Who answers here is another than the device's owner, so the collector does not know their key; it knows them. */
  async #withdraw(id: string): Promise<QuestionStanding | null> {
    const token = this.#token();
    if (token === null) return null;
    const path = `/v1/approvals/${id}`;
    const asked = { token, timeout: TAKEN_MS };
    try {
      return await this.#client
        .ask(`${path}/withdraw`, QUESTION_STANDING_OF, { ...asked, method: "POST", body: {} })
        .catch((error: unknown) => {
          if (!isRefused(error, "already-decided")) throw error;
          return this.#client.ask(path, QUESTION_STANDING_OF, asked);
        });
    } catch (error) {
      if (error instanceof CollectorError) return null;
      throw error;
    }
  }

  /** What a grant of it is for, and how it is had. @throws ApprovalError where it was never sent from here. */
  grant(id: string): AskedGrant {
    const asked = this.#ledger.asked.find(id);
    if (asked === null || asked.bound === null) throw notAskedHere();
    const { purpose, shown } = asked;
    const subject = { ...asked.bound, parameters: NO_PARAMETERS, chain: this.chain };
    return { purpose, subject, asks: "person", redeem: () => this.redeem(id, shown) };
  }

  stop(): void {
    this.#ended.abort();
  }

  get stopped(): boolean {
    return this.#ended.signal.aborted;
  }

  async #follow(question: SentQuestion, asked: Asked, told: () => void): Promise<void> {
    const { id, stillOpen } = question;
    for (let pause: number = AGAIN_MS.first; !this.#ended.signal.aborted; ) {
      try {
        if (asked.standing === null) await this.#put(question, asked);
        else asked.standing = await this.#look(id, asked.standing.version);
        told();
        pause = AGAIN_MS.first;
        const { state } = asked.standing ?? {};
        if (state === "granted" || state === "denied") question.answered(state);
        if (state !== "pending") return;
        if (!stillOpen()) {
          asked.standing = (await this.close(id)) ?? asked.standing;
          return;
        }
      } catch (error) {
        if (!(error instanceof CollectorError)) throw error;
        asked.problem = error.problem;
        told();
        // What it refused it would refuse again.
        if (error.failure.kind !== "unreachable" || !stillOpen()) return;
        await wait(pause, undefined, { signal: this.#ended.signal, ref: false }).catch(() => {});
        pause = Math.min(AGAIN_MS.longest, pause * 2);
      }
    }
  }

  async #put({ id, name, order, expiresAt }: SentQuestion, asked: Asked): Promise<void> {
    await this.#sync();
    const question = { what: "ask", log: this.#log(), id: idElsewhere(id), name, order, expiresAt } as const;
    asked.standing = await this.#send(question);
    asked.problem = null;
  }

  #look(id: string, version: number): Promise<QuestionStanding> {
    const look = {
      what: "look",
      log: this.#log(),
      id: idElsewhere(id),
      version,
      wait: WAIT_SECONDS,
    } as const;
    return this.#send(look, (WAIT_SECONDS + 10) * 1000);
  }

  async #send(question: Question, timeout?: number): Promise<QuestionStanding> {
    return this.#client.askAsDevice(this.chain, "/questions", QUESTION_STANDING, question, {
      signer: await this.#ledger.currentSigner(),
      signal: this.#ended.signal,
      ...(timeout === undefined ? {} : { timeout }),
    });
  }

  /** The grant, handed out for the one use of it here. @throws CollectorError, LedgerError */
  async redeem(id: string, shown: Sha256): Promise<HeldGrant> {
    if (this.#ledger.hasUsed(id)) throw grantUsed();
    const { chain } = this;
    const signer = await this.#ledger.currentSigner();
    const there = idElsewhere(id);
    const info = this.#info();
    // Kept first: whatever happens, this home goes on with the same run, and a copy made before it has another.
    const nonce = this.#ledger.nonceFor(id);
    const signature = signer.sign(redemptionText(info.log, there, chain, nonce));
    const redemption = { nonce, key: signer.keyId, signature } satisfies Redemption;
    const path = `/questions/${there}/redeem`;
    const signed = await this.#client.askAsDevice(chain, path, SIGNED_GRANT, redemption, { signer });
    return { id: there, usedAs: id, signed, key: keyOf(info), chain, shown, nonce };
  }

  #log(): string {
    return this.#info().log;
  }

  /** The collector as it was first met. @throws CollectorError where it never was. */
  #info() {
    const known = this.#ledger.collectors.find(this.#client.url);
    if (known !== null) return known.info;
    throw new CollectorError(
      { kind: "unreachable" },
      {
        code: "collector-unknown",
        message: "This machine has not met the collector yet, so its signature cannot be checked.",
        action: "Wait until records are in sync, and try again.",
      },
    );
  }
}
