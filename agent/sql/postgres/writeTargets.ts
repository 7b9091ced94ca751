import type { Node, RangeVar } from "libpg-query";
import type { Column, Relation } from "../../../protocol/catalog.ts";
import type { ColumnId, Flow, Span, WriteTarget } from "../facts.ts";
import { isAlwaysTrue } from "./alwaysTrue.ts";
import type { Analysis } from "./analysis.ts";
import { noteFlows } from "./flows.ts";
import { renamed } from "./fromItems.ts";
import { nameParts } from "./names.ts";
import type { NamespaceItem } from "./namespace.ts";
import { noteChosenPartition } from "./partitionKeys.ts";
import { referringTo } from "./referring.ts";
import { findRelation, noteRelation, relationItem, spanOfRelation } from "./relations.ts";
import { callRoutine } from "./routines.ts";
import { readColumnDefaults } from "./storedExpression.ts";
import { constant, type Field } from "./value.ts";
import { writeExtent } from "./whereInsertion.ts";

/** What a statement writes to: the table, also where it was named through a view. */
export interface Target {
  readonly schema: string;
  readonly name: string;
  readonly oid: number;
  readonly relation: Relation | undefined;
  readonly item: NamespaceItem;
  readonly span: Span;
  /** What its triggers and defaults store in the row that is written, or elsewhere. */
  readonly triggered: readonly Flow[];
  /** The base columns behind a column of the target. */
  base(field: Field): readonly ColumnId[];
}

/** Finds the target of a write, follows an updatable view to its table, and reads the triggers that fire. */
export function writeTarget(
  analysis: Analysis,
  name: RangeVar,
  operation: Exclude<WriteTarget["operation"], "merge">,
): Target {
  const span = spanOfRelation(analysis, name);
  const found = findRelation(analysis, name, span);
  const item = relationItem(analysis, name, "write");
  const base = (field: Field): readonly ColumnId[] => field.refs.map((ref) => ref.column);
  if (found.kind === "system") {
    analysis.unknown(
      `${found.relation.name} is a system catalog: writing to it can break the database.`,
      span,
    );
    analysis.raise("admin");
    const { schema, name: table } = found.relation;
    return { schema, name: table, oid: 0, relation: undefined, item, span, triggered: [], base };
  }
  const { relation } = found;
  if (relation.hasRules) {
    analysis.unknown(`Rules rewrite what is written to ${relation.schema}.${relation.name}.`, span);
  }
  if (operation === "update" || operation === "delete") noteChosenPartition(analysis, relation, span);
  const own = relation.kind === "view" ? baseOfView(analysis, relation, item, span) : relation;
  const before = analysis.flows.length;
  fireTriggers(analysis, relation, operation, span);
  if (own !== relation) {
    noteRelation(analysis, own, "write", true, span);
    fireTriggers(analysis, own, operation, span);
  }
  if (operation !== "delete" && operation !== "truncate") {
    for (const { column, value } of readColumnDefaults(analysis, own, span)) {
      noteFlows(analysis, [column], value);
    }
  }
  const triggered = analysis.flows.slice(before);
  return { schema: own.schema, name: own.name, oid: own.oid, relation: own, item, span, triggered, base };
}

/** The one table an automatically updatable view writes to. */
function baseOfView(analysis: Analysis, view: Relation, item: NamespaceItem, span: Span): Relation {
  const tables = new Set(
    item.fields.flatMap((field) => field.refs.map((ref) => `${ref.column.schema}\0${ref.column.table}`)),
  );
  const [only, another] = tables;
  const [schema, table] = only?.split("\0") ?? [];
  const found = schema === undefined ? undefined : analysis.index.findRelation(schema, table ?? "");
  const instead = view.triggers.some((trigger) => trigger.enabled);
  if (instead || another !== undefined || found?.kind !== "user") {
    analysis.unknown(`What a write to the view ${view.schema}.${view.name} changes is not known.`, span);
    return view;
  }
  return found.relation;
}

function fireTriggers(
  analysis: Analysis,
  relation: Relation,
  operation: Exclude<WriteTarget["operation"], "merge">,
  span: Span,
): void {
  for (const trigger of relation.triggers) {
    if (!trigger.enabled || !trigger.events.includes(operation)) continue;
    const routine = analysis.index.routineByOid(trigger.routineOid);
    // A built-in trigger function, such as that of a foreign key, does what its constraint says.
    if (routine) callRoutine(analysis, routine, span, constant, relation);
  }
}

/** The target under its alias; the alias hides the table's own name. */
export function aliased(analysis: Analysis, item: NamespaceItem, name: RangeVar): NamespaceItem {
  if (!name.alias) return item;
  const { relation: _, ...rest } = item;
  return { ...rest, name: name.alias.aliasname, fields: renamed(analysis, item.fields, name.alias) };
}

/** Whether a condition restricts which rows of the target are written. */
export function predicateOf(
  condition: Node | undefined,
  target: Target,
  item: NamespaceItem,
): WriteTarget["predicate"] {
  if (!condition) return "none";
  const column = (node: Node): Column | undefined => {
    if (!("ColumnRef" in node)) return undefined;
    const parts = nameParts(node.ColumnRef.fields);
    const qualifier = parts.at(-2);
    if (qualifier !== undefined && qualifier !== item.name) return undefined;
    return target.relation?.columns.find((one) => one.name === parts.at(-1));
  };
  return isAlwaysTrue(condition, column) ? "always_true" : "some";
}

/** Rows go only where no other table's foreign key holds them: a refusal, or what cascades, tells what these hold. */
export function noteRemoval(analysis: Analysis, { relation, span }: Target): void {
  if (relation === undefined) return;
  const columns = relation.columns.map((column) => analysis.index.identify(relation, column));
  for (const column of referringTo(analysis.index, columns))
    analysis.useByKey("filter_equality", column, span);
}

export function addTarget(
  analysis: Analysis,
  target: Target,
  operation: WriteTarget["operation"],
  predicate: WriteTarget["predicate"],
  columns: readonly string[],
  name: RangeVar,
): void {
  const extent =
    analysis.frame.kind === "text" ? writeExtent(analysis.frame.source, name.location) : undefined;
  const restrictable = operation === "update" || operation === "delete";
  analysis.targets.push({
    schema: target.schema,
    table: target.name,
    oid: target.oid,
    operation,
    predicate,
    columns,
    span: extent?.span ?? target.span,
    ...(extent && restrictable && predicate === "none" ? { insertWhereAt: extent.insertWhereAt } : {}),
  });
}
