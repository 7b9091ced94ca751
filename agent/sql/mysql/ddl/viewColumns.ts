import type { QueryColumn } from "../../postgres/analysis.ts";
import type { CatalogIndex } from "../../postgres/catalogIndex.ts";
import { emptyScope } from "../../postgres/namespace.ts";
import { Unresolved } from "../../postgres/problem.ts";
import { MysqlAnalysis } from "../mysqlAnalysis.ts";
import { parseMysql } from "../parser/parse.ts";
import { MYSQL_READERS } from "../readers.ts";
import { NOTHING_REMEMBERED } from "../session.ts";
import type { MysqlSettings } from "../settings.ts";
import { literalNumber, literalText, parameterType } from "../types.ts";
import { type ColumnDraft, isSameName, type RelationDraft } from "./draft.ts";

/** The columns a query answers with; undefined where what it reads is not there, or not understood. */
export function queryColumns(
  index: CatalogIndex,
  query: string,
  settings: MysqlSettings,
): readonly ColumnDraft[] | undefined {
  const parsed = parseMysql(query, settings);
  if (parsed.kind !== "parsed" || parsed.statement.kind !== "query") return undefined;
  const session = { settings, memory: NOTHING_REMEMBERED };
  const frame = { kind: "elsewhere", view: undefined } as const;
  try {
    const analysis = new MysqlAnalysis(index, frame, MYSQL_READERS, session);
    const { columns } = analysis.query(parsed.statement.select, emptyScope);
    // A column of that name stands for those nobody can name.
    if (columns.some(({ name }) => name === "*")) return undefined;
    // An outer join adds NULLs; which of its sides has them is not asked here.
    const isJoined = parsed.tokens.some(({ key }) => key === "JOIN");
    return columns.map((column) => draftOf(column, !isJoined && isNeverNull(index, column)));
  } catch (error) {
    if (error instanceof Unresolved || error instanceof RangeError) return undefined;
    throw error;
  }
}

const draftOf = ({ name, value }: QueryColumn, notNull: boolean): ColumnDraft => ({
  name: value.shown ?? name,
  type: value.type === undefined || LITERALS.has(value.type) ? "" : value.type,
  notNull,
  comment: "",
  generated: false,
});

/** A column of a table as it is, which is declared to hold no NULL. */
function isNeverNull(index: CatalogIndex, { value }: QueryColumn): boolean {
  const [first] = value.refs;
  if (!value.plain || first === undefined) return false;
  const { schema, table, column } = first.column;
  const found = index.findRelation(schema, table);
  return (
    found?.kind === "user" &&
    found.relation.columns.some((one) => isSameName(one.name, column) && one.notNull)
  );
}

const LITERALS: ReadonlySet<string> = new Set([literalText, literalNumber, parameterType]);

/** What a view shows now; nothing where its query finds less or more than it has names for, as servers have it. */
export function viewColumns(
  index: CatalogIndex,
  { view }: RelationDraft,
  settings: MysqlSettings,
): ColumnDraft[] {
  if (view === undefined) return [];
  const found = queryColumns(index, view.query, { ...settings, database: view.database });
  if (found === undefined || (view.names !== undefined && view.names.length !== found.length)) return [];
  return found.map((column, position) => ({ ...column, name: view.names?.[position] ?? column.name }));
}
