import type { Relation, Routine } from "../../../protocol/catalog.ts";
import type { Span } from "../facts.ts";
import { nowhere } from "../postgres/analysis.ts";
import type { CatalogIndex } from "../postgres/catalogIndex.ts";
import { type Opened, openedFrom, replay } from "../postgres/opened.ts";
import { Unresolved } from "../postgres/problem.ts";
import {
  ARGUMENT,
  combine,
  constant,
  type Field,
  field,
  opaque,
  type SourceRef,
  type Value,
} from "../postgres/value.ts";
import { readBody } from "./compounds.ts";
import { MysqlAnalysis, type RoutineNames } from "./mysqlAnalysis.ts";
import { parseBody } from "./parser/parse.ts";
import type { Statement } from "./parser/statement.ts";
import { baseFields } from "./relations.ts";
import { foldColumn } from "./settings.ts";
import { assign } from "./userVariables.ts";
import { storedSession } from "./views.ts";

/** What calling a stored routine adds to the arguments that flow through it. */
export interface CalledRoutine {
  readonly refs: readonly SourceRef[];
  /** Why nobody can say what flows in, where that is so. */
  readonly opaque?: string;
  /** Columns of the queries whose rows it hands to the client. */
  readonly returned: readonly (readonly Field[])[];
}

interface OpenedRoutine extends Opened {
  readonly returned: readonly (readonly Field[])[];
  /** User variables it gives values. */
  readonly assigned: ReadonlyMap<string, Value>;
}

const nothing = { returned: [], assigned: new Map<string, Value>() } as const;

const known = new WeakMap<CatalogIndex, Map<number, OpenedRoutine>>();

/**
 * Opens a routine's body and adds what it does to the statement that calls it. `given` is what flows in through the
 * arguments; a trigger's body works on the rows of a table.
 */
export function callRoutine(
  analysis: MysqlAnalysis,
  routine: Routine,
  span: Span,
  given: Value = constant,
  table?: Relation,
): CalledRoutine {
  const opened = open(analysis, routine, table);
  const readable = opened.unknowns.length === 0;
  analysis.functions.push({
    schema: routine.schema,
    name: routine.name,
    oid: routine.oid,
    volatility: routine.volatility,
    hazards: readable ? [] : ["unreadable_body"],
    span,
  });
  replay(analysis, { ...opened, unknowns: [] }, span, undefined, given);
  for (const [name, value] of opened.assigned) {
    const own = value.refs.filter((ref) => ref.column !== ARGUMENT).map((ref) => ({ ...ref, span }));
    assign(analysis, name, combine([{ ...value, refs: own, literals: [] }, given]));
  }
  const shaping = opened.uses
    .filter((use) => use.role !== "output" && use.role !== "assignment")
    .map((use) => ({ column: use.column, span, ...(use.through ? { through: use.through } : {}) }));
  const refs = [...opened.fields.flatMap((one) => one.refs).map((ref) => ({ ...ref, span })), ...shaping];
  const { returned } = opened;
  const name = `${routine.schema}.${routine.name}`;
  if (!readable) {
    const reason = `What ${name} does is not known: ${opened.unknowns[0] ?? ""}`;
    // What a routine is declared to do is not checked by the server.
    analysis.unknown(reason, span);
    analysis.raise("unknown");
    return { refs, opaque: reason, returned };
  }
  const hidden = opened.fields.some((one) => one.transform === "opaque");
  return { refs, returned, ...(hidden ? { opaque: `What ${name} returns is not known.` } : {}) };
}

function open(analysis: MysqlAnalysis, routine: Routine, table: Relation | undefined): OpenedRoutine {
  const opened = known.get(analysis.index) ?? new Map<number, OpenedRoutine>();
  known.set(analysis.index, opened);
  const before = opened.get(routine.oid);
  if (before) return before;
  // The routine around it is being read already; everything it does is gathered there.
  if (analysis.opening.includes(routine.oid)) {
    return { ...openedFrom(innerOf(analysis, routine, table, constant), []), ...nothing };
  }
  const found = withoutArguments(readRoutine(analysis, routine, table));
  if (analysis.opening.length === 0 || found.unknowns.length > 0) opened.set(routine.oid, found);
  return found;
}

function innerOf(
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

/** Reads it until what its variables may hold grows no more. */
function readRoutine(analysis: MysqlAnalysis, routine: Routine, table: Relation | undefined): OpenedRoutine {
  // Until something else is put into them, the parameters are what the caller hands over.
  let held: Value = {
    ...constant,
    transform: "direct",
    plain: true,
    refs: [{ column: ARGUMENT, span: nowhere }],
  };
  const unreadable = (why: string): OpenedRoutine => {
    const inner = innerOf(analysis, routine, table, held);
    inner.unknown(why, nowhere);
    return { ...openedFrom(inner, [field(routine.name, opaque(constant, "not known"))]), ...nothing };
  };
  if (routine.body.trim() === "") return unreadable("its body can't be seen.");
  if (routine.language !== "sql") return unreadable(`it is written in ${routine.language}.`);
  const parsed = parseBody(routine.body, storedSession(analysis, routine.schema).settings);
  if (parsed.kind !== "parsed" || parsed.doubt !== undefined) return unreadable("its body can't be read.");
  try {
    for (let round = 0; ; round++) {
      const inner = innerOf(analysis, routine, table, held);
      const found = readOnce(inner, routine, parsed.statement);
      const next = combine([held, ...inner.held]);
      const opaque = next.transform === "opaque" && held.transform !== "opaque";
      const grows = columnsIn(next) > columnsIn(held) || opaque;
      if (!grows || round > 20) return found;
      held = { ...next, refs: [...new Map(next.refs.map((ref) => [ref.column, ref])).values()] };
    }
  } catch (error) {
    if (!(error instanceof Unresolved)) throw error;
    return unreadable(`${error.message}.`);
  }
}

const columnsIn = (value: Value): number => new Set(value.refs.map((ref) => ref.column)).size;

function readOnce(inner: MysqlAnalysis, routine: Routine, body: Statement): OpenedRoutine {
  const value = readBody(inner, body);
  return {
    ...openedFrom(inner, [field(routine.name, value)]),
    returned: inner.returned,
    assigned: inner.assigned,
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

/** The arguments are added where the routine is called, but for what is stored: it is bound then. */
function withoutArguments(opened: OpenedRoutine): OpenedRoutine {
  const without = (one: Field): Field => ({
    ...one,
    refs: one.refs.filter((ref) => ref.column !== ARGUMENT),
  });
  return {
    ...opened,
    fields: opened.fields.map(without),
    returned: opened.returned.map((columns) => columns.map(without)),
    uses: opened.uses.filter((use) => use.column !== ARGUMENT),
  };
}
