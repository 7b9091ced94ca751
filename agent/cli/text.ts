import { counted } from "../../protocol/counted.ts";
import type { Cell, StatementReport } from "../../protocol/messages.ts";
import type { Governed } from "../govern.ts";
import type { Io } from "./command.ts";

const WIDEST = 48;
const SHOWN_ROWS = 1_000;

/** One statement's outcome for a person at a terminal. */
export async function printGoverned(governed: Governed, text: string, io: Io): Promise<void> {
  switch (governed.kind) {
    case "rows": {
      const masked = governed.columns.filter((column) => column.mask !== null);
      const rows = [...governed.first.rows];
      let { done, truncated } = governed.first;
      while (!done && rows.length < SHOWN_ROWS) {
        const page = await governed.rest.next(SHOWN_ROWS - rows.length);
        rows.push(...page.rows);
        ({ done, truncated } = page);
      }
      if (!done) await governed.rest.close();
      io.out(
        table(
          governed.columns.map((column) => `${column.name}${column.mask === null ? "" : " *"}`),
          rows,
        ),
      );
      io.out(
        `(${done ? counted(rows.length, "row") : `${rows.length}+ rows`}, ${governed.milliseconds.toFixed(1)} ms, record ${governed.record.seq})\n`,
      );
      if (masked.length > 0)
        io.out(
          `* masked: ${masked.map((column) => `${column.name} (${column.label?.infoType ?? "unknown"})`).join(", ")}\n`,
        );
      if (truncated !== undefined) io.out(`${truncated}\n`);
      if (!done) io.out("More rows exist; use --json for all of them.\n");
      break;
    }
    case "done":
      io.out(`${governed.tag} (${governed.milliseconds.toFixed(1)} ms, record ${governed.record.seq})\n`);
      break;
    case "blocked":
      printDecision(governed.report, text, io);
      io.err(`Not run; record ${governed.record.seq}.\n`);
      return;
    case "failed":
      io.err(
        `${governed.problem.message}\n${underlined(text, governed.problem.start, governed.problem.end)}${governed.problem.action}\n`,
      );
      return;
    case "cancelled":
      io.err("Cancelled; the server stopped it.\n");
      return;
  }
  for (const notice of governed.notices) io.err(`${notice}\n`);
}

/** What was decided and why, with the words that triggered it underlined. */
export function printDecision(report: StatementReport, text: string, io: Io): void {
  const { decision } = report;
  const head = { allow: "", approve: "Needs approval: ", deny: "Blocked: " }[decision.verdict];
  io.err(`${head}${decision.reason}\n`);
  for (const finding of decision.findings) {
    if ((finding.severity === "info" || finding.severity === "hint") && decision.verdict !== "allow")
      continue;
    io.err(`\n  ${finding.rule}: ${finding.message}\n${underlined(text, finding.start, finding.end)}`);
  }
  const factors = decision.risk.factors.map((factor) => `${factor.name} +${factor.points}`).join(", ");
  if (report.plannedRows !== undefined) {
    io.err(`  the planner expects ${counted(report.plannedRows, "row")} to change\n`);
  }
  io.err(`  risk ${decision.risk.score}${factors === "" ? "" : ` (${factors})`}\n`);
}

/** The line around a place, and a line of carets under it. */
export function underlined(text: string, start: number | undefined, end: number | undefined): string {
  if (start === undefined || start > text.length) return "";
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const newline = text.indexOf("\n", start);
  const line = text.slice(from, newline < 0 ? text.length : newline).slice(0, 200);
  const width = Math.max(1, Math.min((end ?? start + 1) - start, line.length - (start - from)));
  return `    ${line}\n    ${" ".repeat(Math.max(0, start - from))}${"^".repeat(width)}\n`;
}

/** Columns aligned, header underlined; long cells cut. */
export function table(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const cells = rows.map((row) => row.map(cellText));
  const widths = header.map((name, position) =>
    Math.min(WIDEST, Math.max(name.length, ...cells.slice(0, 200).map((row) => row[position]?.length ?? 0))),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, position) => cell.slice(0, widths[position]).padEnd(widths[position] ?? 0))
      .join("  ")
      .trimEnd();
  return [line(header), widths.map((width) => "─".repeat(width)).join("  "), ...cells.map(line), ""].join(
    "\n",
  );
}

function cellText(cell: Cell): string {
  if (cell === null) return "NULL";
  const text = typeof cell === "string" ? cell : cell.preview;
  return text.replace(/\s+/g, " ");
}
