import { createHash } from "node:crypto";
import os from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { type AiAgentActor, actorIdentity } from "../../protocol/actor.ts";
import { idHere } from "../../protocol/approval/answeredHere.ts";
import type { ApprovalOrder, ApprovalSubject } from "../../protocol/approval/approval.ts";
import { ITS_PERSON } from "../../protocol/approval/itsPerson.ts";
import { shownHash } from "../../protocol/approval/shownHash.ts";
import { RESUMES_KIND, WHOLE_TASK } from "../../protocol/approval/stoppedTask.ts";
import { verifyGrant } from "../../protocol/approval/verifyGrant.ts";
import { canonicalJson } from "../../protocol/audit/seal.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import { nodeVerifier, verifyBytes } from "../../protocol/node/crypto.ts";
import type { Ledger } from "../audit/ledger.ts";
import { LedgerError } from "../audit/ledgerError.ts";
import { CollectorError } from "../audit/sync/collectorError.ts";
import type { StoredTask } from "../audit/taskStore.ts";
import { withProcessLock } from "../identity/processLock.ts";
import { ApprovalError } from "./approvalError.ts";
import { askingProgram, hashOf, NO_PARAMETERS } from "./approvalOrder.ts";
import type { AskedElsewhere } from "./askedElsewhere.ts";

/** A task that nobody let go on for so long is nothing to answer any more. */
const ANSWER_MS = 24 * 60 * 60 * 1000;
/** How often its person is asked about one stop, as each question runs out of time. */
const MOST_ROUNDS = 48;
const LONGEST_WORDS = 2_000;
/** Before a grant that could not be fetched is asked for again. */
const AGAIN_MS = 2_000;

/** One stop of a task, and how its person is asked about it. */
interface AskedStop {
  readonly id: string;
  readonly task: string;
  readonly stop: Sha256;
  readonly order: ApprovalOrder;
  readonly person: Extract<AiAgentActor["onBehalfOf"], { kind: "user" }>;
}

/**
 * Asks the person whose agent's task was stopped through the collector, so that they let it go on from wherever they are.
 * What they agree to is a grant for that task, that stop, this device and this person, checked here and used up by the
 * record that lets it go on; a later stop is another question.
 */
export class StoppedElsewhere {
  readonly #elsewhere: AskedElsewhere;
  readonly #ledger: Ledger;
  readonly #lock: string;

  /** `folder`: of the home. Its processes hear the same answer, and one of them fetches it. */
  constructor(elsewhere: AskedElsewhere, ledger: Ledger, folder: string) {
    this.#elsewhere = elsewhere;
    this.#ledger = ledger;
    this.#lock = path.join(folder, "stopped-tasks.lock");
  }

  /** Asks about the stop at which the task stands: once, and again where nobody answered in time. */
  async ask(id: string): Promise<void> {
    const stored = this.#ledger.tasks.find(id);
    if (stored === null) return;
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const asked = askedStop(stored, this.#elsewhere.chain, round);
      if (asked === null) return;
      const heard = this.#elsewhere.heard(asked.id);
      if (heard === undefined || isUnused(heard)) await this.#put(asked);
      if (this.#elsewhere.heard(asked.id)?.standing?.state !== "expired") return;
    }
  }

  async #put(asked: AskedStop): Promise<void> {
    const expiresAt = new Date(Date.now() + ANSWER_MS).toISOString();
    await this.#elsewhere.ask({
      id: asked.id,
      name: asked.person.name.slice(0, 200).toWellFormed(),
      order: asked.order,
      expiresAt,
      stillOpen: () => this.#stands(asked),
      answered: (how) => {
        // Where it cannot be used the task stays stopped, and its person lets it go on where it runs.
        if (how === "granted") void this.#use(asked).catch(() => {});
      },
    });
  }

  #stands({ task, stop }: AskedStop): boolean {
    return this.#ledger.tasks.find(task)?.stop === stop;
  }

  async #use(asked: AskedStop): Promise<void> {
    while (this.#stands(asked)) {
      try {
        return await withProcessLock(this.#lock, async () => {
          if (this.#stands(asked)) await this.#resume(asked);
        });
      } catch (error) {
        if (error instanceof ApprovalError || error instanceof LedgerError) return;
        if (!(error instanceof CollectorError)) throw error;
        if (error.failure.kind !== "unreachable" || this.#elsewhere.stopped) return;
        await wait(AGAIN_MS, undefined, { ref: false });
      }
    }
  }

  /** @throws CollectorError, LedgerError where it was used, or the task stands elsewhere by now; ApprovalError */
  async #resume(asked: AskedStop): Promise<void> {
    const { id, order, person, task } = asked;
    const shown = shownHash(order, nodeVerifier);
    const held = await this.#elsewhere.redeem(id, shown);
    const { issuer, subject } = person;
    const check = verifyGrant(
      held.signed,
      {
        ...{ subject: order.subject, shown, nonce: held.nonce, now: new Date() },
        ...{ group: ITS_PERSON, needed: 1, person: { issuer, subject } },
      },
      held.key,
      verifyBytes,
    );
    const why =
      check.kind === "invalid" ? check.why : check.grant.id === held.id ? null : "it is of another request";
    if (check.kind === "invalid" || why !== null)
      throw new ApprovalError(
        "approval-invalid",
        `The stopped task does not go on: what the collector handed out cannot be used, ${why}.`,
        "Let it go on where it runs.",
      );
    const reason = this.#elsewhere.heard(id)?.standing?.reason ?? "";
    await this.#ledger.appendIf(
      {
        grant: held.usedAs,
        holds: () =>
          this.#stands(asked)
            ? null
            : {
                code: "task-not-stopped",
                message: "The task does not stand where its person was asked about it.",
                action: "Nothing needs to be done.",
              },
      },
      {
        kind: "task_resumed",
        task,
        actor: { ...person, groups: [...person.groups] },
        reason: reason.slice(0, LONGEST_WORDS),
        grant: { id: held.usedAs, approvers: check.grant.approvers.map(({ name }) => name) },
      },
    );
  }
}

/** Whether nothing came of a question about a stop that stands: it was not taken, or what was given could not be fetched. */
const isUnused = ({ ended, standing }: ReturnType<AskedElsewhere["heard"]> & {}): boolean =>
  ended && (standing === null || standing.state === "granted");

/** How the person is asked about the stop at which a task stands. Null where it is not stopped, or no provider knows them. */
function askedStop({ task, stop }: StoredTask, chain: Sha256, round: number): AskedStop | null {
  const { actor, state, purpose, id } = task;
  if (state.kind !== "stopped" || stop === null || actor.kind !== "ai_agent") return null;
  const person = actor.onBehalfOf;
  if (person.kind !== "user") return null;
  const words = state.words.slice(0, LONGEST_WORDS).toWellFormed();
  const statement = `Let this task go on, which was stopped: ${words}`;
  const subject: ApprovalSubject = {
    statement: hashOf(statement),
    parameters: NO_PARAMETERS,
    meaning: hashOf(canonicalJson({ resumes: id, stop, program: actorIdentity(actor) })),
    connection: { engine: "", host: "", port: 0, database: "", environment: "" },
    requester: { issuer: person.issuer, subject: person.subject },
    chain,
  };
  const order: ApprovalOrder = {
    ...{ subject, group: ITS_PERSON, needed: 1, purpose: purpose.slice(0, LONGEST_WORDS).toWellFormed() },
    ...{ device: os.hostname(), connectionName: WHOLE_TASK, statement, statementKind: RESUMES_KIND },
    ...{ effect: "session", reads: [], writes: [], columns: [], findings: [] },
    ...{ risk: { score: 0, factors: [] }, reason: words, policyVersion: "" },
    ...{ plannedRows: null, counted: null, maxAffectedRows: null },
    program: askingProgram(actor, id, "person"),
    resumes: { stop, cause: state.cause.slice(0, 100).toWellFormed(), words },
  };
  // One stop is one question at a time, whichever process of this home asks it.
  const hex = createHash("sha256").update(`resume ${stop} ${round}`).digest("hex").slice(0, 32);
  return { id: idHere(hex), task: id, stop, order, person };
}
