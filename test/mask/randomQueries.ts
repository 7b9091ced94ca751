import fc from "fast-check";
import type { Catalog } from "../../protocol/catalog.ts";
import {
  aggregate,
  condition,
  ENDS,
  item,
  keyOf,
  LATERAL,
  ofColumn,
  type Source,
  tail,
  value,
  withoutAlias,
} from "./queryParts.ts";

/** A query in words, and whether the order of its rows is fixed to the last row. */
export interface RandomQuery {
  readonly sql: string;
  readonly ordered: boolean;
}

/** A query whose columns are all text, so that it can stand in a set operation, a CTE or FROM. */
interface TextQuery {
  readonly sql: string;
  readonly width: number;
}

const quoted = (name: string): string => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name}"`);

/** Queries over every relation of the schemas named, of all the forms that data can pass through. */
export function randomQueries(catalog: Catalog, schemas: readonly string[]): fc.Arbitrary<RandomQuery> {
  const relations = catalog.relations.filter(
    ({ schema, kind }) => schemas.includes(schema) && kind !== "composite_type" && kind !== "sequence",
  );
  const tables = relations.map(
    (relation): Omit<Source, "alias"> => ({
      from: `${relation.schema}.${quoted(relation.name)}`,
      columns: relation.columns.map(({ name }) => quoted(name)),
      key: relation.columns.filter(({ inPrimaryKey }) => inPrimaryKey).map(({ name }) => quoted(name)),
      joins: relation.columns.flatMap(({ name, references }) =>
        references === undefined
          ? []
          : [
              {
                column: quoted(name),
                table: `${references.schema}.${quoted(references.table)}`,
                target: quoted(references.column),
              },
            ],
      ),
    }),
  );
  return new Generator(tables).query();
}

class Generator {
  readonly #tables: readonly Omit<Source, "alias">[];

  constructor(tables: readonly Omit<Source, "alias">[]) {
    this.#tables = tables;
  }

  query(): fc.Arbitrary<RandomQuery> {
    const whole = fc.oneof(
      { weight: 6, arbitrary: this.#select(1) },
      { weight: 2, arbitrary: this.#grouped() },
      { weight: 2, arbitrary: this.#distinctOn() },
      { weight: 2, arbitrary: this.#union() },
      { weight: 2, arbitrary: this.#withCte() },
      { weight: 1, arbitrary: this.#table().map(({ from }) => ({ sql: `TABLE ${from}`, ordered: false })) },
      { weight: 1, arbitrary: this.#recursive() },
      { weight: 1, arbitrary: this.#lateral() },
    );
    return fc.tuple(whole, fc.constantFrom(...ENDS)).map(([{ sql, ordered }, end]) => ({
      sql: `${sql}${end}`,
      ordered,
    }));
  }

  #table(): fc.Arbitrary<Source> {
    return fc.constantFrom(...this.#tables).map((table) => ({ ...table, alias: table.from }));
  }

  #source(alias: string, depth: number): fc.Arbitrary<Source> {
    const plain = fc
      .constantFrom(...this.#tables)
      .map((table) => ({ ...table, from: `${table.from} AS ${alias}`, alias }));
    if (depth === 0) return plain;
    const derived = this.#texts(depth - 1).map(({ sql, width }): Source => {
      const columns = Array.from({ length: width }, (_, n) => `k${n + 1}`);
      return {
        from: `(${sql}) AS ${alias} (${columns.join(", ")})`,
        alias,
        columns,
        key: [],
        joins: [],
      };
    });
    return fc.oneof({ weight: 4, arbitrary: plain }, { weight: 1, arbitrary: derived });
  }

  /** One relation, or two of which one refers to the other. */
  #sources(depth: number): fc.Arbitrary<{ readonly from: string; readonly sources: readonly Source[] }> {
    return this.#source("a", depth).chain((a) => {
      const alone = fc.constant({ from: a.from, sources: [a] });
      const joined = a.joins.flatMap(({ column, table, target }) => {
        const other = this.#tables.find(({ from }) => from === table);
        if (other === undefined) return [];
        const b: Source = { ...other, alias: "b", from: `${table} AS b` };
        return ["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"].map((kind) => ({
          from: `${a.from} ${kind} ${b.from} ON a.${column} = b.${target}`,
          // An outer join has rows without a key.
          sources: kind === "JOIN" ? [a, b] : [a, { ...b, key: [] }].map((one) => ({ ...one, key: [] })),
        }));
      });
      return joined.length === 0 ? alone : fc.oneof(alone, fc.constantFrom(...joined));
    });
  }

  #select(depth: number): fc.Arbitrary<RandomQuery> {
    return this.#sources(depth).chain(({ from, sources }) => {
      const key = keyOf(sources);
      const list = fc.array(item(sources, key), { minLength: 1, maxLength: 5 });
      return fc.tuple(list, condition(sources), tail(key), fc.boolean()).map(([items, where, end, all]) => {
        const text = `SELECT ${all && end === "" ? "ALL " : ""}${items.join(", ")}\nFROM ${from}${where}${end}`;
        return { sql: text, ordered: end !== "" };
      });
    });
  }

  /** GROUP BY a primary key: the other columns of its row come along. */
  #grouped(): fc.Arbitrary<RandomQuery> {
    const keyed = this.#tables.filter(({ key, columns }) => key.length > 0 && columns.length > 1);
    return fc.constantFrom(...keyed).chain((table) => {
      const a: Source = { ...table, alias: "a", from: `${table.from} AS a` };
      const key = a.key.map((column) => `a.${column}`);
      const list = fc.array(fc.oneof(ofColumn(a, []), aggregate(a)), { minLength: 1, maxLength: 4 });
      const having = fc.constantFrom("", "\nHAVING count(*) > 0");
      return fc.tuple(list, having).map(([items, filter]) => ({
        sql: `SELECT ${items.join(", ")} FROM ${a.from} GROUP BY ${key.join(", ")}${filter} ORDER BY ${key.join(", ")}`,
        ordered: true,
      }));
    });
  }

  #distinctOn(): fc.Arbitrary<RandomQuery> {
    return this.#source("a", 0).chain((a) => {
      const key = keyOf([a]);
      const list = fc.array(item([a], []), { minLength: 1, maxLength: 4 });
      const by = fc.constantFrom(...a.columns);
      return fc.tuple(list, by, fc.boolean()).map(([items, column, plain]) =>
        plain || key.length === 0
          ? { sql: `SELECT DISTINCT ${items.join(", ")} FROM ${a.from}`, ordered: false }
          : {
              sql: `SELECT DISTINCT ON (a.${column}) ${items.join(", ")} FROM ${a.from} ORDER BY a.${column}, ${key.join(", ")}`,
              ordered: true,
            },
      );
    });
  }

  #union(): fc.Arbitrary<RandomQuery> {
    const width = fc.integer({ min: 1, max: 3 });
    const operation = fc.constantFrom("UNION ALL", "UNION ALL", "UNION", "EXCEPT", "INTERSECT ALL");
    return fc.tuple(width, operation).chain(([wide, words]) =>
      fc.tuple(this.#texts(0, wide), this.#texts(0, wide)).map(([left, right]) => ({
        sql: `${left.sql}\n${words}\n${right.sql}`,
        ordered: false,
      })),
    );
  }

  #withCte(): fc.Arbitrary<RandomQuery> {
    const how = fc.constantFrom("", " MATERIALIZED", " NOT MATERIALIZED");
    return fc.tuple(this.#texts(1), how).chain(([inner, kept]) => {
      const columns = Array.from({ length: inner.width }, (_, n) => `k${n + 1}`);
      const a: Source = { from: "q AS a", alias: "a", columns, key: [], joins: [] };
      const list = fc.array(item([a], []), { minLength: 1, maxLength: 4 });
      return fc.tuple(list, condition([a])).map(([items, where]) => ({
        sql: `WITH q (${columns.join(", ")}) AS${kept} (${inner.sql})\nSELECT ${items.join(", ")} FROM q AS a${where}`,
        ordered: false,
      }));
    });
  }

  #recursive(): fc.Arbitrary<RandomQuery> {
    return this.#texts(0, 1).map(({ sql }) => ({
      sql: `WITH RECURSIVE r (n, v) AS (SELECT 1, k FROM (${sql}) AS s (k) UNION ALL SELECT n + 1, v FROM r WHERE n < 3) SELECT n, v, r FROM r`,
      ordered: false,
    }));
  }

  #lateral(): fc.Arbitrary<RandomQuery> {
    return this.#source("a", 0).chain((a) =>
      fc.tuple(ofColumn(a, []), fc.constantFrom(...LATERAL)).map(([value, lateral]) => ({
        sql: `SELECT l.*, l, a FROM ${a.from}, ${lateral(`(${withoutAlias(value)})::text`)}`,
        ordered: false,
      })),
    );
  }

  #texts(depth: number, wide?: number): fc.Arbitrary<TextQuery> {
    const width = wide === undefined ? fc.integer({ min: 1, max: 3 }) : fc.constant(wide);
    return fc.tuple(this.#sources(depth), width).chain(([{ from, sources }, count]) => {
      const key = keyOf(sources);
      const values = fc.array(value(sources, []), { minLength: count, maxLength: count });
      return fc.tuple(values, condition(sources), fc.boolean()).map(([list, where, cut]) => {
        const text = `SELECT ${list.map((one) => `(${one})::text`).join(", ")} FROM ${from}${where}`;
        const ordered = cut && key.length > 0;
        return {
          sql: ordered ? `(${text} ORDER BY ${key.join(", ")} LIMIT 20)` : text,
          width: count,
        };
      });
    });
  }
}
