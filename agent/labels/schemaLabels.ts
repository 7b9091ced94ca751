import { namedColumns, referenceFlows } from "../classify/baseColumns.ts";
import { classifyCatalog, type Labels } from "../classify/classifyCatalog.ts";
import { correctLabels, loosens } from "../classify/corrections.ts";
import { type CarriedFlow, carriedFlow } from "../classify/inheritedLabels.ts";
import type { SharedLabels } from "../classify/sharedLabels.ts";
import { columnKey, type Flow } from "../sql/facts.ts";
import { storedMysqlFlows } from "../sql/mysql/storedFlows.ts";
import type { CatalogIndex } from "../sql/postgres/catalogIndex.ts";
import { storedFlows } from "../sql/postgres/storedFlows.ts";

/**
 * What the columns of a database that only exists as DDL are: by names and types, as the workspace's shared labels
 * say, with what statements so far have stored in them.
 */
export class SchemaLabels {
  readonly #shared: SharedLabels | undefined;
  readonly #flows: CarriedFlow[] = [];
  #index: CatalogIndex | undefined;
  #labels: Labels = new Map();
  #notices: readonly string[] = [];

  constructor(shared: SharedLabels | undefined) {
    this.#shared = shared;
  }

  /** For a person: what the shared labels say in vain of what was classified last. */
  get notices(): readonly string[] {
    return this.#notices;
  }

  /** @throws LabelsFileError */
  of(index: CatalogIndex): Labels {
    if (index !== this.#index) {
      this.#labels = this.#labelled(index);
      this.#index = index;
    }
    return this.#labels;
  }

  add(flows: readonly Flow[]): void {
    if (flows.length === 0) return;
    const labels = this.#labels;
    this.#flows.push(...flows.map((flow) => carriedFlow(flow, (id) => labels.get(columnKey(id)))));
    this.#index = undefined;
  }

  #labelled(index: CatalogIndex): Labels {
    const { catalog } = index;
    const named = classifyCatalog(catalog, new Map(), { metadataOnly: true });
    const stored = catalog.engine === "mysql" ? storedMysqlFlows(index) : storedFlows(index);
    const shared = this.#shared?.correctionsFor(null, named, namedColumns(catalog));
    const said = shared?.corrections ?? [];
    const labels = correctLabels(named, said, referenceFlows(catalog), [...stored, ...this.#flows]);
    // Nobody is signed in who could have the right to lower.
    const lowered = said.flatMap((one) => {
      const label = named.get(columnKey(one.column));
      return label === undefined || !loosens(label, one)
        ? []
        : [
            `${one.by} would lower ${columnKey(one.column)} to ${one.infoType} (${one.level}). Without a database that is ignored: it needs the right to relabel.`,
          ];
    });
    this.#notices = [...(shared?.notices ?? []), ...lowered];
    return labels;
  }
}
