import type { Relation } from "../../protocol/catalog.ts";
import type { StatementFacts } from "./facts.ts";
import type { CatalogIndex } from "./postgres/catalogIndex.ts";

/** Why rows of this table cannot be put back by writing to them alone, or null. */
export function unfit(
  relation: Relation,
  facts: StatementFacts,
  index: CatalogIndex,
  isTemporary: boolean,
): string | null {
  const name = `${relation.schema}.${relation.name}`;
  const direct = facts.relations.some(
    (use) => use.oid === relation.oid && use.access === "write" && !use.indirect,
  );
  if (!direct || !TABLES.has(relation.kind)) return `${name} is not written as a table of its own`;
  if (isTemporary) return `${name} is a temporary table`;
  const family = familyOf(relation, index);
  if (family.some(({ kind }) => kind === "foreign_table")) return `${name} holds rows of another server`;
  if (family.some((one) => one.kind === "table" && one.parents.includes(relation.oid))) {
    return `other tables inherit from ${name}`;
  }
  if (family.some(({ hasRules }) => hasRules)) return `${name} has rules`;
  const events = facts.kind === "update" ? ["update"] : ["delete", "insert"];
  const fires = family.some(({ triggers }) =>
    triggers.some((trigger) => trigger.enabled && trigger.events.some((event) => events.includes(event))),
  );
  return fires ? `${name} has triggers, and what they do is not undone` : null;
}

const TABLES: ReadonlySet<Relation["kind"]> = new Set(["table", "partitioned_table", "partition"]);

/** The relation with everything above and below it: rows are stored in the one and written through the other. */
function familyOf(relation: Relation, index: CatalogIndex): readonly Relation[] {
  const family = new Map([[relation.oid, relation]]);
  for (const one of family.values()) {
    for (const oid of one.parents) {
      const parent = index.relationByOid(oid);
      if (parent !== undefined) family.set(oid, parent);
    }
  }
  const below = new Set([relation.oid]);
  for (let size = 0; size !== below.size; ) {
    size = below.size;
    for (const one of index.catalog.relations) {
      if (one.parents.some((oid) => below.has(oid))) below.add(one.oid);
    }
  }
  for (const oid of below) {
    const one = index.relationByOid(oid);
    if (one !== undefined) family.set(oid, one);
  }
  return [...family.values()];
}
