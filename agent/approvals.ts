import { z } from "zod";
import type { Actor } from "../protocol/actor.ts";
import {
  APPROVAL,
  APPROVALS,
  type Approval,
  type ApprovalOrder,
  SIGNED_GRANT,
  type SignedGrant,
} from "../protocol/approval/approval.ts";
import type { RecordedConnection } from "../protocol/audit/record.ts";
import type { Sha256 } from "../protocol/ids.ts";
import type { NoteKey } from "../protocol/log/checkpoint.ts";
import type { Problem } from "../protocol/messages.ts";
import type { Ledger } from "./audit/ledger.ts";
import type { CollectorClient } from "./audit/sync/collectorClient.ts";
import { keyOf } from "./audit/sync/logWitness.ts";
import type { Identity } from "./identity/identity.ts";

/** A follower is answered after so long even where nothing changed. */
const WAIT_SECONDS = 25;

/** Nobody can be asked, or this cannot be asked for. */
export class ApprovalError extends Error {
  readonly problem: Problem;
  constructor(code: string, message: string, action: string) {
    super(message);
    this.name = "ApprovalError";
    this.problem = { code, message, action };
  }
}

/** A grant with what it is checked against on this machine. */
export interface HeldGrant {
  readonly signed: SignedGrant;
  /** The collector's key as it was pinned. */
  readonly key: NoteKey;
  readonly chain: Sha256;
}

/** Asking others through the collector, and answering them. What is asked and answered here is in the ledger first. */
export class Approvals {
  readonly #client: CollectorClient;
  readonly #ledger: Ledger;
  readonly #identity: Identity;

  constructor(client: CollectorClient, ledger: Ledger, identity: Identity) {
    this.#client = client;
    this.#ledger = ledger;
    this.#identity = identity;
  }

  /** @throws ApprovalError where nothing was ever recorded here. */
  get chain(): Sha256 {
    const [first] = this.#ledger.sealedAfter(0, 1, Number.POSITIVE_INFINITY);
    if (first === undefined)
      throw new ApprovalError("no-ledger", "This machine has no ledger yet.", "Run a statement first.");
    return first.hash;
  }

  /** Asks for a statement; on record before it is sent. @throws CollectorError, LedgerError, ApprovalError */
  async ask(order: ApprovalOrder, actor: Actor, connection: RecordedConnection): Promise<Approval> {
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
    });
    return approval;
  }

  /** Own ones, or those that wait for this person; newest first. */
  async list(box: "mine" | "decide"): Promise<readonly Approval[]> {
    const { approvals } = await this.#client.ask(`/v1/approvals?box=${box}`, APPROVALS, {
      token: this.#token(),
    });
    return approvals;
  }

  find(id: string): Promise<Approval> {
    return this.#client.ask(`/v1/approvals/${id}`, APPROVAL, { token: this.#token() });
  }

  /** Answers when it is another version than `version`; at the latest after half a minute. */
  follow(id: string, version: number, signal?: AbortSignal): Promise<Approval> {
    return this.#client.ask(`/v1/approvals/${id}?version=${version}&wait=${WAIT_SECONDS}`, APPROVAL, {
      token: this.#token(),
      timeout: (WAIT_SECONDS + 10) * 1000,
      ...(signal === undefined ? {} : { signal }),
    });
  }

  /** On record before the collector hears it. */
  async decide(approval: Approval, decision: "approve" | "deny", reason: string): Promise<Approval> {
    await this.#record(approval, decision, reason);
    return this.#client.ask(`/v1/approvals/${approval.id}/decision`, APPROVAL, {
      method: "POST",
      token: this.#token(),
      body: { decision, reason },
    });
  }

  async withdraw(approval: Approval): Promise<Approval> {
    await this.#record(approval, "withdraw", "");
    return this.#client.ask(`/v1/approvals/${approval.id}/withdraw`, APPROVAL, {
      method: "POST",
      token: this.#token(),
      body: {},
    });
  }

  /** The signed agreement. @throws CollectorError where there is none. */
  async grant(id: string): Promise<HeldGrant> {
    const signed = await this.#client.ask(`/v1/approvals/${APPROVAL_ID.parse(id)}/grant`, SIGNED_GRANT, {
      token: this.#token(),
    });
    const known = this.#ledger.collectors.find(this.#client.url);
    if (known === null) {
      throw new ApprovalError(
        "collector-unknown",
        "This machine has not met the collector yet, so its signature cannot be checked.",
        "Wait until the status bar says that records are in sync, and try again.",
      );
    }
    return { signed, key: keyOf(known.info), chain: this.chain };
  }

  async #record(
    approval: Approval,
    decision: "approve" | "deny" | "withdraw",
    reason: string,
  ): Promise<void> {
    await this.#ledger.append({
      kind: "approval_decided",
      actor: this.#identity.requireActor(),
      approval: approval.id,
      statementHash: approval.order.subject.statement,
      decision,
      reason,
    });
  }

  #token(): string {
    const proof = this.#identity.proof();
    if (proof !== null) return proof.idToken;
    throw new ApprovalError(
      "approval-needs-sign-in",
      "Only people who are signed in with the company's provider ask and answer.",
      "Sign in first.",
    );
  }
}

const APPROVAL_ID = z.string().regex(/^[0-9a-f]{32}$/);
