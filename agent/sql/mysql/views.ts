import type { Relation } from "../../../protocol/catalog.ts";
import { nowhere } from "../postgres/analysis.ts";
import type { CatalogIndex } from "../postgres/catalogIndex.ts";
import { emptyScope } from "../postgres/namespace.ts";
import { type Opened, openedFrom } from "../postgres/opened.ts";
import { Unresolved } from "../postgres/problem.ts";
import { constant, type Field, field, opaque } from "../postgres/value.ts";
import { MysqlAnalysis } from "./mysqlAnalysis.ts";
import { parseMysql } from "./parser/parse.ts";
import { type MysqlSession, NOTHING_REMEMBERED } from "./session.ts";
import { foldColumn } from "./settings.ts";

const known = new WeakMap<CatalogIndex, Map<number, Opened>>();

/** Stored texts are printed by the server in one way, whatever the session's settings. */
export function storedSession(analysis: MysqlAnalysis, schema: string): MysqlSession {
  const { settings } = analysis.session;
  return {
    settings: {
      ...settings,
      ansiQuotes: false,
      noBackslashEscapes: false,
      pipesAsConcat: false,
      database: schema,
    },
    memory: NOTHING_REMEMBERED,
  };
}

/** The columns of a view in terms of base columns, and what its own text does with others. */
export function openView(analysis: MysqlAnalysis, view: Relation): Opened {
  const opened = known.get(analysis.index) ?? new Map<number, Opened>();
  known.set(analysis.index, opened);
  const before = opened.get(view.oid);
  if (before) return before;
  if (analysis.opening.includes(view.oid)) return unreadable(analysis, view, "it refers to itself");
  const found = readDefinition(analysis, view);
  opened.set(view.oid, found);
  return found;
}

function readDefinition(analysis: MysqlAnalysis, view: Relation): Opened {
  const session = storedSession(analysis, view.schema);
  const parsed = parseMysql(view.definition ?? "", session.settings);
  if (parsed.kind !== "parsed" || parsed.statement.kind !== "query" || parsed.doubt !== undefined) {
    return unreadable(analysis, view, "its definition can't be read");
  }
  const name = `${view.schema}.${view.name}`;
  const inner = new MysqlAnalysis(
    analysis.index,
    { kind: "elsewhere", view: name },
    analysis.readers,
    session,
    [...analysis.opening, view.oid],
  );
  try {
    const { columns } = inner.query(parsed.statement.select, emptyScope);
    if (columns.length !== view.columns.length) {
      return unreadable(analysis, view, "its definition has other columns than the view");
    }
    const fields = view.columns.map((column, index): Field => {
      const value = columns[index]?.value ?? opaque(constant, `A column of ${name} can't be followed.`);
      const own = field(foldColumn(column.name), value);
      return {
        ...own,
        shown: column.name,
        refs: own.refs.map((ref) => ({
          column: ref.column,
          span: nowhere,
          through: [name, ...(ref.through ?? [])],
        })),
        origin: undefined,
        type: column.type,
      };
    });
    for (const column of columns) {
      if (column.value.fallible) inner.use("function_argument", column.value, false);
    }
    return openedFrom(inner, fields);
  } catch (error) {
    if (error instanceof Unresolved) return unreadable(analysis, view, error.message);
    throw error;
  }
}

/** A view nobody can follow: its columns may hold anything. */
function unreadable(analysis: MysqlAnalysis, view: Relation, why: string): Opened {
  const reason = `The view ${view.schema}.${view.name} can't be followed to its tables: ${why}.`;
  const blank = new MysqlAnalysis(
    analysis.index,
    { kind: "elsewhere", view: undefined },
    analysis.readers,
    analysis.session,
  );
  blank.unknown(reason, nowhere);
  return openedFrom(
    blank,
    view.columns.map((column) => ({
      ...field(foldColumn(column.name), opaque(constant, reason)),
      shown: column.name,
    })),
  );
}
