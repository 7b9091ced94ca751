import type { Node } from "libpg-query";
import type { Span } from "../facts.ts";
import type { Analysis } from "./analysis.ts";
import { builtinFunction } from "./builtins.ts";
import { isOneEditAway } from "./catalogIndex.ts";
import { fieldsNamed, type NamespaceItem, type Scope } from "./namespace.ts";
import { placeOfRow } from "./partitionKeys.ts";
import { combine, constant, reference, type Value } from "./value.ts";

const systemColumns: Readonly<Record<string, number>> = {
  ctid: -1,
  xmin: -2,
  cmin: -3,
  xmax: -4,
  cmax: -5,
  tableoid: -6,
};

/** The parts of a dotted name; undefined for a part that is not a name. */
export function nameParts(nodes: readonly Node[] | undefined): string[] {
  return (nodes ?? []).flatMap((node) => ("String" in node ? [node.String.sval ?? ""] : []));
}

/** A field by its name in one item, system columns included. */
function columnOf(analysis: Analysis, item: NamespaceItem, name: string, span: Span): Value | undefined {
  const [found, another] = fieldsNamed(item.fields, name);
  if (another) analysis.fail(`column reference "${name}" is ambiguous`, span);
  if (found) return reference(found, span, item.id);
  const ordinal = item.hasSystemColumns ? systemColumns[name] : undefined;
  if (ordinal === undefined) return undefined;
  const origin = item.relationOid === undefined ? undefined : { relationOid: item.relationOid, ordinal };
  const { refs } = placeOfRow(analysis, ordinal === undefined ? undefined : item.relationOid, span);
  return { ...constant, refs, transform: "expression", origin, items: [item.id] };
}

/** `name`: a column of the nearest query level that has one; the items of a level must agree. */
function unqualified(analysis: Analysis, scope: Scope, name: string, span: Span): Value | undefined {
  const opened: Value[] = [];
  for (let level: Scope | undefined = scope; level; level = level.parent) {
    let found: Value | undefined;
    for (const item of level.items) {
      if (!item.columnsVisible) continue;
      const value = columnOf(analysis, item, name, span);
      if (value && found) {
        const hint = `Say which table it is of: ${level.items
          .filter((one) => one.name !== undefined && fieldsNamed(one.fields, name).length > 0)
          .map((one) => `${one.name}.${name}`)
          .join(" or ")}.`;
        analysis.fail(`column reference "${name}" is ambiguous`, span, hint);
      }
      found ??= value;
      if (!value && item.open) opened.push({ ...item.open, items: [item.id] });
    }
    if (found) return opened.length > 0 ? eitherOf(found, opened) : found;
  }
  return opened.length > 0 ? combine(opened) : undefined;
}

/** The name may also be of an item whose columns aren't all known: then anything of both flows in. */
function eitherOf(found: Value, opened: readonly Value[]): Value {
  const foreign = opened.filter((one) => one.refs.length > 0 || one.transform === "opaque");
  return foreign.length > 0 ? combine([found, ...foreign]) : { ...found, origin: undefined };
}

function findItem(scope: Scope, matches: (item: NamespaceItem) => boolean): readonly NamespaceItem[] {
  for (let level: Scope | undefined = scope; level; level = level.parent) {
    const found = level.items.filter((item) => item.nameVisible && matches(item));
    if (found.length > 0) return found;
  }
  return [];
}

/** The item that `name` or `schema.name` calls. */
export function itemNamed(
  analysis: Analysis,
  scope: Scope,
  qualifier: readonly string[],
  span: Span,
): NamespaceItem | undefined {
  const name = qualifier.at(-1) ?? "";
  const schema = qualifier.length > 1 ? analysis.index.realSchema(qualifier.at(-2) ?? "") : undefined;
  if (qualifier.length === 3 && qualifier[0] !== analysis.index.catalog.database) {
    analysis.fail(
      `cross-database references are not implemented: ${qualifier.join(".")}`,
      span,
      "Connect to that database to query it.",
    );
  }
  const [item, another] =
    schema === undefined
      ? findItem(scope, (one) => one.name === name)
      : findItem(scope, (one) => one.relation?.schema === schema && one.relation.name === name);
  if (another) analysis.fail(`table reference "${name}" is ambiguous`, span);
  return item;
}

/** The whole row of an item, as `SELECT t FROM t` means it. */
export function wholeRow(item: NamespaceItem, span: Span): Value {
  const parts = item.fields.map((one) => reference(one, span, item.id));
  const row = combine(item.open ? [...parts, item.open] : parts);
  return {
    ...row,
    transform: row.transform === "opaque" ? "opaque" : "expression",
    origin: item.relationOid === undefined ? null : { relationOid: item.relationOid, ordinal: 0 },
    fields: item.fields,
    items: [item.id],
  };
}

/** What a name written as a value comes to: a column, a whole row, or a function of a row. */
export function readName(analysis: Analysis, scope: Scope, nodes: readonly Node[], span: Span): Value {
  const value = resolve(analysis, scope, nodes, span);
  analysis.touched.push(...value.items);
  return value;
}

function resolve(analysis: Analysis, scope: Scope, nodes: readonly Node[], span: Span): Value {
  const parts = nameParts(nodes);
  if (nodes.some((node) => "A_Star" in node)) {
    const item = itemNamed(analysis, scope, parts, span);
    return item ? wholeRow(item, span) : missingItem(analysis, scope, parts, span);
  }
  const name = parts.at(-1) ?? "";
  const qualifier = parts.slice(0, -1);
  if (qualifier.length === 0) {
    const column = unqualified(analysis, scope, name, span);
    if (column) return column;
    const item = itemNamed(analysis, scope, [name], span);
    if (item) return wholeRow(item, span);
    const variable = analysis.variables?.lookup(name);
    if (variable) return { ...variable, fallible: false, items: [] };
    return missingColumn(analysis, scope, name, span);
  }
  const item = itemNamed(analysis, scope, qualifier, span);
  if (!item) return variableField(analysis, qualifier, name) ?? missingItem(analysis, scope, qualifier, span);
  const column = columnOf(analysis, item, name, span);
  if (column) return column;
  if (item.open) return { ...item.open, items: [item.id] };
  return functionOfRow(analysis, item, name, span);
}

function variableField(analysis: Analysis, qualifier: readonly string[], name: string): Value | undefined {
  const row = analysis.variables?.lookup(qualifier.at(-1) ?? "") ?? analysis.variables?.lookup(name);
  if (!row) return undefined;
  const found = row.fields?.find((one) => one.name === name);
  return { ...(found ?? { ...row, plain: false, origin: null }), fallible: false, items: [] };
}

/** `t.f` is `f(t)` where t has no column f. */
function functionOfRow(analysis: Analysis, item: NamespaceItem, name: string, span: Span): Value {
  const row = wholeRow(item, span);
  const routines = analysis.index.findRoutines(undefined, name);
  const [routine] = routines;
  if (routine) {
    analysis.unknown(
      `${name} is called as if it were a column of ${item.name}: write ${name}(${item.name}).`,
      span,
    );
    return { ...combine([row], true), transform: "opaque" };
  }
  const candidates = item.fields.map((one) => one.name);
  const similar = candidates.find((one) => isOneEditAway(one, name));
  // Built-ins take rows too (`t.to_jsonb`), and what they return comes from nothing but the row.
  if (builtinFunction(name)) return combine([row], true);
  return analysis.fail(
    `column ${item.name}.${name} does not exist`,
    span,
    similar ? `Perhaps you meant "${item.name}.${similar}".` : columnsHint(item),
  );
}

function columnsHint(item: NamespaceItem): string | undefined {
  if (item.fields.length === 0 || item.fields.length > 20) return undefined;
  return `It has: ${item.fields.map((one) => one.name).join(", ")}.`;
}

function missingColumn(analysis: Analysis, scope: Scope, name: string, span: Span): never {
  for (const item of scope.items) {
    const similar = item.fields.find((one) => isOneEditAway(one.name, name));
    if (similar) {
      const qualified = item.name === undefined ? similar.name : `${item.name}.${similar.name}`;
      return analysis.fail(`column "${name}" does not exist`, span, `Perhaps you meant "${qualified}".`);
    }
  }
  return analysis.fail(`column "${name}" does not exist`, span);
}

function missingItem(analysis: Analysis, scope: Scope, qualifier: readonly string[], span: Span): never {
  const name = qualifier.join(".");
  const table = scope.items.find((item) => item.relation?.name === qualifier.at(-1));
  const hint = table?.name === undefined ? undefined : `Perhaps you meant the alias "${table.name}".`;
  return analysis.fail(`missing FROM-clause entry for table "${name}"`, span, hint);
}
