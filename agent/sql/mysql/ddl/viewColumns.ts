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
import type { ColumnDraft, RelationDraft } from "./draft.ts";

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
    return columns.map(draftOf);
  } catch (error) {
    if (error instanceof Unresolved || error instanceof RangeError) return undefined;
    throw error;
  }
}

const draftOf = ({ name, value }: QueryColumn): ColumnDraft => ({
  name: value.shown ?? name,
  type: value.type === undefined || LITERALS.has(value.type) ? "" : value.type,
  notNull: false,
  comment: "",
  generated: false,
});

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
