import fs from "node:fs";
import { counted } from "../../protocol/counted.ts";
import { readLedgerFile, sealedRecords } from "../audit/ledgerFile.ts";
import { ledgerKeys } from "../audit/ledgerKeys.ts";
import { SyncStore } from "../audit/sync/syncStore.ts";
import { openHome } from "../home.ts";
import { type Command, EXIT } from "./command.ts";
import { parseLine } from "./parseLine.ts";
import { printable, table } from "./text.ts";

/** `sluice device [show]`: this device's ledger and its keys. Reads only, without signing in. */
export const showDevice: Command = async (args, io) => {
  const { values } = parseLine({ args: [...args], options: { json: { type: "boolean" } } });
  const { ledger } = openHome();
  if (!fs.existsSync(ledger)) {
    io.err("No ledger has begun here: one begins with the first statement.\n");
    return EXIT.failed;
  }
  const keys = ledgerKeys(ledger);
  const { chain, records, disbelieved } = stateOf(ledger);
  if (values.json === true) {
    io.out(`${JSON.stringify({ chain, ledger, records, keys, disbelieved })}\n`);
    return EXIT.done;
  }
  const state = ({ revoked }: (typeof keys)[number]): string =>
    revoked === null ? "signs" : `revoked at record ${revoked.seq}, ${revoked.at}: ${revoked.reason}`;
  io.out(`device ${chain}\nledger ${printable(ledger)}, ${counted(records, "record")}\n`);
  io.out(
    table(
      ["key", "of the", "since", "state"],
      keys.map((key) => [
        ...[key.key, key.origin, `record ${key.introduced.seq}, ${key.introduced.at}`],
        state(key),
      ]),
      true,
    ),
  );
  for (const { url, at, what } of disbelieved)
    io.out(`not believed since ${at}: ${printable(`the collector ${url} ${what}`)}\n`);
  return EXIT.done;
};

function stateOf(file: string) {
  const database = readLedgerFile(file);
  try {
    const [first] = sealedRecords(database, 1);
    const last = database.prepare<[], { seq: number | null }>("SELECT max(seq) AS seq FROM records").get();
    const { disbelieved } = new SyncStore(database).carried();
    return { chain: first?.hash ?? null, records: last?.seq ?? 0, disbelieved };
  } finally {
    database.close();
  }
}
