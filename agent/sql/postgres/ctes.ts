import type { CommonTableExpr, WithClause } from "libpg-query";
import type { Analysis, QueryResult } from "./analysis.ts";
import { nameParts } from "./names.ts";
import type { CteEntry, CteScope, Scope } from "./namespace.ts";
import { either, type Field, field } from "./value.ts";

/** The scope inside a WITH clause: its queries are read here, once each, whether or not they are named. */
export function readWith(analysis: Analysis, clause: WithClause | undefined, scope: Scope): Scope {
  if (!clause) return scope;
  const queries = (clause.ctes ?? []).flatMap((node) =>
    "CommonTableExpr" in node ? [node.CommonTableExpr] : [],
  );
  return clause.recursive ? recursive(analysis, queries, scope) : sequential(analysis, queries, scope);
}

/** Each sees those before it. */
function sequential(analysis: Analysis, queries: readonly CommonTableExpr[], scope: Scope): Scope {
  let inner = scope;
  for (const query of queries) {
    const fields = readOnce(analysis, query, inner);
    const entry: CteEntry = { name: query.ctename ?? "", columns: () => fields };
    inner = { ...inner, ctes: { entries: new Map([[entry.name, entry]]), parent: inner.ctes } };
  }
  return inner;
}

/** Each sees all of them, itself included. */
function recursive(analysis: Analysis, queries: readonly CommonTableExpr[], scope: Scope): Scope {
  const entries = new Map<string, CteEntry>();
  const ctes: CteScope = { entries, parent: scope.ctes };
  const inner: Scope = { ...scope, ctes };
  for (const query of queries) {
    entries.set(query.ctename ?? "", lazily(analysis, query, inner));
  }
  for (const entry of entries.values()) entry.columns();
  return inner;
}

function lazily(analysis: Analysis, query: CommonTableExpr, scope: Scope): CteEntry {
  const name = query.ctename ?? "";
  let state: "unread" | "reading" | "read" = "unread";
  let fields: readonly Field[] | undefined;
  return {
    name,
    columns: () => {
      if (state === "reading" && !fields) {
        const span = analysis.token(query.location);
        analysis.fail(
          `recursive reference to query "${name}" must not appear within its non-recursive term`,
          span,
        );
      }
      if (state === "unread") {
        state = "reading";
        fields = fixedPoint(analysis, query, scope, (approximation) => {
          fields = approximation;
        });
        state = "read";
      }
      return fields ?? [];
    },
  };
}

/** Reads a recursive query until what flows into its columns grows no more. */
function fixedPoint(
  analysis: Analysis,
  query: CommonTableExpr,
  scope: Scope,
  publish: (fields: readonly Field[]) => void,
): readonly Field[] {
  const select = query.ctequery && "SelectStmt" in query.ctequery ? query.ctequery.SelectStmt : undefined;
  if (!select?.larg || select.op !== "SETOP_UNION") return readOnce(analysis, query, scope);
  const mark = analysis.mark();
  const base = analysis.query(select.larg, {
    items: [],
    parent: scope,
    ctes: readWith(analysis, select.withClause, scope).ctes,
  });
  let fields = named(analysis, query, base);
  for (let round = 0; ; round++) {
    analysis.rollback(mark);
    publish(fields);
    const read = readOnce(analysis, query, scope);
    const known = fields;
    const next = read.map((one, index) => {
      const before = known[index];
      return before ? { ...either(one, before), name: one.name } : one;
    });
    if (round > 0 && next.every((one, index) => sameFlow(one, known[index]))) return read;
    if (round > 200) {
      analysis.unknown(
        `The recursive query ${query.ctename} is too involved to follow.`,
        analysis.token(query.location),
      );
      return read;
    }
    fields = next;
  }
}

const sameFlow = (left: Field, right: Field | undefined): boolean =>
  right !== undefined &&
  left.refs.length === right.refs.length &&
  left.plain === right.plain &&
  left.transform === right.transform &&
  left.literals.length <= right.literals.length;

function readOnce(analysis: Analysis, query: CommonTableExpr, scope: Scope): readonly Field[] {
  const node = query.ctequery;
  const inner: Scope = { items: [], parent: scope.items.length > 0 ? scope : scope.parent, ctes: scope.ctes };
  let result: QueryResult | undefined;
  if (node && "SelectStmt" in node) result = analysis.query(node.SelectStmt, inner);
  else if (node) result = analysis.readers.modify(analysis, node, inner);
  for (const column of result?.columns ?? []) {
    if (column.value.fallible) analysis.use("function_argument", column.value, false);
  }
  return result ? named(analysis, query, result) : [];
}

/** The columns of a WITH query under its own column names, with those of SEARCH and CYCLE. */
function named(analysis: Analysis, query: CommonTableExpr, result: QueryResult): readonly Field[] {
  const aliases = nameParts(query.aliascolnames);
  if (aliases.length > result.columns.length) {
    const message = `WITH query "${query.ctename}" has ${result.columns.length} columns available but ${aliases.length} columns specified`;
    analysis.fail(message, analysis.token(query.location));
  }
  const fields = result.columns.map((column, index) => field(aliases[index] ?? column.name, column.value));
  const { search_clause, cycle_clause } = query;
  const added: Field[] = [];
  const add = (name: string | undefined, columns: readonly string[]): void => {
    if (name === undefined) return;
    const sources = fields.filter((one) => columns.includes(one.name));
    added.push({
      name,
      refs: sources.flatMap((one) => one.refs),
      transform: "expression",
      countOnly: false,
      plain: false,
      origin: null,
      literals: [],
    });
    for (const source of sources) {
      for (const ref of source.refs) {
        analysis.useRef(
          search_clause ? "sort" : "group",
          ref,
          source.plain,
          ref.span.end > 0 ? ref.span : undefined,
        );
      }
    }
  };
  if (search_clause) add(search_clause.search_seq_column, nameParts(search_clause.search_col_list));
  if (cycle_clause) {
    const columns = nameParts(cycle_clause.cycle_col_list);
    add(cycle_clause.cycle_mark_column, columns);
    add(cycle_clause.cycle_path_column, columns);
  }
  return [...fields, ...added];
}
