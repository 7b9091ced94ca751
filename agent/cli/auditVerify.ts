import fs from "node:fs";
import { counted } from "../../protocol/counted.ts";
import type { LogTrust } from "../../protocol/log/logTrust.ts";
import { verifyBundleFile } from "../audit/bundleFile.ts";
import { LogReader } from "../audit/logReader.ts";
import { verifyLedger } from "../audit/verifyLedger.ts";
import { verifyLog } from "../audit/verifyLog.ts";
import { openHome } from "../home.ts";
import { collectorToken } from "./collectorToken.ts";
import { type Command, EXIT, type Io, UsageError } from "./command.ts";
import { collectorAddress, keptCheckpoint, logKeyOf } from "./logAddress.ts";
import { parseLine } from "./parseLine.ts";
import { bundleWords, logWords, noticeLines, type ProofWords } from "./proofText.ts";

/** `sluice audit verify`: a ledger, a bundle, or a collector's log with the ledger held against it. */
export const auditVerify: Command = async (args, io) => {
  const { values } = parseLine({
    args: [...args],
    options: {
      ledger: { type: "string" },
      bundle: { type: "string" },
      collector: { type: "string" },
      "log-key": { type: "string" },
      "take-key": { type: "boolean" },
      checkpoint: { type: "string" },
      json: { type: "boolean" },
    },
  });
  const { bundle, collector, ledger, json = false } = values;
  if (bundle !== undefined && (collector ?? ledger) !== undefined)
    throw new UsageError("--bundle is verified by itself: leave out --collector and --ledger.");
  const trust: LogTrust = { key: logKeyOf(values), older: keptCheckpoint(values.checkpoint) };
  const keyTaken = trust.key.kind === "as-written";
  if (bundle !== undefined) {
    const report = await verifyBundleFile(bundle, trust);
    return tell(io, json, report, bundleWords(bundle, report, keyTaken));
  }
  if (collector !== undefined) {
    const address = collectorAddress(collector);
    if (trust.key.kind === "unknown")
      throw new UsageError(
        "Say which key the log has (--log-key), or take its own word for it (--take-key).",
      );
    const reader = new LogReader({ address, token: await collectorToken(), signal: io.signal });
    const report = await verifyLog(reader, trust, ledger ?? ownLedger());
    return tell(io, json, report, logWords(address.href, report, keyTaken));
  }
  if (trust.key.kind !== "unknown" || trust.older !== null)
    throw new UsageError("A key or a checkpoint is a log's: give --bundle or --collector with it.");
  const report = await verifyLedger(ledger ?? openHome().ledger);
  if (report.kind === "broken") {
    const { kind, seq, what, action } = report;
    return tell(io, json, report, { kind, text: `Broken at record ${seq}: ${what}\n${action}\n` });
  }
  const head = report.head === null ? "empty" : `head ${report.head.seq} ${report.head.hash}`;
  const first = `Intact: ${counted(report.records, "record")}, ${counted(report.keys, "key")}, ${head}`;
  const text = `${[first, ...noticeLines(report.notices)].join("\n")}\n`;
  return tell(io, json, report, { kind: report.kind, text });
};

function tell(io: Io, json: boolean, report: object, { kind, text }: ProofWords): number {
  if (json) io.out(`${JSON.stringify(report)}\n`);
  else if (kind === "intact") io.out(text);
  else io.err(text);
  return kind === "intact" ? EXIT.done : EXIT.failed;
}

/** The ledger of this account; null where an auditor never had one. */
function ownLedger(): string | null {
  const { ledger } = openHome();
  return fs.existsSync(ledger) ? ledger : null;
}
