import type { JoinExpr, Node } from "libpg-query";
import type { Span } from "../facts.ts";
import type { Analysis } from "./analysis.ts";
import type { FromItem } from "./fromItems.ts";
import { nameParts } from "./names.ts";
import { fieldsNamed, type NamespaceItem, type Scope } from "./namespace.ts";
import { either, type Field, reference } from "./value.ts";

type ReadItem = (analysis: Analysis, node: Node, lateral: Scope, scope: Scope) => FromItem;

/** A JOIN: its columns are those merged by USING or NATURAL, then the rest of the left, then of the right side. */
export function readJoin(
  analysis: Analysis,
  join: JoinExpr,
  lateral: Scope,
  scope: Scope,
  readItem: ReadItem,
): FromItem {
  if (!join.larg || !join.rarg)
    return analysis.fail("a JOIN lacks one of its sides", analysis.token(undefined));
  const left = readItem(analysis, join.larg, lateral, scope);
  const beside: Scope = { ...lateral, items: [...lateral.items, ...left.all] };
  const right = readItem(analysis, join.rarg, beside, scope);
  const leftFields = owned(left.top);
  const rightFields = owned(right.top);
  const names = join.isNatural ? commonNames(leftFields, rightFields) : nameParts(join.usingClause);
  const span = usingSpan(analysis, join);
  const merged = names.map((name) => merge(analysis, join, name, left, right, span));
  const fields = [
    ...merged,
    ...leftFields.filter((one) => !names.includes(one.name)),
    ...rightFields.filter((one) => !names.includes(one.name)),
  ];
  const ties = [...left.ties, ...right.ties];
  if (merged.length > 0)
    ties.push(
      [...left.tables.slice(0, 1), ...right.tables.slice(0, 1)],
      merged.flatMap((one) => one.item ?? []),
    );
  for (const name of names) {
    const [one] = fieldsNamed(leftFields, name);
    const [other] = fieldsNamed(rightFields, name);
    if (one?.item !== undefined && other?.item !== undefined) ties.push([one.item, other.item]);
  }

  if (join.quals) {
    const inside: Scope = { ...scope, items: [...left.all, ...right.all] };
    analysis.predicate(join.quals, inside, (leaf) => ties.push(leaf.items));
  }
  const tables = [...left.tables, ...right.tables];
  const alias = join.alias;
  const columns = nameParts(alias?.colnames);
  const top: NamespaceItem = {
    id: analysis.nextItem(),
    name: alias?.aliasname,
    fields:
      columns.length > 0
        ? fields.map((one, index) => ({ ...one, name: columns[index] ?? one.name }))
        : fields,
    nameVisible: alias !== undefined,
    columnsVisible: true,
    hasSystemColumns: false,
    ...openOf(left.top, right.top),
  };
  if (alias) return { top, all: [top], tables, ties };
  const sides = [...left.all, ...right.all].map((item) => ({ ...item, columnsVisible: false }));
  const using: NamespaceItem[] = join.join_using_alias
    ? [
        {
          id: analysis.nextItem(),
          name: join.join_using_alias.aliasname,
          fields: merged,
          nameVisible: true,
          columnsVisible: false,
          hasSystemColumns: false,
        },
      ]
    : [];
  return { top, all: [...sides, ...using, top], tables, ties };
}

/** Columns that remember which table they are of, so that equality between two tables can be told. */
const owned = (item: NamespaceItem): readonly Field[] =>
  item.fields.map((one) => (one.item === undefined ? { ...one, item: item.id } : one));

function openOf(left: NamespaceItem, right: NamespaceItem): Pick<NamespaceItem, "open"> {
  const open = left.open?.transform === "opaque" ? left.open : (right.open ?? left.open);
  return open ? { open } : {};
}

function commonNames(left: readonly Field[], right: readonly Field[]): string[] {
  const there = new Set(right.map((one) => one.name));
  return left.map((one) => one.name).filter((name) => there.has(name));
}

function merge(
  analysis: Analysis,
  join: JoinExpr,
  name: string,
  left: FromItem,
  right: FromItem,
  span: Span,
): Field {
  const [one, oneMore] = fieldsNamed(owned(left.top), name);
  const [other, otherMore] = fieldsNamed(owned(right.top), name);
  if (!one || !other) {
    const side = one ? "right" : "left";
    return analysis.fail(`column "${name}" specified in USING clause does not exist in ${side} table`, span);
  }
  if (oneMore || otherMore) analysis.fail(`common column name "${name}" appears more than once`, span);
  const bare = one.plain && other.plain;
  for (const [side, item] of [
    [one, left.top],
    [other, right.top],
  ] as const) {
    analysis.use(bare ? "join_equality" : "join_other", reference(side, span, item.id), bare);
  }
  // The server converts sides of different types to a common one; then the column is an expression.
  const origin = one.type !== undefined && one.type === other.type ? undefined : null;
  switch (join.jointype) {
    case "JOIN_RIGHT":
      return origin === null ? { ...other, origin: undefined } : other;
    case "JOIN_FULL":
      return { ...either(one, other), ...(one.item === undefined ? {} : { item: one.item }) };
    default:
      return origin === null ? { ...one, origin: undefined } : one;
  }
}

/** USING has no position in the tree: it follows the right side. */
function usingSpan(analysis: Analysis, join: JoinExpr): Span {
  const right = join.rarg;
  if (right && "RangeVar" in right) return analysis.names(right.RangeVar.location, 1);
  return analysis.token(undefined);
}
