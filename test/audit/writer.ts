import process from "node:process";
import { openLedger } from "../../agent/audit/ledger.ts";
import { intent, newSigner, outcome } from "./records.ts";

/** A process that writes intents and outcomes: so many, or for ever, telling each intent once it is durable. */
const [file = "", count = "0"] = process.argv.slice(2);
const ledger = await openLedger({ path: file, signer: newSigner(), origin: "cli" });
const last = count === "forever" ? Number.POSITIVE_INFINITY : Number(count);
for (let done = 0; done < last; done += 1) {
  const { seq } = await ledger.append(intent());
  process.stdout.write(`${seq}\n`);
  if (count !== "forever" || done % 3 !== 0) await ledger.append(outcome(seq));
}
await ledger.close();
