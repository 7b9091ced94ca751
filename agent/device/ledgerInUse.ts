import fs from "node:fs";
import path from "node:path";

const FIRST = "ledger.db";
const NOTE = "ledger-in-use";
const NAME = /^ledger(-[0-9a-f]{16})?\.db$/;

/** Whether a file of a home is one of its ledgers. */
export const isLedgerName = (name: string): boolean => NAME.test(name);

/** The ledger that is written to: the first one of a home, until a person begins another beside it. */
export function ledgerInUse(root: string): string {
  const note = path.join(root, NOTE);
  const name = fs.existsSync(note) ? fs.readFileSync(note, "utf8").trim() : FIRST;
  // A name that leads elsewhere was not written by Sluice.
  return path.join(root, NAME.test(name) ? name : FIRST);
}

/** From here on this one is written to. */
export function useLedger(file: string): void {
  const note = path.join(path.dirname(file), NOTE);
  const temporary = `${note}.${process.pid}.tmp`;
  fs.writeFileSync(temporary, `${path.basename(file)}\n`, { mode: 0o600 });
  fs.renameSync(temporary, note);
}

/** The ledger that goes on after one with this last record: whoever makes it makes the same one. */
export const ledgerAfter = (file: string, lastHash: string): string =>
  path.join(path.dirname(file), `ledger-${lastHash.slice(0, 16)}.db`);
