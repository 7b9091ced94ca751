import type { RelationKind, Trigger } from "../../../../protocol/catalog.ts";

/** A relation while DDL is still changing it; a snapshot makes a catalog's relation of it. */
export interface RelationDraft {
  readonly oid: number;
  schema: string;
  name: string;
  kind: RelationKind;
  columns: ColumnDraft[];
  /** Dropped columns leave their number behind. */
  nextOrdinal: number;
  definition?: string;
  /** The definition holds a `*` that could not be spelled out, so it goes with the next change of a column. */
  definitionHasStar: boolean;
  comment?: string;
  parents: number[];
  constraints: ConstraintDraft[];
  triggers: TriggerDraft[];
  /** Columns whose values decide in which partition a row lies. */
  partitionedBy: string[];
  readonly rules: Set<string>;
  hasRowSecurity: boolean;
  /** Relations that a view's definition names. */
  sources: ReadonlySet<number>;
  /** The column a sequence belongs to, and goes with. */
  ownedBy?: { readonly oid: number; column: string };
}

export interface ColumnDraft {
  name: string;
  readonly ordinal: number;
  type: string;
  notNull: boolean;
  comment?: string;
  defaultText?: string;
  generated: boolean;
  /** A parent has it: what changes there changes here. */
  inherited: boolean;
  /** It has a definition of its own, and stays when the parent's goes. */
  local: boolean;
}

export type ConstraintDraft =
  | { readonly kind: "primary" | "unique"; name: string; columns: string[] }
  | {
      readonly kind: "foreign";
      name: string;
      columns: string[];
      readonly target: number;
      targetColumns: string[];
    }
  | { readonly kind: "computed"; name: string; columns: string[] }
  | { readonly kind: "check"; name: string; columns: string[]; readonly text: string };

export interface TriggerDraft {
  name: string;
  readonly events: Trigger["events"];
  readonly routineOid: number;
  enabled: boolean;
  /** Partitions have the row triggers of their parents. */
  readonly perRow: boolean;
}

/** An empty relation. */
export function newRelation(
  oid: number,
  place: { readonly schema: string; readonly name: string },
  kind: RelationKind,
): RelationDraft {
  return {
    oid,
    schema: place.schema,
    name: place.name,
    kind,
    columns: [],
    nextOrdinal: 1,
    definitionHasStar: false,
    parents: [],
    constraints: [],
    triggers: [],
    partitionedBy: [],
    rules: new Set(),
    hasRowSecurity: false,
    sources: new Set(),
  };
}

/** Adds a column behind the others. */
export function addColumn(
  relation: RelationDraft,
  column: Pick<ColumnDraft, "name" | "type"> & Partial<Omit<ColumnDraft, "ordinal">>,
): ColumnDraft {
  const added: ColumnDraft = {
    notNull: false,
    generated: false,
    inherited: false,
    local: true,
    ...column,
    ordinal: relation.nextOrdinal,
  };
  relation.nextOrdinal++;
  relation.columns.push(added);
  return added;
}

export const columnNamed = (relation: RelationDraft, name: string): ColumnDraft | undefined =>
  relation.columns.find((column) => column.name === name);
