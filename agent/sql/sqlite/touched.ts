import type { Catalog, Column, Relation } from "../../../protocol/catalog.ts";
import type { ColumnId } from "../facts.ts";
import { comparedNames } from "./comparedNames.ts";
import { type StatementTokens, tokensOf } from "./headWords.ts";
import { asciiLower } from "./lexer.ts";
import { isHarmlessPragma } from "./pragmas.ts";
import { type Asked, TEMPORARY } from "./schemaCopy.ts";

/** One base column a statement reads, and what led there: views, triggers or named queries, or the text itself. */
export interface TouchedColumn {
  readonly id: ColumnId;
  readonly inside: ReadonlySet<string>;
}

export interface Written {
  readonly relation: Relation;
  readonly operation: "insert" | "update" | "delete";
  readonly columns: readonly string[];
  readonly inside: string;
}

/** What SQLite asked leave for, in the catalog's own names. */
export interface Touched {
  readonly reads: ReadonlyMap<string, TouchedColumn>;
  readonly written: readonly Written[];
  /** Tables and views, with whether the text itself leads there. */
  readonly relations: ReadonlyMap<Relation, { readonly written: boolean; readonly direct: boolean }>;
  readonly functions: readonly string[];
  readonly unknowns: readonly string[];
}

const NAMES_OF_SCHEMA: ReadonlySet<string> = new Set(["sqlite_master", "sqlite_schema"]);
/** They compute rows from their arguments. */
const TABLE_FUNCTIONS: ReadonlySet<string> = new Set(["json_each", "json_tree", "jsonb_each", "jsonb_tree"]);

export interface NamedRelation {
  readonly relation: Relation;
  readonly columns: ReadonlyMap<string, Column>;
}

const indexes = new WeakMap<Catalog, ReadonlyMap<string, NamedRelation>>();

/** Relations and columns by the names SQLite compares. */
export function namesOf(catalog: Catalog): ReadonlyMap<string, NamedRelation> {
  const known = indexes.get(catalog);
  if (known !== undefined) return known;
  const names = new Map(
    catalog.relations.map((relation) => [
      asciiLower(relation.name),
      { relation, columns: new Map(relation.columns.map((column) => [asciiLower(column.name), column])) },
    ]),
  );
  indexes.set(catalog, names);
  return names;
}

/** `ofSchema`: the statement changes the schema, and SQLite's own work on its schema table is nobody's. */
export function touchedBy(
  asked: readonly Asked[],
  tokens: StatementTokens,
  catalog: Catalog,
  ofSchema: boolean,
): Touched {
  const names = namesOf(catalog);
  const reads = new Map<string, { readonly id: ColumnId; readonly inside: Set<string> }>();
  const written = new Map<string, Written & { readonly columns: string[] }>();
  const relations = new Map<Relation, { written: boolean; direct: boolean }>();
  const functions = new Set<string>();
  const unknowns = new Set<string>();

  const use = (relation: Relation, writes: boolean, inside: string): void => {
    const known = relations.get(relation);
    const direct = inside === "" || known?.direct === true;
    relations.set(relation, { written: writes || known?.written === true, direct });
  };
  const read = ({ schema, name: table }: Relation, column: string, inside: string): void => {
    const key = JSON.stringify([table, column]);
    const known = reads.get(key);
    if (known === undefined) reads.set(key, { id: { schema, table, column }, inside: new Set([inside]) });
    else known.inside.add(inside);
  };
  const find = (name: string, database: string): NamedRelation | "ignored" | undefined => {
    if (database === TEMPORARY) {
      if (ofSchema && name.startsWith("sqlite_temp_")) return "ignored";
      return inSchema(names.get(name), true);
    }
    if (ofSchema && name.startsWith("sqlite_")) return "ignored";
    if (NAMES_OF_SCHEMA.has(name)) return names.get("sqlite_schema");
    if (name.startsWith("pragma_") && isHarmlessPragma(name.slice(7), "")) return "ignored";
    if (TABLE_FUNCTIONS.has(name)) return "ignored";
    return inSchema(names.get(name), false);
  };

  for (const { action, first, second, database, inside } of asked) {
    const view = names.get(inside);
    if (view?.relation.kind === "view") use(view.relation, false, "view");
    if (action === "FUNCTION") functions.add(second);
    if (!["READ", "INSERT", "UPDATE", "DELETE"].includes(action)) continue;
    const found = find(first, database);
    if (found === "ignored") continue;
    if (found === undefined) {
      unknowns.add(`${first} is nothing the catalog lists`);
      continue;
    }
    const { relation, columns } = found;
    use(relation, action !== "READ", inside);
    if (action === "READ") {
      const column = columns.get(second);
      if (isVirtual(relation)) {
        // Its hidden columns and functions speak of all it holds.
        for (const one of relation.columns) read(relation, one.name, inside);
        continue;
      }
      if (second === "" || relation.kind === "view" || (column === undefined && second === "rowid")) continue;
      if (column === undefined) unknowns.add(`${first}.${second} is nothing the catalog lists`);
      else read(relation, column.name, inside);
      continue;
    }
    const operation = action === "INSERT" ? "insert" : action === "UPDATE" ? "update" : "delete";
    const key = JSON.stringify([operation, first, inside]);
    const target = written.get(key) ?? { relation, operation, columns: [], inside };
    const column = columns.get(second)?.name;
    if (column !== undefined && !target.columns.includes(column)) target.columns.push(column);
    written.set(key, target);
  }
  // SQLite asks no leave for the columns that USING and NATURAL compare.
  const compare = (of: StatementTokens, inside: string): void => {
    const compared = comparedNames(of);
    for (const relation of relations.keys()) {
      for (const { name } of relation.kind === "view" ? [] : relation.columns) {
        if (compared === "everything" || compared.has(asciiLower(name))) read(relation, name, inside);
      }
    }
  };
  compare(tokens, "");
  for (const { kind, name, definition } of relations.keys()) {
    if (kind === "view") compare(tokensOf(definition ?? ""), asciiLower(name));
  }
  return {
    reads,
    written: [...written.values()],
    relations,
    functions: [...functions],
    unknowns: [...unknowns],
  };
}

/** Names are told apart by where they are too: something temporary may hide what has its name. */
const inSchema = (found: NamedRelation | undefined, temporary: boolean): NamedRelation | undefined =>
  (found?.relation.schema === TEMPORARY) === temporary ? found : undefined;

const isVirtual = ({ definition }: Relation): boolean => /^CREATE\s+VIRTUAL\b/i.test(definition ?? "");
