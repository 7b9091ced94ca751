import type {
  ColumnUse,
  Effect,
  Flow,
  FunctionUse,
  ObjectAction,
  RelationUse,
  SettingChange,
  Span,
  WriteTarget,
} from "../facts.ts";
import type { Analysis } from "./analysis.ts";
import { ARGUMENT, constant, type Field, type Value } from "./value.ts";

/** What opening a view or a routine's body found: computed once for a catalog, used wherever it is named. */
export interface Opened {
  readonly fields: readonly Field[];
  readonly uses: readonly ColumnUse[];
  readonly writes: readonly ColumnUse[];
  readonly relations: readonly RelationUse[];
  readonly functions: readonly FunctionUse[];
  readonly targets: readonly WriteTarget[];
  readonly actions: readonly ObjectAction[];
  readonly settings: readonly SettingChange[];
  readonly flows: readonly Flow[];
  readonly unknowns: readonly string[];
  readonly effect: Effect;
  readonly locksRows: boolean;
  readonly crossJoin: boolean;
}

/** Everything an analysis gathered, with what it returns. */
export function openedFrom(analysis: Analysis, fields: readonly Field[]): Opened {
  return {
    fields,
    uses: distinctUses(analysis.uses),
    writes: distinctUses(analysis.writes),
    relations: analysis.relations,
    functions: analysis.functions,
    targets: analysis.targets,
    actions: analysis.actions,
    settings: analysis.settings,
    flows: analysis.flows,
    unknowns: analysis.unknowns.map((one) => one.reason),
    effect: analysis.effect,
    locksRows: analysis.locksRows,
    crossJoin: analysis.crossJoin,
  };
}

/** All of them have the same place once replayed: one of each kind is enough. */
function distinctUses(uses: readonly ColumnUse[]): readonly ColumnUse[] {
  const seen = new Map<string, ColumnUse>();
  for (const use of uses) {
    const { schema, table, column } = use.column;
    seen.set(JSON.stringify([schema, table, column, use.role, use.bare, use.through]), use);
  }
  return [...seen.values()];
}

/** Adds what was opened to the statement that led there, at the place where it did. */
export function replay(
  analysis: Analysis,
  opened: Opened,
  span: Span,
  view?: string,
  given: Value = constant,
): void {
  const moved = (use: ColumnUse): ColumnUse => ({
    ...use,
    span,
    ...(view === undefined ? {} : { through: [view, ...(use.through ?? [])] }),
  });
  analysis.uses.push(...opened.uses.map(moved));
  analysis.writes.push(...opened.writes.map(moved));
  analysis.relations.push(...opened.relations.map((one) => ({ ...one, indirect: true, span })));
  analysis.functions.push(...opened.functions.map((one) => ({ ...one, span })));
  replayDestruction(analysis, opened, span);
  analysis.settings.push(...opened.settings.map((one) => ({ ...one, span })));
  analysis.flows.push(...opened.flows.flatMap((flow) => bound(flow, given)));
  for (const reason of opened.unknowns) analysis.unknown(reason, span);
  analysis.raise(opened.effect);
  if (opened.locksRows) analysis.locksRows = true;
  if (opened.crossJoin) analysis.crossJoin = true;
}

/** Adds what was written, dropped or emptied: that much is told also of what is not understood in whole. */
export function replayDestruction(analysis: Analysis, opened: Opened, span: Span): void {
  analysis.targets.push(...opened.targets.map((one) => ({ ...targetWithoutPlace(one), span })));
  analysis.actions.push(...opened.actions.map((one) => ({ ...one, span })));
}

/** What a routine stores of its arguments is what they are in this call. */
function bound(flow: Flow, given: Value): readonly Flow[] {
  if (!flow.sources.includes(ARGUMENT)) return [flow];
  const handed = given.refs.map((ref) => ref.column).filter((column) => column !== flow.target);
  const sources = [...new Set([...flow.sources.filter((source) => source !== ARGUMENT), ...handed])];
  const opaque = flow.opaque || given.transform === "opaque";
  if (sources.length === 0 && !opaque) return [];
  return [{ target: flow.target, sources, unchanged: flow.unchanged && given.plain, opaque }];
}

function targetWithoutPlace(target: WriteTarget): WriteTarget {
  const { insertWhereAt: _, ...rest } = target;
  return rest;
}
