import { z } from "zod";
import { type Actor, actorIdentity } from "../../../protocol/actor.ts";
import { isBehaviourRule } from "../../../protocol/behaviour/signal.ts";
import type { ConnectionProfile } from "../../../protocol/connection.ts";
import type { Row } from "../../../protocol/messages.ts";
import { TASK_STOPS } from "../../../protocol/task.ts";
import type { ToolAnswer } from "../../../protocol/tools.ts";
import type { Governed } from "../../govern.ts";
import { REPORT, reportData } from "./reportData.ts";
import { PROBLEM, problemAnswer } from "./toolProblem.ts";
import type { KeptResult, ToolSession } from "./toolSession.ts";
import { answerWith } from "./untrusted.ts";

/** Longer cells are cut: a model reads no more of them. */
const MAX_CELL_LENGTH = 4_000;
const MOST_CHARACTERS = 4_000_000;
export const PAGE_ROWS = 50;

const CELL = z.union([z.string(), z.null()]);
const SHOWN_COLUMN = z.object({
  name: z.string(),
  type: z.string(),
  info_type: z.string(),
  mask: z.string().nullable(),
});

/** What came of a statement. */
export const RAN = z.object({
  status: z.enum(["rows", "done", "waiting_for_approval", "denied", "failed", "cancelled"]),
  columns: z.array(SHOWN_COLUMN).optional(),
  rows: z.array(z.array(CELL)).optional(),
  row_count: z.number().optional(),
  result_id: z.string().optional(),
  next_offset: z.number().optional(),
  truncated: z.string().optional(),
  affected: z.number().nullable().optional(),
  notices: z.array(z.string()).optional(),
  handle: z.string().optional(),
  expires_at: z.string().optional(),
  report: REPORT.optional(),
  problem: PROBLEM.optional(),
  record: z.number().optional(),
  task: z.string().optional(),
  untrusted: z.boolean().optional(),
});

interface Statement {
  readonly connection: ConnectionProfile;
  readonly text: string;
  readonly purpose: string;
  readonly approval?: string;
}

/** Runs one statement as this session's program and tells what came of it. */
export async function runStatement(
  session: ToolSession,
  { connection, text, purpose, approval }: Statement,
  maxRows: number,
  signal: AbortSignal,
): Promise<ToolAnswer> {
  const { engine, client } = session;
  const actor = await session.actor();
  await engine.open.database(connection).whenClassified();
  const run = engine.run({
    sessionId: session.statementSession(connection),
    connection,
    text,
    client,
    purpose,
    pageRows: 1_000,
    maxCellLength: MAX_CELL_LENGTH,
    signal,
    keepGoing: false,
    actor,
    only: true,
    ...(session.task === undefined ? {} : { task: session.task }),
    ...(approval === undefined ? {} : { approval }),
  });
  for await (const { governed, task } of run) {
    session.worksIn(task);
    const answer = await answerTo(session, governed, { connection, text, purpose }, maxRows);
    return answer;
  }
  return problemAnswer({
    code: "no-statement",
    message: "There is no statement in the text.",
    action: "Send one statement.",
  });
}

async function answerTo(
  session: ToolSession,
  governed: Governed,
  statement: Statement,
  maxRows: number,
): Promise<ToolAnswer> {
  const report = reportData(governed.report);
  const task = session.task === undefined ? {} : { task: session.task };
  switch (governed.kind) {
    case "rows": {
      const { rows, truncated } = await everyRow(governed);
      const kept = session.keep({ columns: governed.columns, rows, truncated });
      return pageAnswer(kept, 0, maxRows, {
        notices: [...governed.notices],
        record: governed.record.seq,
        ...task,
      });
    }
    case "done": {
      const { affected, notices, record, tag } = governed;
      const said = affected === null ? "It ran." : `It ran; ${affected} rows changed.`;
      const data = { tag, notices: [...notices] };
      return answerWith(
        said,
        { status: "done", affected, notices: [...notices], record: record.seq, ...task },
        [data],
      );
    }
    case "blocked":
      return blockedAnswer(session, governed, statement);
    case "failed": {
      const { problem } = governed;
      const structured = { status: "failed", problem: { ...problem }, report, ...task };
      return answerWith(
        `It failed (${problem.code}). ${problem.action}`,
        structured,
        [{ message: problem.message }],
        true,
      );
    }
    case "cancelled":
      return answerWith("It was cancelled.", { status: "cancelled", report, ...task }, [], true);
  }
}

/** A statement that a person has to agree to is put before them; anything else is told why not. */
async function blockedAnswer(
  session: ToolSession,
  governed: Extract<Governed, { kind: "blocked" }>,
  { connection, text, purpose }: Statement,
): Promise<ToolAnswer> {
  const { decision } = governed.report;
  const report = reportData(governed.report);
  const { task } = session;
  const base = { report, record: governed.record.seq, ...(task === undefined ? {} : { task }) };
  const actor = await session.actor();
  if (governed.problem !== undefined) {
    const { code, message, action } = governed.problem;
    const structured = { status: "denied", problem: { code, message, action }, ...base };
    return answerWith(`It was not run (${code}). ${action}`, structured, [{ message }, report], true);
  }
  if (decision.verdict === "approve" && decision.personAgrees === true && task !== undefined) {
    const waiting = await session.engine.asking.person({
      sessionId: session.statementSession(connection),
      connection,
      text,
      actor,
      purpose,
      task,
    });
    session.waiting.add(waiting.id);
    const { page, problem } = session.engine.agreements.whetherAskedElsewhere(waiting.id);
    const asked = page !== null;
    if (page !== null) session.tellPerson?.(waiting.id, page);
    const where = asked ? ASKED_ELSEWHERE : session.whereAsked;
    const untold =
      asked || problem === null
        ? ""
        : ` The collector, by which they could answer elsewhere, did not take the question (${problem.code}).`;
    const said = `Nothing was run: it waits for the person you work for, ${where}.${untold} Handle ${waiting.id}, until ${waiting.expiresAt}. Ask approval_status with this handle; once it is approved, call run_query with \`approval\` set to it and without sql. Do not look for another way around.`;
    const structured = {
      status: "waiting_for_approval",
      handle: waiting.id,
      expires_at: waiting.expiresAt,
      ...(asked || problem === null ? {} : { problem: { ...problem } }),
      ...base,
    };
    return answerWith(said, structured, [report]);
  }
  if (decision.verdict === "approve" && task !== undefined && asksOthers(session, actor)) {
    const order = { sessionId: session.statementSession(connection), connection, text, purpose, actor, task };
    const approval = await session.engine.asking.group(order);
    session.asked.set(approval.id, { text, connection: connection.id });
    const said = `Nothing was run: members of ${approval.order.group} have to agree to it, and were asked. Handle ${approval.id}, until ${approval.expiresAt}. Ask approval_status with this handle; once it is approved, call run_query with \`approval\` set to it and without sql.`;
    const handle = { handle: approval.id, expires_at: approval.expiresAt };
    return answerWith(said, { status: "waiting_for_approval", ...handle, ...base }, [report]);
  }
  const stop = decision.findings.find(
    ({ rule, verdict }) => TASK_STOPS.includes(rule) || (verdict === "deny" && isBehaviourRule(rule)),
  );
  if (stop !== undefined) {
    const said =
      stop.rule === "task-rate"
        ? `It was not run. ${stop.message}`
        : "It was not run: this task was stopped. Nothing of it runs until the person you work for lets it go on, in the editor on the machine Sluice runs on; no other session or name changes that. Tell them, and wait.";
    return answerWith(said, { status: "denied", ...base }, [report], true);
  }
  const said =
    decision.verdict === "approve"
      ? `It was not run: others than the person you work for have to agree to it${engineCannotAsk(session, actor)}, so a person has to ask for it and run it themselves. Tell them.`
      : "It was not run: policy denies it, and nobody can approve it for you. Follow what the findings suggest instead, or tell the person you work for.";
  return answerWith(said, { status: "denied", ...base }, [report], true);
}

const ASKED_ELSEWHERE =
  "who was asked through the collector and can answer in their editor on any machine, or on the collector's page under Approvals";

/** Why they are not asked from here, where they could be from elsewhere. */
const engineCannotAsk = ({ engine: { rooms } }: ToolSession, actor: Actor): string =>
  rooms.approvals !== undefined && rooms.approvals !== null && actor.kind === "ai_agent"
    ? ", and this server can ask them only for the person who is signed in on its machine"
    : "";

/** Whether others can be asked: by the person who is signed in on this machine, and who is the one it works for. */
function asksOthers({ engine: { rooms } }: ToolSession, actor: Actor): boolean {
  if (rooms.approvals === undefined || rooms.approvals === null || actor.kind !== "ai_agent") return false;
  const state = rooms.identity.state();
  return state.kind === "signed_in" && actorIdentity(state.actor) === actorIdentity(actor.onBehalfOf);
}

/** One page of a kept result. */
export function pageAnswer(
  kept: KeptResult,
  offset: number,
  limit: number,
  more: Readonly<Record<string, unknown>> = {},
): ToolAnswer {
  const rows = kept.rows.slice(offset, offset + limit).map(shownRow);
  const next = offset + rows.length < kept.rows.length ? offset + rows.length : undefined;
  const columns = kept.columns.map(({ name, type, label, mask }) => ({
    name,
    type,
    info_type: label?.infoType ?? "unlabelled",
    mask,
  }));
  const masked = columns.filter(({ mask }) => mask !== null).length;
  const said = [
    `${kept.rows.length} rows; ${rows.length} are shown from row ${offset}, one a line after the line with the columns.`,
    masked === 0 ? "" : `${masked} columns are masked: their values are not the real ones.`,
    kept.truncated === null ? "" : "There may be more rows in the database than policy lets you read.",
    next === undefined ? "" : `read_result with result_id ${kept.id} and offset ${next} reads on.`,
  ];
  return answerWith(
    said.filter((part) => part !== "").join(" "),
    {
      status: "rows",
      columns,
      rows,
      row_count: kept.rows.length,
      result_id: kept.id,
      ...(next === undefined ? {} : { next_offset: next }),
      ...(kept.truncated === null ? {} : { truncated: kept.truncated }),
      ...more,
    },
    [columns, ...rows],
  );
}

async function everyRow(
  governed: Extract<Governed, { kind: "rows" }>,
): Promise<{ readonly rows: readonly Row[]; readonly truncated: string | null }> {
  const rows: Row[] = [];
  let characters = 0;
  for (let page = governed.first; ; page = await governed.rest.next(200)) {
    for (const row of page.rows) {
      characters += JSON.stringify(row).length;
      if (characters > MOST_CHARACTERS) {
        const why = "The result is larger than a program is given at once. Select fewer columns.";
        await governed.rest.close(why);
        return { rows, truncated: why };
      }
      rows.push(row);
    }
    if (page.done) return { rows, truncated: page.truncated ?? null };
  }
}

const shownRow = (row: Row): (string | null)[] =>
  row.map((cell) =>
    typeof cell === "object" && cell !== null ? `${cell.preview}… (${cell.bytes} bytes)` : cell,
  );
