import { parseArgs } from "node:util";
import { type Label, LEVELS, type Level } from "../../protocol/label.ts";
import type { Database } from "../database.ts";
import { CorrectionError } from "../labels/correctLabel.ts";
import { type ColumnId, columnKey } from "../sql/facts.ts";
import { type Command, EXIT, UsageError } from "./command.ts";
import { continueAsLocalUser } from "./query.ts";
import { openTarget, withEngine } from "./target.ts";

/** `sluice classify correct`: says what a column is, or with `--undo` takes that back. */
export const correct: Command = (argv, io) => {
  const { values, positionals } = parse(argv);
  const { connection, is, reason, undo } = values;
  const [name, ...more] = positionals;
  if (connection === undefined) throw new UsageError("Say which database: -c <name|url>.");
  if (name === undefined || more.length > 0) throw new UsageError("Name one column as schema.table.column.");
  if (reason === undefined) throw new UsageError("Say how you know: --reason TEXT.");
  if ((is === undefined) === (undo !== true)) throw new UsageError("Say what it is: --is TYPE, or --undo.");
  const level = levelOf(values.level);
  return withEngine(io, async (engine) => {
    await continueAsLocalUser(engine, io);
    const database = engine.open.database(await openTarget(engine, connection));
    await database.whenClassified();
    const column = await columnCalled(name, database);
    try {
      const label =
        is === undefined
          ? await engine.corrections.takeBack(database, { column, reason })
          : await engine.corrections.correct(database, { column, infoType: is, level, reason });
      io.out(values.json === true ? `${JSON.stringify(shown(column, label))}\n` : inWords(column, label));
      return EXIT.done;
    } catch (error) {
      if (!(error instanceof CorrectionError) || error.problem.code !== "relabel-not-allowed") throw error;
      io.err(`${error.problem.message}\n${error.problem.action}\n`);
      return EXIT.denied;
    }
  });
};

const shown = (column: ColumnId, { infoType, category, level, confidence, evidence }: Label) => ({
  ...column,
  infoType,
  category,
  level,
  confidence,
  evidence,
});

const inWords = (column: ColumnId, { infoType, level, evidence }: Label): string =>
  `${columnKey(column)} is ${infoType} (${level}): ${evidence.join("; ")}\n`;

/** Names may hold dots: whichever column reads like this. */
async function columnCalled(name: string, database: Database): Promise<ColumnId> {
  const { relations } = await database.catalog();
  const [found, another] = relations.flatMap(({ schema, name: table, columns }) =>
    columns.map((column) => ({ schema, table, column: column.name })).filter((id) => columnKey(id) === name),
  );
  if (found !== undefined && another === undefined) return found;
  throw new CorrectionError(
    "no-such-column",
    found === undefined ? `There is no column called ${name}.` : `More than one column is called ${name}.`,
    found === undefined ? "Name it as schema.table.column." : "Correct it in the editor.",
  );
}

function levelOf(text: string | undefined): Level | undefined {
  const level = LEVELS.find((one) => one === text);
  if (text !== undefined && level === undefined)
    throw new UsageError(`--level takes ${LEVELS.join(", ")}, not "${text}".`);
  return level;
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        connection: { type: "string", short: "c" },
        is: { type: "string" },
        level: { type: "string" },
        reason: { type: "string" },
        undo: { type: "boolean" },
        json: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
