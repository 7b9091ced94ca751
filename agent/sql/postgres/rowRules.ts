import type { Catalog, Column, Relation, RowRule } from "../../../protocol/catalog.ts";

const known = new WeakMap<Catalog, WeakMap<Relation, readonly RowRule[]>>();

/**
 * Everything over several columns, or over more than their plain values, that decides whether a table takes a row; that of
 * its partitions and children too. A generated column stands for those it is computed from.
 */
export function rowRulesOf(catalog: Catalog, relation: Relation): readonly RowRule[] {
  let rules = known.get(catalog);
  if (!rules) {
    rules = new WeakMap();
    known.set(catalog, rules);
  }
  const before = rules.get(relation);
  if (before) return before;
  const found = [
    ...(relation.rowRules ?? []).map((rule) => withGenerated(relation, rule)),
    ...generatedKeys(relation),
    ...childrenOf(catalog, relation).flatMap((child) => [...ofChild(child), ...rowRulesOf(catalog, child)]),
  ];
  const distinct = [...new Map(found.map((rule) => [JSON.stringify(rule), rule])).values()];
  rules.set(relation, distinct);
  return distinct;
}

function childrenOf(catalog: Catalog, relation: Relation): readonly Relation[] {
  return relation.kind === "partitioned_table"
    ? catalog.relations.filter(({ parents }) => parents.includes(relation.oid))
    : [];
}

/** A partition may have keys of single columns that its parent has not. */
const ofChild = (child: Relation): readonly RowRule[] =>
  child.columns.filter(({ unique }) => unique).map(({ name }): RowRule => ({ kind: "key", columns: [name] }));

/** A key of one generated column compares what it is computed from. */
const generatedKeys = (relation: Relation): readonly RowRule[] =>
  relation.columns
    .filter(
      (column) => column.generated && (column.unique || column.inPrimaryKey || column.checks.length > 0),
    )
    .map((column) => withGenerated(relation, { kind: "computed_key", columns: [column.name] }));

function withGenerated(relation: Relation, rule: RowRule): RowRule {
  const computed = relation.columns.filter(({ generated, name }) => generated && rule.columns.includes(name));
  if (computed.length === 0) return rule;
  const sources = computed.flatMap((column) => namedIn(column.defaultText ?? "", relation.columns));
  return {
    kind: rule.kind === "key" ? "computed_key" : rule.kind,
    columns: [...new Set([...rule.columns, ...sources])],
  };
}

/** Words and quoted names. */
const NAMES = /"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|[\p{L}\p{N}_$]+/gu;

/** Columns that an expression names. */
function namedIn(text: string, columns: readonly Column[]): readonly string[] {
  const words = new Set(
    [...text.matchAll(NAMES)].map(([word]) =>
      word
        .replace(/^["`[]|["`\]]$/g, "")
        .replace(/(["`])\1/g, "$1")
        .toLowerCase(),
    ),
  );
  return columns.map(({ name }) => name).filter((name) => words.has(name.toLowerCase()));
}
