import { parseArgs } from "node:util";
import type { Catalog } from "../../protocol/catalog.ts";
import { isSensitive, type Label } from "../../protocol/label.ts";
import { baseRelations, isSystemSchema } from "../classify/baseColumns.ts";
import { classifyCatalog, type Labels } from "../classify/classifyCatalog.ts";
import { SharedLabels } from "../classify/sharedLabels.ts";
import { readDdlDatabase } from "../engines/ddlDatabase.ts";
import { SchemaLabels } from "../schemaLabels.ts";
import { columnKey } from "../sql/facts.ts";
import { dialectOf, readDdl } from "./check.ts";
import { type Command, EXIT, type Io, UsageError } from "./command.ts";
import { correct } from "./correct.ts";
import { csvColumns } from "./csvColumns.ts";
import { openTarget, withEngine } from "./target.ts";
import { table } from "./text.ts";

/** One classified column, as `--json` prints it. */
interface ClassifiedColumn {
  readonly schema: string;
  readonly table: string;
  readonly column: string;
  readonly label: Label;
}

/** `sluice classify`: what every column of a database, a DDL file or a CSV file is. */
export const classify: Command = async (argv, io) => {
  if (argv[0] === "correct") return correct(argv.slice(1), io);
  const values = parse(argv);
  const sources = [values.connection, values.csv, values.schema].filter((source) => source !== undefined);
  if (sources.length !== 1)
    throw new UsageError("Say what to classify: -c <name|url>, --csv FILE or --schema ddl.sql.");
  const columns = await classified(values, io);
  if (values.json === true) await printJson(columns, io);
  else printTable(columns, io);
  return EXIT.done;
};

async function classified(values: ReturnType<typeof parse>, io: Io): Promise<readonly ClassifiedColumn[]> {
  if (values.csv !== undefined) {
    const { catalog, samples, notice } = csvColumns(values.csv);
    if (notice !== null) io.err(`${notice}\n`);
    return labelled(catalog, classifyCatalog(catalog, samples));
  }
  if (values.schema !== undefined) {
    const ddl = await readDdlDatabase(dialectOf(values.dialect), readDdl(values.schema));
    const index = ddl.index();
    const labels = new SchemaLabels(new SharedLabels([process.cwd()]));
    const columns = labelled(index.catalog, labels.of(index));
    for (const notice of labels.notices) io.err(`${notice}\n`);
    return columns;
  }
  const target = values.connection ?? "";
  return withEngine(io, async (engine) => {
    const database = engine.database(await openTarget(engine, target));
    await database.whenClassified();
    return labelled(await database.catalog(), database.labels());
  });
}

/** Columns in the order of the catalog; a partition's are its parent's and not repeated. */
function labelled(catalog: Catalog, labels: Labels): readonly ClassifiedColumn[] {
  const own = baseRelations(catalog).filter(
    ({ schema, name }) => !isSystemSchema(schema) && !(catalog.engine === "sqlite" && /^sqlite_/.test(name)),
  );
  return own.flatMap((relation) =>
    relation.columns.flatMap((column) => {
      const id = { schema: relation.schema, table: relation.name, column: column.name };
      const label = labels.get(columnKey(id));
      return label === undefined ? [] : [{ ...id, label }];
    }),
  );
}

async function printJson(columns: readonly ClassifiedColumn[], io: Io): Promise<void> {
  io.out('{"columns":[');
  for (const [position, { schema, table, column, label }] of columns.entries()) {
    const { infoType, category, level, confidence, evidence } = label;
    const shown = { schema, table, column, infoType, category, level, confidence, evidence };
    io.out(`${position === 0 ? "" : ","}${JSON.stringify(shown)}`);
    if (position % 500 === 0) await io.drained();
  }
  io.out("]}\n");
}

function printTable(columns: readonly ClassifiedColumn[], io: Io): void {
  io.out(
    table(
      ["column", "type", "level", "confidence", "why"],
      columns.map(({ schema, table: name, column, label }) => [
        `${schema}.${name}.${column}`,
        label.infoType,
        label.level,
        label.confidence.toFixed(2),
        label.evidence.join("; "),
      ]),
      true,
    ),
  );
  const sensitive = columns.filter(({ label }) => isSensitive(label)).length;
  io.out(`(${columns.length} columns, ${sensitive} sensitive)\n`);
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        connection: { type: "string", short: "c" },
        csv: { type: "string" },
        schema: { type: "string" },
        dialect: { type: "string", default: "postgres" },
        json: { type: "boolean" },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
