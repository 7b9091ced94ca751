import type { Actor } from "../../protocol/actor.ts";
import type { Approval } from "../../protocol/approval/approval.ts";
import type { ConnectionStore } from "../connect/connectionStore.ts";
import { type FirstRowsFor, firstRows } from "../firstRows.ts";
import { type Judged, type JudgeRequest, type Judges, judge } from "../judge.ts";
import { type Audience, audienceOf } from "../labels/labelling.ts";
import { problemOf } from "../problemOf.ts";
import type { Rooms } from "../rooms.ts";
import type { GovernedStatement, RunRequest } from "../runRequest.ts";
import { splitText } from "../splitText.ts";
import type { SplitStatement, StatementFacts } from "../sql/facts.ts";
import type { StatementSession } from "../statementSession.ts";
import type { Tasks } from "../tasks.ts";
import { mustBeSayable } from "../unicodeText.ts";
import { AgreementError, type Agreements } from "./agreements.ts";
import type { Approvals } from "./approvals.ts";
import { askApproval } from "./askApproval.ts";
import { TOO_MANY_WAITING } from "./askingLimit.ts";
import { countMatching, LONGEST_COUNT_MS } from "./countMatching.ts";
import type { WaitingStatement } from "./waitingFiles.ts";

/** What asking needs of the engine. */
export interface AskingParts {
  readonly rooms: Rooms;
  readonly connections: Pick<ConnectionStore, "find">;
  readonly agreements: Agreements;
  readonly tasks: Pick<Tasks, "askedInVain">;
  readonly judges: Judges;
  readonly session: (
    id: RunRequest["sessionId"],
    connection: RunRequest["connection"],
    audience: Audience,
  ) => StatementSession;
  readonly checkSession: (connection: RunRequest["connection"], audience: Audience) => StatementSession;
  readonly run: (request: RunRequest) => AsyncIterable<GovernedStatement>;
  /** @throws ApprovalError where there is no collector to ask through. */
  readonly approvals: () => Approvals;
}

type Asked = Pick<RunRequest, "sessionId" | "connection" | "text">;
type Counting = JudgeRequest & { readonly purpose: string };

/** Puts statements before those who may agree to them: a group, or the person a program works for. */
export class Asking {
  readonly #parts: AskingParts;

  constructor(parts: AskingParts) {
    this.#parts = parts;
  }

  /** Asks others to agree to the one statement of a text. @throws ApprovalError, CollectorError */
  async group(
    request: Asked & Pick<RunRequest, "actor" | "task"> & { readonly purpose: string },
  ): Promise<Approval> {
    const { rooms, judges } = this.#parts;
    const actor = request.actor ?? rooms.identity.requireActor();
    mustBeSayable("The purpose", request.purpose);
    const within = request.task === undefined ? {} : { task: request.task };
    const session = this.#parts.session(request.sessionId, request.connection, audienceOf(actor));
    const { database } = session;
    const statements = splitText(request.text, database.engine, await database.catalogForSplitting());
    // Only for a device it knows does the collector take what is asked.
    await rooms.sync?.now();
    const asking = { session, statements, actor, purpose: request.purpose, ...within };
    return askApproval(asking, judges, this.#parts.approvals(), (text) =>
      firstRows(this.#parts.run, request.connection, text, counter(asking)),
    );
  }

  /**
   * Puts a program's statement before the person it works for. @throws AgreementError where that person is not enough, or
   * it needs nobody.
   */
  async person(
    request: Asked & { readonly actor: Actor; readonly purpose: string; readonly task: string },
  ): Promise<WaitingStatement> {
    const { agreements, tasks, judges } = this.#parts;
    const { actor, purpose, task } = request;
    const session = this.#parts.session(request.sessionId, request.connection, audienceOf(actor));
    const statement = await onlyStatement(session, request.text);
    const judging = { session, statement, actor, purpose, task };
    const judged = await session.inTurn(() => judge(judging, judges));
    try {
      return await agreements.ask(judging, judged, () => this.#count(judging, judged.facts));
    } catch (error) {
      if (problemOf(error).code === TOO_MANY_WAITING) await tasks.askedInVain(task);
      throw error;
    }
  }

  /** What a program's waiting statement does, for the person who is to answer. */
  async judgeWaiting(waiting: WaitingStatement): Promise<{ request: JudgeRequest; judged: Judged }> {
    const { actor, purpose, task, text } = waiting;
    // As this person knows the connection: where a program says it leads, nobody connects to.
    const connection = this.#parts.connections.find(waiting.connection.id);
    if (connection === undefined) {
      throw new AgreementError(
        "connection-not-saved",
        `${waiting.connection.name} is not among your connections, so what the statement does cannot be told.`,
        "Add the connection, and have the agent use that one.",
      );
    }
    const session = this.#parts.checkSession(connection, "programs");
    await session.database.whenClassified();
    const statement = await onlyStatement(session, text);
    const request = { session, statement, actor, purpose, task };
    return { request, judged: await judge(request, this.#parts.judges) };
  }

  /** The same with the rows it would change, counted as a read of the person who is shown it. */
  async judgeForReview(waiting: WaitingStatement, person: Actor) {
    const { request, judged } = await this.judgeWaiting(waiting);
    const { statement, session } = request;
    const asked = {
      session: this.#parts.checkSession(session.database.profile, audienceOf(person)),
      statement,
      actor: person,
      purpose: waiting.purpose,
    };
    return { request, judged, counted: await this.#count(asked, judged.facts) };
  }

  /** Rows a statement would change, as a read of whoever is `asking`; null where they cannot be told, or not to them. */
  async #count(asking: Counting, facts: StatementFacts | null) {
    if (facts === null) return null;
    const { profile } = asking.session.database;
    return countMatching(asking, facts, this.#parts.judges, (text) =>
      firstRows(this.#parts.run, profile, text, counter(asking)),
    );
  }
}

/** @throws AgreementError where a text holds another number of statements. */
async function onlyStatement(session: StatementSession, text: string): Promise<SplitStatement> {
  const { database } = session;
  const [statement, ...more] = splitText(text, database.engine, await database.catalogForSplitting());
  if (statement !== undefined && more.length === 0) return statement;
  throw new AgreementError(
    "approval-one-statement",
    "A person agrees to one statement at a time.",
    "Send the statement that needs it by itself.",
  );
}

/** In whose name, for what and how long rows are counted. */
const counter = ({
  session,
  actor,
  purpose,
  task,
}: Pick<Counting, "session" | "actor" | "purpose" | "task">): FirstRowsFor => ({
  session: `count:${session.audience}`,
  longestMs: LONGEST_COUNT_MS,
  actor,
  purpose,
  ...(task === undefined ? {} : { task }),
});
