import { type Exposure, ModelExposures } from "../../protocol/behaviour/modelExposure.ts";
import { placedBodies } from "../audit/placedBodies.ts";
import { openHome } from "../home.ts";
import { type Command, EXIT } from "./command.ts";
import { parseLine } from "./parseLine.ts";
import { printable, table } from "./text.ts";

/** `sluice audit models`: what each model has been shown, by label and never by value, and the records that prove it. */
export const auditModels: Command = async (args, io) => {
  const { values } = parseLine({
    args: [...args],
    options: {
      type: { type: "string" },
      environment: { type: "string" },
      ledger: { type: "string" },
      json: { type: "boolean" },
    },
  });
  const { type, environment, ledger } = values;
  const exposures = new ModelExposures();
  for (const body of placedBodies(ledger ?? openHome().ledger, (text) => OF_MODELS.test(text)))
    exposures.take(body);
  const found = exposures
    .list()
    .filter((one) => type === undefined || one.infoType === type)
    .filter((one) => environment === undefined || one.environment === environment);
  if (values.json === true) {
    for (const one of found) io.out(`${JSON.stringify(one)}\n`);
    return EXIT.done;
  }
  io.out(`${answer(found, type, environment)}\n`);
  if (found.length > 0)
    io.out(`\n${exposureTable(found)}\nEach record number is proven by: sluice audit verify\n`);
  return EXIT.done;
};

const OF_MODELS = /"kind":"(outcome|ai_agent)"/;

/** The question an auditor asks, answered in a sentence. */
function answer(found: readonly Exposure[], type = "labelled data", environment?: string): string {
  const where = environment === undefined ? "" : ` from ${environment}`;
  const what = `${type.replaceAll("_", " ")}${where}`;
  if (found.length === 0) return `No model has been shown any ${what}.`;
  const rows = (count: (one: Exposure) => number): number => found.reduce((sum, one) => sum + count(one), 0);
  const shown = rows(({ shownRows }) => shownRows);
  const masked = rows(({ maskedRows }) => maskedRows);
  const models = new Set(found.map(({ model }) => model)).size;
  if (shown === 0)
    return `No model has been shown any ${what} as it is; ${models} ${models === 1 ? "model was" : "models were"} shown ${masked} rows in which it was masked.`;
  return `Yes: ${models} ${models === 1 ? "model was" : "models were"} shown ${what} as it is in ${shown} rows, and masked in ${masked}.`;
}

const exposureTable = (found: readonly Exposure[]): string =>
  table(
    ["model", "type", "level", "environment", "as it is", "masked", "masks", "first", "last", "columns"],
    found.map((one) => [
      printable(one.model),
      one.infoType,
      one.level,
      one.environment,
      String(one.shownRows),
      String(one.maskedRows),
      one.masks.join(", "),
      `#${one.first.seq}`,
      `#${one.last.seq}`,
      one.columns.join(", "),
    ]),
  );
