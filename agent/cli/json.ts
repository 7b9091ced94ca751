import type { Approval } from "../../protocol/approval/approval.ts";
import { approvalStanding } from "../../protocol/approval/approvalWords.ts";
import type { Problem, StatementReport } from "../../protocol/messages.ts";
import type { Governed } from "../govern.ts";
import { problemOf } from "../problemOf.ts";
import type { Understanding } from "../sql/facts.ts";
import { columnKey, type StatementFacts } from "../sql/facts.ts";
import type { Io } from "./command.ts";

/** What every statement's object starts with; `rows` and what follows are added by `query`. */
export function reportJson(report: StatementReport): Record<string, unknown> {
  const { decision } = report;
  return {
    statement: report.statement,
    decision: decision.verdict,
    reason: decision.reason,
    findings: decision.findings,
    risk: decision.risk,
    columns: decision.columns.map(({ name, label, mask, sources }) => ({
      name,
      label:
        label === null ? null : { infoType: label.infoType, category: label.category, level: label.level },
      mask,
      sources,
    })),
  };
}

/** The object of a text that was not judged at all: no SQL, no connection, nobody signed in. */
export function unjudgedJson(statement: string, error: Problem): Record<string, unknown> {
  const nothing = { findings: [], risk: { score: 0, factors: [] }, columns: [], rows: [], rowCount: 0 };
  return { statement, decision: null, reason: error.message, ...nothing, error, record: null };
}

/**
 * One JSON object on one line. Rows are written as they come, so that memory stays flat. False where a result
 * failed half-way: the object says so. `asked` is what others were asked for it.
 */
export async function statementJson(
  governed: Governed,
  io: Io,
  asked: Approval | null = null,
): Promise<boolean> {
  const head = JSON.stringify(reportJson(governed.report)).slice(0, -1);
  const tail = (rest: Record<string, unknown>): string => `${JSON.stringify(rest).slice(1)}\n`;
  switch (governed.kind) {
    case "rows": {
      io.out(`${head},"rows":[`);
      let count = 0;
      let page = governed.first;
      let error: Problem | null = null;
      for (;;) {
        if (page.rows.length > 0) {
          io.out(`${count === 0 ? "" : ","}${page.rows.map((row) => JSON.stringify(row)).join(",")}`);
          count += page.rows.length;
          await io.drained();
        }
        if (page.done) break;
        try {
          page = await governed.rest.next(1_000);
        } catch (failure) {
          error = problemOf(failure);
          break;
        }
      }
      const { milliseconds, notices, record } = governed;
      const truncated = page.truncated ?? null;
      io.out(`],${tail({ rowCount: count, truncated, milliseconds, notices, error, record })}`);
      return error === null;
    }
    case "done": {
      const { affected, tag, milliseconds, notices, record } = governed;
      io.out(
        `${head},${tail({ rows: [], rowCount: affected, tag, milliseconds, notices, error: null, record })}`,
      );
      return true;
    }
    case "blocked": {
      const error = governed.problem ?? refusal(governed, asked);
      const approval = asked === null ? {} : { approval: asked };
      io.out(`${head},${tail({ rows: [], rowCount: 0, error, record: governed.record, ...approval })}`);
      return true;
    }
    case "failed":
      io.out(`${head},${tail({ rows: [], rowCount: 0, error: governed.problem, record: governed.record })}`);
      return true;
    case "cancelled": {
      const error = { code: "cancelled", message: "Cancelled." };
      io.out(`${head},${tail({ rows: [], rowCount: 0, error, record: governed.record })}`);
      return true;
    }
  }
}

function refusal(
  { report: { decision } }: Extract<Governed, { kind: "blocked" }>,
  asked: Approval | null,
): Pick<Problem, "code" | "message"> {
  if (asked !== null && asked.state !== "pending")
    return { code: `approval-${asked.state}`, message: approvalStanding(asked) };
  const code = decision.verdict === "approve" ? "waits-for-approval" : "denied";
  return { code, message: decision.reason };
}

/** `facts` of `sluice check`; columns are `schema.table.column`. */
export function factsJson(understanding: Understanding): Record<string, unknown> {
  if (understanding.kind === "syntax_error" || understanding.kind === "unresolved") {
    return { kind: understanding.kind, effect: "unknown", reads: [], writes: [], outputs: [] };
  }
  const { facts } = understanding;
  return {
    kind: facts.kind,
    effect: facts.effect,
    reads: facts.reads.map(useJson),
    writes: facts.writes.map(useJson),
    outputs: facts.outputs.map(({ name, sources, transform }) => ({
      name,
      sources: sources.map(columnKey),
      transform,
    })),
    relations: facts.relations.map(({ schema, name, kind, access }) => ({
      name: `${schema}.${name}`,
      kind,
      access,
    })),
    functions: facts.functions.map(({ schema, name, volatility, hazards }) => ({
      name: `${schema}.${name}`,
      volatility,
      hazards,
    })),
    unknowns: facts.unknowns.map(({ reason }) => reason),
  };
}

const useJson = (use: StatementFacts["reads"][number]): Record<string, unknown> => ({
  column: columnKey(use.column),
  role: use.role,
  start: use.span.start,
  end: use.span.end,
});
