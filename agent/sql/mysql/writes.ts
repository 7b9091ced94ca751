import type { Node, RangeVar } from "libpg-query";
import type { Column, Relation } from "../../../protocol/catalog.ts";
import type { ColumnId, Span, WriteTarget } from "../facts.ts";
import { nameParts } from "../postgres/names.ts";
import type { NamespaceItem } from "../postgres/namespace.ts";
import { noteRelation } from "../postgres/relations.ts";
import { constant, type Field } from "../postgres/value.ts";
import type { Target } from "../postgres/writeTargets.ts";
import { isAlwaysTrue } from "./alwaysTrue.ts";
import { findRelation } from "./catalogLookups.ts";
import type { MysqlAnalysis } from "./mysqlAnalysis.ts";
import { type Found, findTable, relationItem, spanOfRelation } from "./relations.ts";
import { callRoutine } from "./routines.ts";
import { foldColumn } from "./settings.ts";

type Operation = Exclude<WriteTarget["operation"], "merge">;

/** Finds the target of a write, follows an updatable view to its table, and reads the triggers that fire. */
export function writeTarget(
  analysis: MysqlAnalysis,
  name: RangeVar,
  operations: readonly Operation[],
): Target {
  const span = spanOfRelation(analysis, name);
  const found = findTable(analysis, name, span);
  const item = relationItem(analysis, name, "write");
  return targetOf(analysis, found, item, operations, span);
}

/** The target behind an item that has been read already, as those of a join are. */
export function targetOf(
  analysis: MysqlAnalysis,
  found: Found,
  item: NamespaceItem,
  operations: readonly Operation[],
  span: Span,
): Target {
  const base = (field: Field): readonly ColumnId[] => field.refs.slice(0, 1).map((ref) => ref.column);
  if (found.kind === "system") {
    const { schema, name } = found;
    analysis.unknown(`${schema}.${name} is the server's own: writing to it can break the database.`, span);
    analysis.raise("admin");
    return { schema, name, oid: 0, relation: undefined, item, span, triggered: [], base };
  }
  const { relation } = found;
  const own = relation.kind === "view" ? baseOfView(analysis, relation, item, span) : relation;
  if (own !== relation) noteRelation(analysis, own, "write", true, span);
  const before = analysis.flows.length;
  fireTriggers(analysis, own, operations, span);
  const triggered = analysis.flows.slice(before);
  return { schema: own.schema, name: own.name, oid: own.oid, relation: own, item, span, triggered, base };
}

/** The one table an updatable view writes to. */
function baseOfView(analysis: MysqlAnalysis, view: Relation, item: NamespaceItem, span: Span): Relation {
  const tables = new Set(
    item.fields.flatMap((field) =>
      field.refs.map((ref) => JSON.stringify([ref.column.schema, ref.column.table])),
    ),
  );
  const [only, another] = tables;
  const [schema, table]: readonly string[] = only === undefined ? [] : JSON.parse(only);
  const found =
    schema === undefined
      ? undefined
      : findRelation(analysis.index, analysis.session.settings, schema, table ?? "");
  if (!found || another !== undefined) {
    analysis.unknown(`What a write to the view ${view.schema}.${view.name} changes is not known.`, span);
    return view;
  }
  return found;
}

/** Triggers fire, and what they do is done by the statement; so do the foreign keys that cascade. */
function fireTriggers(
  analysis: MysqlAnalysis,
  relation: Relation,
  operations: readonly Operation[],
  span: Span,
): void {
  for (const trigger of relation.triggers) {
    if (!trigger.enabled || !operations.some((one) => trigger.events.includes(one))) continue;
    const routine = analysis.index.routineByOid(trigger.routineOid);
    if (routine) callRoutine(analysis, routine, span, constant, relation);
    else {
      analysis.unknown(`What the trigger ${trigger.name} does is not known.`, span);
      analysis.raise("unknown");
    }
  }
}

/** Whether a condition restricts which rows of the target are written. */
export function predicateOf(
  condition: Node | undefined,
  relation: Relation | undefined,
  item: NamespaceItem,
): WriteTarget["predicate"] {
  if (!condition) return "none";
  const column = (node: Node): Column | undefined => {
    if (!("ColumnRef" in node)) return undefined;
    const parts = nameParts(node.ColumnRef.fields);
    const qualifier = parts.at(-2);
    if (qualifier !== undefined && qualifier !== item.name) return undefined;
    const name = foldColumn(parts.at(-1) ?? "");
    return relation?.columns.find((one) => foldColumn(one.name) === name);
  };
  return isAlwaysTrue(condition, column) ? "always_true" : "some";
}

/** Names of columns as the catalog has them. */
function namesInCatalog(target: Target, names: readonly string[]): readonly string[] {
  return names.map(
    (name) => target.relation?.columns.find((one) => foldColumn(one.name) === name)?.name ?? name,
  );
}

export function addTarget(
  analysis: MysqlAnalysis,
  target: Target,
  operation: WriteTarget["operation"],
  predicate: WriteTarget["predicate"],
  columns: readonly string[],
  statement: Span,
  insertWhereAt?: number,
): void {
  analysis.targets.push({
    schema: target.schema,
    table: target.name,
    oid: target.oid,
    operation,
    predicate,
    columns: namesInCatalog(target, columns),
    span: statement.end > 0 ? statement : target.span,
    ...(insertWhereAt !== undefined && insertWhereAt > 0 && predicate === "none" ? { insertWhereAt } : {}),
  });
}
