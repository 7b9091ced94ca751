import type { Catalog, Column, Relation, Routine, RowRule, UserType } from "../../../../protocol/catalog.ts";
import type { ColumnDraft, ConstraintDraft, RelationDraft, TriggerDraft } from "./draft.ts";

/** What a catalog is made of. */
export interface Drafts {
  readonly relations: ReadonlyMap<number, RelationDraft>;
  readonly routines: ReadonlyMap<number, Routine>;
  readonly types: readonly UserType[];
  /** Relations as they were last shown, while nothing about them changes. */
  readonly shown: Map<number, Relation>;
}

/** The newest server whose grammar reads the DDL. */
const SERVER_VERSION = 180000;

/** A catalog of what exists now, in the order a server's is in. */
export function snapshot(state: Drafts, searchPath: readonly string[]): Catalog {
  const byName = (left: Named, right: Named): number =>
    compare(left.schema, right.schema) || compare(left.name, right.name);
  return {
    engine: "postgres",
    version: SERVER_VERSION,
    database: "ddl",
    currentUser: "",
    searchPath,
    relations: [...state.relations.values()].sort(byName).map((draft) => shownRelation(state, draft)),
    routines: [...state.routines.values()].sort(byName),
    types: [...state.types].sort(byName),
  };
}

interface Named {
  readonly schema: string;
  readonly name: string;
}

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

function shownRelation(state: Drafts, draft: RelationDraft): Relation {
  const known = state.shown.get(draft.oid);
  if (known) return known;
  const relation = relationOf(state, draft);
  state.shown.set(draft.oid, relation);
  return relation;
}

function relationOf(state: Drafts, draft: RelationDraft): Relation {
  const constraints = constraintsOf(state, draft);
  return {
    oid: draft.oid,
    schema: draft.schema,
    name: draft.name,
    kind: draft.kind,
    columns: draft.columns.map((column) => columnOf(state, draft, column, constraints)),
    ...(draft.definition === undefined ? {} : { definition: draft.definition }),
    ...(draft.comment === undefined ? {} : { comment: draft.comment }),
    parents: [...draft.parents],
    ...rowRules(draft, constraints),
    ...(draft.partitionedBy.length > 0 && { partitionedBy: [...draft.partitionedBy] }),
    hasRules: draft.rules.size > 0,
    triggers: triggersOf(state, draft)
      .map(({ name, events, routineOid, enabled }) => ({ name, events, routineOid, enabled }))
      .sort((left, right) => compare(left.name, right.name)),
    hasRowSecurity: draft.hasRowSecurity,
    version: "ddl",
  };
}

/** In the order a server's catalog has them, and with columns in the table's order. */
function rowRules(draft: RelationDraft, constraints: readonly ConstraintDraft[]): Pick<Relation, "rowRules"> {
  const found = constraints.flatMap((one): readonly RowRule[] => {
    const columns = draft.columns.map(({ name }) => name).filter((name) => one.columns.includes(name));
    if (one.kind === "computed") return [{ kind: "computed_key", columns }];
    if (one.kind === "foreign" || columns.length < 2) return [];
    return [{ kind: one.kind === "check" ? "check" : "key", columns }];
  });
  return found.length === 0 ? {} : { rowRules: found };
}

function columnOf(
  state: Drafts,
  draft: RelationDraft,
  column: ColumnDraft,
  constraints: readonly ConstraintDraft[],
): Column {
  const naming = constraints.filter((one) => one.columns.includes(column.name));
  const references = naming.flatMap((one) => {
    const target = one.kind === "foreign" ? state.relations.get(one.target) : undefined;
    const name = one.kind === "foreign" ? one.targetColumns[one.columns.indexOf(column.name)] : undefined;
    return target && name !== undefined ? [{ schema: target.schema, table: target.name, column: name }] : [];
  });
  const [reference] = references;
  return {
    name: column.name,
    ordinal: column.ordinal,
    type: column.type,
    // Only a server knows it.
    typeOid: 0,
    notNull: isNotNull(state, draft, column),
    ...(column.comment === undefined ? {} : { comment: column.comment }),
    ...(column.defaultText === undefined ? {} : { defaultText: column.defaultText }),
    generated: column.generated,
    inPrimaryKey: naming.some((one) => one.kind === "primary"),
    unique: naming.some(
      (one) => (one.kind === "primary" || one.kind === "unique") && one.columns.length === 1,
    ),
    ...(reference ? { references: reference } : {}),
    checks: naming.flatMap((one) => (one.kind === "check" && one.columns.length === 1 ? [one.text] : [])),
  };
}

const parentsOf = (state: Drafts, draft: RelationDraft): readonly RelationDraft[] =>
  draft.parents.flatMap((oid) => state.relations.get(oid) ?? []);

/** A partition has its parent's keys; every child has its parents' checks. */
export function constraintsOf(state: Drafts, draft: RelationDraft): readonly ConstraintDraft[] {
  const isOwn = (one: ConstraintDraft): boolean =>
    draft.constraints.some((own) => own.kind === one.kind && own.name === one.name);
  const inherited = parentsOf(state, draft).flatMap((parent) =>
    constraintsOf(state, parent).filter(
      (one) => (one.kind === "check" || parent.kind === "partitioned_table") && !isOwn(one),
    ),
  );
  return [...draft.constraints, ...inherited];
}

/** A column is NOT NULL where a parent's is. */
export function isNotNull(state: Drafts, draft: RelationDraft, column: ColumnDraft): boolean {
  if (column.notNull) return true;
  return parentsOf(state, draft).some((parent) => {
    const same = parent.columns.find((one) => one.name === column.name);
    return same !== undefined && isNotNull(state, parent, same);
  });
}

function triggersOf(state: Drafts, draft: RelationDraft): readonly TriggerDraft[] {
  const inherited = parentsOf(state, draft)
    .filter((parent) => parent.kind === "partitioned_table")
    .flatMap((parent) => triggersOf(state, parent).filter((one) => one.perRow))
    .filter((one) => !draft.triggers.some((own) => own.name === one.name));
  return [...draft.triggers, ...inherited];
}
