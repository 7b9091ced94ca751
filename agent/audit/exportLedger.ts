import { activityEntry } from "../../protocol/audit/activityEntry.ts";
import { parseRecord } from "../../protocol/audit/chain.ts";
import { CSV_HEADER, csvLine } from "../../protocol/audit/export/csv.ts";
import { jsonLine } from "../../protocol/audit/export/jsonl.ts";
import { ocsfEvent } from "../../protocol/audit/export/ocsf.ts";
import {
  type ExportedStatement,
  type PlacedBody,
  StatementJoin,
} from "../../protocol/audit/export/statementJoin.ts";
import { syslogLine } from "../../protocol/audit/export/syslog.ts";
import { GENESIS } from "../../protocol/audit/record.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import { readLedgerFile, sealedRecords } from "./ledgerFile.ts";

export const EXPORT_FORMATS = ["jsonl", "csv", "ocsf", "syslog"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ExportOptions {
  readonly format: ExportFormat;
  /** Name of this machine. */
  readonly host: string;
  /** Version of Sluice. */
  readonly version: string;
}

/**
 * A ledger for other programs, line by line: every record (jsonl, syslog), or every statement with what came of it
 * (csv, ocsf), in the order in which they ended. Reads records alone. @throws LedgerError
 */
export function* exportLedger(path: string, options: ExportOptions): Generator<string> {
  if (options.format === "csv") yield CSV_HEADER;
  const join = new StatementJoin();
  const database = readLedgerFile(path);
  let chain: Sha256 | null = null;
  try {
    for (const sealed of sealedRecords(database)) {
      chain ??= sealed.hash;
      if (options.format === "jsonl") {
        yield jsonLine(sealed);
        continue;
      }
      const record = parseRecord(sealed.canonical);
      if (record === null) continue;
      const placed: PlacedBody = { seq: record.seq, hash: sealed.hash, at: record.at, body: record.body };
      if (options.format === "syslog") yield syslogLine({ chain, host: options.host }, placed);
      else yield* statementLines(options, chain, placed, join.take(placed));
    }
  } finally {
    database.close();
  }
  for (const statement of join.open()) yield* statementLines(options, chain ?? GENESIS, statement, statement);
}

function* statementLines(
  { format, version }: ExportOptions,
  chain: Sha256,
  placed: PlacedBody,
  statement: ExportedStatement | null,
): Generator<string> {
  if (format === "ocsf") {
    if (statement !== null) yield `${JSON.stringify(ocsfEvent({ chain, version }, statement))}\n`;
    return;
  }
  const entry = activityEntry(statement ?? placed, statement?.outcome ?? null);
  const isWhole = statement !== null || placed.body.kind === "label_corrected";
  if (entry !== null && isWhole) yield csvLine(entry);
}
