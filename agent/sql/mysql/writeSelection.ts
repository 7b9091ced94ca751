import type { Relation } from "../../../protocol/catalog.ts";
import type { StatementFacts } from "../facts.ts";
import { shape } from "../postgres/queryAround.ts";
import type { Token } from "./lexer/token.ts";
import { parseMysql } from "./parser/parse.ts";
import type { DeleteStatement, InsertStatement, Statement, UpdateStatement } from "./parser/statement.ts";
import { quotedName } from "./quotedName.ts";
import type { MysqlSettings } from "./settings.ts";

type Write = InsertStatement | UpdateStatement | DeleteStatement;

/** Undefined for anything that changes no rows. */
export const writeOf = (statement: Statement): Write | undefined =>
  statement.kind === "insert" ||
  statement.kind === "replace" ||
  statement.kind === "update" ||
  statement.kind === "delete"
    ? statement
    : undefined;

/** Whether a write names more than one table. */
export function usesMore(write: Write): boolean {
  if (!("tables" in write)) return false;
  const [only, more] = write.tables;
  const targets = write.kind === "delete" && write.targets !== undefined;
  return targets || write.withClause !== undefined || more !== undefined || !only || !("RangeVar" in only);
}

/**
 * `FROM` the table with the statement's own condition, order and limit, where asking twice does no harm. The grammar has
 * to read the same in it (law 7).
 */
export function writeSelection(
  text: string,
  write: UpdateStatement | DeleteStatement,
  tokens: readonly Token[],
  relation: Relation,
  settings: MysqlSettings,
  facts: StatementFacts,
): string | undefined {
  const tail = tailIn(tokens);
  const { start: origin } = facts.span;
  const inside = facts.functions.filter(
    ({ span }) => tail !== undefined && span.end > origin + tail.start && span.start < origin + tail.end,
  );
  const asksTwice = inside.some(
    (use) => use.volatility === "volatile" || use.oid !== undefined || use.hazards.length > 0,
  );
  const assigns = tokens.some(
    ({ kind, key, start }) => kind === "operator" && key === ":=" && start >= (tail?.start ?? text.length),
  );
  if (asksTwice || assigns) return undefined;
  const [table] = write.tables;
  const alias = table && "RangeVar" in table ? table.RangeVar.alias?.aliasname : undefined;
  const from = `FROM ${quotedName(relation.schema)}.${quotedName(relation.name)}${alias === undefined ? "" : ` AS ${quotedName(alias)}`}`;
  const chosen = tail === undefined ? "" : ` ${text.slice(tail.start, tail.end)}`;
  const asked = parseMysql(`SELECT 1 ${from}${chosen}`, settings);
  if (asked.kind !== "parsed" || asked.statement.kind !== "query") return undefined;
  const { whereClause, sortClause, limitCount, ...rest } = asked.statement.select;
  const alone = parseMysql(`SELECT 1 ${from}`, settings);
  if (alone.kind !== "parsed" || alone.statement.kind !== "query") return undefined;
  const { limitOption, ...plain } = alone.statement.select;
  const { limitOption: own, ...others } = rest;
  const same =
    shape(others) === shape(plain) &&
    shape(whereClause) === shape(write.where) &&
    shape(sortClause ?? []) === shape(write.sort) &&
    shape(limitCount) === shape(write.limit) &&
    (own === limitOption || write.limit !== undefined);
  return same ? `${from}${chosen}` : undefined;
}

/** WHERE, ORDER BY and LIMIT of an UPDATE or DELETE, from the first of these words to the last token of theirs. */
function tailIn(tokens: readonly Token[]): { readonly start: number; readonly end: number } | undefined {
  let depth = 0;
  let start: number | undefined;
  let end = 0;
  for (const { kind, key, start: at, end: after } of tokens) {
    if (kind === "operator" && key === "(") depth++;
    if (kind === "operator" && key === ")") depth--;
    if (kind === "end" || (depth === 0 && kind === "operator" && key === ";")) break;
    if (depth === 0 && kind === "word" && key === "RETURNING") break;
    if (depth === 0 && kind === "word" && TAIL.has(key)) start ??= at;
    end = after;
  }
  return start === undefined ? undefined : { start, end };
}

const TAIL: ReadonlySet<string> = new Set(["WHERE", "ORDER", "LIMIT"]);
