import { activityEntry } from "../../protocol/audit/activityEntry.ts";
import { parseRecord } from "../../protocol/audit/chain.ts";
import type { OutcomeBody } from "../../protocol/audit/record.ts";
import type { ActivityEntry } from "../../protocol/messages.ts";
import { type LedgerDatabase, readLedgerFile } from "./ledgerFile.ts";

interface StatementRow {
  readonly canonical: string;
  readonly outcome: string | null;
}

/** What was asked, newest first, with what came of it. */
export function readActivity(database: LedgerDatabase, limit: number): readonly ActivityEntry[] {
  return database
    .prepare<[number], StatementRow>(
      `SELECT r.canonical, o.canonical AS outcome FROM statements s
       JOIN records r ON r.seq = s.seq LEFT JOIN records o ON o.seq = s.outcome
       ORDER BY s.seq DESC LIMIT ?`,
    )
    .all(limit)
    .flatMap(toEntry);
}

/** @see readActivity; of a file nobody has open. */
export function listActivity(path: string, limit: number): readonly ActivityEntry[] {
  const database = readLedgerFile(path);
  try {
    return readActivity(database, limit);
  } finally {
    database.close();
  }
}

function toEntry({ canonical, outcome }: StatementRow): readonly ActivityEntry[] {
  const record = parseRecord(canonical);
  const entry = record === null ? null : activityEntry(record, outcome === null ? null : outcomeOf(outcome));
  return entry === null ? [] : [entry];
}

function outcomeOf(canonical: string): OutcomeBody | null {
  const body = parseRecord(canonical)?.body;
  return body?.kind === "outcome" ? body : null;
}
