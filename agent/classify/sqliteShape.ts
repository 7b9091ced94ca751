import type { Shape } from "./taxonomy/infoType.ts";

/**
 * What a type holds that somebody made up for a column of SQLite: by the rules of its affinities, in their order.
 * Where those say NUMERIC the column takes any text as well (`STRING` is such a type), so only words for numbers
 * count as numbers.
 */
export function sqliteShape(declared: string): Shape | undefined {
  const type = declared.toLowerCase();
  if (/^tinyint\s*\(\s*1\s*\)/.test(type)) return "boolean";
  if (type.includes("int")) return "number";
  if (/json/.test(type)) return "json";
  if (/char|clob|text/.test(type)) return "text";
  if (/blob|binary/.test(type)) return "bytes";
  if (/real|floa|doub/.test(type)) return "number";
  if (/^(?:dec|decimal|num|number|numeric|money|currency)\b/.test(type)) return "number";
  if (/^(?:uuid|guid|uniqueidentifier)\b/.test(type)) return "uuid";
  return undefined;
}
