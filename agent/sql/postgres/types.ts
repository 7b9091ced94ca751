import type { TypeName } from "libpg-query";
import type { CatalogIndex } from "./catalogIndex.ts";
import { nameParts } from "./names.ts";

/** A type's name as text: `text`, `shop.customers`, with `[]` for arrays. Type modifiers are left out. */
export function printedType(type: TypeName): string {
  const parts = nameParts(type.names);
  const printed = parts.length > 1 && parts[0] === "pg_catalog" ? parts.slice(1) : parts;
  return printed.map(quoteName).join(".") + (type.arrayBounds?.length ? "[]" : "");
}

const quoteName = (name: string): string =>
  /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;

/** The field names of a composite type, if the type is one. */
export function rowFields(index: CatalogIndex, type: string): readonly string[] | undefined {
  if (type === "" || type.endsWith("[]")) return undefined;
  return index.rowTypeNamed(type)?.columns.map((column) => column.name);
}
