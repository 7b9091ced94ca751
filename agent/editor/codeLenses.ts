import type { CodeLens } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { Approval } from "../../protocol/approval/approval.ts";
import { counted } from "../../protocol/counted.ts";
import type { Judged } from "../judge.ts";
import type { Analysis } from "./analysis.ts";

/** The command of the extension that runs a range of a document: `[uri, start, end, approval?]` in offsets. */
export const RUN_RANGE = "sluice.runRange";

/** One lens above each statement that tells its decision before it runs. `openFor` is what was asked for a text. */
export function codeLensesOf(
  analysis: Analysis,
  document: TextDocument,
  openFor: (text: string) => Approval | null,
): readonly CodeLens[] {
  if (analysis.kind === "problem" || analysis.version !== document.version) return [];
  return analysis.judged.map((judged) => {
    const { start, end, statement, decision } = judged.report;
    const at = document.positionAt(start);
    const asked = decision.verdict === "approve" ? openFor(statement) : null;
    const run = [document.uri, start, end, ...(asked?.state === "granted" ? [asked.id] : [])];
    return {
      range: { start: at, end: at },
      command: { title: lensTitle(judged, asked), command: RUN_RANGE, arguments: run },
    };
  });
}

/** "Run · reads 3 tables · 2 columns masked · risk 18", or why it would not run, and whether others were asked. */
export function lensTitle(judged: Judged, asked: Approval | null = null): string {
  const { decision, reads, writes, plannedRows } = judged.report;
  const masked = decision.columns.filter((column) => column.mask !== null).length;
  const told: string[] = [];
  if (writes.length > 0) told.push(`writes ${counted(writes.length, "table")}`);
  if (reads.length > 0) told.push(`reads ${counted(reads.length, "table")}`);
  if (plannedRows !== undefined) told.push(`about ${counted(plannedRows, "row")}`);
  if (masked > 0) told.push(`${counted(masked, "column")} masked`);
  told.push(`risk ${decision.risk.score}`);
  switch (decision.verdict) {
    case "allow":
      return ["$(play) Run", ...told].join(" · ");
    case "approve":
      return [approvalWords(asked), ...rules(judged), ...told].join(" · ");
    case "deny":
      if (["syntax_error", "unresolved"].includes(judged.report.kind)) return "$(error) Cannot run";
      return ["$(circle-slash) Blocked", ...rules(judged), ...told].join(" · ");
  }
}

function approvalWords(asked: Approval | null): string {
  if (asked?.state === "pending") return "$(clock) Waiting for approval";
  return asked?.state === "granted" ? "$(pass) Approved: run" : "$(person) Needs approval";
}

function rules({ decision }: Judged): readonly string[] {
  const finding = decision.findings.find((candidate) => candidate.verdict === decision.verdict);
  return finding === undefined ? [] : [finding.rule];
}
