import type { Shape } from "./taxonomy/infoType.ts";

/** What a type of MySQL or MariaDB holds, as information_schema prints it: `int(11) unsigned`, `enum('a','b')`. */
export function mysqlShape(printed: string): Shape | undefined {
  if (/^(?:enum|set)\s*\(/.test(printed)) return "closed_set";
  const [word = ""] = /^[a-z0-9_]+/.exec(printed) ?? [];
  // The types of flags, as drivers of both servers take them.
  if (/^(?:tinyint|bit)\s*\(1\)/.test(printed)) return "boolean";
  return SHAPES.get(word);
}

const TYPES: readonly (readonly [shape: Shape, words: string])[] = [
  ["text", "char varchar nchar nvarchar tinytext text mediumtext longtext xmltype"],
  ["number", "tinyint smallint mediumint int integer bigint decimal numeric dec fixed float double real bit"],
  ["boolean", "bool boolean"],
  ["temporal", "date time datetime timestamp year"],
  ["json", "json"],
  ["bytes", "binary varbinary tinyblob blob mediumblob longblob vector"],
  ["network", "inet4 inet6"],
  ["uuid", "uuid"],
  ["geometry", "geometry point linestring polygon geometrycollection geomcollection"],
  ["geometry", "multipoint multilinestring multipolygon"],
];

const SHAPES: ReadonlyMap<string, Shape> = new Map(
  TYPES.flatMap(([shape, words]) => words.split(" ").map((word) => [word, shape] as const)),
);
