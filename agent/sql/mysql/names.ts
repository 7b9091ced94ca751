import type { Node } from "libpg-query";
import type { Span } from "../facts.ts";
import type { Analysis } from "../postgres/analysis.ts";
import { isOneEditAway } from "../postgres/catalogIndex.ts";
import { nameParts } from "../postgres/names.ts";
import { fieldsNamed, type NamespaceItem, type Scope } from "../postgres/namespace.ts";
import { combine, reference, type Value } from "../postgres/value.ts";
import { asMysql } from "./mysqlAnalysis.ts";
import { foldColumn, foldTable } from "./settings.ts";

/** What a name written as a value comes to: a column, or inside of a routine one of its variables. */
export function readName(analysis: Analysis, scope: Scope, nodes: readonly Node[], span: Span): Value {
  const value = resolve(analysis, scope, nameParts(nodes), span);
  analysis.touched.push(...value.items);
  return value;
}

function resolve(analysis: Analysis, scope: Scope, parts: readonly string[], span: Span): Value {
  const name = foldColumn(parts.at(-1) ?? "");
  const qualifier = parts.slice(0, -1);
  if (qualifier.length === 0) {
    // Variables of a routine hide columns.
    const variable = asMysql(analysis).routineNames?.lookup(name);
    if (variable) return { ...variable, fallible: false, items: [] };
    return unqualified(analysis, scope, name, span) ?? missingColumn(analysis, scope, name, span);
  }
  const item = itemNamed(analysis, scope, qualifier, span);
  if (!item) {
    const row =
      qualifier.length === 1
        ? asMysql(analysis).routineNames?.row(foldColumn(qualifier[0] ?? ""))
        : undefined;
    const found = row?.fields?.find((one) => one.name === name);
    if (row && !found) return { ...row, plain: false, items: [] };
    if (found) return { ...found, fallible: false, items: [] };
    return missingItem(analysis, qualifier, span);
  }
  const column = columnOf(analysis, item, name, span);
  if (column) return column;
  if (item.open) return { ...item.open, items: [item.id] };
  const similar = item.fields.find((one) => isOneEditAway(one.name, name));
  const hint = similar ? `Perhaps you meant "${item.name}.${similar.shown ?? similar.name}".` : undefined;
  return analysis.fail(`column "${parts.join(".")}" does not exist`, span, hint);
}

function columnOf(analysis: Analysis, item: NamespaceItem, name: string, span: Span): Value | undefined {
  const [found, another] = fieldsNamed(item.fields, name);
  if (another) analysis.fail(`column "${name}" is ambiguous`, span);
  return found && reference(found, span, item.id);
}

/** A column of the nearest query level that has one; the items of a level must agree. */
function unqualified(analysis: Analysis, scope: Scope, name: string, span: Span): Value | undefined {
  const opened: Value[] = [];
  for (let level: Scope | undefined = scope; level; level = level.parent) {
    let found: Value | undefined;
    for (const item of level.items) {
      if (!item.columnsVisible) continue;
      const value = columnOf(analysis, item, name, span);
      if (value && found) analysis.fail(`column "${name}" is ambiguous`, span, "Say which table it is of.");
      found ??= value;
      if (!value && item.open) opened.push({ ...item.open, items: [item.id] });
    }
    if (found) return opened.length > 0 ? combine([found, ...opened]) : found;
  }
  return opened.length > 0 ? combine(opened) : undefined;
}

/** The item that `table` or `schema.table` calls. */
export function itemNamed(
  analysis: Analysis,
  scope: Scope,
  qualifier: readonly string[],
  span: Span,
): NamespaceItem | undefined {
  const { settings } = asMysql(analysis).session;
  const name = foldTable(settings, qualifier.at(-1) ?? "");
  const schema = qualifier.length > 1 ? foldTable(settings, qualifier.at(-2) ?? "") : undefined;
  for (let level: Scope | undefined = scope; level; level = level.parent) {
    const [item, another] = level.items.filter(
      (one) =>
        one.nameVisible &&
        one.name === name &&
        (schema === undefined || (one.relation && foldTable(settings, one.relation.schema) === schema)),
    );
    if (another) analysis.fail(`table "${qualifier.join(".")}" is ambiguous`, span);
    if (item) return item;
  }
  return undefined;
}

function missingColumn(analysis: Analysis, scope: Scope, name: string, span: Span): never {
  for (const item of scope.items) {
    const similar = item.fields.find((one) => isOneEditAway(one.name, name));
    if (!similar) continue;
    const shown = similar.shown ?? similar.name;
    const qualified = item.name === undefined ? shown : `${item.name}.${shown}`;
    return analysis.fail(`column "${name}" does not exist`, span, `Perhaps you meant "${qualified}".`);
  }
  return analysis.fail(`column "${name}" does not exist`, span);
}

function missingItem(analysis: Analysis, qualifier: readonly string[], span: Span): never {
  return analysis.fail(`no table of this query is called "${qualifier.join(".")}"`, span);
}
