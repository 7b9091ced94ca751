import type { Relation, Routine } from "../../../protocol/catalog.ts";
import type { Span } from "../facts.ts";
import { nowhere } from "../postgres/analysis.ts";
import type { CatalogIndex } from "../postgres/catalogIndex.ts";
import { openedFrom, replay } from "../postgres/opened.ts";
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
import { changeNamesAs } from "./changedNames.ts";
import type { MysqlAnalysis } from "./mysqlAnalysis.ts";
import { parseBody } from "./parser/parse.ts";
import { firstHeld, innerOf, nothing, type OpenedRoutine, readSettled } from "./routineBodies.ts";
import { settingsOfBody } from "./routineModes.ts";
import { assign, insertId, readsInsertId } from "./userVariables.ts";
import { storedSession } from "./views.ts";

/** What calling a stored routine adds to the arguments that flow through it. */
export interface CalledRoutine {
  readonly refs: readonly SourceRef[];
  /** Why nobody can say what flows in, where that is so. */
  readonly opaque?: string;
  /** Columns of the queries whose rows it hands to the client. */
  readonly returned: readonly (readonly Field[])[];
}

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
  // What it keeps there itself is followed inside.
  if (!opened.assigned.has(insertId)) {
    readsInsertId(analysis, opened, `${routine.schema}.${routine.name}`, span);
  }
  replay(analysis, { ...opened, unknowns: [] }, span, undefined, given);
  for (const [name, value] of opened.assigned) {
    const own = value.refs.filter((ref) => ref.column !== ARGUMENT).map((ref) => ({ ...ref, span }));
    assign(analysis, name, combine([{ ...value, refs: own, literals: [] }, given]));
  }
  changeNamesAs(analysis, opened.changedNames, true);
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

/** What a body reads and stores, in every way its text can be read. */
function readRoutine(analysis: MysqlAnalysis, routine: Routine, table: Relation | undefined): OpenedRoutine {
  const unreadable = (why: string): OpenedRoutine => {
    const inner = innerOf(analysis, routine, table, firstHeld);
    inner.unknown(why, nowhere);
    return { ...openedFrom(inner, [field(routine.name, opaque(constant, "not known"))]), ...nothing };
  };
  if (routine.body.trim() === "") return unreadable("its body can't be seen.");
  if (routine.language !== "sql") return unreadable(`it is written in ${routine.language}.`);
  const readings: OpenedRoutine[] = [];
  let why = "its body can't be read.";
  for (const settings of settingsOfBody(routine.body, storedSession(analysis, routine.schema).settings)) {
    const parsed = parseBody(routine.body, settings);
    if (parsed.kind !== "parsed" || parsed.doubt !== undefined) continue;
    try {
      readings.push(readSettled(analysis, routine, table, parsed.statement));
    } catch (error) {
      if (!(error instanceof Unresolved)) throw error;
      why = `${error.message}.`;
    }
  }
  const [first, ...others] = readings;
  if (!first) return unreadable(why);
  const same = others.every((other) => gistOf(other) === gistOf(first));
  return same ? first : unreadable("its text means different things in different modes.");
}

/** What a reading comes to, apart from calls that do nothing beside computing. */
const gistOf = ({ functions, changedNames, ...rest }: OpenedRoutine): string =>
  JSON.stringify([
    rest,
    [...changedNames.keys()],
    functions.filter((one) => one.hazards.length > 0 || one.oid !== undefined),
  ]);

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
