import type { Catalog, Column, Relation } from "../../protocol/catalog.ts";
import type { EngineName } from "../../protocol/connection.ts";
import { isSensitive, type Label } from "../../protocol/label.ts";
import type { ColumnId } from "../sql/facts.ts";
import { nameWords } from "./nameWords.ts";

/** What a table is told with. */
export interface SchemaView {
  readonly dialect: EngineName;
  labelOf(id: ColumnId): Label | undefined;
  /** Whether this person gets its values masked. */
  isMasked(id: ColumnId, label: Label): boolean;
  /** A text of the catalog with what detectors find in it taken out. */
  withoutFindings(text: string): string;
  /** The values an enum type allows. */
  enumOf(type: string): readonly string[] | undefined;
}

const MOST_COLUMNS = 40;
const LONGEST_COMMENT = 120;
const MOST_VALUES = 12;
const LIST = /\b(?:IN|ANY)\s*\(\s*(?:\(?ARRAY\[)?((?:'(?:[^']|'')*'(?:::[\w ."()]+)?\s*,?\s*)+)/i;

/** One table as a model is told of it: names, types, keys, labels. Of values, only what a type or check of a column that
 * is not sensitive allows. */
export function tableText(relation: Relation, question: string, view: SchemaView): string {
  const { schema, name, comment, estimatedRows } = relation;
  const about = [
    relation.kind === "view" || relation.kind === "materialized_view" ? "a view" : "",
    estimatedRows === undefined || estimatedRows < 0 ? "" : `about ${roundRows(estimatedRows)} rows`,
    comment === undefined ? "" : commentText(comment, view),
  ].filter((part) => part !== "");
  const chosen = columnsFor(relation, question);
  const left = relation.columns.length - chosen.length;
  return [
    `${quotedName(schema, view.dialect)}.${quotedName(name, view.dialect)}${about.length === 0 ? "" : ` -- ${about.join("; ")}`}`,
    ...chosen.map((column) => `  ${columnText(relation, column, view)}`),
    ...(left > 0 ? [`  -- and ${left} more columns`] : []),
  ].join("\n");
}

function columnText(relation: Relation, column: Column, view: SchemaView): string {
  const id = { schema: relation.schema, table: relation.name, column: column.name };
  const label = view.labelOf(id);
  const sensitive = label === undefined || isSensitive(label);
  const { references } = column;
  const values = sensitive ? [] : allowedValues(column, view);
  const told = [
    quotedName(column.name, view.dialect),
    column.type,
    column.inPrimaryKey ? "primary key" : "",
    references === undefined ? "" : `-> ${references.schema}.${references.table}.${references.column}`,
    values.length === 0 ? "" : `{${values.join(", ")}}`,
    label !== undefined && sensitive
      ? `[${label.infoType}, ${label.level}${view.isMasked(id, label) ? ", masked" : ""}]`
      : "",
    column.comment === undefined ? "" : `-- ${commentText(column.comment, view)}`,
  ];
  return told.filter((part) => part !== "").join(" ");
}

/** Of a wide table: keys first, then what the question names, in the table's own order. */
function columnsFor(relation: Relation, question: string): readonly Column[] {
  if (relation.columns.length <= MOST_COLUMNS) return relation.columns;
  const wanted = new Set(nameWords(question));
  const rank = (column: Column): number =>
    (column.inPrimaryKey || column.references !== undefined ? 2 : 0) +
    nameWords(column.name).filter((word) => wanted.has(word)).length * 3;
  const chosen = new Set(
    relation.columns.toSorted((a, b) => rank(b) - rank(a) || a.ordinal - b.ordinal).slice(0, MOST_COLUMNS),
  );
  return relation.columns.filter((column) => chosen.has(column));
}

function allowedValues(column: Column, view: SchemaView): readonly string[] {
  const named = view.enumOf(column.type) ?? column.checks.flatMap(listedValues);
  return named
    .slice(0, MOST_VALUES)
    .filter((value) => view.withoutFindings(value) === value && value.length <= 40);
}

const listedValues = (check: string): readonly string[] =>
  [...(LIST.exec(check)?.[1] ?? "").matchAll(/'((?:[^']|'')*)'/g)].map(([, value = ""]) =>
    value.replaceAll("''", "'"),
  );

/** A comment is somebody's text: one line, short, and nothing in it that detectors know. */
function commentText(comment: string, view: SchemaView): string {
  const line = comment.replace(/\s+/g, " ").replaceAll("<", "‹").trim();
  const told = view.withoutFindings(line);
  return told.length > LONGEST_COMMENT ? `${told.slice(0, LONGEST_COMMENT)}…` : told;
}

function roundRows(rows: number): string {
  if (rows < 1_000) return String(Math.round(rows));
  return rows < 1_000_000 ? `${Math.round(rows / 1_000)}k` : `${Math.round(rows / 1_000_000)}M`;
}

/** A name as the dialect reads it. */
export function quotedName(name: string, dialect: EngineName): string {
  if (/^[a-z_][a-z0-9_]*$/.test(name) && !RESERVED.has(name)) return name;
  return dialect === "mysql" ? `\`${name.replaceAll("`", "``")}\`` : `"${name.replaceAll('"', '""')}"`;
}

const RESERVED: ReadonlySet<string> = new Set(
  "all and as asc by case check column desc end for from group in index is key not null on or order select table to user when where".split(
    " ",
  ),
);

/** What the enum types of a catalog allow, by the name a column's type has. */
export function enumsOf({ types }: Catalog): ReadonlyMap<string, readonly string[]> {
  return new Map(
    types
      .filter(({ kind }) => kind === "enum")
      .flatMap(({ schema, name, detail }) => [
        [`${schema}.${name}`, detail] as const,
        [name, detail] as const,
      ]),
  );
}
