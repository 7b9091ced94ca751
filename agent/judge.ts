import type { Actor } from "../protocol/actor.ts";
import type { ConnectionProfile } from "../protocol/connection.ts";
import type { Decision } from "../protocol/decision.ts";
import { isSensitive } from "../protocol/label.ts";
import type { Problem, StatementReport } from "../protocol/messages.ts";
import { isProgram, type TaskStanding } from "../protocol/task.ts";
import type { UseCounts } from "./audit/useStore.ts";
import { type BehaviourJudge, signalsOf } from "./behaviourSignals.ts";
import { judgeObserved, type ObservedJudgement, type ObservedPolicy } from "./observedPolicy.ts";
import { mayBePlanned } from "./plannedRows.ts";
import type { DecisionInput } from "./policy/decisionInput.ts";
import type { ElevatedRight } from "./policy/elevatedRight.ts";
import type { Policy } from "./policy/policy.ts";
import type { RelationUse, SplitStatement, StatementFacts, Understanding } from "./sql/facts.ts";
import type { CatalogIndex } from "./sql/postgres/catalogIndex.ts";
import type { StatementSession } from "./statementSession.ts";
import { isTextColumn } from "./textColumns.ts";

/** What is to be judged: a statement as it would run in this session, for this actor. */
export interface JudgeRequest {
  readonly session: StatementSession;
  readonly statement: SplitStatement;
  readonly actor: Actor;
  readonly purpose: string | undefined;
  /** Known to run inside a transaction; a hint hangs on it, and nothing else. */
  readonly inTransaction?: boolean;
  /** By what it is alone: what its actor did before does not count. */
  readonly apart?: boolean;
  /** The task of the program that asks. */
  readonly task?: string;
}

/** Who judges. */
export interface Judges {
  readonly policy: Policy;
  /** Version of the collector's policy in force; 0 for none. */
  readonly central: number;
  /** Judged by beside the one in force, and of no effect; null for none. */
  readonly observed: ObservedPolicy | null;
  /** Settles where the policy may be relied on now; fails where nothing may be judged. */
  ready(): Promise<void>;
  /** How often this actor has matched or inferred of late, from the ledger. */
  countUses(actor: Actor): UseCounts;
  /** What actors usually do; without it nothing is unusual. */
  readonly behaviour?: BehaviourJudge;
  /** Where a program's task stands. @throws TaskError where there is no such task of this program. */
  standingOf(task: string, actor: Actor, connection: ConnectionProfile): TaskStanding;
  /** The same for the task it would get, where it has none yet. */
  standingOfNext(actor: Actor, purpose: string, connection: ConnectionProfile): TaskStanding;
  /** Why its next statement, which may read so many rows, may not be recorded after all; null where it may. */
  stillStands(task: string, actor: Actor, connection: ConnectionProfile, rows: number): Problem | null;
  /** What others agreed to give this person here for a while, by the names of this catalog; in force now. */
  elevationsOf(actor: Actor, connection: ConnectionProfile, index: CatalogIndex): readonly ElevatedRight[];
  /** Aborts as soon as one of these elevations may not be used any more. */
  untilOver(elevations: readonly string[]): AbortSignal;
}

export interface Judged {
  readonly understanding: Understanding;
  /** Null where there is nothing to execute: not parsed or not resolved. */
  readonly facts: StatementFacts | null;
  readonly decision: Decision;
  /** Version of the collector's policy it rests on; 0 for none. */
  readonly central: number;
  /** What the observed policy would have said; null where none is observed. */
  readonly observed: ObservedJudgement | null;
  /** Inferences the actor had drawn within the hour. */
  readonly inferencesBefore: number;
  /** A sensitive column is used anywhere in it, shown or not: errors and notices are scrubbed. */
  readonly touchesSensitive: boolean;
  readonly report: StatementReport;
}

/**
 * Understands, resolves, classifies and decides, and runs nothing. A name that does not resolve may be new on
 * the server: the catalog is read again once before the statement is refused for it.
 */
export async function judge(request: JudgeRequest, judges: Judges): Promise<Judged> {
  await judges.ready();
  const { session, statement, actor } = request;
  const { database } = session;
  let understanding = await session.understand(statement);
  if (understanding.kind === "unresolved" && (await session.refresh())) {
    understanding = await session.understand(statement);
  }
  const index = await session.index();
  const labelOf: DecisionInput["labelOf"] = (id) => session.labelOf(id);
  const estimatedRows: DecisionInput["estimatedRows"] = ({ oid }) => index.relationByOid(oid)?.estimatedRows;
  const plannedRows =
    understanding.kind === "understood" && mayBePlanned(understanding.facts, { labelOf, estimatedRows })
      ? await session.plannedRows(statement)
      : undefined;
  const apart = request.apart === true;
  const behaviour = apart ? undefined : judges.behaviour;
  await behaviour?.ready();
  const view = { labelOf, estimatedRows, plannedRows, catalog: index.catalog };
  return judgeUnderstanding(
    statement,
    understanding,
    {
      actor,
      signals: behaviour === undefined ? [] : signalsOf(request, understanding, view, behaviour),
      connection: database.profile,
      labelOf,
      estimatedRows,
      inferenceCounts: apart ? NO_USES : judges.countUses(actor),
      elevations: judges.elevationsOf(actor, database.profile, index),
      inTransaction: request.inTransaction ?? false,
      isText: (id) => isTextColumn(id, index),
      ...taskOf(request, judges),
      ...(plannedRows === undefined ? {} : { plannedRows }),
      ...(request.purpose === undefined ? {} : { purpose: request.purpose }),
    },
    judges,
  );
}

/** A program is judged within its task, also where it only asks beforehand. */
function taskOf(
  { task, actor, purpose, session, apart }: JudgeRequest,
  judges: Judges,
): { readonly task?: TaskStanding } {
  const { profile } = session.database;
  if (task !== undefined) return { task: judges.standingOf(task, actor, profile) };
  if (!isProgram(actor) || apart === true) return {};
  return { task: judges.standingOfNext(actor, purpose ?? "", profile) };
}

const NO_USES: UseCounts = { matches: 0, inferences: 0 };

/** The part of judging that needs no session: what a statement was understood to do, held against policy. */
export function judgeUnderstanding(
  statement: SplitStatement,
  understanding: Understanding,
  basis: Omit<DecisionInput, "understanding">,
  { policy, central, observed }: Pick<Judges, "policy" | "central" | "observed">,
): Judged {
  const facts =
    understanding.kind === "understood" || understanding.kind === "cannot_tell" ? understanding.facts : null;
  const input = { ...basis, understanding };
  const decision = policy.decide(input);
  const touched = facts === null ? [] : [...facts.reads, ...facts.writes];
  const touchesSensitive =
    understanding.kind === "cannot_tell" ||
    touched.some((use) => {
      const label = basis.labelOf(use.column);
      return label === undefined || isSensitive(label);
    });
  return {
    understanding,
    facts,
    decision,
    central,
    observed: observed === null ? null : judgeObserved(observed, input, decision),
    inferencesBefore: basis.inferenceCounts.inferences,
    touchesSensitive,
    report: {
      ...reportOf(statement, understanding, facts, decision),
      ...(basis.plannedRows === undefined ? {} : { plannedRows: basis.plannedRows }),
    },
  };
}

function reportOf(
  statement: SplitStatement,
  understanding: Understanding,
  facts: StatementFacts | null,
  decision: Decision,
): StatementReport {
  const named = (access: RelationUse["access"]): readonly string[] => [
    ...new Set(
      (facts?.relations ?? [])
        .filter((use) => use.access === access && use.kind !== "system" && !use.indirect)
        .map((use) => `${use.schema}.${use.name}`),
    ),
  ];
  return {
    statement: statement.text,
    kind: facts?.kind ?? understanding.kind,
    effect: facts?.effect ?? "unknown",
    start: statement.span.start,
    end: statement.span.end,
    decision,
    reads: named("read"),
    writes: named("write"),
  };
}
