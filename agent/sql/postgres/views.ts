import type { Relation } from "../../../protocol/catalog.ts";
import { Analysis, nowhere } from "./analysis.ts";
import type { CatalogIndex } from "./catalogIndex.ts";
import { parseSql } from "./libpgQuery.ts";
import { emptyScope } from "./namespace.ts";
import { type Opened, openedFrom } from "./opened.ts";
import { Unresolved } from "./problem.ts";
import { constant, type Field, field, opaque } from "./value.ts";

const known = new WeakMap<CatalogIndex, Map<number, Opened>>();

/** The columns of a view in terms of base columns, and what its own text does with others. */
export function openView(analysis: Analysis, view: Relation): Opened {
  let opened = known.get(analysis.index);
  if (!opened) {
    opened = new Map();
    known.set(analysis.index, opened);
  }
  const before = opened.get(view.oid);
  if (before) return before;
  if (analysis.opening.includes(view.oid)) return unreadable(analysis, view, "it refers to itself");
  const found = readDefinition(analysis, view);
  opened.set(view.oid, found);
  return found;
}

function readDefinition(analysis: Analysis, view: Relation): Opened {
  const parsed = parseSql(view.definition ?? "");
  const [statement, more] = parsed.kind === "parsed" ? parsed.statements : [];
  const node = statement?.stmt;
  if (!node || more || !("SelectStmt" in node)) {
    return unreadable(analysis, view, "its definition can't be read");
  }
  const name = `${view.schema}.${view.name}`;
  const inner = new Analysis(analysis.index, { kind: "elsewhere", view: name }, analysis.readers, [
    ...analysis.opening,
    view.oid,
  ]);
  try {
    const { columns } = inner.query(node.SelectStmt, emptyScope);
    if (columns.length < view.columns.length) {
      return unreadable(analysis, view, "its definition has fewer columns than the view");
    }
    const fields = view.columns.map((column, index): Field => {
      const value = columns[index]?.value ?? opaque(constant, `A column of ${name} can't be followed.`);
      return {
        ...field(column.name, value),
        refs: field(column.name, value).refs.map((ref) => ({
          column: ref.column,
          span: nowhere,
          through: [name, ...(ref.through ?? [])],
        })),
        origin: { relationOid: view.oid, ordinal: column.ordinal },
        type: column.type,
      };
    });
    for (const column of columns) {
      if (column.value.fallible) inner.use("function_argument", column.value, false);
    }
    return openedFrom(inner, fields);
  } catch (error) {
    if (error instanceof Unresolved) return unreadable(analysis, view, error.message);
    throw error;
  }
}

/** A view nobody can follow: its columns may hold anything. */
function unreadable(analysis: Analysis, view: Relation, why: string): Opened {
  const reason = `The view ${view.schema}.${view.name} can't be followed to its tables: ${why}.`;
  const blank = new Analysis(analysis.index, { kind: "elsewhere", view: undefined }, analysis.readers);
  blank.unknown(reason, nowhere);
  return openedFrom(
    blank,
    view.columns.map((column) => ({
      ...field(column.name, opaque(constant, reason)),
      origin: { relationOid: view.oid, ordinal: column.ordinal },
    })),
  );
}
