import type { StatementReport } from "../../protocol/messages.ts";

/** The report with every offset moved by `base`, from the text that ran to the document it stands in. */
export function reportAt(report: StatementReport, base: number): StatementReport {
  if (base === 0) return report;
  return {
    ...report,
    start: report.start + base,
    end: report.end + base,
    decision: {
      ...report.decision,
      findings: report.decision.findings.map((finding) => ({
        ...finding,
        start: finding.start + base,
        end: finding.end + base,
        ...(finding.fix === undefined
          ? {}
          : {
              fix: {
                title: finding.fix.title,
                edits: finding.fix.edits.map((edit) => ({
                  ...edit,
                  start: edit.start + base,
                  end: edit.end + base,
                })),
              },
            }),
      })),
    },
    ...(report.problem === undefined ? {} : { problem: problemAt(report.problem, base) }),
  };
}

/** The problem with its place, if it has one, moved by `base`. */
export function problemAt<P extends { readonly start?: number; readonly end?: number }>(
  problem: P,
  base: number,
): P {
  if (base === 0 || problem.start === undefined || problem.end === undefined) return problem;
  return { ...problem, start: problem.start + base, end: problem.end + base };
}
