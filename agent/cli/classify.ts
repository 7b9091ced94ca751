import { parseArgs } from "node:util";
import v8 from "node:v8";
import type { Catalog } from "../../protocol/catalog.ts";
import type { ScanView } from "../../protocol/classification.ts";
import { isSensitive, type Label } from "../../protocol/label.ts";
import { baseRelations, isSystemSchema } from "../classify/baseColumns.ts";
import { classifyCatalog, type Labels } from "../classify/classifyCatalog.ts";
import { SharedLabels } from "../classify/sharedLabels.ts";
import { readDdlDatabase } from "../engines/ddlDatabase.ts";
import { SchemaLabels } from "../labels/schemaLabels.ts";
import { columnKey } from "../sql/facts.ts";
import { type Command, EXIT, type Io, UsageError } from "./command.ts";
import { csvColumns } from "./csvColumns.ts";
import { readDdl } from "./readDdl.ts";
import { tableLines } from "./text.ts";

/** One classified column, as `--json` prints it. */
interface ClassifiedColumn {
  readonly schema: string;
  readonly table: string;
  readonly column: string;
  readonly label: Label;
}

/** `sluice classify`: what every column of a database, a DDL file or a CSV file is. */
export const classify: Command = async (argv, io) => {
  // Without a database there is no engine to load.
  if (argv[0] === "correct") return (await import("./correct.ts")).correct(argv.slice(1), io);
  const values = parse(argv);
  const sources = [values.connection, values.csv, values.schema].filter((source) => source !== undefined);
  if (sources.length !== 1)
    throw new UsageError("Say what to classify: -c <name|url>, --csv FILE or --schema ddl.sql.");
  // Many short-lived objects make the space for new ones grow by far more than they need, and it stays so.
  v8.setFlagsFromString("--semi-space-growth-factor=1");
  v8.setFlagsFromString("--optimize-for-size");
  const { columns, scan } = await classified(values, io);
  if (values.json === true) await printJson(columns, scan, io);
  else await printTable(columns, io);
  const unread = scan === null ? [] : unreadWords(scan);
  for (const line of unread) io.err(`${line}\n`);
  return unread.length === 0 ? EXIT.done : EXIT.failed;
};

interface Classified {
  readonly columns: readonly ClassifiedColumn[];
  /** Null where there are no values to look at, or all were looked at before. */
  readonly scan: ScanView | null;
}

/** What could not be looked at, and what to do; nothing where everything was. */
function unreadWords({ state, skipped, why }: ScanView): readonly string[] {
  const tables = skipped.map((one) => `Not read: ${one.table}: ${one.why}.`);
  const until = "What was not read counts as confidential until it is.";
  if (state === "failed") {
    return [...tables, `The values were not all looked at. ${why ?? ""}`.trimEnd(), `${until} Run it again.`];
  }
  if (state === "cancelled") return [...tables, `It was interrupted. ${until} Run it again.`];
  return tables.length === 0
    ? []
    : [...tables, `${until} Let this account read it, or say what it is: sluice classify correct.`];
}

async function classified(values: ReturnType<typeof parse>, io: Io): Promise<Classified> {
  if (values.csv !== undefined) {
    const { catalog, samples, notice } = csvColumns(values.csv);
    if (notice !== null) io.err(`${notice}\n`);
    return { columns: labelled(catalog, classifyCatalog(catalog, samples)), scan: null };
  }
  if (values.schema !== undefined) {
    const { dialect, ddl: text } = readDdl(values.schema, values.dialect, io);
    const ddl = await readDdlDatabase(dialect, text);
    for (const name of new Set(ddl.doubled)) {
      io.err(`${name} is created twice: it is read as the first time, and what comes later is left out.\n`);
    }
    const index = ddl.index();
    const labels = new SchemaLabels(new SharedLabels([process.cwd()]));
    const columns = labelled(index.catalog, labels.of(index));
    for (const notice of labels.notices) io.err(`${notice}\n`);
    return { columns, scan: null };
  }
  const target = values.connection ?? "";
  const { openTarget, withEngine } = await import("./target.ts");
  return withEngine(io, async (engine) => {
    const database = engine.open.database(await openTarget(engine, target));
    await database.whenClassified();
    return { columns: labelled(await database.catalog(), database.labels()), scan: database.scan };
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

async function printJson(columns: readonly ClassifiedColumn[], scan: ScanView | null, io: Io): Promise<void> {
  io.out('{"columns":[');
  for (const [position, { schema, table, column, label }] of columns.entries()) {
    const { infoType, category, level, confidence, evidence } = label;
    const shown = { schema, table, column, infoType, category, level, confidence, evidence };
    io.out(`${position === 0 ? "" : ","}${JSON.stringify(shown)}`);
    if (position % 500 === 0) await io.drained();
  }
  const unread = scan?.skipped ?? [];
  io.out(`],"unread":${JSON.stringify(unread)},"failed":${JSON.stringify(scan?.why ?? null)}}\n`);
}

async function printTable(columns: readonly ClassifiedColumn[], io: Io): Promise<void> {
  for (const line of tableLines(["column", "type", "level", "confidence", "why"], rowsOf(columns), true)) {
    io.out(`${line}\n`);
    await io.drained();
  }
  const sensitive = columns.filter(({ label }) => isSensitive(label)).length;
  io.out(`(${columns.length} columns, ${sensitive} sensitive)\n`);
}

function* rowsOf(columns: readonly ClassifiedColumn[]): Generator<readonly string[]> {
  for (const { schema, table, column, label } of columns)
    yield [
      `${schema}.${table}.${column}`,
      label.infoType,
      label.level,
      label.confidence.toFixed(2),
      label.evidence.join("; "),
    ];
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        connection: { type: "string", short: "c" },
        csv: { type: "string" },
        schema: { type: "string" },
        dialect: { type: "string" },
        json: { type: "boolean" },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
