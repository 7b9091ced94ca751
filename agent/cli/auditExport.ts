import { exportLedger } from "../audit/readLedger.ts";
import { openHome } from "../home.ts";
import { type Command, EXIT, UsageError } from "./command.ts";
import { parseLine } from "./parseLine.ts";

/** `sluice audit export`: every record, or every statement, for another program. */
export const auditExport: Command = async (args, io) => {
  const { values } = parseLine({
    args: [...args],
    options: { format: { type: "string", default: "jsonl" }, ledger: { type: "string" } },
  });
  if (values.format !== "jsonl" && values.format !== "csv")
    throw new UsageError(`--format takes jsonl or csv, not "${values.format}".`);
  await exportLedger(values.ledger ?? openHome().ledger, values.format, async (text) => {
    io.out(text);
    await io.drained();
  });
  return EXIT.done;
};
