import type { Relation, Routine } from "../../../protocol/catalog.ts";
import type { CatalogIndex } from "../postgres/catalogIndex.ts";
import { foldColumn, foldTable, type MysqlSettings } from "./settings.ts";
import { isSystemSchema } from "./systemRelations.ts";

interface Names {
  readonly relations: ReadonlyMap<string, Relation>;
  readonly routines: ReadonlyMap<string, readonly Routine[]>;
}

const known = new WeakMap<CatalogIndex, Map<boolean, Names>>();

const key = (schema: string, name: string): string => `${schema}\0${name}`;

function namesOf(index: CatalogIndex, settings: MysqlSettings): Names {
  const folded = settings.lowerCaseTableNames !== 0;
  const byFolding = known.get(index) ?? new Map<boolean, Names>();
  known.set(index, byFolding);
  const before = byFolding.get(folded);
  if (before) return before;
  const { relations, routines } = index.catalog;
  const names: Names = {
    relations: new Map(relations.map((one) => [relationKey(settings, one.schema, one.name), one] as const)),
    routines: Map.groupBy(routines, (one) => key(foldTable(settings, one.schema), foldColumn(one.name))),
  };
  byFolding.set(folded, names);
  return names;
}

/** The server's own tables are found whatever the case. */
function relationKey(settings: MysqlSettings, schema: string, name: string): string {
  if (isSystemSchema(schema)) return key(foldColumn(schema), foldColumn(name));
  return key(foldTable(settings, schema), foldTable(settings, name));
}

export const findRelation = (
  index: CatalogIndex,
  settings: MysqlSettings,
  schema: string,
  name: string,
): Relation | undefined => namesOf(index, settings).relations.get(relationKey(settings, schema, name));

/** Stored functions or procedures of a name; their names are compared without case. */
export const findRoutines = (
  index: CatalogIndex,
  settings: MysqlSettings,
  schema: string | undefined,
  name: string,
): readonly Routine[] =>
  schema === undefined
    ? []
    : (namesOf(index, settings).routines.get(key(foldTable(settings, schema), foldColumn(name))) ?? []);
