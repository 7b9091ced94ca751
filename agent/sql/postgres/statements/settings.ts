import type { Node, VariableSetStmt } from "libpg-query";
import type { SettingChange, Span } from "../../facts.ts";
import type { Analysis, QueryColumn } from "../analysis.ts";
import { constant, opaque, type Value } from "../value.ts";
import type { StatementReader } from "./statement.ts";

/** Settings that can hold a secret of the server or of an application. */
const SECRET = /\.|conninfo|_command$|passphrase|keyfile|key_file|password/i;

/** SET, RESET, SHOW, SET CONSTRAINTS and DISCARD. */
export const readSettingStatement: StatementReader = (analysis, node, { span }) => {
  if ("VariableSetStmt" in node) {
    analysis.settings.push(...settingsOf(node.VariableSetStmt, span));
    const reset = node.VariableSetStmt.kind?.startsWith("VAR_RESET");
    return { kind: reset ? "reset" : "set", effect: "session" };
  }
  if ("VariableShowStmt" in node) {
    const name = node.VariableShowStmt.name ?? "all";
    return { kind: "show", effect: "session", columns: shown(analysis, name, span) };
  }
  if ("ConstraintsSetStmt" in node) return { kind: "set_constraints", effect: "session" };
  if ("DiscardStmt" in node) {
    if (node.DiscardStmt.target === "DISCARD_ALL")
      analysis.settings.push({ name: "search_path", local: false, span });
    return { kind: "discard", effect: "session" };
  }
  return undefined;
};

/** The settings a SET changes. RESET ALL changes those a session may change anyway. */
export function settingsOf(node: VariableSetStmt, span: Span): readonly SettingChange[] {
  const local = node.is_local === true;
  const { name = "", args = [] } = node;
  switch (node.kind) {
    case "VAR_RESET_ALL":
      return [{ name: "search_path", local, span }];
    case "VAR_SET_MULTI":
      if (name === "TRANSACTION SNAPSHOT") return [{ name: "transaction_snapshot", local: true, span }];
      return args.flatMap((arg) =>
        "DefElem" in arg ? [{ name: arg.DefElem.defname ?? "", local: name === "TRANSACTION", span }] : [],
      );
    default: {
      const value = args.map(textOf).join(", ");
      return [{ name: name.toLowerCase(), ...(value === "" ? {} : { value }), local, span }];
    }
  }
}

function textOf(node: Node): string {
  if ("TypeCast" in node && node.TypeCast.arg) return textOf(node.TypeCast.arg);
  if (!("A_Const" in node)) return "";
  const { sval, ival, fval } = node.A_Const;
  return sval?.sval ?? fval?.fval ?? (ival ? String(ival.ival ?? 0) : "");
}

function shown(analysis: Analysis, name: string, span: Span): readonly QueryColumn[] {
  const setting: Value = { ...constant, transform: "expression", origin: undefined };
  const secret = opaque(setting, `The setting ${name} can hold a secret.`);
  const column = (title: string, value: Value): QueryColumn => ({ name: title, value, span });
  if (name !== "all") return [column(name, SECRET.test(name) ? secret : setting)];
  analysis.raise("session");
  return [column("name", setting), column("setting", secret), column("description", setting)];
}
