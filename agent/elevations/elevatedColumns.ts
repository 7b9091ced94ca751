import type { ElevationRight } from "../../protocol/approval/elevation.ts";
import { canonicalJson } from "../../protocol/audit/seal.ts";
import type { Column, Relation } from "../../protocol/catalog.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import { hashOf } from "../approvals/approvalOrder.ts";
import { type ColumnId, columnKey } from "../sql/facts.ts";
import type { CatalogIndex } from "../sql/postgres/catalogIndex.ts";

/** A column of a catalog by the name people give it. */
export type NamedColumn =
  | { readonly kind: "found"; readonly id: ColumnId; readonly relation: Relation; readonly column: Column }
  /** `why` ends a sentence that begins with the name. */
  | { readonly kind: "unclear"; readonly why: string };

/** The one column of that name; a column of a partition is that of the table it is a part of. */
export function columnNamed(index: CatalogIndex, name: string): NamedColumn {
  const found = index.catalog.relations.flatMap((relation) =>
    relation.columns
      .filter(({ name: column }) => `${relation.schema}.${relation.name}.${column}` === name)
      .map((column) => ({ relation, column })),
  );
  const [only, ...more] = found;
  if (only === undefined) return { kind: "unclear", why: "is no column here" };
  if (more.length > 0) return { kind: "unclear", why: "is the name of several columns" };
  if (only.relation.kind === "view")
    return {
      kind: "unclear",
      why: "is a view's column; ask for the columns of tables that the view reads, as `sluice check` lists them",
    };
  const owner = index.topmost(only.relation, only.column.name, 0);
  const id = index.identify(only.relation, only.column);
  const column = owner.columns.find(({ name: own }) => own === id.column) ?? only.column;
  return { kind: "found", id, relation: owner, column };
}

/**
 * What these columns are, beyond their names: a table that was made anew, or took another's name, has another. Engines
 * that number nothing tell tables apart by their definitions.
 */
export function meaningOf(
  columns: readonly Extract<NamedColumn, { kind: "found" }>[],
  index: CatalogIndex,
): Sha256 {
  const numbered = index.catalog.engine === "postgres";
  return hashOf(
    canonicalJson(
      columns.map(({ id, relation, column }) => ({
        column: [id.schema, id.table, id.column],
        relation: numbered ? relation.oid : relation.version,
        place: column.ordinal,
        type: column.type,
      })),
    ),
  );
}

/** The columns of a right as this catalog has them; null where one of them is not what it was when it was asked for. */
export function columnsAsAsked(
  right: Extract<ElevationRight, { kind: "reveal" }>,
  index: CatalogIndex,
): readonly ColumnId[] | null {
  const named = right.columns.map((name) => columnNamed(index, name));
  const found = named.filter((one) => one.kind === "found");
  if (found.length < named.length || meaningOf(found, index) !== right.meaning) return null;
  // A name that led to a partition then leads to its table now would stand for another column than was shown.
  return found.every(({ id }, at) => columnKey(id) === right.columns[at]) ? found.map(({ id }) => id) : null;
}
