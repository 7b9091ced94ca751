import type { Relation, Routine } from "../../../protocol/catalog.ts";
import type { Span } from "../facts.ts";
import { Analysis, nowhere } from "./analysis.ts";
import type { CatalogIndex } from "./catalogIndex.ts";
import { noteFlows } from "./flows.ts";
import { functionHazard, isComputingExtension, isHarmlessVolatile } from "./hazards.ts";
import { type Opened, openedFrom, replay, replayDestruction } from "./opened.ts";
import { type AssignToRow, readPlpgsql } from "./plpgsql.ts";
import { asFunction } from "./plpgsqlSource.ts";
import { Unresolved } from "./problem.ts";
import { RoutineVariables } from "./routineVariables.ts";
import { readSqlBody } from "./sqlBodies.ts";
import { readStoredExpression } from "./storedExpression.ts";
import { rowFields } from "./types.ts";
import {
  ARGUMENT,
  combine,
  constant,
  type Field,
  field,
  opaque,
  type SourceRef,
  type Value,
} from "./value.ts";

/** What calling a user-defined routine adds to the arguments that flow through it. */
export interface CalledRoutine {
  readonly refs: readonly SourceRef[];
  /** Why nobody can say what flows in, where that is so. */
  readonly opaque?: string;
  readonly type?: string;
}

/** User-defined routines that a call with so many arguments can mean. */
export function routinesCallable(
  index: CatalogIndex,
  schema: string | undefined,
  name: string,
  count: number,
  variadic: boolean,
): readonly Routine[] {
  return index.findRoutines(schema, name).filter((routine) => {
    const most = routine.argumentTypes.length;
    if (routine.variadic) return variadic || count >= most - 1 - routine.defaultedArguments;
    return count <= most && count >= most - routine.defaultedArguments;
  });
}

const known = new WeakMap<CatalogIndex, Map<string, Opened>>();

/**
 * Opens a routine's body and adds what it does to the statement that calls it. `given` is what flows in through the
 * arguments; a trigger's routine works on the rows of a table.
 */
export function callRoutine(
  analysis: Analysis,
  routine: Routine,
  span: Span,
  given: Value = constant,
  table?: Relation,
  count = routine.argumentTypes.length,
): CalledRoutine {
  const [left] = count < routine.argumentTypes.length ? [readDefaults(analysis, routine, span)] : [];
  if (left && (left.refs.length > 0 || left.transform === "opaque")) {
    const all = combine([given, left]);
    const called = callRoutine(analysis, routine, span, all, table);
    const why = left.reason ?? "What its arguments are by default is not known.";
    return {
      ...called,
      refs: [...called.refs, ...left.refs],
      ...(left.transform === "opaque" && !called.opaque ? { opaque: why } : {}),
    };
  }
  const hazard = functionHazard(routine.name);
  const opened = open(analysis, routine, table);
  const readable = opened.unknowns.length === 0;
  const trusted = isComputingExtension(routine.extension) && !hazard;
  const hazards = [
    ...(hazard ? [hazard.kind] : []),
    ...(readable || trusted || hazard ? [] : (["unreadable_body"] as const)),
  ];
  analysis.functions.push({
    schema: routine.schema,
    name: routine.name,
    oid: routine.oid,
    volatility: routine.volatility,
    hazards,
    span,
  });
  const type = routine.returnType.replace(/^SETOF /, "");
  if (trusted) {
    if (routine.volatility === "volatile" && !isHarmlessVolatile(routine.name)) {
      analysis.unknown(`${routine.name} of ${routine.extension} may change something.`, span);
    }
    return { refs: [], type };
  }
  if (hazard) {
    analysis.raise(hazard.effect);
    return { refs: [], type, opaque: `${routine.name} ${hazard.why}.` };
  }
  if (!readable) {
    const why = opened.unknowns[0] ?? "";
    const reason = `What ${routine.schema}.${routine.name} reads and returns is not known: ${why}`;
    // A function declared STABLE or IMMUTABLE can't write; what it returns stays unknown.
    if (routine.volatility === "volatile" || routine.securityDefiner) analysis.unknown(reason, span);
    if (routine.volatility === "volatile") {
      replayDestruction(analysis, opened, span);
      analysis.raise("unknown");
    }
    return { refs: [], type, opaque: reason };
  }
  replay(analysis, opened, span, undefined, given);
  const refs = opened.fields.flatMap((one) => one.refs);
  const shaping = opened.uses
    .filter((use) => use.role !== "output" && use.role !== "assignment")
    .map((use) => ({ column: use.column, span, ...(use.through ? { through: use.through } : {}) }));
  const opaqueField = opened.fields.find((one) => one.transform === "opaque");
  return {
    refs: [...refs.map((ref) => ({ ...ref, span })), ...shaping],
    type,
    ...(opaqueField ? { opaque: `What ${routine.schema}.${routine.name} returns is not known.` } : {}),
  };
}

/** What the arguments a call leaves out come to. */
function readDefaults(analysis: Analysis, routine: Routine, span: Span): Value | undefined {
  const text = routine.defaultsText;
  return text === undefined ? undefined : readStoredExpression(analysis, text, span);
}

/** Output columns of a routine in FROM. */
export function routineColumns(
  index: CatalogIndex,
  parts: readonly string[],
  count: number,
):
  | { readonly kind: "columns"; readonly names: readonly string[] }
  | { readonly kind: "none" }
  | { readonly kind: "unknown" } {
  const schema = parts.length > 1 ? parts.at(-2) : undefined;
  const routines = routinesCallable(index, schema, parts.at(-1) ?? "", count, true);
  const [routine, another] = routines;
  if (!routine) return { kind: "none" };
  const names = columnsOf(index, routine);
  if (!another) return names ? { kind: "columns", names } : { kind: "none" };
  const same = routines.every((one) => JSON.stringify(columnsOf(index, one)) === JSON.stringify(names));
  if (!same) return { kind: "unknown" };
  return names ? { kind: "columns", names } : { kind: "none" };
}

function columnsOf(index: CatalogIndex, routine: Routine): readonly string[] | undefined {
  if (routine.outputColumns.length > 0) return routine.outputColumns.map((one) => one.name);
  return rowFields(index, routine.returnType.replace(/^SETOF /, ""));
}

function open(analysis: Analysis, routine: Routine, table: Relation | undefined): Opened {
  let opened = known.get(analysis.index);
  if (!opened) {
    opened = new Map();
    known.set(analysis.index, opened);
  }
  const key = `${routine.oid}:${table?.oid ?? 0}`;
  const before = opened.get(key);
  if (before) return before;
  const variables = new RoutineVariables(analysis.index, routine, table);
  const inner = new Analysis(
    analysis.index,
    { kind: "elsewhere", view: undefined },
    analysis.readers,
    [...analysis.opening, routine.oid],
    variables,
  );
  if (analysis.opening.includes(routine.oid)) {
    // The routine around it is being read already; everything it does is gathered there.
    return openedFrom(inner, []);
  }
  const found = withoutArguments(readBody(inner, routine, variables, table));
  if (analysis.opening.length === 0 || found.unknowns.length > 0) opened.set(key, found);
  return found;
}

function readBody(
  inner: Analysis,
  routine: Routine,
  variables: RoutineVariables,
  table: Relation | undefined,
): Opened {
  try {
    switch (routine.kind === "function" || routine.kind === "procedure" ? routine.language : "c") {
      case "sql":
        return openedFrom(inner, readSqlBody(inner, routine));
      case "plpgsql": {
        const hold = (value: Value): void => variables.hold(value);
        const value = readPlpgsql(inner, asFunction(routine), hold, table && assignTo(inner, table));
        if (!value) inner.unknown("its body can't be read.", nowhere);
        const names = routine.outputColumns.map((column) => column.name);
        const columns = (names.length > 0 ? names : [routine.name]).map((name) =>
          field(name, value ?? constant),
        );
        return openedFrom(inner, columns);
      }
      default:
        inner.unknown(`it is written in ${routine.language}.`, nowhere);
    }
  } catch (error) {
    if (!(error instanceof Unresolved)) throw error;
    inner.unknown(`${error.message}.`, nowhere);
  }
  return openedFrom(inner, [field(routine.name, opaque(constant, "not known"))]);
}

/** What a trigger puts into NEW is stored in the table. */
const assignTo =
  (inner: Analysis, table: Relation): AssignToRow =>
  (column, value) => {
    const columns = table.columns.filter((one) => column === undefined || one.name === column);
    noteFlows(
      inner,
      columns.map((one) => inner.index.identify(table, one)),
      value,
    );
  };

/** The arguments are added where the routine is called, but for what is stored: it is bound then. */
function withoutArguments(opened: Opened): Opened {
  const without = (one: Field): Field => ({
    ...one,
    refs: one.refs.filter((ref) => ref.column !== ARGUMENT),
    ...(one.fields ? { fields: one.fields.map(without) } : {}),
    ...(one.elements ? { elements: one.elements.map(without) } : {}),
  });
  return {
    ...opened,
    fields: opened.fields.map(without),
    uses: opened.uses.filter((use) => use.column !== ARGUMENT),
  };
}
