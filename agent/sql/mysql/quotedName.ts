import type { Relation } from "../../../protocol/catalog.ts";
import { databaseOf } from "./temporarySchema.ts";

/** A name as the server reads it under any sql_mode. */
export const quotedName = (name: string): string => `\`${name.replaceAll("`", "``")}\``;

export const quotedTable = ({ schema, name }: Pick<Relation, "schema" | "name">): string =>
  `${quotedName(databaseOf(schema))}.${quotedName(name)}`;
