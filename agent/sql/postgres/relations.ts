import type { RangeVar } from "libpg-query";
import type { Column, Relation } from "../../../protocol/catalog.ts";
import type { RelationUse, Span } from "../facts.ts";
import { type Analysis, nowhere } from "./analysis.ts";
import type { CatalogIndex, FoundRelation, SystemRelation } from "./catalogIndex.ts";
import { isRevealingColumn, revealingRelation } from "./hazards.ts";
import { parseSql } from "./libpgQuery.ts";
import type { NamespaceItem } from "./namespace.ts";
import { replay } from "./opened.ts";
import { noteChosenPartition } from "./partitionKeys.ts";
import { constant, type Field, opaque, type SourceRef, type Value } from "./value.ts";
import { openView } from "./views.ts";

/** Finds the relation a RangeVar names, as the server does; the statement can't run where there is none. */
export function findRelation(analysis: Analysis, name: RangeVar, span: Span): FoundRelation {
  const { catalogname, schemaname, relname = "" } = name;
  if (catalogname !== undefined && catalogname !== analysis.index.catalog.database) {
    const full = `${catalogname}.${schemaname ?? ""}.${relname}`;
    analysis.fail(`cross-database references are not implemented: "${full}"`, span);
  }
  const found = analysis.index.findRelation(schemaname, relname);
  if (found) return found;
  const printed = schemaname === undefined ? relname : `${schemaname}.${relname}`;
  const similar = analysis.index.similarRelation(relname);
  const hint = similar ? `Perhaps you meant ${similar.schema}.${similar.name}.` : undefined;
  return analysis.fail(`relation "${printed}" does not exist`, span, hint);
}

const nameLength = (name: RangeVar): number => 1 + (name.schemaname ? 1 : 0) + (name.catalogname ? 1 : 0);

export const spanOfRelation = (analysis: Analysis, name: RangeVar): Span =>
  analysis.names(name.location, nameLength(name));

/** A relation in FROM, or as the target of a write, as an item of the namespace. */
export function relationItem(analysis: Analysis, name: RangeVar, access: "read" | "write"): NamespaceItem {
  const span = spanOfRelation(analysis, name);
  const found = findRelation(analysis, name, span);
  const item =
    found.kind === "system"
      ? systemItem(analysis, found.relation, span)
      : userItem(analysis, found.relation, access, span);
  return item;
}

function userItem(
  analysis: Analysis,
  relation: Relation,
  access: "read" | "write",
  span: Span,
): NamespaceItem {
  if (relation.kind === "composite_type") {
    analysis.fail(`"${relation.name}" is a composite type, which can't be queried`, span);
  }
  noteRelation(analysis, relation, access, false, span);
  if (access === "read") noteChosenPartition(analysis, relation, span);
  const view = relation.kind === "view";
  const fields = view ? viewFields(analysis, relation, span) : baseFields(analysis.index, relation);
  return {
    id: analysis.nextItem(),
    name: relation.name,
    fields,
    nameVisible: true,
    columnsVisible: true,
    relation: { schema: relation.schema, name: relation.name },
    relationOid: relation.oid,
    hasSystemColumns: !view,
  };
}

function viewFields(analysis: Analysis, view: Relation, span: Span): readonly Field[] {
  const opened = openView(analysis, view);
  replay(analysis, opened, span, `${view.schema}.${view.name}`);
  return opened.fields;
}

const useKinds: Readonly<Record<Relation["kind"], RelationUse["kind"]>> = {
  table: "table",
  partitioned_table: "table",
  partition: "table",
  view: "view",
  materialized_view: "materialized_view",
  foreign_table: "foreign_table",
  sequence: "sequence",
  composite_type: "table",
};

/** Records that a relation is read or written; a partition or child counts as its parent too. */
export function noteRelation(
  analysis: Analysis,
  relation: Relation,
  access: "read" | "write",
  indirect: boolean,
  span: Span,
): void {
  analysis.relations.push({
    schema: relation.schema,
    name: relation.name,
    oid: relation.oid,
    kind: useKinds[relation.kind],
    access,
    indirect,
    span,
    version: relation.version,
  });
  for (const oid of relation.parents) {
    const parent = analysis.index.relationByOid(oid);
    if (parent && parent.oid !== relation.oid && !analysis.relations.some((one) => one.oid === oid)) {
      noteRelation(analysis, parent, access, true, span);
    }
  }
}

const fieldsOf = new WeakMap<CatalogIndex, Map<number, readonly Field[]>>();

/** The columns of a table, partition, materialised view, foreign table or sequence as fields. */
export function baseFields(index: CatalogIndex, relation: Relation): readonly Field[] {
  let known = fieldsOf.get(index);
  if (!known) {
    known = new Map();
    fieldsOf.set(index, known);
  }
  const before = known.get(relation.oid);
  if (before) return before;
  const fields =
    relation.kind === "sequence"
      ? ["last_value", "log_cnt", "is_called"].map((name, position) =>
          sequenceField(relation, name, position),
        )
      : relation.columns.map((column) => baseField(index, relation, column));
  known.set(relation.oid, fields);
  return fields;
}

function sequenceField(relation: Relation, name: string, position: number): Field {
  return {
    ...constant,
    name,
    transform: "expression",
    origin: { relationOid: relation.oid, ordinal: position + 1 },
  };
}

function baseField(index: CatalogIndex, relation: Relation, column: Column): Field {
  const own: SourceRef = { column: index.identify(relation, column), span: nowhere };
  const computed = column.generated ? generatedFrom(index, relation, column) : [];
  return {
    name: column.name,
    refs: [own, ...computed],
    transform: computed.length > 0 ? "expression" : "direct",
    countOnly: false,
    plain: true,
    origin: { relationOid: relation.oid, ordinal: column.ordinal },
    literals: [],
    type: column.type,
  };
}

/** A generated column shows what it is computed from. Names it holds that aren't columns don't matter. */
function generatedFrom(index: CatalogIndex, relation: Relation, column: Column): readonly SourceRef[] {
  const parsed = parseSql(`SELECT ${column.defaultText ?? ""}`);
  const text = parsed.kind === "parsed" ? JSON.stringify(parsed.statements) : undefined;
  return relation.columns
    .filter((one) => one.name !== column.name)
    .filter((one) => text === undefined || text.includes(JSON.stringify({ sval: one.name })))
    .map((one) => ({ column: index.identify(relation, one), span: nowhere }));
}

function systemItem(analysis: Analysis, relation: SystemRelation, span: Span): NamespaceItem {
  const { schema, name } = relation;
  analysis.relations.push({
    schema,
    name,
    oid: 0,
    kind: "system",
    access: "read",
    indirect: false,
    span,
    version: "",
  });
  const why = revealingRelation(name);
  if (why) {
    analysis.functions.push({ schema, name, volatility: "stable", hazards: ["reveals_data_values"], span });
  }
  const structure: Value = { ...constant, transform: "expression", origin: undefined };
  const fields = relation.columns.map((column): Field => {
    const reveals = why ?? (isRevealingColumn(name, column) ? "holds a value of the data" : undefined);
    const value = reveals ? opaque(structure, `${schema}.${name} ${reveals}.`) : structure;
    return { ...value, name: column, origin: undefined };
  });
  return {
    id: analysis.nextItem(),
    name,
    fields,
    nameVisible: true,
    columnsVisible: true,
    relation: { schema, name },
    hasSystemColumns: true,
    // Other versions have columns this one doesn't.
    open: why ? opaque(structure, `${schema}.${name} ${why}.`) : structure,
  };
}
