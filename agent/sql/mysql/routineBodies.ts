import type { Relation, Routine } from "../../../protocol/catalog.ts";
import { nowhere } from "../postgres/analysis.ts";
import type { CatalogIndex } from "../postgres/catalogIndex.ts";
import { type Opened, openedFrom } from "../postgres/opened.ts";
import { ARGUMENT, combine, constant, type Field, field, type Value } from "../postgres/value.ts";
import { doubtChangedNames } from "./changedNames.ts";
import { readBody } from "./compounds.ts";
import { MysqlAnalysis, type RoutineNames } from "./mysqlAnalysis.ts";
import type { Statement } from "./parser/statement.ts";
import { baseFields } from "./relations.ts";
import type { TableName } from "./session.ts";
import { foldColumn } from "./settings.ts";
import { storedSession } from "./views.ts";

/** What reading a routine's body found. */
export interface OpenedRoutine extends Opened {
  readonly returned: readonly (readonly Field[])[];
  /** User variables it gives values. */
  readonly assigned: ReadonlyMap<string, Value>;
  /** Names that mean other tables after it. */
  readonly changedNames: ReadonlyMap<string, TableName>;
}

/** For a body that gives nothing back. */
export const nothing = {
  returned: [],
  assigned: new Map<string, Value>(),
  changedNames: new Map<string, TableName>(),
} as const;

/** Until something else is put into them, the parameters are what the caller hands over. */
export const firstHeld: Value = {
  ...constant,
  transform: "direct",
  plain: true,
  refs: [{ column: ARGUMENT, span: nowhere }],
};

/** Reads it until what its variables may hold grows no more. */
export function readSettled(
  analysis: MysqlAnalysis,
  routine: Routine,
  table: Relation | undefined,
  body: Statement,
): OpenedRoutine {
  let held = firstHeld;
  for (let round = 0; ; round++) {
    const inner = innerOf(analysis, routine, table, held);
    const found = readOnce(inner, routine, body);
    const next = combine([held, ...inner.held]);
    const becomesOpaque = next.transform === "opaque" && held.transform !== "opaque";
    if ((columnsIn(next) <= columnsIn(held) && !becomesOpaque) || round > 20) return found;
    held = { ...next, refs: [...new Map(next.refs.map((ref) => [ref.column, ref])).values()] };
  }
}

/** An analysis for the inside of a routine, whose variables may hold what is `held`. */
export function innerOf(
  analysis: MysqlAnalysis,
  routine: Routine,
  table: Relation | undefined,
  held: Value,
): MysqlAnalysis {
  return new MysqlAnalysis(
    analysis.index,
    { kind: "elsewhere", view: undefined },
    analysis.readers,
    storedSession(analysis, routine.schema),
    [...analysis.opening, routine.oid],
    namesOf(analysis.index, routine, table, held),
  );
}

const columnsIn = (value: Value): number => new Set(value.refs.map((ref) => ref.column)).size;

function readOnce(inner: MysqlAnalysis, routine: Routine, body: Statement): OpenedRoutine {
  const value = readBody(inner, body);
  doubtChangedNames(inner, inner.changedNames.keys());
  return {
    ...openedFrom(inner, [field(routine.name, value)]),
    returned: inner.returned,
    assigned: inner.assigned,
    changedNames: inner.changedNames,
  };
}

/** Parameters, and NEW and OLD of a trigger. */
function namesOf(
  index: CatalogIndex,
  routine: Routine,
  table: Relation | undefined,
  held: Value,
): RoutineNames {
  const types = new Map(
    [
      ...routine.argumentNames.map((name, index) => [name, routine.argumentTypes[index]] as const),
      ...routine.outputColumns.map(({ name, type }) => [name, type] as const),
    ].map(([name, type]) => [foldColumn(name), type] as const),
  );
  return {
    held,
    table,
    lookup: (name) => (types.has(name) ? typed(field(name, held), types.get(name)) : undefined),
    row: (name) =>
      table && (name === "new" || name === "old")
        ? { ...constant, transform: "expression", fields: baseFields(index, table) }
        : undefined,
  };
}

const typed = (one: Field, type: string | undefined): Field => (type === undefined ? one : { ...one, type });
