import type { Catalog, Column, Relation, RowRule } from "../../../../protocol/catalog.ts";
import { foldColumn } from "../settings.ts";
import { type ColumnDraft, columnNamed, isSameName, type KeyDraft, type RelationDraft } from "./draft.ts";
import { partitionColumns } from "./partitions.ts";
import type { SchemaState } from "./schemaState.ts";

/** What exists, as the loader of a server's catalog would list it. */
export function catalogOf(state: SchemaState): Catalog {
  const relations = [...state.relations.values()];
  const { settings, database } = state;
  return {
    engine: "mysql",
    version: settings.serverVersion,
    variant: settings.variant,
    database,
    currentUser: "",
    searchPath: [database],
    relations: relations.map((relation) => shown(state, relation)),
    routines: [
      ...state.routines.values(),
      ...relations.flatMap(({ triggers }) => triggers.map(({ body }) => body)),
    ],
    types: [],
  };
}

function shown(state: SchemaState, relation: RelationDraft): Relation {
  const { view } = relation;
  const primary = primaryOf(relation);
  const partitions = partitionColumns(relation, (column) => isIn(primary, column));
  return {
    oid: relation.oid,
    schema: relation.schema,
    name: relation.name,
    kind: relation.kind,
    columns: relation.columns.map((column, position) => ({
      ...bare(column, position),
      notNull: column.notNull,
      inPrimaryKey: isIn(primary, column),
      unique:
        !isIn(primary, column) && relation.keys.some((key) => key.kind === "unique" && isAlone(key, column)),
      ...referenceOf(state, relation, column),
      checks: relation.checks
        .filter((check) => isAlone(namesIn(relation, check), column))
        .map(({ text }) => text),
    })),
    ...(partitions !== undefined && { partitionColumns: partitions }),
    // Names in a stored text mean the view's own database.
    ...(view !== undefined && view.database === relation.schema && { definition: view.query }),
    ...(relation.comment !== "" && { comment: relation.comment }),
    parents: [],
    ...rowRules(relation),
    hasRules: false,
    triggers: relation.triggers.map(({ trigger }) => trigger),
    hasRowSecurity: false,
    version: JSON.stringify([relation.oid, relation.columns, relation.triggers.map(({ body }) => body.body)]),
  };
}

const bare = (column: ColumnDraft, position: number) => ({
  name: column.name,
  ordinal: position + 1,
  type: column.type,
  typeOid: 0,
  generated: column.generated,
  ...(column.counts && { counts: true }),
  ...(column.comment !== "" && { comment: column.comment }),
  ...(column.defaultText !== undefined && { defaultText: column.defaultText }),
});

/** Without a primary key, the first unique one over columns that are never NULL stands for it. */
function primaryOf(relation: RelationDraft): KeyDraft | undefined {
  const { keys } = relation;
  return (
    keys.find(({ kind }) => kind === "primary") ??
    keys.find(
      (key) =>
        key.kind === "unique" &&
        key.whole &&
        key.columns.length > 0 &&
        key.columns.every((name) => columnNamed(relation, name)?.notNull === true),
    )
  );
}

/** Keys by name and checks, as the loader of a server's catalog has them. */
function rowRules(relation: RelationDraft): Pick<Relation, "rowRules"> {
  const all = relation.columns.map(({ name }) => name);
  const keys = relation.keys.flatMap((key): readonly RowRule[] => {
    if (key.kind !== "primary" && key.kind !== "unique") return [];
    const own = columnsOf(relation, key);
    if (key.whole && own.length === 1) return [];
    // Which columns an expression names is not kept: any may be meant.
    return [
      { kind: key.whole && own.length > 0 ? "key" : "computed_key", columns: own.length > 0 ? own : all },
    ];
  });
  const checks = relation.checks
    .map((check): RowRule => ({ kind: "check", columns: namesIn(relation, check).columns }))
    .filter(({ columns }) => columns.length > 1);
  const found = [...keys, ...checks];
  return found.length === 0 ? {} : { rowRules: found };
}

const columnsOf = (relation: RelationDraft, key: Columns): readonly string[] =>
  key.columns.flatMap((name) => columnNamed(relation, name)?.name ?? []);

type Columns = { readonly columns: readonly string[] };

const isIn = (key: Columns | undefined, { name }: ColumnDraft): boolean =>
  key?.columns.some((one) => isSameName(one, name)) === true;

const isAlone = (key: Columns, column: ColumnDraft): boolean => key.columns.length === 1 && isIn(key, column);

/** The columns among the words of a check. */
function namesIn(relation: RelationDraft, check: Columns): Columns {
  const names = new Set(check.columns.map(foldColumn));
  return {
    columns: relation.columns.filter(({ name }) => names.has(foldColumn(name))).map(({ name }) => name),
  };
}

function referenceOf(
  state: SchemaState,
  relation: RelationDraft,
  column: ColumnDraft,
): Pick<Column, "references" | "otherReferences"> {
  const found: NonNullable<Column["references"]>[] = [];
  const foreign = relation.keys.filter(({ kind }) => kind === "foreign");
  for (const key of foreign.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (key.kind !== "foreign") continue;
    const position = key.columns.findIndex((one) => isSameName(one, column.name));
    const { schema, table, columns } = key.target;
    const target = state.find({ schemaname: schema, relname: table });
    const primary = target?.keys.find(({ kind }) => kind === "primary");
    const named = (columns.length > 0 ? columns : (primary?.columns ?? []))[position];
    if (position < 0 || named === undefined) continue;
    found.push({ schema, table, column: named });
  }
  const [references, ...otherReferences] = found;
  return {
    ...(references && { references }),
    ...(otherReferences.length > 0 && { otherReferences }),
  };
}
