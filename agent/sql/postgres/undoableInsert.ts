import type { InsertStmt } from "libpg-query";
import type { Relation } from "../../../protocol/catalog.ts";
import type { SplitStatement, StatementFacts } from "../facts.ts";
import { type NotKeepable, notKeepable as not } from "../keepable.ts";
import { unfit } from "../unfit.ts";
import { TEMPORARY } from "./capturable.ts";
import type { CatalogIndex } from "./catalogIndex.ts";
import { parseSql } from "./libpgQuery.ts";
import { shape } from "./queryAround.ts";
import { quoted } from "./quoted.ts";

/** An INSERT whose rows can be read as they are made, and be taken away again by their primary key. */
export interface UndoableInsert {
  readonly kind: "capturable";
  readonly operation: "insert";
  readonly relation: Relation;
  readonly key: readonly number[];
  /** The statement, which also returns every column of the table behind what it returns by itself. */
  readonly returning: string;
}

/** Whether the rows an INSERT makes can be told from all others, and be deleted without changing anything else. */
export function undoableInsert(
  statement: SplitStatement,
  facts: StatementFacts,
  index: CatalogIndex,
): UndoableInsert | NotKeepable {
  const written = insertIn(statement.text);
  const [first, another] = facts.targets;
  const named = facts.relations.find(({ access, indirect }) => access === "write" && !indirect);
  // What triggers write stands before it.
  const target = facts.targets.find(({ oid }) => oid === named?.oid) ?? first;
  const relation = target === undefined ? undefined : index.relationByOid(target.oid);
  if (written === undefined || target === undefined || relation === undefined || facts.unknowns.length > 0) {
    return not("what it changes is not fully known");
  }
  const name = `${relation.schema}.${relation.name}`;
  const reason = unfit(relation, facts, index, relation.schema === TEMPORARY);
  if (reason !== null) return not(reason);
  if (another !== undefined || target.operation !== "insert") return not("it changes more than one table");
  if (written.onConflictClause?.action === "ONCONFLICT_UPDATE") {
    return not("it may change rows that are there already");
  }
  const key = relation.columns.flatMap(({ inPrimaryKey }, position) => (inPrimaryKey ? [position] : []));
  if (key.length === 0) return not(`${name} has no primary key`);
  // Returning rows asks more of a policy than inserting them, and computing a column may fail.
  if (relation.hasRowSecurity) return not(`${name} has row security`);
  if (relation.columns.some(({ generated }) => generated)) return not(`${name} has computed columns`);
  const returning = returningAll(statement.text, written, relation);
  if (returning === undefined) return not("its rows cannot be told as they are made");
  return { kind: "capturable", operation: "insert", relation, key, returning };
}

/** The grammar has to read the same INSERT in it, with the same results before those that are added (law 7). */
function returningAll(text: string, written: InsertStmt, relation: Relation): string | undefined {
  const columns = relation.columns.map((column) => quoted(column.name)).join(", ");
  const own = written.returningClause?.exprs ?? [];
  const asked = `${text}\n${own.length > 0 ? "," : "RETURNING"} ${columns}`;
  const found = insertIn(asked);
  if (found === undefined) return undefined;
  const { returningClause: before, ...rest } = written;
  const { returningClause: after, ...other } = found;
  const exprs = after?.exprs ?? [];
  const same =
    shape(rest) === shape(other) &&
    shape(before?.options) === shape(after?.options) &&
    exprs.length === own.length + relation.columns.length &&
    shape(exprs.slice(0, own.length)) === shape(own);
  return same ? asked : undefined;
}

function insertIn(text: string): InsertStmt | undefined {
  const parsed = parseSql(text);
  const [statement, more] = parsed.kind === "parsed" ? parsed.statements : [];
  return more === undefined && statement?.stmt && "InsertStmt" in statement.stmt
    ? statement.stmt.InsertStmt
    : undefined;
}
