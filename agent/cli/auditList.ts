import { listActivity } from "../audit/readLedger.ts";
import { openHome } from "../home.ts";
import { type Command, EXIT, UsageError } from "./command.ts";
import { parseLine } from "./parseLine.ts";
import { table } from "./text.ts";

/** `sluice audit list`: what was asked, newest first. */
export const auditList: Command = async (args, io) => {
  const { values } = parseLine({
    args: [...args],
    options: {
      limit: { type: "string", default: "50" },
      ledger: { type: "string" },
      json: { type: "boolean" },
    },
  });
  const entries = listActivity(values.ledger ?? openHome().ledger, countOf(values.limit));
  if (values.json === true) {
    for (const entry of entries) io.out(`${JSON.stringify(entry)}\n`);
    return EXIT.done;
  }
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
  return EXIT.done;
};

function countOf(limit: string): number {
  const count = Number(limit);
  if (Number.isInteger(count) && count > 0) return count;
  throw new UsageError(`--limit takes a number of statements, not "${limit}".`);
}
