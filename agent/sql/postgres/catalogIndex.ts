import type { Catalog, Column, Relation, Routine } from "../../../protocol/catalog.ts";
import type { ColumnId } from "../facts.ts";
import { isSystemSchema, systemRelation } from "./builtins.ts";

/** A relation the server has by itself: known by name and columns alone. */
export interface SystemRelation {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly string[];
}

export type FoundRelation =
  | { readonly kind: "user"; readonly relation: Relation }
  | { readonly kind: "system"; readonly relation: SystemRelation };

/** A catalog with maps for every look-up that understanding a statement needs. */
export class CatalogIndex {
  readonly catalog: Catalog;
  readonly #relations = new Map<string, Relation>();
  readonly #byOid = new Map<number, Relation>();
  readonly #routines = new Map<string, Routine[]>();
  readonly #routinesByOid = new Map<number, Routine>();
  readonly #columns = new Map<string, ColumnId>();
  readonly #types = new Set<string>();

  constructor(catalog: Catalog) {
    this.catalog = catalog;
    for (const relation of catalog.relations) {
      this.#relations.set(mapKey(relation.schema, relation.name), relation);
      this.#byOid.set(relation.oid, relation);
    }
    for (const routine of catalog.routines) {
      const named = this.#routines.get(routine.name);
      if (named) named.push(routine);
      else this.#routines.set(routine.name, [routine]);
      this.#routinesByOid.set(routine.oid, routine);
    }
    for (const type of catalog.types) this.#types.add(type.name);
  }

  /** Looks a relation up as the server does: in the named schema, or along the search path. */
  findRelation(schema: string | undefined, name: string): FoundRelation | undefined {
    for (const candidate of schema === undefined ? this.catalog.searchPath : [this.realSchema(schema)]) {
      // The server's own views are known by what they show, not by their text.
      const columns = isSystemSchema(candidate) ? systemRelation(candidate, name) : undefined;
      const relation = columns ? undefined : this.#relations.get(mapKey(candidate, name));
      if (relation) return { kind: "user", relation };
      if (columns) return { kind: "system", relation: { schema: candidate, name, columns } };
    }
    return undefined;
  }

  relationByOid(oid: number): Relation | undefined {
    return this.#byOid.get(oid);
  }

  /** User-defined routines a call of that name can mean, before argument types are looked at. */
  findRoutines(schema: string | undefined, name: string): readonly Routine[] {
    const named = this.#routines.get(name);
    if (!named) return [];
    const schemas = schema === undefined ? this.catalog.searchPath : [this.realSchema(schema)];
    return named.filter((routine) => schemas.includes(routine.schema));
  }

  routineByOid(oid: number): Routine | undefined {
    return this.#routinesByOid.get(oid);
  }

  hasUserType(name: string): boolean {
    return this.#types.has(name);
  }

  /** The routines that may compute an operator of that name. */
  operatorRoutines(schema: string | undefined, name: string): readonly Routine[] {
    const schemas = schema === undefined ? this.catalog.searchPath : [this.realSchema(schema)];
    return (this.catalog.operators ?? [])
      .filter((one) => one.name === name && schemas.includes(one.schema))
      .flatMap((one) => this.routineByOid(one.routineOid) ?? []);
  }

  /** The routines that may convert a value to a type the text names, with or without its schema. */
  castRoutines(type: string): readonly Routine[] {
    const bare = (printed: string): string | undefined => printed.split(".").at(-1)?.replace(/\[\]$/, "");
    return (this.catalog.casts ?? [])
      .filter((one) => bare(one.target) === bare(type))
      .flatMap((one) => this.routineByOid(one.routineOid) ?? []);
  }

  /** The routines of conversions that happen without being asked for. */
  silentCastRoutines(): readonly Routine[] {
    return (this.catalog.casts ?? [])
      .filter((one) => !one.named)
      .flatMap((one) => this.routineByOid(one.routineOid) ?? []);
  }

  /** The relation whose row a type is: a table's, a view's or a composite type's. */
  rowTypeNamed(printed: string): Relation | undefined {
    const parts = printed.match(/"(?:[^"]|"")*"|[^.]+/g) ?? [];
    const names = parts.map((part) =>
      part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part,
    );
    const [first, second] = names;
    if (first === undefined) return undefined;
    const found =
      second === undefined ? this.findRelation(undefined, first) : this.findRelation(first, second);
    return found?.kind === "user" ? found.relation : undefined;
  }

  /**
   * Who a column is, for labels and policy. A partition's or child's column that its parent has too is the
   * topmost parent's column: the same data, whichever way it is read.
   */
  identify(relation: Relation, column: Column): ColumnId {
    const owner = this.topmost(relation, column.name, 0);
    const key = `${mapKey(owner.schema, owner.name)}\0${column.name}`;
    const known = this.#columns.get(key);
    if (known) return known;
    const id: ColumnId = { schema: owner.schema, table: owner.name, column: column.name };
    this.#columns.set(key, id);
    return id;
  }

  /** The topmost ancestor that has a column of that name, or the relation itself. */
  topmost(relation: Relation, column: string, depth: number): Relation {
    if (depth > 32) return relation;
    for (const oid of relation.parents) {
      const parent = this.#byOid.get(oid);
      if (parent?.columns.some((one) => one.name === column)) return this.topmost(parent, column, depth + 1);
    }
    return relation;
  }

  /** Names that could have been meant, for a hint. */
  similarRelation(name: string): Relation | undefined {
    return this.catalog.relations.find(
      (relation) => relation.name.toLowerCase() === name.toLowerCase() || isOneEditAway(relation.name, name),
    );
  }

  realSchema(schema: string): string {
    if (schema !== "pg_temp") return schema;
    return this.catalog.searchPath.find((one) => one.startsWith("pg_temp_")) ?? schema;
  }
}

/** Indexes a catalog for `understandPostgres`; build it once for each catalog, not for each statement. */
export const indexCatalog = (catalog: Catalog): CatalogIndex => new CatalogIndex(catalog);

const mapKey = (schema: string, name: string): string => `${schema}\0${name}`;

/** One letter more, less or different. */
export function isOneEditAway(left: string, right: string): boolean {
  if (Math.abs(left.length - right.length) > 1 || left === right) return left === right;
  let start = 0;
  while (start < left.length && left[start] === right[start]) start++;
  const [a, b] = [left.slice(start), right.slice(start)];
  return a.slice(1) === b || a === b.slice(1) || a.slice(1) === b.slice(1);
}
