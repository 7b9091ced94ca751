import fs from "node:fs";
import Database from "better-sqlite3";
import type { SealedRecord } from "../../protocol/audit/record.ts";
import { sha256 } from "../../protocol/ids.ts";
import { AGREEMENT_SCHEMA } from "./agreementStore.ts";
import { ASKED_SCHEMA } from "./askedStore.ts";
import { CARRIED_TASK_SCHEMA } from "./carriedTasks.ts";
import { describeSqliteError, missing } from "./ledgerError.ts";
import { KEY_SCHEMA } from "./signedRecords.ts";
import { TASK_SCHEMA } from "./taskStore.ts";

const SCHEMA = `
CREATE TABLE IF NOT EXISTS records (
  seq INTEGER PRIMARY KEY,
  canonical TEXT NOT NULL,
  hash TEXT NOT NULL,
  signature TEXT NOT NULL
) STRICT;
-- What follows only makes questions fast. Verification reads nothing but records.
CREATE TABLE IF NOT EXISTS statements (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  matches INTEGER NOT NULL,
  inferences INTEGER NOT NULL,
  outcome INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS uses_by_actor ON statements (actor, at) WHERE matches + inferences > 0;
CREATE TABLE IF NOT EXISTS open_intents (seq INTEGER PRIMARY KEY, writer TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS writers (writer TEXT PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS used_grants (id TEXT PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS redemptions (id TEXT PRIMARY KEY, nonce TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS closings (seq INTEGER PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS collectors (
  url TEXT PRIMARY KEY,
  info TEXT NOT NULL,
  checkpoint TEXT,
  acknowledged INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS disbelieved (
  url TEXT PRIMARY KEY,
  at TEXT NOT NULL,
  what TEXT NOT NULL,
  evidence TEXT NOT NULL
) STRICT;
`;

const BUSY_TIMEOUT_MS = 15_000;

export type LedgerDatabase = Database.Database;

/**
 * Opens the ledger's file for writing. WAL with synchronous=FULL: a commit that returned survives the death of
 * the process and of the machine. https://www.sqlite.org/pragma.html#pragma_synchronous
 * @throws LedgerError
 */
export function openLedgerFile(path: string, maxPages?: number): LedgerDatabase {
  let database: LedgerDatabase | null = null;
  try {
    database = new Database(path, { timeout: BUSY_TIMEOUT_MS });
    database.pragma("journal_mode = WAL");
    database.pragma("synchronous = FULL");
    if (maxPages !== undefined) database.pragma(`max_page_count = ${maxPages}`);
    createSchema(database);
    return database;
  } catch (error) {
    database?.close();
    throw describeSqliteError(path, error);
  }
}

/** All of it or nothing: another process that opens the file meanwhile sees no ledger yet, or a whole one. */
function createSchema(database: LedgerDatabase): void {
  database
    .transaction(() =>
      database.exec(
        `${SCHEMA}${KEY_SCHEMA}${TASK_SCHEMA}${CARRIED_TASK_SCHEMA}${AGREEMENT_SCHEMA}${ASKED_SCHEMA}`,
      ),
    )
    .immediate();
}

/** Opens the file for reading only; it must exist. @throws LedgerError */
export function readLedgerFile(path: string): LedgerDatabase {
  if (!fs.existsSync(path)) throw missing(path);
  try {
    return new Database(path, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
  } catch (error) {
    throw describeSqliteError(path, error);
  }
}

interface RecordRow {
  readonly seq: number;
  readonly canonical: string;
  readonly hash: string;
  readonly signature: string;
}

/** Records from `from` on, in order, streamed. */
export function* sealedRecords(database: LedgerDatabase, from = 1): Generator<SealedRecord> {
  const rows = database
    .prepare<[number], RecordRow>(
      "SELECT seq, canonical, hash, signature FROM records WHERE seq >= ? ORDER BY seq",
    )
    .iterate(from);
  for (const { seq, canonical, hash, signature } of rows)
    yield { seq, canonical, hash: sha256(hash), signature };
}

/** Records after `seq`, as many as go into so many bytes: at least one where there is one. */
export function sealedBatch(
  database: LedgerDatabase,
  seq: number,
  maxRecords: number,
  maxBytes: number,
): readonly SealedRecord[] {
  const found: SealedRecord[] = [];
  let bytes = 0;
  for (const record of sealedRecords(database, seq + 1)) {
    bytes += record.canonical.length;
    if (found.length > 0 && (found.length === maxRecords || bytes > maxBytes)) break;
    found.push(record);
    if (found.length === maxRecords) break;
  }
  return found;
}
