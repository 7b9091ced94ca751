import fs from "node:fs";
import { counted } from "../../protocol/counted.ts";
import { type Sha256, sha256 } from "../../protocol/ids.ts";
import type { TimeRange } from "../../protocol/log/bundleRange.ts";
import { type BundleSource, bundleLines } from "../../protocol/log/bundleWriter.ts";
import { CheckpointError } from "../../protocol/log/checkpoint.ts";
import { writeBundleFile } from "../audit/bundleFile.ts";
import { chainOfLedger, ledgerSource, logSource, type WantedChains } from "../audit/bundleSource.ts";
import { LogReader } from "../audit/logReader.ts";
import { openHome } from "../home.ts";
import { collectorToken } from "./collectorToken.ts";
import { type Command, EXIT, UsageError } from "./command.ts";
import { collectorAddress, keptCheckpoint } from "./logAddress.ts";
import { parseLine } from "./parseLine.ts";
import { timeOption } from "./timeOption.ts";

/** `sluice audit bundle`: writes a file an auditor verifies offline. */
export const auditBundle: Command = async (args, io) => {
  const { values } = parseLine({
    args: [...args],
    options: {
      out: { type: "string" },
      ledger: { type: "string" },
      collector: { type: "string" },
      chain: { type: "string", multiple: true },
      from: { type: "string" },
      to: { type: "string" },
      checkpoint: { type: "string" },
      force: { type: "boolean" },
      json: { type: "boolean" },
    },
  });
  const { out, collector, chain = [] } = values;
  if (out === undefined) throw new UsageError("Say where the bundle goes: --out FILE.");
  if (values.force !== true && fs.existsSync(out))
    throw new UsageError(`${out} is there already, and may be evidence: name another file, or say --force.`);
  const range: TimeRange = { from: timeOption("--from", values.from), to: timeOption("--to", values.to) };
  const ledger = values.ledger ?? openHome().ledger;
  let source: BundleSource;
  if (collector === undefined) {
    if (chain.length > 0 || values.checkpoint !== undefined || range.from !== null)
      throw new UsageError("--chain, --from and --checkpoint need a log's proofs: give --collector.");
    source = ledgerSource(ledger, range);
  } else {
    const address = collectorAddress(collector);
    const reader = new LogReader({ address, token: await collectorToken(), signal: io.signal });
    source = await fromLog(reader, wantedChains(chain, ledger), range, keptCheckpoint(values.checkpoint));
  }
  const lines = await writeBundleFile(out, bundleLines(source));
  const proven = source.log !== null;
  if (values.json === true) io.out(`${JSON.stringify({ file: out, lines, proven })}\n`);
  else
    io.out(
      `${out}: ${counted(lines, "line")}. ${proven ? "Verify it with --bundle and the log's key." : "No log stands behind it: it proves the chain alone."}\n`,
    );
  return EXIT.done;
};

async function fromLog(...asked: Parameters<typeof logSource>): Promise<BundleSource> {
  try {
    return await logSource(...asked);
  } catch (error) {
    throw error instanceof CheckpointError ? new UsageError(`--checkpoint: ${error.message}.`) : error;
  }
}

function wantedChains(names: readonly string[], ledger: string): WantedChains {
  if (names.includes("all")) return { kind: "all" };
  if (names.length > 0) return { kind: "these", chains: [...new Set(names)].map(chainName) };
  const own = chainOfLedger(ledger);
  if (own === null) throw new UsageError("This ledger is empty: say which chain, or --chain all.");
  return { kind: "these", chains: [own] };
}

function chainName(text: string): Sha256 {
  if (/^[0-9a-f]{64}$/.test(text)) return sha256(text);
  throw new UsageError(`--chain takes the 64 hex digits of a chain's name, or all; not "${text}".`);
}
