import type { RangeVar } from "libpg-query";
import type { Routine } from "../../../../protocol/catalog.ts";
import { type CatalogIndex, indexCatalog } from "../../postgres/catalogIndex.ts";
import { foldColumn, foldTable, type MysqlSettings } from "../settings.ts";
import type { ColumnDraft, RelationDraft } from "./draft.ts";
import { catalogOf } from "./snapshot.ts";
import { viewColumns } from "./viewColumns.ts";

const FIRST_OID = 1;

/** A view that reads views is read once for each of them, and then once more. */
const MOST_ROUNDS = 20;

/** What exists, while statements of DDL change it one after the other. */
export class SchemaState {
  readonly settings: MysqlSettings;
  readonly relations = new Map<string, RelationDraft>();
  readonly routines = new Map<string, Routine>();
  /** Tables that were to be created again, in order: what was there first stays, as in a database. */
  readonly doubled: string[] = [];
  /** The database that names without one mean. */
  database: string;
  #nextOid = FIRST_OID;
  #index: CatalogIndex | undefined;

  constructor(settings: MysqlSettings, database: string) {
    this.settings = settings;
    this.database = database;
  }

  /** To be called after every change. */
  changed(): void {
    this.#index = undefined;
  }

  nextOid(): number {
    return this.#nextOid++;
  }

  schemaOf({ schemaname }: RangeVar): string {
    return schemaname ?? this.database;
  }

  find(name: RangeVar): RelationDraft | undefined {
    return this.relations.get(this.#key(this.schemaOf(name), name.relname ?? ""));
  }

  /** An empty relation in the place of whatever had its name. */
  create(name: RangeVar, kind: RelationDraft["kind"], more: Partial<RelationDraft> = {}): RelationDraft {
    const created: RelationDraft = {
      oid: this.nextOid(),
      schema: this.schemaOf(name),
      name: name.relname ?? "",
      kind,
      columns: [],
      keys: [],
      checks: [],
      comment: "",
      triggers: [],
      temporary: false,
      ...more,
    };
    this.relations.set(this.#key(created.schema, created.name), created);
    return created;
  }

  drop(relation: RelationDraft): void {
    this.relations.delete(this.#key(relation.schema, relation.name));
  }

  /** Foreign keys follow the table they name. */
  rename(relation: RelationDraft, to: RangeVar): void {
    const before = { schema: relation.schema, table: relation.name };
    this.drop(relation);
    relation.schema = to.schemaname ?? relation.schema;
    relation.name = to.relname ?? "";
    this.relations.set(this.#key(relation.schema, relation.name), relation);
    const after = { schema: relation.schema, table: relation.name };
    this.#retarget(before, (target) => ({ ...target, ...after }));
  }

  /** A column's keys and checks follow its name, and so do foreign keys to it. */
  renameColumn(relation: RelationDraft, from: string, to: string): void {
    const renamed = (name: string): string => (foldColumn(name) === foldColumn(from) ? to : name);
    for (const one of [...relation.keys, ...relation.checks]) one.columns = one.columns.map(renamed);
    if (relation.partitionedBy) relation.partitionedBy = relation.partitionedBy.map(renamed);
    for (const check of relation.checks) if (check.owner !== undefined) check.owner = renamed(check.owner);
    this.#retarget({ schema: relation.schema, table: relation.name }, (target) => ({
      ...target,
      columns: target.columns.map(renamed),
    }));
  }

  #retarget(
    { schema, table }: { readonly schema: string; readonly table: string },
    change: (target: ForeignTarget) => ForeignTarget,
  ): void {
    for (const { keys } of this.relations.values()) {
      for (const key of keys) {
        if (key.kind !== "foreign" || key.target.schema !== schema || key.target.table !== table) continue;
        key.target = change(key.target);
      }
    }
  }

  routineKey(kind: Routine["kind"], schema: string, name: string): string {
    return JSON.stringify([kind, foldTable(this.settings, schema), foldColumn(name)]);
  }

  #key(schema: string, name: string): string {
    return JSON.stringify([foldTable(this.settings, schema), foldTable(this.settings, name)]);
  }

  /** What exists now, as the session resolves it. */
  index(): CatalogIndex {
    this.#index ??= this.#settled();
    return this.#index;
  }

  /** Reads views until what they show changes no more: they may stand in any order, and read each other. */
  #settled(): CatalogIndex {
    const views = [...this.relations.values()].filter(({ kind }) => kind === "view");
    for (let round = 0; ; round++) {
      const index = indexCatalog(catalogOf(this));
      let grew = false;
      for (const view of views) {
        const columns = viewColumns(index, view, this.settings);
        if (columnsAsText(columns) === columnsAsText(view.columns)) continue;
        view.columns = columns;
        grew = true;
      }
      if (!grew || round >= MOST_ROUNDS) return index;
    }
  }
}

type ForeignTarget = { readonly schema: string; readonly table: string; readonly columns: readonly string[] };

const columnsAsText = (columns: readonly ColumnDraft[]): string =>
  JSON.stringify(columns.map(({ name, type, notNull }) => [name, type, notNull]));
