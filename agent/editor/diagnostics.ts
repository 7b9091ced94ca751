import {
  type CodeAction,
  CodeActionKind,
  type Diagnostic,
  DiagnosticSeverity,
} from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { Finding, Severity } from "../../protocol/decision.ts";
import type { Analysis } from "./analysis.ts";

const SOURCE = "Sluice";
const SEVERITY: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** Every finding as a diagnostic at its words, and a problem with a place at that place. */
export function diagnosticsOf(analysis: Analysis, document: TextDocument): readonly Diagnostic[] {
  const at = (start: number, end: number) => ({
    start: document.positionAt(start),
    end: document.positionAt(Math.max(end, start + 1)),
  });
  if (analysis.kind === "problem") {
    const { problem } = analysis;
    if (problem.start === undefined) return [];
    return [
      {
        range: at(problem.start, problem.end ?? problem.start + 1),
        severity: DiagnosticSeverity.Error,
        source: SOURCE,
        code: problem.code,
        message: problem.message,
      },
    ];
  }
  return analysis.judged.flatMap(({ decision }) =>
    decision.findings
      .filter((finding) => finding.severity !== "info" || finding.fix !== undefined)
      .map((finding) => ({
        range: at(finding.start, finding.end),
        severity: SEVERITY[finding.severity],
        source: SOURCE,
        code: finding.rule,
        message: finding.message,
      })),
  );
}

/** The fixes of the findings that touch the given offsets. */
export function codeActionsOf(
  analysis: Analysis,
  document: TextDocument,
  start: number,
  end: number,
): readonly CodeAction[] {
  if (analysis.kind === "problem" || analysis.version !== document.version) return [];
  const touched = analysis.judged
    .flatMap((judged) => judged.decision.findings)
    .filter((finding) => finding.fix !== undefined && finding.start <= end && finding.end >= start);
  return touched.flatMap((finding) => toAction(finding, document));
}

function toAction(finding: Finding, document: TextDocument): readonly CodeAction[] {
  if (finding.fix === undefined) return [];
  return [
    {
      title: finding.fix.title,
      kind: CodeActionKind.QuickFix,
      isPreferred: finding.severity !== "hint",
      edit: {
        changes: {
          [document.uri]: finding.fix.edits.map((edit) => ({
            range: { start: document.positionAt(edit.start), end: document.positionAt(edit.end) },
            newText: edit.text,
          })),
        },
      },
    },
  ];
}
