import type { Catalog, Column } from "../protocol/catalog.ts";
import type { ColumnId } from "./sql/facts.ts";
import type { CatalogIndex } from "./sql/postgres/catalogIndex.ts";

/** Types whose values cannot be words, by the first word of how the server prints them. */
const WORDLESS =
  /^(?:small|big|tiny|medium)?(?:int|integer|serial)(?:\d|\b)|^(?:decimal|dec|numeric|fixed|real|float\d?|double|bool|boolean|money|date|time|timestamp|timestamptz|timetz|datetime|year|interval|uuid|bit|inet|cidr|macaddr8?|inet4|inet6|oid|xid|tid|point|line|lseg|box|path|polygon|circle)\b/;
/** A check that lets in a list of constants and nothing else, as servers print it. */
const LISTED =
  /^(?:CHECK)?[\s(]*[`"\w]+\)?(?:::[\w ]+)?\s*(?:=\s*ANY\s*\(*ARRAY\s*\[|(?:in|IN)\s*\()\s*(?:_?\w*'(?:[^']|'')*'(?:::[\w ]+)?\s*,?\s*)+[\])]*(?:::[\w ]+\[\])?[)\s]*$/;
/** Nobody tells a model anything in so few characters. */
const FEW = /^(?:char|character|varchar|character varying|nchar|nvarchar)\(([1-4])\)$/;

/**
 * Whether values of a column may be words that somebody wrote: false only where the server itself lets nothing in but
 * numbers, times, identifiers, or a fixed list. What is not known may be words.
 */
export function isTextColumn(id: ColumnId, index: CatalogIndex): boolean {
  const found = index.findRelation(id.schema, id.table);
  if (found?.kind !== "user") return true;
  const column = found.relation.columns.find(({ name }) => name === id.column);
  return column === undefined || maySayWords(column, index.catalog);
}

function maySayWords(column: Column, { engine, types }: Catalog): boolean {
  const type = column.type.toLowerCase();
  // A file's columns take any value but in the key that numbers its rows.
  if (engine === "sqlite") return !(column.inPrimaryKey && type === "integer");
  if (WORDLESS.test(type) || FEW.test(type) || /^(?:enum|set)\(/.test(type)) return false;
  const [name, schema] = type.replaceAll('"', "").split(".").toReversed();
  const own = types.find((one) => one.name.toLowerCase() === name && one.schema === (schema ?? one.schema));
  if (own?.kind === "enum") return false;
  return !column.checks.some((check) => LISTED.test(check));
}
