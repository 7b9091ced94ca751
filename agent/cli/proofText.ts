import { counted } from "../../protocol/counted.ts";
import type { BundleReport } from "../../protocol/log/bundleVerifier.ts";
import { NO_KEY } from "../../protocol/log/logTrust.ts";
import type { DroppedRange, ProofFault, ProofNotice, ProvenChain } from "../../protocol/log/proofReport.ts";
import type { LogReport } from "../audit/verifyLog.ts";

/** What a verification found, for people: what is proven, what is wrong and where, what to do. */
export interface ProofWords {
  readonly kind: "intact" | "broken";
  readonly text: string;
}

export function bundleWords(file: string, report: BundleReport, keyTaken: boolean): ProofWords {
  const { kind, log, records, complete, chains, dropped, faults, notices } = report;
  const found = `${counted(records, "record")} of ${counted(chains.length, "chain")}`;
  // No fault of the file: whoever verifies has not said yet what it is held against.
  if (kind === "broken" && faults.every(({ what }) => what.includes(NO_KEY)))
    return { kind, text: lines([`Not verified: ${NO_KEY}.`, KEY_MISSING]) };
  if (kind === "broken") return { kind, text: broken(faults, `${found} before that are sound.`, file) };
  const by =
    log === null
      ? "No log stands behind them: the chains are sound, and nothing shows that they are the only ones."
      : `Proven by ${log.origin} with ${counted(log.size, "entry", "entries")}, root ${log.root}`;
  const rest =
    complete === true
      ? ["Every entry of the log is in this file."]
      : ["A file cannot show that nothing follows a chain's last record; `--collector` does."];
  return {
    kind,
    text: lines([
      `Intact: ${found}`,
      by,
      ...(keyTaken && log !== null ? [KEY_TAKEN] : []),
      ...chains.map(chainLine),
      ...(dropped === 0
        ? []
        : [`${counted(dropped, "record")} without a body: dropped by retention, hash kept.`]),
      ...rest,
      ...noticeLines(notices),
    ]),
  };
}

export function logWords(address: string, report: LogReport, keyTaken: boolean): ProofWords {
  const { kind, log, entries, chains, ledger, dropped, faults, notices } = report;
  if (kind === "broken") {
    const read = `${counted(entries, "entry", "entries")} were read.`;
    return { kind, text: broken(faults, read, `what ${address} has shown and your ledger`) };
  }
  const own =
    ledger === null
      ? "No ledger was held against it."
      : `This ledger, chain ${ledger.chain}: ${ledger.inLog} of ${counted(ledger.records, "record")} are in the log, and equal`;
  return {
    kind,
    text: lines([
      `Intact: ${log?.origin ?? address}, ${counted(entries, "entry", "entries")} of ${counted(chains, "chain")}, root ${log?.root ?? ""}`,
      ...(keyTaken ? [KEY_TAKEN] : []),
      own,
      ...droppedLines(ledger?.dropped ?? []),
      ...(dropped === null
        ? []
        : [
            `${counted(dropped.records, "record")} of the log: body dropped by retention ${dropped.from === dropped.to ? `on ${dropped.from}` : `from ${dropped.from} to ${dropped.to}`}, hash kept`,
          ]),
      ...noticeLines(notices),
    ]),
  };
}

/** `Open: …` for what began and has not ended, and what the log has not yet. */
export const noticeLines = (notices: readonly ProofNotice[]): readonly string[] => [
  ...notices.slice(0, MOST_LINES).map(({ seq, chain, what, kind }) => {
    if (seq === null) return `Not shown: ${what}`;
    const label = kind === "not-in-log-yet" ? "Waiting" : "Open";
    return `${label}: record ${seq}${chain === null ? "" : ` of chain ${chain}`}: ${what}`;
  }),
  ...more(notices.length),
];

const MOST_LINES = 20;
const KEY_MISSING =
  "Give the key with --log-key, as whoever runs the collector told you by another way than with this file; --take-key shows at least whether the file agrees with itself.";
const KEY_TAKEN =
  "The key is the one it named itself (--take-key): this shows that it agrees with itself, not whose log it is.";

const chainLine = ({ chain, from, to, keys, dropped }: ProvenChain): string =>
  [`  ${chain}: records ${from}-${to}, ${counted(keys, "key")}`, ...droppedLines(dropped)].join("\n");

/** `records 3-6: body dropped by retention on 2026-03-01, hash kept`. */
const droppedLines = (dropped: readonly DroppedRange[]): readonly string[] => [
  ...dropped.slice(0, MOST_LINES).map(({ from, to, at }) => {
    const records = from === to ? `record ${from}` : `records ${from}-${to}`;
    return `    ${records}: body dropped by retention on ${at}, hash kept`;
  }),
  ...more(dropped.length),
];

function broken(faults: readonly ProofFault[], rest: string, evidence: string): string {
  return lines([
    `Broken: ${counted(faults.length, "fault")}`,
    ...faults.slice(0, MOST_LINES).map((fault) => `  ${placeOf(fault)}: ${fault.what}`),
    ...more(faults.length),
    rest,
    `Keep ${evidence} as evidence, and tell whoever is responsible for security.`,
  ]);
}

function placeOf({ line, chain, seq }: ProofFault): string {
  const places = [
    line === null ? "" : `line ${line}`,
    seq === null ? "" : `record ${seq}`,
    chain === null ? "" : `chain ${chain}`,
  ];
  return places.filter((place) => place !== "").join(", ") || "the log";
}

const more = (count: number): readonly string[] =>
  count > MOST_LINES ? [`  and ${count - MOST_LINES} more (--json has all)`] : [];

const lines = (all: readonly string[]): string => `${all.join("\n")}\n`;
