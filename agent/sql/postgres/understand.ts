import type { EngineName } from "../../../protocol/connection.ts";
import type {
  ColumnUse,
  OutputColumn,
  Span,
  SplitStatement,
  StatementFacts,
  Understanding,
} from "../facts.ts";
import { Analysis, type QueryColumn } from "./analysis.ts";
import type { CatalogIndex } from "./catalogIndex.ts";
import { Unresolved } from "./problem.ts";
import { READERS } from "./readers.ts";
import { NOTHING_REMEMBERED, type SessionMemory } from "./sessionMemory.ts";
import { silentCastReason } from "./silentCasts.ts";
import { treeOf } from "./split.ts";
import { readAlterTable } from "./statements/alterTable.ts";
import { readCodeStatement } from "./statements/code.ts";
import { copyReader } from "./statements/copy.ts";
import { readDrop } from "./statements/drops.ts";
import { explainReader } from "./statements/explain.ts";
import { keptReader } from "./statements/kept.ts";
import { readMaintenance } from "./statements/maintenance.ts";
import { objectReader } from "./statements/objects.ts";
import { readPrivilegeStatement } from "./statements/privileges.ts";
import { readQueryStatement } from "./statements/queries.ts";
import { readSettingStatement } from "./statements/settings.ts";
import type { StatementReader, StatementResult } from "./statements/statement.ts";
import { tableReader } from "./statements/tables.ts";
import { readTransactionStatement } from "./statements/transactions.ts";

/** Any statement of PostgreSQL's grammar; undefined for one of a kind nobody has taught it. */
const readStatement: StatementReader = (analysis, node, context) => {
  for (const read of FAMILIES) {
    const result = read(analysis, node, context);
    if (result) return result;
  }
  return undefined;
};

const inner: StatementReader = (analysis, node, context) => readStatement(analysis, node, context);

const FAMILIES: readonly StatementReader[] = [
  readQueryStatement,
  readTransactionStatement,
  readSettingStatement,
  explainReader(inner),
  keptReader(inner),
  copyReader(inner),
  tableReader(inner),
  readAlterTable,
  readDrop,
  readPrivilegeStatement,
  readCodeStatement,
  readMaintenance,
  objectReader(inner),
];

/**
 * What a statement does, by PostgreSQL's own grammar and the names as the catalog and the session have them. Never
 * throws: what cannot be followed to its end comes back as `cannot_tell` with the reason. Needs
 * `loadPostgresParser()`.
 */
export function understandPostgres(
  statement: SplitStatement,
  index: CatalogIndex,
  memory: SessionMemory = NOTHING_REMEMBERED,
): Understanding {
  const { span } = statement;
  const tree = treeOf(statement);
  if (!("raw" in tree)) {
    if (tree.complex) return cannotTell(span, tree.message);
    return { kind: "syntax_error", message: tree.message, span: tree.span };
  }
  const node = tree.raw.stmt;
  if (!node) return cannotTell(span, "there is no statement");
  const analysis = new Analysis(index, { kind: "text", source: tree.source }, READERS);
  try {
    const result = readStatement(analysis, node, { span, memory });
    if (!result) {
      const [tag = "this"] = Object.keys(node);
      return cannotTell(span, `statements of the kind ${tag.replace(/Stmt$/, "")} are not followed`);
    }
    analysis.raise(result.effect);
    const silent = silentCastReason(index);
    if (silent !== null) analysis.unknown(silent, span);
    const facts = factsOf(analysis, result, span);
    return { kind: facts.unknowns.length > 0 ? "cannot_tell" : "understood", facts };
  } catch (error) {
    if (error instanceof Unresolved) {
      return {
        kind: "unresolved",
        message: error.message,
        ...(error.hint === undefined ? {} : { hint: error.hint }),
        span: placed(error.span, span),
      };
    }
    const deep = error instanceof RangeError;
    return cannotTell(span, deep ? "it is nested too deeply to be followed" : "following it failed");
  }
}

/** What an analysis gathered, as facts. */
export function factsOf(
  analysis: Analysis,
  result: StatementResult,
  span: Span,
  dialect: EngineName = "postgres",
): StatementFacts {
  const at = <T extends { readonly span: Span }>(items: readonly T[]): readonly T[] =>
    items.map((item) => (item.span.end > 0 ? item : { ...item, span }));
  const plan = result.plan === true;
  return {
    dialect,
    kind: result.kind,
    effect: analysis.effect,
    reads: distinctUses(at(analysis.uses)),
    writes: distinctUses(at(analysis.writes)),
    outputs: (result.columns ?? []).map((column) => outputOf(column, span, plan)),
    relations: at(analysis.relations),
    functions: at(analysis.functions),
    targets: at(analysis.targets),
    actions: at(analysis.actions),
    settings: at(analysis.settings),
    flows: analysis.flows,
    ...(result.transaction === undefined ? {} : { transaction: result.transaction }),
    ...(result.limit === undefined ? {} : { limit: result.limit }),
    hasOrderBy: result.hasOrderBy ?? false,
    crossJoin: analysis.crossJoin,
    locksRows: analysis.locksRows,
    unanchoredSearches: at(analysis.unanchoredSearches),
    literals: [...analysis.literals.values()].map((one) => ({ span: one.span, columns: [...one.columns] })),
    unknowns: at(analysis.unknowns),
    parameters: analysis.parameters,
    span,
  };
}

function outputOf({ name, value, span }: QueryColumn, statement: Span, plan: boolean): OutputColumn {
  const { origin } = value;
  return {
    name: value.shown ?? name,
    sources: [...new Set(value.refs.map((ref) => ref.column))],
    transform: plan && value.transform !== "opaque" ? "plan" : value.transform,
    countOnly: value.countOnly,
    span: placed(span, statement),
    ...(origin === undefined ? {} : { origin }),
  };
}

/** Opened views and fixed points record the same use more than once. */
function distinctUses(uses: readonly ColumnUse[]): readonly ColumnUse[] {
  const seen = new Map<string, ColumnUse>();
  for (const use of uses) {
    const { schema, table, column } = use.column;
    const key = `${use.span.start}:${use.span.end}:${use.role}:${use.bare}:${schema}\0${table}\0${column}`;
    if (!seen.has(key)) seen.set(key, use);
  }
  return [...seen.values()];
}

const placed = (span: Span, statement: Span): Span => (span.end > 0 ? span : statement);

/** The facts of a statement nobody can follow: nothing is known of it, so it is judged as the gravest. */
export function cannotTell(span: Span, reason: string, dialect: EngineName = "postgres"): Understanding {
  return {
    kind: "cannot_tell",
    facts: {
      dialect,
      kind: "unknown",
      effect: "unknown",
      reads: [],
      writes: [],
      outputs: [],
      relations: [],
      functions: [],
      targets: [],
      actions: [],
      settings: [],
      flows: [],
      hasOrderBy: false,
      crossJoin: false,
      locksRows: false,
      unanchoredSearches: [],
      literals: [],
      unknowns: [{ reason, span }],
      parameters: 0,
      span,
    },
  };
}
