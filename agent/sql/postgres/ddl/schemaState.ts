import type { RangeVar } from "libpg-query";
import type { Relation, RelationKind, Routine, UserType } from "../../../../protocol/catalog.ts";
import { type CatalogIndex, indexCatalog } from "../catalogIndex.ts";
import { newRelation, type RelationDraft } from "./draft.ts";
import { snapshot } from "./snapshot.ts";

const FIRST_OID = 16384;
const TEMPORARY = "pg_temp_1";
const DEFAULT_PATH: readonly string[] = ["public"];

/** What exists, while statements of DDL change it one after the other. */
export class SchemaState {
  readonly relations = new Map<number, RelationDraft>();
  readonly routines = new Map<number, Routine>();
  readonly types: UserType[] = [];
  /** Tables that were to be created again, in order: what was there first stays, as in a database. */
  readonly doubled: string[] = [];
  readonly shown = new Map<number, Relation>();
  /** What a new session looks names up in, pg_catalog apart. */
  defaultPath: readonly string[] = DEFAULT_PATH;
  /** The same for this session, after SET search_path. */
  sessionPath: readonly string[] = DEFAULT_PATH;
  readonly #byName = new Map<string, RelationDraft>();
  #nextOid = FIRST_OID;
  #index: CatalogIndex | undefined;

  /** To be called after every change, so that names resolve by what is there now. */
  changed(): void {
    this.shown.clear();
    this.#index = undefined;
  }

  /** The same after a change that leaves what was there before as it was, `relation` apart. */
  added(relation?: RelationDraft): void {
    if (relation) this.shown.delete(relation.oid);
    this.#index = undefined;
  }

  nextOid(): number {
    return this.#nextOid++;
  }

  /** The schemas this session looks names up in, as `current_schemas(true)` lists them. */
  searchPath(): readonly string[] {
    const path = this.sessionPath.includes("pg_catalog")
      ? this.sessionPath
      : ["pg_catalog", ...this.sessionPath];
    const hasTemporary = [...this.relations.values()].some((one) => one.schema === TEMPORARY);
    return hasTemporary ? [TEMPORARY, ...path] : path;
  }

  /** Names as this session resolves them now. */
  index(): CatalogIndex {
    this.#index ??= indexCatalog(snapshot(this, this.searchPath()));
    return this.#index;
  }

  /** The next session begins: temporary relations and settings are gone. */
  startSession(): void {
    this.sessionPath = this.defaultPath;
    for (const relation of [...this.relations.values()]) {
      if (relation.schema === TEMPORARY) this.remove(relation);
    }
    this.changed();
  }

  /** The schema in which a name is created. */
  creationSchema(schema?: string, persistence?: string): string {
    if (persistence === "t" || schema === "pg_temp") return TEMPORARY;
    return schema ?? this.sessionPath.find((one) => one !== "pg_catalog") ?? "public";
  }

  find(schema: string | undefined, name: string): RelationDraft | undefined {
    const real = schema === "pg_temp" ? TEMPORARY : schema;
    for (const candidate of real === undefined ? this.searchPath() : [real]) {
      const found = this.#byName.get(keyOf(candidate, name));
      if (found) return found;
    }
    return undefined;
  }

  findVar(name: RangeVar | undefined): RelationDraft | undefined {
    return name ? this.find(name.schemaname, name.relname ?? "") : undefined;
  }

  /** By the parts of a dotted name. */
  findParts(parts: readonly string[]): RelationDraft | undefined {
    return this.find(parts.at(-2), parts.at(-1) ?? "");
  }

  /** A new relation; undefined where one of that name is there already. */
  create(name: RangeVar | undefined, kind: RelationKind): RelationDraft | undefined {
    const schema = this.creationSchema(name?.schemaname, name?.relpersistence);
    return this.createAt(schema, name?.relname ?? "", kind);
  }

  createAt(schema: string, name: string, kind: RelationKind): RelationDraft | undefined {
    if (this.#byName.has(keyOf(schema, name))) return undefined;
    const relation = newRelation(this.nextOid(), { schema, name }, kind);
    this.relations.set(relation.oid, relation);
    this.#byName.set(keyOf(schema, name), relation);
    return relation;
  }

  /** Gives a relation another name or schema. */
  move(relation: RelationDraft, schema: string, name: string): void {
    this.#byName.delete(keyOf(relation.schema, relation.name));
    relation.schema = schema;
    relation.name = name;
    this.#byName.set(keyOf(schema, name), relation);
  }

  /** Removes a relation with its partitions, children and sequences, and what refers to it. */
  remove(relation: RelationDraft): void {
    this.relations.delete(relation.oid);
    this.#byName.delete(keyOf(relation.schema, relation.name));
    for (const other of [...this.relations.values()]) {
      if (other.parents.includes(relation.oid) || other.ownedBy?.oid === relation.oid) this.remove(other);
      other.constraints = other.constraints.filter(
        (one) => one.kind !== "foreign" || one.target !== relation.oid,
      );
    }
  }

  /** The relation's partitions and children, and theirs. */
  descendants(relation: RelationDraft): readonly RelationDraft[] {
    const children = [...this.relations.values()].filter((one) => one.parents.includes(relation.oid));
    return children.flatMap((child) => [child, ...this.descendants(child)]);
  }

  /** Views whose definitions name the relation. */
  dependents(relation: RelationDraft): readonly RelationDraft[] {
    return [...this.relations.values()].filter((one) => one.sources.has(relation.oid));
  }

  findType(schema: string | undefined, name: string): UserType | undefined {
    for (const candidate of schema === undefined ? this.searchPath() : [schema]) {
      const found = this.types.find((one) => one.schema === candidate && one.name === name);
      if (found) return found;
    }
    return undefined;
  }

  addType(type: UserType): void {
    if (!this.types.some((one) => one.schema === type.schema && one.name === type.name))
      this.types.push(type);
  }

  replaceType(before: UserType, after: UserType | undefined): void {
    this.types.splice(this.types.indexOf(before), 1, ...(after ? [after] : []));
  }

  /** Routines of a name, along the path where no schema is given. */
  findRoutines(parts: readonly string[]): readonly Routine[] {
    const schema = parts.at(-2);
    const schemas = schema === undefined ? this.searchPath() : [schema];
    const named = [...this.routines.values()].filter((one) => one.name === parts.at(-1));
    return schemas.flatMap((one) => named.filter((routine) => routine.schema === one));
  }
}

const keyOf = (schema: string, name: string): string => `${schema}\0${name}`;
