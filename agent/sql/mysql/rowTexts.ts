import type { Relation } from "../../../protocol/catalog.ts";
import type { ColumnId } from "../facts.ts";
import type { ExactRow, RowTexts } from "../keepable.ts";
import type { CatalogIndex } from "../postgres/catalogIndex.ts";
import { referringTo } from "../postgres/referring.ts";
import { type ExactCell, exactCell } from "./exactCells.ts";
import { quotedName, quotedTable } from "./quotedName.ts";

/** How the rows of one table are read and written, value by value. */
export class MysqlRows {
  readonly relation: Relation;
  readonly #cells: readonly ExactCell[];

  constructor(relation: Relation) {
    this.relation = relation;
    this.#cells = relation.columns.map(exactCell);
  }

  /** Every column in its exact form, as a list of results. */
  get columns(): string {
    return this.#cells.map(({ read }) => read).join(", ");
  }

  get table(): string {
    return quotedTable(this.relation);
  }

  name(position: number): string {
    return quotedName(this.relation.columns[position]?.name ?? "");
  }

  literal(position: number, row: ExactRow): string {
    const cell = row[position];
    return cell === null || cell === undefined ? "NULL" : (this.#cells[position]?.literal(cell) ?? "NULL");
  }

  /** `key = …`, with what stands for each value. */
  matches(key: readonly number[], value: (position: number, index: number) => string): string {
    return key.map((position, index) => `${this.name(position)} = ${value(position, index)}`).join(" AND ");
  }
}

/** The restoring statement around its parameters. */
export interface RestoringParts {
  readonly parts: readonly string[];
  readonly parameters: readonly number[];
}

/** The texts by which rows of a key are read, put back, and held against those that refer to them. */
export function rowTexts(
  rows: MysqlRows,
  key: readonly number[],
  { parts, parameters }: RestoringParts,
  referred: readonly number[],
  index: CatalogIndex,
): RowTexts {
  return {
    rows: (keys) => {
      // A key's values stand where its columns do.
      const each = keys.map((values) => {
        const row: (string | null)[] = [];
        for (const [at, position] of key.entries()) row[position] = values[at] ?? null;
        return `(${rows.matches(key, (position) => rows.literal(position, row))})`;
      });
      return `SELECT ${rows.columns} FROM ${rows.table} WHERE ${each.join(" OR ")} FOR UPDATE`;
    },
    restoring: (row) =>
      parts
        .map((part, at) => {
          const position = parameters[at];
          return position === undefined ? part : `${part}${rows.literal(position, row)}`;
        })
        .join(""),
    referring: (images) => referred.flatMap((position) => referringTexts(rows, position, images, index)),
  };
}

function referringTexts(
  rows: MysqlRows,
  position: number,
  images: readonly ExactRow[],
  index: CatalogIndex,
): readonly string[] {
  const held = images.filter((row) => row[position] !== null);
  if (held.length === 0) return [];
  const values = held.map((row) => rows.literal(position, row)).join(", ");
  return referringColumns(rows.relation, position, index).map(
    ({ schema, table, column }) =>
      `SELECT 1 FROM ${quotedTable({ schema, name: table })} WHERE ${quotedName(column)} IN (${values}) LIMIT 1 LOCK IN SHARE MODE`,
  );
}

/** Columns whose foreign keys refer to this one. */
export function referringColumns(
  relation: Relation,
  position: number,
  index: CatalogIndex,
): readonly ColumnId[] {
  const column = relation.columns[position]?.name;
  if (column === undefined) return [];
  return referringTo(index, [{ schema: relation.schema, table: relation.name, column }]);
}
