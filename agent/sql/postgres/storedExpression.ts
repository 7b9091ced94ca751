import type { Relation } from "../../../protocol/catalog.ts";
import type { ColumnId, Span } from "../facts.ts";
import { Analysis } from "./analysis.ts";
import type { CatalogIndex } from "./catalogIndex.ts";
import { parseSql } from "./libpgQuery.ts";
import { emptyScope } from "./namespace.ts";
import { type Opened, openedFrom, replay } from "./opened.ts";
import { Unresolved } from "./problem.ts";
import { combine, constant, opaque, type Value } from "./value.ts";

interface Stored {
  readonly value: Value;
  readonly opened: Opened;
}

/**
 * What an expression kept in the catalog comes to, or several in a list: the default of a column or of arguments.
 * Where it reads tables or calls code of the database, that counts where it is used.
 */
export function readStoredExpression(analysis: Analysis, text: string, span: Span): Value {
  const stored = open(analysis, text);
  if (!stored) return constant;
  replay(analysis, stored.opened, span);
  return { ...stored.value, refs: stored.value.refs.map((ref) => ({ column: ref.column, span })) };
}

const known = new WeakMap<CatalogIndex, Map<string, Stored | null>>();

/** Null where it only computes. */
function open(analysis: Analysis, text: string): Stored | null {
  if (!text.includes("(")) return null;
  const texts = known.get(analysis.index) ?? new Map<string, Stored | null>();
  known.set(analysis.index, texts);
  const before = texts.get(text);
  if (before !== undefined) return before;
  const stored = read(analysis, text);
  const { uses, functions, unknowns, relations } = stored.opened;
  const matters =
    stored.value.transform === "opaque" ||
    uses.length + unknowns.length + relations.length > 0 ||
    functions.some((use) => use.oid !== undefined);
  const kept = matters ? stored : null;
  if (analysis.opening.length === 0) texts.set(text, kept);
  return kept;
}

function read(analysis: Analysis, text: string): Stored {
  const frame = { kind: "elsewhere", view: undefined } as const;
  const inner = new Analysis(analysis.index, frame, analysis.readers, analysis.opening);
  const unreadable: Value = opaque(constant, "A default can't be followed.");
  const parsed = parseSql(`SELECT ${text}`);
  const [statement] = parsed.kind === "parsed" ? parsed.statements : [];
  const node = statement?.stmt;
  if (!node || !("SelectStmt" in node)) return { value: unreadable, opened: openedFrom(inner, []) };
  try {
    const values = (node.SelectStmt.targetList ?? []).flatMap((target) =>
      "ResTarget" in target && target.ResTarget.val
        ? [inner.expression(target.ResTarget.val, emptyScope)]
        : [],
    );
    return { value: combine(values), opened: openedFrom(inner, []) };
  } catch (error) {
    if (!(error instanceof Unresolved)) throw error;
    return { value: unreadable, opened: openedFrom(inner, []) };
  }
}

/** What the defaults of a table's columns store, where they store what they read. */
export function readColumnDefaults(
  analysis: Analysis,
  relation: Relation,
  span: Span,
): readonly { readonly column: ColumnId; readonly value: Value }[] {
  return relation.columns.flatMap((column) => {
    if (column.generated || column.defaultText === undefined) return [];
    const value = readStoredExpression(analysis, column.defaultText, span);
    return value === constant ? [] : [{ column: analysis.index.identify(relation, column), value }];
  });
}
