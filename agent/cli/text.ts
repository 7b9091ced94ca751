import { counted } from "../../protocol/counted.ts";
import type { Cell, Problem, StatementReport } from "../../protocol/messages.ts";
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
      if (governed.problem !== undefined) printProblem(governed.problem, text, io);
      io.err(`Not run; record ${governed.record.seq}.\n`);
      return;
    case "failed":
      printProblem(governed.problem, text, io);
      return;
    case "cancelled":
      io.err("Cancelled; the server stopped it.\n");
      return;
  }
  for (const notice of governed.notices) io.err(`${printable(notice)}\n`);
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
    const what = report.effect === "write" ? " to change" : "";
    io.err(`  the planner expects ${counted(report.plannedRows, "row")}${what}\n`);
  }
  io.err(`  risk ${decision.risk.score}${factors === "" ? "" : ` (${factors})`}\n`);
}

/** What went wrong and what to do, with the place underlined where there is one. */
export function printProblem({ message, action, start, end }: Problem, text: string, io: Io): void {
  io.err(`${printable(message)}\n${underlined(text, start, end)}${action}\n`);
}

/** The line around a place, cut to what a terminal shows, and a line of carets under it. */
export function underlined(text: string, start: number | undefined, end: number | undefined): string {
  if (start === undefined || start > text.length) return "";
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const newline = text.indexOf("\n", start);
  const left = Math.max(from, start - LINE_BEFORE);
  const right = Math.min(newline < 0 ? text.length : newline, left + LINE_WIDTH);
  const dots = left > from ? "…" : "";
  const before = printable(text.slice(left, start));
  const marked = printable(text.slice(start, Math.max(start, Math.min(end ?? start + 1, right))));
  const after = printable(text.slice(start + marked.length, right));
  const indent = " ".repeat(dots.length + before.length);
  return `    ${dots}${before}${marked}${after}\n    ${indent}${"^".repeat(Math.max(1, marked.length))}\n`;
}

const LINE_BEFORE = 120;
const LINE_WIDTH = 200;

/** Each control character as one visible one: what came from elsewhere must not steer the terminal. */
export const printable = (text: string): string =>
  text.replace(/\t/g, " ").replace(/(?!\n)[\p{Cc}\p{Bidi_Control}]/gu, "\ufffd");

/** Columns aligned, header underlined; long cells cut, but for those of a last column of sentences. */
export function table(
  header: readonly string[],
  rows: Iterable<readonly Cell[]>,
  lastIsProse = false,
): string {
  return [...tableLines(header, rows, lastIsProse), ""].join("\n");
}

/** Rows that tell how wide columns are. */
const MEASURED = 200;

/** The same line by line, for more rows than fit into memory at ease. */
export function* tableLines(
  header: readonly string[],
  rows: Iterable<readonly Cell[]>,
  lastIsProse = false,
): Generator<string> {
  const prose = lastIsProse ? header.length - 1 : -1;
  let widths: readonly number[] = [];
  const line = (row: readonly string[]): string =>
    row
      .map((cell, position) =>
        position === prose ? cell : cell.slice(0, widths[position]).padEnd(widths[position] ?? 0),
      )
      .join("  ")
      .trimEnd();
  const begin = (first: readonly (readonly string[])[]): readonly string[] => {
    widths = header.map((name, position) =>
      Math.min(WIDEST, Math.max(name.length, ...first.map((row) => row[position]?.length ?? 0))),
    );
    return [line(header), widths.map((width) => "─".repeat(width)).join("  "), ...first.map(line)];
  };
  const first: (readonly string[])[] = [];
  for (const row of rows) {
    const cells = row.map(cellText);
    if (widths.length > 0) yield line(cells);
    else first.push(cells);
    if (widths.length === 0 && first.length === MEASURED) yield* begin(first);
  }
  if (widths.length === 0) yield* begin(first);
}

function cellText(cell: Cell): string {
  if (cell === null) return "NULL";
  const text = typeof cell === "string" ? cell : cell.preview;
  return printable(text.replace(/\s+/g, " "));
}
