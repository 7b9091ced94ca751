import type { Field, Value } from "./value.ts";

/** One relation in scope, under the name by which the text can call it. */
export interface NamespaceItem {
  readonly id: number;
  readonly name: string | undefined;
  readonly fields: readonly Field[];
  /** `name.column` finds it: false for the join of `a JOIN b`, which has no name. */
  readonly nameVisible: boolean;
  /** `column` finds it: false for the sides of a join, whose columns are the join's. */
  readonly columnsVisible: boolean;
  /** A table or view under its own name, which `schema.name.column` finds. */
  readonly relation?: { readonly schema: string; readonly name: string };
  /** Oid of the relation, if it is one: what a whole-row reference reports. */
  readonly relationOid?: number;
  readonly hasSystemColumns: boolean;
  /** Set where the columns are not all known: what an unknown name of it comes to. */
  readonly open?: Value;
}

/** The names visible at a place: the items of this query level, then those of the queries around it. */
export interface Scope {
  readonly items: readonly NamespaceItem[];
  readonly parent: Scope | undefined;
  readonly ctes: CteScope | undefined;
  /** Windows of the WINDOW clause, by name. */
  readonly windows?: ReadonlyMap<string, Value>;
}

/** WITH queries in reach, innermost first. */
export interface CteScope {
  readonly entries: ReadonlyMap<string, CteEntry>;
  readonly parent: CteScope | undefined;
}

export interface CteEntry {
  readonly name: string;
  /** The columns as known so far; reads the query when first asked. */
  columns(): readonly Field[];
}

export const emptyScope: Scope = { items: [], parent: undefined, ctes: undefined };

const byName = new WeakMap<readonly Field[], ReadonlyMap<string, readonly Field[]>>();

/** The fields of a name; several if the relation has duplicate names. */
export function fieldsNamed(fields: readonly Field[], name: string): readonly Field[] {
  if (fields.length < 8) return fields.filter((field) => field.name === name);
  let index = byName.get(fields);
  if (!index) {
    index = Map.groupBy(fields, (field) => field.name);
    byName.set(fields, index);
  }
  return index.get(name) ?? [];
}

export function findCte(ctes: CteScope | undefined, name: string): CteEntry | undefined {
  for (let scope = ctes; scope; scope = scope.parent) {
    const entry = scope.entries.get(name);
    if (entry) return entry;
  }
  return undefined;
}
