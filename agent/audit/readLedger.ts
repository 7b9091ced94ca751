import { actorName } from "../../protocol/actor.ts";
import { parseRecord } from "../../protocol/audit/chain.ts";
import type { LabelCorrectedBody, OutcomeBody } from "../../protocol/audit/record.ts";
import type { ActivityEntry } from "../../protocol/messages.ts";
import { type LedgerDatabase, readLedgerFile, sealedRecords } from "./ledgerFile.ts";

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

/** Writes every record: one JSON line each with hash and signature, or a CSV of the statements. */
export async function exportLedger(
  path: string,
  format: "jsonl" | "csv",
  write: (text: string) => Promise<void>,
): Promise<void> {
  const database = readLedgerFile(path);
  try {
    if (format === "csv") {
      await write(`${COLUMNS.join(",")}\r\n`);
      const all = database.prepare<[], { count: number }>("SELECT count(*) AS count FROM statements").get();
      for (const entry of [...readActivity(database, all?.count ?? 0)].reverse()) {
        await write(`${COLUMNS.map((column) => csvField(entry[column])).join(",")}\r\n`);
      }
      return;
    }
    for (const { canonical, hash, signature } of sealedRecords(database)) {
      await write(`{"record":${canonical},"hash":"${hash}","signature":"${signature}"}\n`);
    }
  } finally {
    database.close();
  }
}

const COLUMNS = [
  "seq",
  "at",
  "actor",
  "connection",
  "environment",
  "statement",
  "verdict",
  "reason",
  "outcome",
  "rows",
  "milliseconds",
  "maskedColumns",
  "risk",
] as const satisfies readonly (keyof ActivityEntry)[];

/** RFC 4180; a leading formula character is neutralised, since people open these in spreadsheets. */
function csvField(value: string | number | null): string {
  const text = value === null ? "" : String(value);
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function toEntry({ canonical, outcome }: StatementRow): readonly ActivityEntry[] {
  const record = parseRecord(canonical);
  if (record === null) return [];
  const { body } = record;
  if (body.kind === "label_corrected") return [correctionEntry(record.seq, record.at, body)];
  if (body.kind !== "intent" && body.kind !== "refused") return [];
  const ended = outcome === null ? null : outcomeOf(outcome);
  return [
    {
      seq: record.seq,
      at: record.at,
      actor: actorName(body.actor),
      connection: body.connection.name,
      environment: environmentOf(body.connection.environment),
      statement: body.statement,
      verdict: body.verdict,
      reason: body.reason,
      outcome: body.kind === "refused" ? "blocked" : ended === null ? "running" : shown(ended.outcome),
      rows: ended?.affected ?? ended?.rows ?? null,
      milliseconds: ended?.milliseconds ?? null,
      maskedColumns: body.outputs.filter((output) => output.mask !== null).length,
      risk: body.risk,
    },
  ];
}

/** A corrected label among statements: as a comment, since it is none. */
function correctionEntry(seq: number, at: string, body: LabelCorrectedBody): ActivityEntry {
  const { column, from, to, how } = body;
  const name = (label: { readonly infoType: string; readonly level: string }): string =>
    `${label.infoType} (${label.level})`;
  const words = {
    corrected: "corrected",
    shared: "corrected by the workspace",
    taken_back: "correction taken back",
  };
  const change = `${from === null ? "not classified" : name(from)} -> ${name(to)}`;
  return {
    seq,
    at,
    actor: actorName(body.actor),
    connection: body.connection.name,
    environment: environmentOf(body.connection.environment),
    statement: `-- Label of ${column} ${words[how]}: ${change}`,
    verdict: "allow",
    reason: body.reason,
    outcome: "done",
    rows: null,
    milliseconds: null,
    maskedColumns: 0,
    risk: 0,
  };
}

function outcomeOf(canonical: string): OutcomeBody | null {
  const body = parseRecord(canonical)?.body;
  return body?.kind === "outcome" ? body : null;
}

const shown = (outcome: OutcomeBody["outcome"]): ActivityEntry["outcome"] =>
  outcome === "rolled_back" ? "failed" : outcome;

const environmentOf = (text: string): ActivityEntry["environment"] =>
  text === "staging" || text === "development" ? text : "production";
