import type { Alias, Node, RangeVar } from "libpg-query";
import type { Analysis } from "./analysis.ts";
import { readJoin } from "./joins.ts";
import { nameParts } from "./names.ts";
import { findCte, type NamespaceItem, type Scope } from "./namespace.ts";
import { spanOfRelation } from "./relations.ts";
import { readRangeFunction, readTableExpression } from "./tableFunctions.ts";
import { type Field, field } from "./value.ts";

/** One FROM item: what it adds to the namespace, and how it hangs together with others. */
export interface FromItem {
  /** The item whose columns it has. */
  readonly top: NamespaceItem;
  /** Everything it makes visible: itself, and for a join its sides. */
  readonly all: readonly NamespaceItem[];
  /** Ids of the tables in it: what a join without condition multiplies. */
  readonly tables: readonly number[];
  /** Sets of ids that a condition or a lateral reference ties together. */
  readonly ties: readonly (readonly number[])[];
}

export interface FromClause {
  readonly items: readonly NamespaceItem[];
  readonly tables: readonly number[];
  readonly ties: readonly (readonly number[])[];
}

/** Reads FROM (or USING of a DELETE): `before` are items already in the namespace, such as an UPDATE's target. */
export function readFrom(
  analysis: Analysis,
  nodes: readonly Node[] | undefined,
  scope: Scope,
  before: readonly NamespaceItem[] = [],
): FromClause {
  const items: NamespaceItem[] = [...before];
  const tables: number[] = [];
  const ties: (readonly number[])[] = [];
  for (const node of nodes ?? []) {
    const read = readFromItem(analysis, node, { ...scope, items }, scope);
    for (const item of read.all) {
      if (item.name !== undefined && item.nameVisible && items.some((one) => isSameName(one, item))) {
        analysis.fail(`table name "${item.name}" specified more than once`, nodeSpan(analysis, node));
      }
    }
    items.push(...read.all);
    tables.push(...read.tables);
    ties.push(...read.ties);
  }
  return { items, tables, ties };
}

/** Two tables of one name may stand side by side when both go by their schema-qualified names. */
function isSameName(left: NamespaceItem, right: NamespaceItem): boolean {
  if (!left.nameVisible || left.name !== right.name) return false;
  if (left.relation && right.relation) return left.relation.schema === right.relation.schema;
  return true;
}

function nodeSpan(analysis: Analysis, node: Node) {
  return "RangeVar" in node ? spanOfRelation(analysis, node.RangeVar) : analysis.token(undefined);
}

/** `lateral`: what a lateral item sees beside it; `scope`: the query around, without the items beside it. */
export function readFromItem(analysis: Analysis, node: Node, lateral: Scope, scope: Scope): FromItem {
  if ("RangeVar" in node) return readRangeVar(analysis, node.RangeVar, scope);
  if ("RangeSubselect" in node) {
    const { subquery, alias } = node.RangeSubselect;
    if (subquery && "SelectStmt" in subquery) {
      const parent = node.RangeSubselect.lateral ? lateral : scope.parent;
      const touched = analysis.touched.length;
      const result = analysis.query(subquery.SelectStmt, { items: [], parent, ctes: scope.ctes });
      for (const column of result.columns) {
        if (column.value.fallible) analysis.use("function_argument", column.value, false);
      }
      const fields = result.columns.map((column) => field(column.name, column.value));
      const many = !result.singleRow && result.limit !== 1 && !subquery.SelectStmt.valuesLists;
      return plainItem(analysis, fields, alias, many, analysis.touched.slice(touched));
    }
  }
  if ("JoinExpr" in node) return readJoin(analysis, node.JoinExpr, lateral, scope, readFromItem);
  if ("RangeFunction" in node) {
    const touched = analysis.touched.length;
    const { fields, open } = readRangeFunction(analysis, node.RangeFunction, lateral);
    const alias = node.RangeFunction.alias;
    const name = alias?.aliasname ?? functionName(node.RangeFunction.functions);
    const read = plainItem(
      analysis,
      fields,
      { ...alias, ...(name === undefined ? {} : { aliasname: name }) },
      false,
      analysis.touched.slice(touched),
    );
    if (!open) return read;
    const top = { ...read.top, open };
    return { ...read, top, all: [top] };
  }
  if ("RangeTableFunc" in node || "JsonTable" in node) {
    const touched = analysis.touched.length;
    const fields = readTableExpression(analysis, node, lateral);
    const alias = "JsonTable" in node ? node.JsonTable.alias : node.RangeTableFunc.alias;
    const name = alias?.aliasname ?? ("JsonTable" in node ? "json_table" : "xmltable");
    return plainItem(analysis, fields, { ...alias, aliasname: name }, false, analysis.touched.slice(touched));
  }
  if ("RangeTableSample" in node && node.RangeTableSample.relation) {
    for (const arg of [...(node.RangeTableSample.args ?? []), node.RangeTableSample.repeatable]) {
      if (arg) analysis.use("function_argument", analysis.expression(arg, lateral), false);
    }
    return readFromItem(analysis, node.RangeTableSample.relation, lateral, scope);
  }
  const [kind] = Object.keys(node);
  analysis.unknown(`${kind ?? "This"} in FROM is not understood.`, analysis.token(undefined));
  return plainItem(analysis, [], undefined, false, []);
}

function functionName(functions: readonly Node[] | undefined): string | undefined {
  const [first] = functions ?? [];
  const [call] = first && "List" in first ? (first.List.items ?? []) : [];
  if (call && "FuncCall" in call) return nameParts(call.FuncCall.funcname).at(-1);
  if (call && "SQLValueFunction" in call) return call.SQLValueFunction.op?.slice(6).toLowerCase();
  return call && "CoalesceExpr" in call ? "coalesce" : undefined;
}

function plainItem(
  analysis: Analysis,
  fields: readonly Field[],
  alias: Alias | undefined,
  table: boolean,
  touched: readonly number[],
): FromItem {
  const id = analysis.nextItem();
  const top: NamespaceItem = {
    id,
    name: alias?.aliasname,
    fields: renamed(analysis, fields, alias),
    nameVisible: alias?.aliasname !== undefined,
    columnsVisible: true,
    hasSystemColumns: false,
  };
  return { top, all: [top], tables: table ? [id] : [], ties: [[id, ...touched]] };
}

/** `t(a, b)` renames the first columns of t. */
export function renamed(
  analysis: Analysis,
  fields: readonly Field[],
  alias: Alias | undefined,
): readonly Field[] {
  const names = nameParts(alias?.colnames);
  if (names.length === 0) return fields;
  if (names.length > fields.length && fields.length > 0) {
    const message = `table "${alias?.aliasname}" has ${fields.length} columns available but ${names.length} columns specified`;
    analysis.fail(message, analysis.token(undefined));
  }
  return fields.map((one, index) => ({ ...one, name: names[index] ?? one.name }));
}

function readRangeVar(analysis: Analysis, name: RangeVar, scope: Scope): FromItem {
  const cte = name.schemaname === undefined ? findCte(scope.ctes, name.relname ?? "") : undefined;
  if (cte) {
    const alias = { ...name.alias, aliasname: name.alias?.aliasname ?? cte.name };
    return plainItem(analysis, cte.columns(), alias, true, []);
  }
  const item = analysis.readers.relation(analysis, name, "read");
  const { relation: _, ...aliased } = item;
  const top: NamespaceItem = name.alias
    ? {
        ...aliased,
        name: name.alias.aliasname,
        fields: renamed(analysis, item.fields, name.alias),
      }
    : item;
  return { top, all: [top], tables: [top.id], ties: [] };
}

/** Whether tables stand beside each other with nothing that ties them together. */
export function isCrossJoin(tables: readonly number[], ties: readonly (readonly number[])[]): boolean {
  if (tables.length < 2) return false;
  const group = new Map<number, number>();
  const find = (id: number): number => {
    const parent = group.get(id) ?? id;
    return parent === id ? id : find(parent);
  };
  for (const [first, ...others] of ties) {
    if (first === undefined) continue;
    for (const other of others) {
      const [left, right] = [find(first), find(other)];
      if (left !== right) group.set(left, right);
    }
  }
  return new Set(tables.map(find)).size > 1;
}
