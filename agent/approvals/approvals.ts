import { z } from "zod";
import type { Actor } from "../../protocol/actor.ts";
import { idHere } from "../../protocol/approval/answeredHere.ts";
import {
  APPROVAL,
  APPROVALS,
  type Approval,
  type ApprovalOrder,
  type ApprovalSubject,
  type AskingProgram,
  SIGNED_GRANT,
  type SignedGrant,
} from "../../protocol/approval/approval.ts";
import { whyNotDecide, whyNotTakeBack } from "../../protocol/approval/approvalWords.ts";
import { asksItsPerson } from "../../protocol/approval/itsPerson.ts";
import { type Redemption, redemptionText } from "../../protocol/approval/redemption.ts";
import { shownHash } from "../../protocol/approval/shownHash.ts";
import { letsGoOn } from "../../protocol/approval/stoppedTask.ts";
import type { RecordedConnection } from "../../protocol/audit/record.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import type { NoteKey } from "../../protocol/log/checkpoint.ts";
import { nodeVerifier } from "../../protocol/node/crypto.ts";
import type { Ledger } from "../audit/ledger.ts";
import { grantUsed } from "../audit/ledgerError.ts";
import type { CollectorClient } from "../audit/sync/collectorClient.ts";
import { keyOf } from "../audit/sync/logWitness.ts";
import type { Identity } from "../identity/identity.ts";
import { ApprovalError, changedOnTheWay, notAskedHere } from "./approvalError.ts";
import { approvalConnection, hashOf, NO_PARAMETERS } from "./approvalOrder.ts";
import { chainOf, type Person, personOf, tokenOf } from "./requester.ts";
import { requestPages } from "./requestPages.ts";

/** A follower is answered after so long even where nothing changed. */
const WAIT_SECONDS = 25;

/** Own ones that are remembered for what is shown of a document. */
const MOST_KEPT = 200;

/** What was asked of others here, and may be agreed to by now. */
export interface AskedGrant {
  /** What others were told it is for. */
  readonly purpose: string;
  /** What a grant of it is bound to. */
  readonly subject: ApprovalSubject;
  /** Whether a group has agreed, or the person a program works for. */
  readonly asks: AskingProgram["asks"];
  /** The grant, handed out for the one run of this machine. @throws CollectorError where there is none */
  redeem(): Promise<HeldGrant>;
}

/** A grant with what it is checked against on this machine. */
export interface HeldGrant {
  /** As the collector knows it. */
  readonly id: string;
  /** As the ledger notes its use: one that may be answered in two places is used in one. */
  readonly usedAs: string;
  readonly signed: SignedGrant;
  /** The collector's key as it was pinned. */
  readonly key: NoteKey;
  readonly chain: Sha256;
  /** Of what was sent to be shown to others. */
  readonly shown: Sha256;
  /** Of the run it was asked for. */
  readonly nonce: string;
}

/** Who asks, and where. */
interface Asking {
  readonly actor: Actor;
  readonly connection: RecordedConnection;
  /** Of the program that asks. */
  readonly task: string | null;
}

/** Asking others through the collector, and answering them. What is asked and answered here is in the ledger first. */
export class Approvals {
  readonly #client: CollectorClient;
  readonly #ledger: Ledger;
  readonly #identity: Identity;
  /** Own ones as last heard, oldest first. */
  readonly #own = new Map<string, Approval>();
  readonly #heard: () => void;

  /** `heard` is called when one of the person's own is new, or in another state. */
  constructor(client: CollectorClient, ledger: Ledger, identity: Identity, heard: () => void = () => {}) {
    this.#client = client;
    this.#ledger = ledger;
    this.#identity = identity;
    this.#heard = heard;
  }

  /** @throws ApprovalError where nothing was ever recorded here. */
  get chain(): Sha256 {
    return chainOf(this.#ledger);
  }

  /** Asks for a statement; on record before it is sent. @throws CollectorError, LedgerError, ApprovalError */
  async ask(order: ApprovalOrder, { actor, connection, task }: Asking): Promise<Approval> {
    const shown = shownHash(order, nodeVerifier);
    const approval = await this.#client.ask("/v1/approvals", APPROVAL, {
      method: "POST",
      token: this.#token(),
      body: order,
    });
    await this.#ledger.append({
      kind: "approval_requested",
      actor,
      connection,
      purpose: order.purpose,
      statement: order.statement,
      statementHash: order.subject.statement,
      group: order.group,
      approval: approval.id,
      task,
      shown,
      meaning: order.subject.meaning,
    });
    if (shownHash(approval.order, nodeVerifier) !== shown) throw changedOnTheWay();
    return this.#keep(approval);
  }

  /** The person's newest that waits for others, or may be used, for this text on this database; as last heard. */
  openFor(text: string, profile: ConnectionProfile): Approval | null {
    const who = this.#person;
    if (who === null || this.#own.size === 0) return null;
    const [statement, target] = [hashOf(text), JSON.stringify(approvalConnection(profile))];
    const open = [...this.#own.values()].findLast(({ state, requester, order: { subject } }) => {
      const own = requester.issuer === who.issuer && requester.subject === who.subject;
      const same = subject.statement === statement && JSON.stringify(subject.connection) === target;
      return own && same && (state === "pending" || state === "granted");
    });
    return open === undefined ? null : this.#asUsed(open);
  }

  /** Own ones, those that wait for this person, or those this person may take back; newest first. */
  async list(box: "mine" | "decide" | "active"): Promise<readonly Approval[]> {
    const approvals = await requestPages(box, async (query) => {
      const page = await this.#client.ask(`/v1/approvals?${query}`, APPROVALS, { token: this.#token() });
      return { items: page.approvals, next: page.next };
    });
    const known = approvals
      // What programs of this machine ask is answered here as it is, not as it was sent.
      .filter(({ id, order }) => !this.#isAnsweredHere(id, order))
      .map((approval) => this.#asUsed(approval));
    if (box === "mine") for (const approval of known.toReversed()) this.#keep(approval);
    return known;
  }

  #isAnsweredHere(id: string, order: ApprovalOrder): boolean {
    if (letsGoOn(order)) return this.#ledger.count() > 0 && order.subject.chain === this.chain;
    return asksItsPerson(order) && this.#ledger.agreements.find(idHere(id)) !== null;
  }

  async find(id: string): Promise<Approval> {
    const path = `/v1/approvals/${APPROVAL_ID.parse(id)}`;
    return this.#keep(await this.#client.ask(path, APPROVAL, { token: this.#token() }));
  }

  /** Answers when it is another version than `version`; at the latest after half a minute. */
  async follow(id: string, version: number, signal?: AbortSignal): Promise<Approval> {
    const path = `/v1/approvals/${APPROVAL_ID.parse(id)}?version=${version}&wait=${WAIT_SECONDS}`;
    const approval = await this.#client.ask(path, APPROVAL, {
      token: this.#token(),
      timeout: (WAIT_SECONDS + 10) * 1000,
      ...(signal === undefined ? {} : { signal }),
    });
    return this.#keep(approval);
  }

  /** On record before the collector hears it. @throws ApprovalError where it is not this person's to decide. */
  async decide(approval: Approval, decision: "approve" | "deny", reason: string): Promise<Approval> {
    const why = whyNotDecide(approval, this.#person);
    if (why !== null) throw new ApprovalError("approval-not-yours", why, "Nothing was decided.");
    // A program with a terminal is its user there.
    if (asksItsPerson(approval.order) && this.#ledger.origin !== "editor") {
      throw new ApprovalError(
        "approval-in-editor",
        "What an AI agent asks the person it works for is answered where no program answers.",
        "Answer it in the editor, or on the collector's page.",
      );
    }
    if (letsGoOn(approval.order) && reason.trim() === "")
      throw new ApprovalError(
        "approval-reason",
        "Why it may go on, or not, is put on record.",
        "Give a reason.",
      );
    if (decision === "deny" && reason.trim() === "") {
      throw new ApprovalError(
        "approval-reason",
        "Whoever asked has to know why it is denied.",
        "Give a reason.",
      );
    }
    await this.#record(approval, decision, reason);
    return this.#client.ask(`/v1/approvals/${approval.id}/decision`, APPROVAL, {
      method: "POST",
      token: this.#token(),
      body: { decision, reason },
    });
  }

  /** One's own; what was granted is given up. */
  async withdraw(approval: Approval): Promise<Approval> {
    if (approval.state === "granted") return this.takeBack(approval, "");
    await this.#record(approval, "withdraw", "");
    const withdrawn = await this.#client.ask(`/v1/approvals/${approval.id}/withdraw`, APPROVAL, {
      method: "POST",
      token: this.#token(),
      body: {},
    });
    return this.#keep(withdrawn);
  }

  /** Takes back what was granted and has not run. On record before the collector hears it. @throws ApprovalError */
  async takeBack(approval: Approval, reason: string): Promise<Approval> {
    const why = whyNotTakeBack(approval);
    if (why !== null) throw new ApprovalError("approval-not-yours", why, "Nothing was taken back.");
    await this.#record(approval, "take_back", reason);
    const taken = await this.#client.ask(`/v1/approvals/${approval.id}/take-back`, APPROVAL, {
      method: "POST",
      token: this.#token(),
      body: { reason },
    });
    return this.#keep(taken);
  }

  /** What was asked for under this id, in whatever process of this home. @throws ApprovalError where nothing was. */
  asked(id: string): AskedGrant {
    const asked = this.#ledger.asked.find(APPROVAL_ID.parse(id));
    if (asked === null || asked.bound === null) throw notAskedHere();
    const { purpose, shown } = asked;
    const subject = { ...asked.bound, parameters: NO_PARAMETERS, chain: this.chain };
    return { purpose, subject, asks: "group", redeem: () => this.#redeem(id, shown) };
  }

  async #redeem(id: string, shown: Sha256): Promise<HeldGrant> {
    if (this.#ledger.hasUsed(id)) throw grantUsed();
    const known = this.#ledger.collectors.find(this.#client.url);
    if (known === null) {
      throw new ApprovalError(
        "collector-unknown",
        "This machine has not met the collector yet, so its signature cannot be checked.",
        "Wait until the status bar says that records are in sync, and try again.",
      );
    }
    const { chain } = this;
    const signer = await this.#ledger.currentSigner();
    // Kept first: whatever happens, this home goes on with the same run, and a copy made before it has another.
    const nonce = this.#ledger.nonceFor(id);
    const signature = signer.sign(redemptionText(known.info.log, id, chain, nonce));
    const signed = await this.#client.ask(`/v1/approvals/${id}/redeem`, SIGNED_GRANT, {
      method: "POST",
      token: this.#token(),
      body: { nonce, key: signer.keyId, signature } satisfies Redemption,
    });
    return { id, usedAs: id, signed, key: keyOf(known.info), chain, shown, nonce };
  }

  /** This machine knows at once what the collector learns from its records. */
  #asUsed(approval: Approval): Approval {
    return approval.state === "granted" && this.#ledger.hasUsed(approval.id)
      ? { ...approval, state: "used" }
      : approval;
  }

  #keep(heard: Approval): Approval {
    const approval = this.#asUsed(heard);
    const { issuer, subject } = approval.requester;
    if (asksItsPerson(approval.order)) return approval;
    if (this.#person?.issuer !== issuer || this.#person.subject !== subject) return approval;
    const before = this.#own.get(approval.id);
    this.#own.set(approval.id, approval);
    const [oldest] = this.#own.keys();
    if (this.#own.size > MOST_KEPT && oldest !== undefined) this.#own.delete(oldest);
    if (before?.state !== approval.state) this.#heard();
    return approval;
  }

  get #person(): Person | null {
    return personOf(this.#identity);
  }

  async #record(
    approval: Approval,
    decision: "approve" | "deny" | "withdraw" | "take_back",
    reason: string,
  ): Promise<void> {
    await this.#ledger.append({
      kind: "approval_decided",
      actor: this.#identity.requireActor(),
      approval: approval.id,
      statementHash: approval.order.subject.statement,
      subject: null,
      decision,
      reason,
    });
  }

  #token(): string {
    return tokenOf(this.#identity);
  }
}

const APPROVAL_ID = z.string().regex(/^[0-9a-f]{32}$/);
