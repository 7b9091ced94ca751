import { parseArgs } from "node:util";
import { counted } from "../../protocol/counted.ts";
import { exportLedger, listActivity } from "../audit/readLedger.ts";
import { verifyLedger } from "../audit/verifyLedger.ts";
import { openHome } from "../home.ts";
import { type Command, EXIT, UsageError } from "./command.ts";
import { syncLedger } from "./syncLedger.ts";
import { table } from "./text.ts";

/** `sluice audit list | verify | export`: reads the ledger without signing in and without writing to it. `sync` sends it. */
export const audit: Command = async (argv, io) => {
  const { values, positionals } = parse(argv);
  const [what = "list", ...rest] = positionals;
  if (rest.length > 0) throw new UsageError(`sluice audit ${what} takes no "${rest[0]}".`);
  const file = values.ledger ?? openHome().ledger;
  switch (what) {
    case "list": {
      const entries = listActivity(file, countOf(values.limit));
      if (values.json === true) for (const entry of entries) io.out(`${JSON.stringify(entry)}\n`);
      else {
        io.out(
          table(
            ["seq", "at", "actor", "connection", "decision", "outcome", "rows", "statement"],
            entries.map((entry) => [
              String(entry.seq),
              entry.at,
              entry.actor,
              entry.connection,
              entry.verdict,
              entry.outcome,
              entry.rows === null ? "" : String(entry.rows),
              entry.statement,
            ]),
          ),
        );
      }
      return EXIT.done;
    }
    case "verify": {
      const report = await verifyLedger(file);
      if (values.json === true) io.out(`${JSON.stringify(report)}\n`);
      else if (report.kind === "intact") {
        const head = report.head === null ? "empty" : `head ${report.head.seq} ${report.head.hash}`;
        io.out(`Intact: ${counted(report.records, "record")}, ${counted(report.keys, "key")}, ${head}\n`);
      } else io.err(`Broken at record ${report.seq}: ${report.what}\n${report.action}\n`);
      return report.kind === "intact" ? EXIT.done : EXIT.failed;
    }
    case "export":
      if (values.format !== "jsonl" && values.format !== "csv") {
        throw new UsageError(`--format takes jsonl or csv, not "${values.format}".`);
      }
      await exportLedger(file, values.format, async (text) => {
        io.out(text);
        await io.drained();
      });
      return EXIT.done;
    case "sync":
      return syncLedger(io, values.json === true);
    default:
      throw new UsageError(`sluice audit takes list, verify, export or sync, not "${what}".`);
  }
};

function countOf(limit: string): number {
  const count = Number(limit);
  if (Number.isInteger(count) && count > 0) return count;
  throw new UsageError(`--limit takes a number of statements, not "${limit}".`);
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        limit: { type: "string", default: "50" },
        format: { type: "string", default: "jsonl" },
        ledger: { type: "string" },
        json: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
