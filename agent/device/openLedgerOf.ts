import path from "node:path";
import { parseRecord } from "../../protocol/audit/chain.ts";
import { readCarriedTasks } from "../audit/carriedTasks.ts";
import { type Ledger, type LedgerBefore, type LedgerOptions, openLedger } from "../audit/ledger.ts";
import { corrupt, isClosed } from "../audit/ledgerError.ts";
import { readLedgerFile, sealedRecords } from "../audit/ledgerFile.ts";
import { SyncStore } from "../audit/sync/syncStore.ts";
import { UseStore } from "../audit/useStore.ts";
import type { Home } from "../home.ts";
import { withProcessLock } from "../identity/processLock.ts";
import { ledgerAfter, ledgerInUse, useLedger } from "./ledgerInUse.ts";

type Options = Omit<LedgerOptions, "path" | "follows">;

/**
 * Opens the ledger of a home. Where a person has closed it, the one that goes on in its place is begun first, which says
 * in its first record what it follows: the closing is the whole act, so whoever comes after a process that died in
 * between does the rest. @throws LedgerError
 */
export async function openLedgerOf(home: Pick<Home, "root">, options: Options): Promise<Ledger> {
  for (;;) {
    const file = ledgerInUse(home.root);
    try {
      return await openLedger({ ...options, path: file });
    } catch (error) {
      if (!isClosed(error)) throw error;
      await withProcessLock(path.join(home.root, "ledger.lock"), () => goOnAfter(file, home.root, options));
    }
  }
}

async function goOnAfter(file: string, root: string, options: Options): Promise<void> {
  if (ledgerInUse(root) !== file) return;
  const follows = closingOf(file);
  const next = ledgerAfter(file, follows.hash);
  const ledger = await openLedger({ ...options, path: next, follows }).catch((error: unknown) => {
    // An older note was put back: that one was begun long ago, and closed in its turn.
    if (isClosed(error)) return null;
    throw error;
  });
  if (ledger !== null) {
    carryOver(file, ledger);
    await ledger.close();
  }
  useLedger(next);
}

/** What was closed, by whom and why. @throws LedgerError where its last record says nothing of the kind. */
function closingOf(file: string): LedgerBefore {
  const database = readLedgerFile(file);
  try {
    const last = database.prepare<[], { seq: number }>("SELECT max(seq) AS seq FROM records").get();
    const [first] = sealedRecords(database, 1);
    const [sealed] = sealedRecords(database, last?.seq ?? 1);
    const body = sealed === undefined ? undefined : parseRecord(sealed.canonical)?.body;
    if (first === undefined || sealed === undefined || body?.kind !== "ledger_closed")
      throw corrupt(file, "it counts as closed, and its last record does not say so");
    const { actor: by, reason } = body;
    // The closing itself names them; this record is sent with every enrolment.
    const actor = by.kind === "user" ? { ...by, groups: [] } : by;
    return { chain: first.hash, seq: sealed.seq, hash: sealed.hash, actor, reason };
  } finally {
    database.close();
  }
}

/**
 * A collector is held to what it has shown, people to what they have used, and programs to what was stopped and what they
 * were shown, whichever ledger saw it.
 */
function carryOver(file: string, to: Pick<Ledger, "collectors" | "uses" | "tasks">): void {
  const database = readLedgerFile(file);
  try {
    to.collectors.carryOver(new SyncStore(database).carried());
    to.uses.carryOver(new UseStore(database).carried());
    to.tasks.carryOver(readCarriedTasks(database));
  } finally {
    database.close();
  }
}
