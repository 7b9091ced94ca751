import fs from "node:fs";
import { classifyCatalog } from "../../../agent/classify/classifyCatalog.ts";
import { readDdlDatabase } from "../../../agent/engines/ddlDatabase.ts";
import { isSensitive } from "../../../protocol/label.ts";

/** Written last, by somebody who knew nothing of the classifier; nobody looks at more than how many columns it takes. */
export const KEPT_UNSEEN = "ordinarySchemasFifth.sql";

export const ORDINARY_SCHEMAS = [
  "ordinarySchemas.sql",
  "ordinarySchemasHeldOut.sql",
  "ordinarySchemasThird.sql",
  "ordinarySchemasFourth.sql",
  KEPT_UNSEEN,
] as const;
type OrdinarySchemas = (typeof ORDINARY_SCHEMAS)[number];

/** Of a schema that is not about people, by names alone: how many columns, and which are labelled confidential or above. */
export async function falseAlarms(
  file: OrdinarySchemas,
): Promise<{ readonly columns: number; readonly labelled: readonly string[] }> {
  const ddl = fs.readFileSync(new URL(file, import.meta.url), "utf8");
  const { catalog } = (await readDdlDatabase("postgres", ddl)).index();
  const own = catalog.relations.filter(({ schema }) => !SERVERS_OWN.has(schema));
  const labels = classifyCatalog(catalog, new Map(), { metadataOnly: true });
  const keys = own.flatMap(({ schema, name, columns }) =>
    columns.map((column) => `${schema}.${name}.${column.name}`),
  );
  const labelled = keys.filter((key) => {
    const label = labels.get(key);
    return label !== undefined && isSensitive(label);
  });
  return { columns: keys.length, labelled };
}

const SERVERS_OWN: ReadonlySet<string> = new Set(["pg_catalog", "information_schema"]);
