import type { Catalog, Column, Relation } from "../../protocol/catalog.ts";
import { higherLevel, isSensitive, type Label } from "../../protocol/label.ts";
import { columnKey } from "../sql/facts.ts";
import { baseRelations, isSystemSchema, ownerOf } from "./baseColumns.ts";
import { classifyColumn } from "./classifyColumn.ts";
import { shapesOf } from "./columnShape.ts";
import { relationKey, tableContexts } from "./names/tableContext.ts";
import { tableFrame } from "./names/tableFrame.ts";
import { nameWords } from "./names/vocabulary.ts";
import type { Samples } from "./samples.ts";
import { systemLabel } from "./systemLabel.ts";
import type { ColumnEvidence } from "./values/columnEvidence.ts";

/** What every base column is, by `columnKey`. */
export type Labels = ReadonlyMap<string, Label>;

export interface ClassifyOptions {
  /** Nobody will look at values: what names and types do not make sensitive counts as ordinary. */
  readonly metadataOnly?: boolean;
}

/**
 * Labels for every column of every relation that holds data, from names, types, comments, neighbours, foreign
 * keys and what was sampled. A partition's or child's column that its parent has too is the parent's.
 */
export function classifyCatalog(catalog: Catalog, samples: Samples, options: ClassifyOptions = {}): Labels {
  const relations = baseRelations(catalog);
  const owner = ownerOf(catalog);
  const contexts = tableContexts(relations.filter(({ schema }) => !isSystemSchema(schema)));
  const shapeOf = shapesOf(catalog);
  const labels = new Map<string, Label>();
  const references = new Map<string, string>();
  for (const relation of relations) {
    const frame = tableFrame(relation);
    const own = new Map<string, Label>();
    for (const column of relation.columns) {
      const of = owner(relation, column.name);
      if (of !== relation) continue;
      const key = keyOf(relation, column.name);
      const judged = (evidence: ColumnEvidence | undefined): Label =>
        classifyColumn({
          column,
          shape: shapeOf(column.type),
          contexts: contexts.get(relationKey(relation)) ?? new Set(),
          frame,
          evidence,
          pending: options.metadataOnly !== true,
        });
      const evidence = samples.get(key);
      const seen = isSystemSchema(relation.schema)
        ? systemLabel(relation.name, column.name)
        : judged(evidence);
      const label = evidence?.earlier === undefined ? seen : graver(judged(evidence.earlier), seen);
      own.set(column.name, label);
      if (column.references !== undefined) references.set(key, columnKey(targetOf(column.references)));
    }
    for (const [column, label] of besideFamilyName(own)) {
      const key = keyOf(relation, column);
      const other = labels.get(key);
      labels.set(key, graver(other, label));
      // Names with dots can make two columns share a key: the more sensitive label holds for both.
      if (other !== undefined) references.delete(key);
    }
  }
  return inherited(labels, references);
}

/** A column called just `name` in a table with family names holds given names. */
function besideFamilyName(labels: ReadonlyMap<string, Label>): ReadonlyMap<string, Label> {
  const types = new Set([...labels.values()].map(({ infoType }) => infoType));
  if (!types.has("family_name") || types.has("given_name")) return labels;
  return new Map(
    [...labels].map(([column, label]) => [
      column,
      label.infoType === "person_name" && nameWords(column).length === 1
        ? {
            ...label,
            infoType: "given_name",
            evidence: [...label.evidence, "a family name stands beside it"],
          }
        : label,
    ]),
  );
}

const targetOf = (target: NonNullable<Column["references"]>) => ({
  schema: target.schema,
  table: target.table,
  column: target.column,
});

const keyOf = (relation: Relation, column: string): string =>
  columnKey({ schema: relation.schema, table: relation.name, column });

const graver = (known: Label | undefined, label: Label): Label =>
  known !== undefined && higherLevel(known.level, label.level) !== label.level ? known : label;

/** A column that references another holds the same values, so it is the same thing. */
function inherited(labels: ReadonlyMap<string, Label>, references: ReadonlyMap<string, string>): Labels {
  const result = new Map(labels);
  for (const key of references.keys()) {
    const target = finalTarget(key, references);
    const label = labels.get(target);
    const own = labels.get(key);
    if (label === undefined || own === undefined || target === key) continue;
    // What names and types could not tell of the target, this column's own may.
    if (isSensitive(own) && label.infoType === "ordinary") continue;
    result.set(key, { ...label, evidence: [`it references ${target}`, ...label.evidence] });
  }
  return result;
}

function finalTarget(key: string, references: ReadonlyMap<string, string>): string {
  let target = key;
  for (let step = 0; step < 16; step++) {
    const next = references.get(target);
    if (next === undefined || next === key) break;
    target = next;
  }
  return target;
}
