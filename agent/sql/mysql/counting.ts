import { countingText, isCountable } from "../counting.ts";
import type { SplitStatement, StatementFacts } from "../facts.ts";
import type { CatalogIndex } from "../postgres/catalogIndex.ts";
import { parseMysql } from "./parser/parse.ts";
import type { MysqlSettings } from "./settings.ts";
import { usesMore, writeOf, writeSelection } from "./writeSelection.ts";

/** The read that counts what an UPDATE or DELETE of one table would change; undefined where no read can tell. */
export function countingMysql(
  statement: SplitStatement,
  facts: StatementFacts,
  index: CatalogIndex,
  settings: MysqlSettings,
  most: number,
): string | undefined {
  const parsed = parseMysql(statement.text, settings);
  const write = parsed.kind === "parsed" ? writeOf(parsed.statement) : undefined;
  if (parsed.kind !== "parsed" || write === undefined || !("tables" in write) || usesMore(write))
    return undefined;
  const [target, another] = facts.targets;
  const relation = target === undefined ? undefined : index.relationByOid(target.oid);
  if (another !== undefined || !isCountable(relation, facts)) return undefined;
  const chosen = writeSelection(statement.text, write, parsed.tokens, relation, settings, facts);
  if (chosen === undefined) return undefined;
  // With a limit of its own it is asked as it is.
  return write.limit === undefined
    ? countingText(chosen, most)
    : `SELECT count(*) AS matching FROM (SELECT 1 AS one ${chosen}) AS found`;
}
