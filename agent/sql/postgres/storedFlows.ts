import type { Flow } from "../facts.ts";
import { Analysis } from "./analysis.ts";
import type { CatalogIndex } from "./catalogIndex.ts";
import { READERS } from "./readers.ts";
import { openView } from "./views.ts";

/** What materialised views hold, by their definitions: labels follow the data into them. */
export function storedFlows(index: CatalogIndex): readonly Flow[] {
  return index.catalog.relations
    .filter((relation) => relation.kind === "materialized_view")
    .flatMap((relation) => {
      const analysis = new Analysis(index, { kind: "elsewhere", view: undefined }, READERS);
      const { fields } = openView(analysis, relation);
      return fields.map(
        (field): Flow => ({
          target: { schema: relation.schema, table: relation.name, column: field.name },
          sources: field.countOnly ? [] : field.refs.map((ref) => ref.column),
          unchanged: field.plain,
          opaque: field.transform === "opaque",
        }),
      );
    });
}
