import type { Routine } from "../../../protocol/catalog.ts";
import type { Span } from "../facts.ts";
import { Analysis, nowhere, type Variables } from "./analysis.ts";
import type { CatalogIndex } from "./catalogIndex.ts";
import { functionHazard, isComputingExtension, isHarmlessVolatile } from "./hazards.ts";
import { type Opened, openedFrom, replay } from "./opened.ts";
import { readPlpgsql } from "./plpgsql.ts";
import { Unresolved } from "./problem.ts";
import { readSqlBody } from "./sqlBodies.ts";
import { rowFields } from "./types.ts";
import { constant, type Field, field, opaque, type SourceRef } from "./value.ts";

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

const known = new WeakMap<CatalogIndex, Map<number, Opened>>();

/** Opens a routine's body and adds what it does to the statement that calls it. */
export function callRoutine(analysis: Analysis, routine: Routine, span: Span): CalledRoutine {
  const hazard = functionHazard(routine.name);
  const opened = open(analysis, routine);
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
    if (routine.volatility === "volatile") analysis.raise("unknown");
    return { refs: [], type, opaque: reason };
  }
  replay(analysis, opened, span);
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

function open(analysis: Analysis, routine: Routine): Opened {
  let opened = known.get(analysis.index);
  if (!opened) {
    opened = new Map();
    known.set(analysis.index, opened);
  }
  const before = opened.get(routine.oid);
  if (before) return before;
  const inner = new Analysis(
    analysis.index,
    { kind: "elsewhere", view: undefined },
    analysis.readers,
    [...analysis.opening, routine.oid],
    parametersOf(analysis.index, routine),
  );
  if (analysis.opening.includes(routine.oid)) {
    // The routine around it is being read already; everything it does is gathered there.
    return openedFrom(inner, []);
  }
  const found = readBody(inner, routine);
  if (analysis.opening.length === 0 || found.unknowns.length > 0) opened.set(routine.oid, found);
  return found;
}

function readBody(inner: Analysis, routine: Routine): Opened {
  try {
    switch (routine.kind === "function" || routine.kind === "procedure" ? routine.language : "c") {
      case "sql":
        return openedFrom(inner, readSqlBody(inner, routine));
      case "plpgsql":
        return openedFrom(inner, readPlpgsql(inner, routine));
      default:
        inner.unknown(`it is written in ${routine.language}.`, nowhere);
    }
  } catch (error) {
    if (!(error instanceof Unresolved)) throw error;
    inner.unknown(`${error.message}.`, nowhere);
  }
  return openedFrom(inner, [field(routine.name, opaque(constant, "not known"))]);
}

/** Parameters by name and number. The arguments are added where the routine is called, so none flows in here. */
function parametersOf(index: CatalogIndex, routine: Routine): Variables {
  const fields = routine.argumentTypes.map((type, position) =>
    parameterField(index, routine.argumentNames[position] ?? `$${position + 1}`, type),
  );
  const outputs = routine.outputColumns.map((column) => parameterField(index, column.name, column.type));
  const byName = new Map([...outputs, ...fields].map((one) => [one.name, one]));
  const lookup = (name: string): Field | undefined => {
    const variable = byName.get(name);
    if (variable || routine.language === "plpgsql") return variable ?? parameterField(index, name, "");
    return name === routine.name ? { ...constant, name, fields } : undefined;
  };
  const parameter = (number: number) => {
    const found = fields[number - 1];
    return found ? { ...constant, ...found } : constant;
  };
  return { lookup, parameter };
}

function parameterField(index: CatalogIndex, name: string, type: string): Field {
  const row = rowFields(index, type);
  return {
    ...field(name, constant),
    ...(type === "" ? {} : { type }),
    ...(row ? { fields: row.map((one) => field(one, constant)) } : {}),
  };
}
