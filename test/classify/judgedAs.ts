import { classifyCatalog } from "../../agent/classify/classifyCatalog.ts";
import { isSensitive } from "../../protocol/label.ts";
import { catalogOf } from "./catalogs.ts";

/** Tables with their columns as `name type`, and what each is; `-` for nothing to hide. */
export type Tables = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What each column is taken for by metadata alone. */
export function judgedAs(tables: Tables): Tables {
  const catalog = catalogOf(
    Object.fromEntries(Object.entries(tables).map(([table, columns]) => [table, Object.keys(columns)])),
  );
  const labels = classifyCatalog(catalog, new Map(), { metadataOnly: true });
  return Object.fromEntries(
    Object.entries(tables).map(([table, columns]) => [
      table,
      Object.fromEntries(
        Object.keys(columns).map((text) => {
          const label = labels.get(`${table}.${text.split(" ")[0]}`);
          return [text, label !== undefined && isSensitive(label) ? label.infoType : "-"];
        }),
      ),
    ]),
  );
}
