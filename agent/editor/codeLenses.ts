import type { CodeLens } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { counted } from "../../protocol/counted.ts";
import type { Judged } from "../judge.ts";
import type { Analysis } from "./analysis.ts";

/** The command of the extension that runs a range of a document: `[uri, start, end]` in offsets. */
export const RUN_RANGE = "sluice.runRange";

/** One lens above each statement that tells its decision before it runs. */
export function codeLensesOf(analysis: Analysis, document: TextDocument): readonly CodeLens[] {
  if (analysis.kind === "problem" || analysis.version !== document.version) return [];
  return analysis.judged.map((judged) => {
    const { start, end } = judged.report;
    const at = document.positionAt(start);
    return {
      range: { start: at, end: at },
      command: { title: lensTitle(judged), command: RUN_RANGE, arguments: [document.uri, start, end] },
    };
  });
}

/** "Run · reads 3 tables · 2 columns masked · risk 18", or why it would not run. */
export function lensTitle(judged: Judged): string {
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
      return ["$(person) Needs approval", ...rules(judged), ...told].join(" · ");
    case "deny":
      if (["syntax_error", "unresolved"].includes(judged.report.kind)) return "$(error) Cannot run";
      return ["$(circle-slash) Blocked", ...rules(judged), ...told].join(" · ");
  }
}

function rules({ decision }: Judged): readonly string[] {
  const finding = decision.findings.find((candidate) => candidate.verdict === decision.verdict);
  return finding === undefined ? [] : [finding.rule];
}
