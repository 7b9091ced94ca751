import type { Exposure } from "../../protocol/behaviour/modelExposure.ts";
import type { SeenByModel } from "../../protocol/collector/behaviour.ts";
import { type Asker, Values } from "../search/database.ts";
import { type ModelQuestion, whereOf } from "./modelQuestion.ts";

/** Lines that are asked for at once. */
const PAGE = 400;
/** Columns, and masks, that are named over so many lines, and statements without an end that are read for them. */
const MOST_NAMED = 2_000;
const MOST_OPEN = 500;

/** One line of what models were shown. */
export type SeenLine = Pick<Exposure, "model" | "infoType" | "level" | "environment">;
/** Which columns it is about. */
type Named = Pick<SeenByModel, "columns" | "masks" | "moreColumns">;

interface LineRow {
  readonly model: string;
  readonly info_type: string;
  readonly level: string;
  readonly environment: string;
}

const LINE = "model, info_type, level, environment";

/**
 * The columns behind each line, in the order of the lines. Where there are more than can be named, every line has its first
 * before any has its second: whoever makes columns up takes none away from another line.
 */
export async function columnsSeen(
  asker: Asker,
  asked: ModelQuestion,
  lines: readonly SeenLine[],
): Promise<readonly Named[]> {
  const all: Named[] = [];
  for (let from = 0; from < lines.length; from += PAGE) {
    const page = lines.slice(from, from + PAGE);
    const [columns, masks, open] = [
      await namesOf(asker, asked, page, "column_name"),
      await namesOf(asker, asked, page, "mask"),
      await openOf(asker, asked, page),
    ];
    for (const line of page) all.push(named(columns, masks, open, keyOf(line)));
  }
  return all;
}

function named(
  columns: ReadonlyMap<string, readonly NameRow[]>,
  masks: ReadonlyMap<string, readonly NameRow[]>,
  open: ReadonlyMap<string, readonly OpenRow[]>,
  key: string,
): Named {
  const ended = columns.get(key) ?? [];
  const pairs = (open.get(key) ?? []).flatMap((row): [string, string][] => JSON.parse(row.columns));
  const distinct = (names: readonly string[]): readonly string[] => [...new Set(names)].sort();
  return {
    columns: distinct([...ended.map(({ name }) => name), ...pairs.map(([column]) => column)]),
    masks: distinct([
      ...(masks.get(key) ?? []).map(({ name }) => name),
      ...pairs.map(([, mask]) => mask),
    ]).filter((mask) => mask !== ""),
    moreColumns: (ended[0]?.in_all ?? 0) - ended.length,
  };
}

interface NameRow extends LineRow {
  readonly name: string;
  readonly in_all: number;
}

/** By line, what its statements that have ended named. */
async function namesOf(
  asker: Asker,
  asked: ModelQuestion,
  lines: readonly SeenLine[],
  column: "column_name" | "mask",
): Promise<ReadonlyMap<string, readonly NameRow[]>> {
  const values = new Values();
  const rows = await asker.all<NameRow>(
    `WITH told AS (SELECT DISTINCT c.model, c.info_type, c.level, c.environment, c.${column} AS name
       FROM model_columns c WHERE ${whereOf(asked, values)} AND ${isAmong(lines, values)}),
     placed AS (SELECT t.*, row_number() OVER (PARTITION BY ${LINE} ORDER BY t.name) AS place,
       count(*) OVER (PARTITION BY ${LINE}) AS in_all FROM told t)
     SELECT ${LINE}, name, in_all FROM placed ORDER BY place, ${LINE} LIMIT ${MOST_NAMED}`,
    values.list,
  );
  return Map.groupBy(rows, rowKey);
}

interface OpenRow extends LineRow {
  readonly columns: string;
}

/** By line, what statements named that nobody has told the end of: they may have shown it. */
async function openOf(
  asker: Asker,
  asked: ModelQuestion,
  lines: readonly SeenLine[],
): Promise<ReadonlyMap<string, readonly OpenRow[]>> {
  const values = new Values();
  const rows = await asker.all<OpenRow>(
    `WITH told AS (SELECT DISTINCT c.model, c.info_type, c.level, c.environment, c.columns
       FROM model_open c WHERE ${whereOf(asked, values)} AND c.how <> 'filtered' AND ${isAmong(lines, values)}),
     placed AS (SELECT t.*, row_number() OVER (PARTITION BY ${LINE} ORDER BY t.columns) AS place FROM told t)
     SELECT ${LINE}, columns FROM placed ORDER BY place, ${LINE} LIMIT ${MOST_OPEN}`,
    values.list,
  );
  return Map.groupBy(rows, rowKey);
}

const isAmong = (lines: readonly SeenLine[], values: Values): string =>
  `(c.model, c.info_type, c.level, c.environment) IN (VALUES ${lines
    .map(({ model, infoType, level, environment }) => values.row([model, infoType, level, environment]))
    .join(", ")})`;

const keyOf = ({ model, infoType, level, environment }: SeenLine): string =>
  JSON.stringify([model, infoType, level, environment]);

const rowKey = ({ model, info_type, level, environment }: LineRow): string =>
  JSON.stringify([model, info_type, level, environment]);
