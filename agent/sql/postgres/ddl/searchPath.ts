import type { Node, SelectStmt, VariableSetStmt } from "libpg-query";
import { nameParts } from "../names.ts";
import type { SchemaState } from "./schemaState.ts";

/** SET search_path, in this session or, of a database or role, for those to come. */
export function setSearchPath(state: SchemaState, node: VariableSetStmt, lasting: boolean): void {
  if (node.kind === "VAR_RESET_ALL" && !lasting) state.sessionPath = state.defaultPath;
  if (node.name !== "search_path") return;
  const path = node.kind === "VAR_SET_VALUE" ? schemasIn((node.args ?? []).map(constantText)) : undefined;
  if (lasting) state.defaultPath = path ?? ["public"];
  else state.sessionPath = path ?? state.defaultPath;
}

/** `SELECT pg_catalog.set_config('search_path', '', false)`, as pg_dump writes it. */
export function setConfigCall(state: SchemaState, select: SelectStmt): void {
  for (const target of select.targetList ?? []) {
    const call = "ResTarget" in target ? target.ResTarget.val : undefined;
    if (!call || !("FuncCall" in call) || nameParts(call.FuncCall.funcname).at(-1) !== "set_config") continue;
    const [name, value] = (call.FuncCall.args ?? []).map(constantText);
    if (name !== "search_path" || value === undefined) continue;
    state.sessionPath = schemasIn(value.split(",").map((one) => one.trim().replace(/^"(.*)"$/, "$1")));
  }
}

/** Without the schema of whoever is signed in, which nobody knows here. */
const schemasIn = (names: readonly (string | undefined)[]): readonly string[] =>
  names.flatMap((name) => (name === undefined || name === "" || name === "$user" ? [] : [name]));

const constantText = (node: Node): string | undefined =>
  "A_Const" in node && node.A_Const.sval ? (node.A_Const.sval.sval ?? "") : undefined;
