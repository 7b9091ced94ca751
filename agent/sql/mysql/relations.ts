import type { RangeVar } from "libpg-query";
import type { Column, Relation } from "../../../protocol/catalog.ts";
import type { Span } from "../facts.ts";
import { type Analysis, nowhere } from "../postgres/analysis.ts";
import type { CatalogIndex } from "../postgres/catalogIndex.ts";
import type { NamespaceItem } from "../postgres/namespace.ts";
import { replay } from "../postgres/opened.ts";
import { noteRelation } from "../postgres/relations.ts";
import { constant, type Field, opaque, reference, type SourceRef, type Value } from "../postgres/value.ts";
import { findRelation } from "./catalogLookups.ts";
import { asMysql } from "./mysqlAnalysis.ts";
import { extrasOf } from "./parser/extras.ts";
import { foldColumn } from "./settings.ts";
import { isRevealingColumn, isSystemSchema, revealingRelation } from "./systemRelations.ts";
import { databaseOf, temporarySchema } from "./temporarySchema.ts";
import { readsInsertId } from "./userVariables.ts";
import { openView } from "./views.ts";

/** A table as the server finds it, or one of its own that the catalog does not list. */
export type Found =
  | { readonly kind: "user"; readonly relation: Relation }
  | { readonly kind: "system"; readonly schema: string; readonly name: string; readonly relation?: Relation };

export const spanOfRelation = (analysis: Analysis, name: RangeVar): Span =>
  analysis.names(name.location, name.schemaname === undefined ? 1 : 2);

/** The database a name without one is of. */
export function currentSchema(analysis: Analysis): string | undefined {
  const { settings } = asMysql(analysis).session;
  const schema = settings.database ?? analysis.index.catalog.database;
  return schema === "" ? undefined : schema;
}

/** Finds the table a name means; the statement can't run where there is none. */
export function findTable(analysis: Analysis, name: RangeVar, span: Span): Found {
  const { settings } = asMysql(analysis).session;
  const { schemaname, relname = "" } = name;
  const schema = schemaname ?? currentSchema(analysis);
  if (schema === undefined) return analysis.fail("no database is selected", span, "USE one, or name it.");
  // What a view reads was settled when it was made: nothing temporary comes in between.
  const inView = analysis.frame.kind === "elsewhere" && analysis.frame.view !== undefined;
  const hiding = inView
    ? undefined
    : findRelation(analysis.index, settings, temporarySchema(schema), relname);
  const relation = hiding ?? findRelation(analysis.index, settings, schema, relname);
  if (isSystemSchema(schema)) {
    const found = { kind: "system", schema: foldColumn(schema), name: relname } as const;
    return relation ? { ...found, relation } : found;
  }
  if (relation) return { kind: "user", relation };
  const similar = analysis.index.similarRelation(relname);
  const hint = similar ? `Perhaps you meant ${databaseOf(similar.schema)}.${similar.name}.` : undefined;
  return analysis.fail(`table "${schema}.${relname}" does not exist`, span, hint);
}

/** A table in FROM, or as the target of a write, as an item of the namespace. */
export function relationItem(analysis: Analysis, name: RangeVar, access: "read" | "write"): NamespaceItem {
  const span = spanOfRelation(analysis, name);
  const found = findTable(analysis, name, span);
  if (found.kind === "system") return systemItem(analysis, found, access, span);
  const item = userItem(analysis, found.relation, name, access, span);
  if (extrasOf(name).partition) usePartitions(analysis, found.relation, item, span);
  return item;
}

/** Naming a partition is a condition on the columns that decide in which a row lies. */
export function usePartitions(
  analysis: Analysis,
  { partitionColumns, schema, name }: Relation,
  item: NamespaceItem,
  span: Span,
): void {
  if (partitionColumns === undefined) {
    analysis.unknown(`By which columns ${schema}.${name} is partitioned is not known.`, span);
    return;
  }
  for (const column of partitionColumns) {
    const field = item.fields.find((one) => one.name === foldColumn(column));
    if (field) analysis.use("filter_other", reference(field, span, item.id));
  }
}

/** A table that is known by more than its name. */
export function userItem(
  analysis: Analysis,
  relation: Relation,
  name: RangeVar,
  access: "read" | "write",
  span: Span,
): NamespaceItem {
  noteRelation(analysis, relation, access, false, span);
  const view = relation.kind === "view";
  return {
    id: analysis.nextItem(),
    name: name.relname ?? relation.name,
    fields: view ? viewFields(analysis, relation, span) : baseFields(analysis.index, relation),
    nameVisible: true,
    columnsVisible: true,
    relation: {
      schema: name.schemaname ?? databaseOf(relation.schema),
      name: name.relname ?? relation.name,
    },
    relationOid: relation.oid,
    hasSystemColumns: false,
  };
}

function viewFields(analysis: Analysis, view: Relation, span: Span): readonly Field[] {
  const opened = openView(asMysql(analysis), view);
  readsInsertId(asMysql(analysis), opened, `${view.schema}.${view.name}`, span);
  replay(analysis, opened, span, `${view.schema}.${view.name}`);
  return opened.fields;
}

const fieldsOf = new WeakMap<CatalogIndex, Map<number, readonly Field[]>>();

/** The columns of a table, their names folded. */
export function baseFields(index: CatalogIndex, relation: Relation): readonly Field[] {
  const known = fieldsOf.get(index) ?? new Map<number, readonly Field[]>();
  fieldsOf.set(index, known);
  const before = known.get(relation.oid);
  if (before) return before;
  const fields = relation.columns.map((column) => baseField(index, relation, column));
  known.set(relation.oid, fields);
  return fields;
}

function baseField(index: CatalogIndex, relation: Relation, column: Column): Field {
  const own: SourceRef = { column: index.identify(relation, column), span: nowhere };
  const computed = column.generated
    ? generatedFrom(index, relation, column)
    : defaultFrom(index, relation, column);
  return {
    name: foldColumn(column.name),
    shown: column.name,
    refs: [own, ...computed],
    transform: computed.length > 0 ? "expression" : "direct",
    countOnly: false,
    plain: true,
    origin: undefined,
    literals: [],
    type: column.type,
  };
}

/** A generated column shows what it is computed from: every other column its text names. */
function generatedFrom(index: CatalogIndex, relation: Relation, column: Column): readonly SourceRef[] {
  const text = foldColumn(column.defaultText ?? "");
  return relation.columns
    .filter((one) => one.name !== column.name && text.includes(foldColumn(one.name)))
    .map((one) => ({ column: index.identify(relation, one), span: nowhere }));
}

/** A default can be made of other columns, whose names are printed in backticks then. */
function defaultFrom(index: CatalogIndex, relation: Relation, column: Column): readonly SourceRef[] {
  const text = column.defaultText;
  if (!text?.includes("`")) return [];
  return relation.columns
    .filter((one) => one.name !== column.name && text.includes(`\`${one.name.replaceAll("`", "``")}\``))
    .map((one) => ({ column: index.identify(relation, one), span: nowhere }));
}

function systemItem(
  analysis: Analysis,
  { schema, name, relation }: Extract<Found, { kind: "system" }>,
  access: "read" | "write",
  span: Span,
): NamespaceItem {
  analysis.relations.push({
    schema,
    name,
    oid: 0,
    kind: "system",
    access,
    indirect: false,
    span,
    version: "",
  });
  const why = revealingRelation(schema, name);
  if (why) {
    analysis.functions.push({ schema, name, volatility: "stable", hazards: ["reveals_data_values"], span });
  }
  const structure: Value = { ...constant, transform: "expression", origin: undefined };
  const fields = (relation?.columns ?? []).map((column): Field => {
    const reveals =
      why ?? (isRevealingColumn(schema, name, column.name) ? "holds a measure of the data" : undefined);
    const value = reveals === undefined ? structure : opaque(structure, `${schema}.${name} ${reveals}.`);
    return { ...value, name: foldColumn(column.name), shown: column.name, type: column.type };
  });
  const open = why === undefined ? structure : opaque(structure, `${schema}.${name} ${why}.`);
  return {
    id: analysis.nextItem(),
    name,
    fields,
    nameVisible: true,
    columnsVisible: true,
    relation: { schema, name },
    hasSystemColumns: false,
    // A table that is not listed has columns nobody here knows.
    ...(relation
      ? {}
      : {
          open:
            why === undefined ? opaque(structure, `The columns of ${schema}.${name} are not known.`) : open,
        }),
  };
}
