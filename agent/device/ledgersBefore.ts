import fs from "node:fs";
import path from "node:path";
import { parseRecord } from "../../protocol/audit/chain.ts";
import type { SealedRecord } from "../../protocol/audit/record.ts";
import { type LedgerDatabase, readLedgerFile, sealedBatch, sealedRecords } from "../audit/ledgerFile.ts";
import { isLedgerName } from "./ledgerInUse.ts";

/** A ledger that was closed and is kept. */
export interface ClosedLedger {
  /** Records after `seq` in order: at least one where there is one. */
  sealedAfter(seq: number, maxRecords: number, maxBytes: number): readonly SealedRecord[];
}

/** Those that were closed before this one, oldest first, as far as they are beside it and can be read. */
export function ledgersBefore(file: string): readonly ClosedLedger[] {
  const folder = path.dirname(file);
  const others = new Set(fs.readdirSync(folder).filter(isLedgerName));
  const found: ClosedLedger[] = [];
  for (let name = path.basename(file); ; ) {
    others.delete(name);
    const follows = followedBy(path.join(folder, name));
    const before = [...others].find(
      (other) => follows !== null && hasRecord(path.join(folder, other), follows),
    );
    if (before === undefined) return found;
    const closed = path.join(folder, before);
    found.unshift({
      sealedAfter: (...asked) => reading(closed, [], (database) => sealedBatch(database, ...asked)),
    });
    name = before;
  }
}

interface Place {
  readonly seq: number;
  readonly hash: string;
}

/** The last record of the ledger before, as this one's first record says. */
const followedBy = (file: string): Place | null =>
  reading(file, null, (database) => {
    const [first] = sealedRecords(database);
    const body = first === undefined ? undefined : parseRecord(first.canonical)?.body;
    return body?.kind === "key_introduced" ? (body.follows ?? null) : null;
  });

const hasRecord = (file: string, { seq, hash }: Place): boolean =>
  reading(
    file,
    false,
    (database) => sealedBatch(database, seq - 1, 1, Number.POSITIVE_INFINITY)[0]?.hash === hash,
  );

function reading<T>(file: string, unread: T, read: (database: LedgerDatabase) => T): T {
  let database: LedgerDatabase | null = null;
  try {
    database = readLedgerFile(file);
    return read(database);
  } catch {
    return unread;
  } finally {
    database?.close();
  }
}
