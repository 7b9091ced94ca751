import os from "node:os";
import { EXPORT_FORMATS, type ExportFormat, exportLedger } from "../audit/exportLedger.ts";
import { openHome } from "../home.ts";
import { type Command, EXIT, UsageError } from "./command.ts";
import { parseLine } from "./parseLine.ts";

declare const SLUICE_VERSION: string;

/** `sluice audit export`: every record, or every statement, for another program. */
export const auditExport: Command = async (args, io) => {
  const { values } = parseLine({
    args: [...args],
    options: { format: { type: "string", default: "jsonl" }, ledger: { type: "string" } },
  });
  const format = formatOf(values.format);
  const options = { format, host: os.hostname(), version: SLUICE_VERSION };
  for (const line of exportLedger(values.ledger ?? openHome().ledger, options)) {
    io.out(line);
    await io.drained();
  }
  return EXIT.done;
};

function formatOf(text: string): ExportFormat {
  const format = EXPORT_FORMATS.find((known) => known === text);
  if (format !== undefined) return format;
  throw new UsageError(`--format takes ${EXPORT_FORMATS.join(", ")}, not "${text}".`);
}
