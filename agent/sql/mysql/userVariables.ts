import type { Span } from "../facts.ts";
import type { Opened } from "../postgres/opened.ts";
import type { Value } from "../postgres/value.ts";
import { combine, opaque, withRefs } from "../postgres/value.ts";
import type { MysqlAnalysis } from "./mysqlAnalysis.ts";
import type { VariableContent } from "./session.ts";

/** LAST_INSERT_ID(x) keeps x for the session, under a name no variable can have. */
export const insertId = "\0last_insert_id";

/** What flows into a user variable by this statement; a read of it in the same statement sees it. */
export function assign(analysis: MysqlAnalysis, name: string, value: Value): void {
  const key = name.toLowerCase();
  const before = analysis.assigned.get(key);
  analysis.assigned.set(key, before ? combine([before, value]) : value);
  const carrying = value.transform === "opaque" ? { ...value, transform: "expression" as const } : value;
  analysis.use("assignment", carrying, false);
}

/** What reading a user variable comes to. */
export function variableValue(analysis: MysqlAnalysis, name: string, own: Value): Value {
  const key = name.toLowerCase();
  const remembered = analysis.session.memory.variables.get(key);
  const carried = analysis.carried.get(key);
  if (analysis.opening.length > 0) {
    return opaque(own, `What the variable @${name} holds when a routine reads it is not known.`);
  }
  let value: Value = { ...own, transform: "expression", origin: undefined };
  if (remembered) value = contentOf(value, remembered, name);
  else if (!analysis.session.memory.complete) {
    return opaque(value, `What the variable @${name} holds is not known.`);
  }
  if (carried) {
    analysis.readsOwnVariables = true;
    value = withRefs(value, carried.refs);
    if (carried.transform === "opaque")
      value = opaque(value, `What the variable @${name} holds is not known.`);
  }
  return value;
}

function contentOf(value: Value, content: VariableContent, name: string): Value {
  const refs = content.columns.map((column) => ({
    column,
    span: value.refs[0]?.span ?? { start: 0, end: 0 },
  }));
  const known = withRefs(value, refs);
  return content.opaque ? opaque(known, `What the variable @${name} holds is not known.`) : known;
}

export const assignLastInsertId = (analysis: MysqlAnalysis, value: Value): void =>
  assign(analysis, insertId, value);

/**
 * Nothing is kept under it but what LAST_INSERT_ID(x) put there, and numbers the server counts itself. In a stored text
 * it is what that text itself has put there so far; what was there before, `readsInsertId` adds where it is opened.
 */
export function lastInsertId(analysis: MysqlAnalysis, own: Value): Value {
  const inside = analysis.assigned.get(insertId);
  if (analysis.opening.length > 0) return inside ? combine([own, inside]) : own;
  const known = analysis.session.memory.variables.has(insertId) || analysis.carried.has(insertId);
  return known ? variableValue(analysis, insertId, own) : own;
}

/** What the session remembers of a value. */
export const contentFrom = (value: Value): VariableContent => ({
  columns: value.countOnly ? [] : [...new Set(value.refs.map((ref) => ref.column))],
  opaque: value.transform === "opaque",
});

/** A stored text that reads LAST_INSERT_ID() reads what the session kept there, which its columns don't tell. */
export function readsInsertId(
  analysis: MysqlAnalysis,
  { functions }: Pick<Opened, "functions">,
  name: string,
  span: Span,
): void {
  if (!functions.some((one) => one.oid === undefined && one.name === "last_insert_id")) return;
  const before = analysis.session.memory.variables.get(insertId);
  const own = analysis.carried.get(insertId) ?? analysis.assigned.get(insertId);
  const kept = before?.opaque === true || (before?.columns.length ?? 0) > 0;
  if (kept || own?.transform === "opaque" || (own?.refs.length ?? 0) > 0) {
    analysis.unknown(`${name} reads the value that LAST_INSERT_ID(…) kept before.`, span);
  }
}
