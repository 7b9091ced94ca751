import { z } from "zod";
import type { StatementReport } from "../../../protocol/messages.ts";

/** What a statement was judged to do, for a program. Its texts hold names out of the database. */
export const REPORT = z.object({
  kind: z.string(),
  effect: z.string(),
  decision: z.enum(["allow", "approve", "deny"]),
  reason: z.string(),
  reads: z.array(z.string()),
  writes: z.array(z.string()),
  findings: z.array(
    z.object({
      rule: z.string(),
      severity: z.string(),
      verdict: z.string(),
      message: z.string(),
      fix: z.string().optional(),
    }),
  ),
  masked_columns: z.array(z.object({ name: z.string(), info_type: z.string(), mask: z.string() })),
  risk: z.number(),
  planned_rows: z.number().optional(),
  max_rows: z.number().optional(),
});

/** @see REPORT */
export function reportData(report: StatementReport): z.infer<typeof REPORT> {
  const { decision, plannedRows } = report;
  const { maxRows } = decision.obligations;
  return {
    kind: report.kind,
    effect: report.effect,
    decision: decision.verdict,
    reason: decision.reason,
    reads: [...report.reads],
    writes: [...report.writes],
    findings: decision.findings.map(({ rule, severity, verdict, message, fix }) => ({
      rule,
      severity,
      verdict,
      message,
      ...(fix === undefined ? {} : { fix: fix.title }),
    })),
    masked_columns: decision.columns.flatMap(({ name, label, mask }) =>
      mask === null ? [] : [{ name, info_type: label?.infoType ?? "unclassified", mask }],
    ),
    risk: decision.risk.score,
    ...(plannedRows === undefined ? {} : { planned_rows: plannedRows }),
    ...(maxRows === undefined ? {} : { max_rows: maxRows }),
  };
}
