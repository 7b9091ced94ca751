import type { Relation } from "../../../protocol/catalog.ts";

/** A name as the server reads it whatever its letters are. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export const qualified = ({ schema, name }: Pick<Relation, "schema" | "name">): string =>
  `${quoted(schema)}.${quoted(name)}`;
