import { faker } from "@faker-js/faker";
import { resultId, sessionId, sha256 } from "../../protocol/ids.ts";
import type { Label } from "../../protocol/label.ts";
import type {
  ResultColumn,
  Row,
  StatementEvent,
  StatementReport,
  StatementState,
} from "../../protocol/messages.ts";
import type { ResultsToPage, RunHeading } from "../../protocol/views.ts";

export const RECORD = { seq: 17, hash: sha256("ab".repeat(32)) };
export const SESSION = sessionId("document:orders.sql");

export const EMAIL: Label = {
  infoType: "email",
  category: "PII",
  level: "confidential",
  mask: "email",
  confidence: 0.98,
  evidence: ["the column is called email", "98 of 100 sampled values have its shape"],
};

export const heading = (over: Partial<RunHeading> = {}): RunHeading => ({
  runToken: "run-1",
  sessionId: SESSION,
  title: "orders.sql",
  connection: "Shop",
  environment: "production",
  revealable: true,
  pageRows: 500,
  asksOthers: true,
  ...over,
});

export const started = (over: Partial<RunHeading> = {}): ResultsToPage => ({
  kind: "started",
  run: heading(over),
});

export function report(over: Partial<StatementReport> = {}): StatementReport {
  const statement = over.statement ?? "SELECT * FROM shop.customers";
  return {
    statement,
    kind: "select",
    effect: "read",
    start: 0,
    end: statement.length,
    decision: {
      verdict: "allow",
      reason: "A read of tables you may read.",
      findings: [],
      risk: {
        score: 18,
        factors: [
          { name: "production", points: 10 },
          { name: "1 confidential column", points: 8 },
        ],
      },
      columns: [],
      obligations: {},
      policyVersion: "0123456789ab",
    },
    reads: ["shop.customers"],
    writes: [],
    ...over,
  };
}

export const statement = (state: StatementState, over: Partial<StatementEvent> = {}): ResultsToPage => ({
  kind: "statement",
  event: { runToken: "run-1", index: 0, total: 1, report: report(), state, ...over },
});

/** Columns of a customer list; the second is a masked e-mail address, the rest are of several types. */
export function columns(count: number): readonly ResultColumn[] {
  return Array.from({ length: count }, (_, index): ResultColumn => {
    if (index === 1) {
      return { name: "email", type: "text", label: EMAIL, mask: "email", sources: ["shop.customers.email"] };
    }
    const type = index === 0 ? "bigint" : index % 5 === 4 ? "numeric" : "text";
    return {
      name: index === 0 ? "id" : `column_${index}`,
      type,
      label: null,
      mask: null,
      sources: [`shop.t.c${index}`],
    };
  });
}

/** Rows that fit `columns`, the same ones every time; each seventh value of the third column is NULL. */
export function rows(count: number, width: number, from = 0): readonly Row[] {
  faker.seed(42);
  const words = Array.from({ length: 200 }, () => faker.commerce.productName());
  return Array.from({ length: count }, (_, at): Row => {
    const row = from + at;
    return Array.from({ length: width }, (_, column) => {
      if (column === 0) return String(row + 1);
      if (column === 1) return `${String.fromCharCode(97 + (row % 26))}***@example.com`;
      if (column === 2 && row % 7 === 0) return null;
      if (column % 5 === 4) return ((row * 37 + column) / 100).toFixed(2);
      return words[(row + column * 13) % words.length] ?? "";
    });
  });
}

/** A result whose first page has `count` rows. */
export const rowsState = (
  count: number,
  width: number,
  over: { readonly done?: boolean; readonly id?: string } = {},
): Extract<StatementState, { kind: "rows" }> => ({
  kind: "rows",
  resultId: resultId(over.id ?? "r1"),
  columns: columns(width),
  page: { rows: rows(count, width), done: over.done ?? true },
  milliseconds: 42,
  notices: [],
  record: RECORD,
});
