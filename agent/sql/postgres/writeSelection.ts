import type { DeleteStmt, RangeVar, SelectStmt, UpdateStmt } from "libpg-query";
import type { Relation } from "../../../protocol/catalog.ts";
import type { SplitStatement, StatementFacts } from "../facts.ts";
import { nextCode } from "./lexer.ts";
import { parseSql } from "./libpgQuery.ts";
import { shape } from "./queryAround.ts";
import { qualified, quoted } from "./quoted.ts";
import { treeOf } from "./split.ts";

/** What an UPDATE or DELETE is written as. */
export interface Written {
  readonly node: UpdateStmt | DeleteStmt;
  readonly relation: RangeVar;
  readonly joins: boolean;
}

/** Undefined for anything else than an UPDATE or DELETE. */
export function writtenBy(statement: SplitStatement): Written | undefined {
  const tree = treeOf(statement);
  const node = "raw" in tree ? tree.raw.stmt : undefined;
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
export function selectionOf(
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
