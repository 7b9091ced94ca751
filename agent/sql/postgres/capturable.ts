import type { DeleteStmt, Node, RangeVar, SelectStmt, UpdateStmt } from "libpg-query";
import type { Relation } from "../../../protocol/catalog.ts";
import type { SplitStatement, StatementFacts } from "../facts.ts";
import { type NotKeepable, notKeepable as not } from "../keepable.ts";
import { unfit } from "../unfit.ts";
import type { CatalogIndex } from "./catalogIndex.ts";
import { nextCode } from "./lexer.ts";
import { parseSql } from "./libpgQuery.ts";
import { shape } from "./queryAround.ts";
import { qualified, quoted } from "./quoted.ts";
import { treeOf } from "./split.ts";

/** The schema of a session's own tables, as the catalog calls it. */
export const TEMPORARY = "pg_temp";

/** A write whose rows can be read before and after it and be put back one by one. */
export interface CapturableWrite {
  readonly kind: "capturable";
  readonly operation: "update" | "delete";
  readonly relation: Relation;
  /** The columns that have to be put back, by position in `relation.columns`. */
  readonly stored: readonly number[];
  readonly key: readonly number[];
  /** `FROM … WHERE …` in the statement's own words, with its own alias. */
  readonly selection: string;
  /** What stands for the table in `selection`, quoted. */
  readonly alias: string;
}

/** Whether the rows a write changes can be found by reading, and put back exactly by their primary key. */
export function capturable(
  statement: SplitStatement,
  facts: StatementFacts,
  index: CatalogIndex,
): CapturableWrite | NotKeepable {
  if (facts.kind !== "update" && facts.kind !== "delete") {
    return not(`only the rows of INSERT, UPDATE and DELETE are kept`);
  }
  const tree = treeOf(statement);
  const written = "raw" in tree ? writeIn(tree.raw.stmt) : undefined;
  const [target, another] = facts.targets;
  const relation = target === undefined ? undefined : index.relationByOid(target.oid);
  if (written === undefined || target === undefined || relation === undefined || facts.unknowns.length > 0) {
    return not("what it changes is not fully known");
  }
  if (another !== undefined || written.node.withClause !== undefined || written.joins) {
    return not("it uses more than one table");
  }
  const columns = relation.columns.map((column, position) => ({ ...column, position }));
  const assigned = new Set(target.columns);
  const key = columns.filter((column) => column.inPrimaryKey);
  const stored = columns.filter(
    ({ name, generated }) => !generated && (facts.kind === "delete" || assigned.has(name)),
  );
  if (key.length === 0) return not(`${relation.schema}.${relation.name} has no primary key`);
  if (facts.kind === "update" && key.some(({ name }) => assigned.has(name))) {
    return not("it changes the primary key");
  }
  const reason =
    unfit(relation, facts, index, relation.schema === TEMPORARY) ??
    (stored.length === 0 ? "it assigns no column that is stored" : null);
  if (reason !== null) return not(reason);

  const alias = quoted(written.relation.alias?.aliasname ?? relation.name);
  const selection = selectionOf(statement, facts, written, relation);
  if (selection === undefined) return not("its condition cannot be asked on its own");
  return {
    kind: "capturable",
    operation: facts.kind,
    relation,
    stored: stored.map(({ position }) => position),
    key: key.map(({ position }) => position),
    selection,
    alias,
  };
}

interface Written {
  readonly node: UpdateStmt | DeleteStmt;
  readonly relation: RangeVar;
  readonly joins: boolean;
}

function writeIn(node: Node | undefined): Written | undefined {
  if (node === undefined) return undefined;
  const update = "UpdateStmt" in node ? node.UpdateStmt : undefined;
  const removal = "DeleteStmt" in node ? node.DeleteStmt : undefined;
  const found = update ?? removal;
  if (found?.relation === undefined) return undefined;
  const joins = (update?.fromClause ?? removal?.usingClause ?? []).length > 0;
  return { node: found, relation: found.relation, joins };
}

/**
 * `FROM` the target and the statement's own `WHERE`, where asking twice does no harm. The grammar has to read the same
 * condition in it (law 7).
 */
function selectionOf(
  statement: SplitStatement,
  facts: StatementFacts,
  { node, relation: named }: Written,
  relation: Relation,
): string | undefined {
  const where = whereIn(statement.text);
  const { start } = statement.span;
  const inside = facts.functions.filter(
    ({ span }) => where !== undefined && span.end > start + where.start && span.start < start + where.end,
  );
  if (
    inside.some((use) => use.volatility === "volatile" || use.oid !== undefined || use.hazards.length > 0)
  ) {
    return undefined;
  }
  const only = named.inh === true ? "" : "ONLY ";
  const alias = named.alias?.aliasname === undefined ? "" : ` AS ${quoted(named.alias.aliasname)}`;
  const condition = where === undefined ? "" : ` ${statement.text.slice(where.start, where.end)}`;
  const selection = `FROM ${only}${qualified(relation)}${alias}${condition}`;
  const alone = selectIn(`SELECT 1 FROM ${only}${qualified(relation)}${alias}`);
  const asked = selectIn(`SELECT 1 ${selection}`);
  if (alone === undefined || asked === undefined) return undefined;
  const { whereClause, ...rest } = asked;
  const same = shape(rest) === shape(alone) && shape(whereClause) === shape(node.whereClause);
  return same ? selection : undefined;
}

function selectIn(text: string): SelectStmt | undefined {
  const parsed = parseSql(text);
  const [statement, more] = parsed.kind === "parsed" ? parsed.statements : [];
  return more === undefined && statement?.stmt && "SelectStmt" in statement.stmt
    ? statement.stmt.SelectStmt
    : undefined;
}

/** The WHERE clause of an UPDATE or DELETE, from its first word to its last token. */
function whereIn(text: string): { readonly start: number; readonly end: number } | undefined {
  let depth = 0;
  let start: number | undefined;
  let end = 0;
  for (let token = nextCode(text, 0); token; token = nextCode(text, token.end)) {
    const word = text.slice(token.start, token.end);
    if (word === "(") depth++;
    if (word === ")") depth--;
    if (depth === 0 && token.kind === "word" && /^returning$/i.test(word)) break;
    if (depth === 0 && token.kind === "word" && /^where$/i.test(word)) start ??= token.start;
    if (depth === 0 && word === ";") break;
    end = token.end;
  }
  return start === undefined ? undefined : { start, end };
}
