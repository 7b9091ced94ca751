import { counted } from "../protocol/counted.ts";
import type { StatementReport } from "../protocol/messages.ts";

/** What was decided about a statement, in one line: "Allowed · reads 3 tables · 2 columns masked · risk 18". */
export function statementSummary(report: StatementReport): string {
  const { decision, reads, writes } = report;
  const masked = decision.columns.filter((column) => column.mask !== null).length;
  const parts = [
    understood(report) ? VERDICT_WORDS[decision.verdict] : "Cannot run",
    reads.length === 0 ? "" : `reads ${counted(reads.length, "table")}`,
    writes.length === 0 ? "" : `writes ${counted(writes.length, "table")}`,
    masked === 0 ? "" : `${counted(masked, "column")} masked`,
    `risk ${decision.risk.score}`,
  ];
  return parts.filter((part) => part !== "").join(" · ");
}

/** Whether it could be judged at all: a misspelt statement was not, and no rule is against it. */
export const understood = ({ kind }: StatementReport): boolean =>
  kind !== "syntax_error" && kind !== "unresolved";

const VERDICT_WORDS = { allow: "Allowed", approve: "Needs approval", deny: "Blocked" } as const;
