import type { Catalog } from "../../protocol/catalog.ts";
import { mysqlShape } from "./mysqlShape.ts";
import { sqliteShape } from "./sqliteShape.ts";
import type { Shape } from "./taxonomy/infoType.ts";

/** What a column's declared type lets it hold. `array`: several of them in one value. */
export interface ColumnShape {
  readonly shape: Shape;
  readonly array: boolean;
  /** Of numbers: the digits of the longest whole one; 0 where they are fractions. */
  readonly digits?: number;
  /** Of addresses: only those of networks, never of one machine. */
  readonly wholeNetworks?: true;
}

/** Tells shapes by the type names of a catalog's engine, user-defined types of this catalog included. */
export function shapesOf(catalog: Catalog): (type: string) => ColumnShape {
  const builtIn = BUILT_IN[catalog.engine];
  const types = new Map(
    catalog.types.flatMap((type) => [
      [type.name, type],
      [`${type.schema}.${type.name}`, type],
    ]),
  );
  const known = new Map<string, ColumnShape>();
  const resolve = (type: string, depth: number): ColumnShape => {
    const array = /\[\d*\]$/.test(type);
    const bare = type.replace(/(?:\[\d*\])+$/, "").toLowerCase();
    const shape = builtIn(bare);
    if (shape !== undefined) {
      const digits = shape === "number" ? wholeDigits(bare) : undefined;
      return {
        shape,
        array,
        ...(digits !== undefined && { digits }),
        ...(bare === "cidr" && { wholeNetworks: true }),
      };
    }
    const own = types.get(type.replace(/(?:\[\d*\])+$/, "").replaceAll('"', ""));
    if (own?.kind === "enum") return { shape: "closed_set", array };
    if (own?.kind === "range") return { shape: "temporal", array };
    const [base] = own?.kind === "domain" ? own.detail : [];
    if (base !== undefined && depth < 8) {
      const inner = resolve(base, depth + 1);
      return { ...inner, array: array || inner.array };
    }
    return { shape: "unknown", array };
  };
  return (type) => {
    const found = known.get(type) ?? resolve(type, 0);
    known.set(type, found);
    return found;
  };
}

/** Undefined where the type sets no end that matters. */
function wholeDigits(type: string): number | undefined {
  if (/^(?:smallint|int2|smallserial|serial2|tinyint)\b/.test(type)) return 5;
  const [, precision, scale] =
    /^(?:numeric|decimal|dec|fixed)\s*\((\d+)\s*(?:,\s*(-?\d+)\s*)?\)/.exec(type) ?? [];
  if (precision === undefined) return undefined;
  return Number(scale ?? 0) > 0 ? 0 : Number(precision);
}

/** Shapes whose values may say anything, so that only a look at them, or a name, tells they are harmless. */
export const saysAnything = (shape: Shape): boolean =>
  shape === "text" || shape === "json" || shape === "bytes" || shape === "unknown";

/** Shapes worth a look at the values: anything, and numbers that may be cards, phones or national numbers. */
export const isSampled = (shape: Shape): boolean => saysAnything(shape) || shape === "number";

/** As `format_type` prints them. */
function postgresShape(printed: string): Shape | undefined {
  const type = printed
    .replace(/\(.*?\)/, "")
    .replace(/^(?:pg_catalog|public)\./, "")
    .trim();
  if (TEXTS.test(type)) return "text";
  if (NUMBERS.test(type)) return "number";
  if (/^(?:date|time|timetz|timestamp|timestamptz|interval|datetime)\b/.test(type)) return "temporal";
  if (/^(?:int4|int8|num|ts|tstz|date)(?:multi)?range$/.test(type)) return "temporal";
  if (/^bool(?:ean)?$/.test(type)) return "boolean";
  if (/^(?:jsonb?|hstore)$/.test(type)) return "json";
  if (/^(?:bytea|vector|halfvec|sparsevec)$/.test(type)) return "bytes";
  if (/^(?:inet|cidr|macaddr8?)$/.test(type)) return "network";
  if (type === "uuid") return "uuid";
  if (/^(?:geometry|geography|point|line|lseg|box|path|polygon|circle)$/.test(type)) return "geometry";
  return undefined;
}

const TEXTS =
  /^(?:text|citext|character varying|varchar|character|char|bpchar|name|"char"|xml|tsvector|tsquery|nvarchar|nchar|clob)$/;
const NUMBERS =
  /^(?:smallint|integer|bigint|int|int2|int4|int8|numeric|decimal|real|double precision|float|float4|float8|money|smallserial|serial|bigserial|serial2|serial4|serial8|oid|xid8?|bit|bit varying|varbit|pg_lsn)$/;

const BUILT_IN: Readonly<Record<Catalog["engine"], (type: string) => Shape | undefined>> = {
  postgres: postgresShape,
  mysql: mysqlShape,
  // Types people brought along from PostgreSQL mean there what they say.
  sqlite: (type) => postgresShape(type) ?? sqliteShape(type),
};
