import type { Column, Relation } from "../../../protocol/catalog.ts";
import type { SplitStatement, StatementFacts } from "../facts.ts";
import { type Keepable, notKeepable as not } from "../keepable.ts";
import type { CatalogIndex } from "../postgres/catalogIndex.ts";
import { unfit } from "../unfit.ts";
import { type StatementTokens, tokensOf } from "./headWords.ts";
import { isVolatile, namedTarget, operationOf, outermost, writeSelection } from "./writeSelection.ts";

/** How the rows of a write on SQLite are read and put back; of more than `maxRows` it need not be exact. */
export function keepableSqlite(
  statement: SplitStatement,
  facts: StatementFacts,
  index: CatalogIndex,
  maxRows: number,
): Keepable {
  const tokens = tokensOf(statement.text);
  const operation = operationOf(tokens);
  if (tokens.word(0) === "WITH") return not("it uses more than one table");
  if (operation === undefined) {
    return not(
      tokens.word(0) === "REPLACE"
        ? "it may change rows that are there already"
        : "only the rows of INSERT, UPDATE and DELETE are kept",
    );
  }
  const target = namedTarget(tokens, operation, facts);
  const relation = target === undefined ? undefined : index.relationByOid(target.oid);
  if (target === undefined || relation === undefined || facts.unknowns.length > 0) {
    return not("what it changes is not fully known");
  }
  const name = `${relation.schema}.${relation.name}`;
  if (
    replaces(tokens) ||
    (operation === "insert" && tokens.has("CONFLICT") && tokens.has("DO") && tokens.has("UPDATE"))
  ) {
    return not("it may change rows that are there already");
  }
  const reason = unfit(relation, facts, index, relation.schema === TEMPORARY);
  if (reason !== null) return not(reason);
  // A key may say in the table's own text that rows in the way of a new one go.
  if (/\breplace\b/i.test(relation.definition ?? "")) return not(`keys of ${name} may replace rows`);
  if (!/^\s*create\s+table\b/i.test(relation.definition ?? ""))
    return not(`${name} is no table of its own kind`);
  const key = positions(relation, ({ inPrimaryKey }) => inPrimaryKey);
  if (key.length === 0) return not(`${name} has no primary key`);
  const assigned = new Set(target.columns);
  if (operation === "update" && key.some((at) => assigned.has(relation.columns[at]?.name ?? ""))) {
    return not("it changes the primary key");
  }
  const columns = relation.columns.map((column) => quoted(column.name)).join(", ");
  const restoring = restoringText(relation, operation, key, assigned);
  if (restoring === undefined) return not("it assigns no column that is stored");
  const returningText = returningAll(statement.text, tokens, columns);
  const base = {
    kind: "keepable",
    operation,
    relation,
    key,
    rowText: `SELECT ${columns} FROM ${table(relation)} WHERE ${matches(relation, key)}`,
    restoringText: restoring.text,
    parameters: restoring.parameters,
    returningText,
  } as const;
  if (operation === "insert") return base;
  const selection = writeSelection(tokens, operation);
  if (selection === undefined) return not("it uses more than one table");
  if (isVolatile(tokens, facts, selection.where)) return not("its condition cannot be asked on its own");
  const beforeText = `SELECT ${columns} FROM ${selection.text}\nLIMIT ${maxRows + 1}`;
  return { ...base, beforeText };
}

/** The schema of a session's own tables, as the catalog calls it. */
const TEMPORARY = "temp";

/** `INSERT OR REPLACE`, `UPDATE OR REPLACE`. */
const replaces = (tokens: StatementTokens): boolean =>
  tokens.word(1) === "OR" && tokens.word(2) === "REPLACE";

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const table = ({ schema, name }: Relation): string => `${quoted(schema)}.${quoted(name)}`;

const positions = (relation: Relation, wanted: (column: Column) => boolean): readonly number[] =>
  relation.columns.flatMap((column, position) => (wanted(column) ? [position] : []));

const nameAt = (relation: Relation, position: number): string =>
  quoted(relation.columns[position]?.name ?? "");

const matches = (relation: Relation, key: readonly number[]): string =>
  key.map((position) => `${nameAt(relation, position)} = ?`).join(" AND ");

/** Undefined where there is nothing to put back. */
function restoringText(
  relation: Relation,
  operation: "insert" | "update" | "delete",
  key: readonly number[],
  assigned: ReadonlySet<string>,
): { readonly text: string; readonly parameters: readonly number[] } | undefined {
  if (operation === "insert") {
    return { text: `DELETE FROM ${table(relation)} WHERE ${matches(relation, key)}`, parameters: key };
  }
  const stored = positions(
    relation,
    ({ generated, name }) => !generated && (operation === "delete" || assigned.has(name)),
  );
  if (stored.length === 0) return undefined;
  const names = stored.map((position) => nameAt(relation, position));
  if (operation === "delete") {
    const values = stored.map(() => "?").join(", ");
    return {
      text: `INSERT INTO ${table(relation)} (${names.join(", ")}) VALUES (${values})`,
      parameters: stored,
    };
  }
  const set = names.map((name) => `${name} = ?`).join(", ");
  return {
    text: `UPDATE ${table(relation)} SET ${set} WHERE ${matches(relation, key)}`,
    parameters: [...stored, ...key],
  };
}

const returningAll = (text: string, tokens: StatementTokens, columns: string): string =>
  `${text}\n${outermost(tokens, "RETURNING") === undefined ? "RETURNING" : ","} ${columns}`;
