import fs from "node:fs";
import { GENESIS } from "../../protocol/audit/record.ts";
import { nodeVerifier } from "../../protocol/node/crypto.ts";
import { corrupt, describeSqliteError } from "./ledgerError.ts";
import { type LedgerDatabase, readLedgerFile, sealedRecords } from "./ledgerFile.ts";
import { hadWriters } from "./writerLease.ts";

/** Hashing this many records takes a fraction of a second; `sluice audit verify` checks everything. */
const CHECKED_RECORDS = 10_000;
/** Checking the structure of a larger file would be felt at every start; reading its records finds damage too. */
const CHECKED_BYTES = 128 * 1024 * 1024;

/**
 * Refuses a ledger that is damaged or was changed. Looks through a connection that cannot write, so that the file
 * stays as it was found: it is evidence. A file that is not there is a ledger that has not begun.
 * @throws LedgerError
 */
export function checkOnOpen(path: string): void {
  const stat = fs.statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (stat.size === 0) {
    if (hadWriters(path)) throw corrupt(path, "it is empty, and records were written to it before");
    return;
  }
  const database = readLedgerFile(path);
  try {
    checkStructure(path, database, stat.size);
    if (isLedger(path, database)) checkNewest(path, database);
  } catch (error) {
    throw describeSqliteError(path, error);
  } finally {
    database.close();
  }
}

function checkStructure(path: string, database: LedgerDatabase, bytes: number): void {
  if (bytes > CHECKED_BYTES) return;
  const found = String(database.pragma("quick_check(1)", { simple: true }));
  if (found !== "ok") throw corrupt(path, found);
}

/** False where nothing was written yet: a process that died at its very first start leaves such a file. */
function isLedger(path: string, database: LedgerDatabase): boolean {
  const tables = database
    .prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'")
    .all()
    .map(({ name }) => name);
  if (tables.includes("records")) return true;
  if (tables.length > 0 || hadWriters(path)) throw corrupt(path, "it is a database without records");
  return false;
}

interface Ends {
  readonly first: number | null;
  readonly last: number | null;
  /** The newest record the index knows of. */
  readonly known: number | null;
}

/** Sequence, hashes and links of the newest records. */
function checkNewest(path: string, database: LedgerDatabase): void {
  const ends = database
    .prepare<[], Ends>(
      `SELECT (SELECT min(seq) FROM records) AS first, (SELECT max(seq) FROM records) AS last,
       (SELECT max(max(seq), coalesce(max(outcome), 0)) FROM statements) AS known`,
    )
    .get();
  const { first = null, last = null, known = null } = ends ?? {};
  const head = last ?? 0;
  if (known !== null && known > head) throw corrupt(path, `the records after ${head} are missing`);
  if (first !== null && first !== 1) throw corrupt(path, `the records before ${first} are missing`);
  let expected = Math.max(1, head - CHECKED_RECORDS + 1);
  let prev: string | null = expected === 1 ? GENESIS : null;
  for (const sealed of sealedRecords(database, expected)) {
    if (sealed.seq !== expected) throw corrupt(path, `record ${expected} is missing`);
    const link = linkOf(sealed.canonical);
    if (link === null || link.seq !== sealed.seq) throw corrupt(path, `record ${sealed.seq} is not a record`);
    if (nodeVerifier.sha256(sealed.canonical) !== sealed.hash)
      throw corrupt(path, `the content of record ${sealed.seq} does not match its hash`);
    if (prev !== null && link.prev !== prev)
      throw corrupt(path, `record ${sealed.seq} does not follow from the one before it`);
    prev = sealed.hash;
    expected += 1;
  }
}

/** What ties a record into the chain, without reading the rest of it. */
function linkOf(canonical: string): { readonly seq: unknown; readonly prev: unknown } | null {
  try {
    const record: unknown = JSON.parse(canonical);
    return typeof record === "object" && record !== null && "seq" in record && "prev" in record
      ? { seq: record.seq, prev: record.prev }
      : null;
  } catch {
    return null;
  }
}
