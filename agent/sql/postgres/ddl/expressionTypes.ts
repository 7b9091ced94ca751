import type { Node, SelectStmt } from "libpg-query";
import type { QueryColumn } from "../analysis.ts";
import type { CatalogIndex } from "../catalogIndex.ts";
import { nameParts } from "../names.ts";
import type { Value } from "../value.ts";
import { callType } from "./callTypes.ts";
import { commonType, operatorType, UNKNOWN } from "./operatorTypes.ts";
import type { SchemaState } from "./schemaState.ts";
import { printType, qualifiedName } from "./typeNames.ts";

/**
 * Types of expressions, as far as they can be told without the server's table of operators and functions. They
 * decide how the stored columns of CREATE TABLE AS and materialised views are classified; one that can't be told
 * counts as text, which is the strictest.
 */
export class ExpressionTypes {
  readonly #state: SchemaState;
  readonly #index: CatalogIndex;
  readonly #types = new WeakMap<Node, string>();
  readonly #queries = new WeakMap<SelectStmt, readonly (string | undefined)[]>();

  constructor(state: SchemaState, index: CatalogIndex) {
    this.#state = state;
    this.#index = index;
  }

  /** The type of an expression whose parts have been noted; remembers it. */
  note(node: Node, value: Value): string | undefined {
    const type = this.#infer(node) ?? this.#columnType(value);
    if (type === undefined || type === "") return undefined;
    this.#types.set(node, type);
    return type;
  }

  /** As a column of a relation has it. */
  shown(type: string | undefined): string {
    return type === undefined || type === "" || type === UNKNOWN ? "text" : type;
  }

  /** Types of a query's columns; remembers them for subqueries. */
  ofQuery(select: SelectStmt, columns: readonly QueryColumn[]): readonly (string | undefined)[] {
    const own = columns.map((column) => column.value.type);
    const [left, right] = [select.larg, select.rarg];
    let types: readonly (string | undefined)[] = own;
    if (left && right) {
      const [lefts, rights] = [this.#ofArm(left), this.#ofArm(right)];
      types = own.map((type, position) => commonType([lefts[position], rights[position]]) ?? type);
    } else if (select.valuesLists) {
      const rows = select.valuesLists.flatMap((row) => ("List" in row ? [row.List.items ?? []] : []));
      types = own.map((type, position) => commonType(rows.map((row) => this.#of(row[position]))) ?? type);
    }
    this.#queries.set(select, types);
    return types;
  }

  /** A chain of set operations is read as one; its inner links have no result of their own. */
  #ofArm(select: SelectStmt): readonly (string | undefined)[] {
    const known = this.#queries.get(select);
    if (known || !select.larg || !select.rarg) return known ?? [];
    const [lefts, rights] = [this.#ofArm(select.larg), this.#ofArm(select.rarg)];
    return lefts.map((left, position) => commonType([left, rights[position]]));
  }

  #of(node: Node | undefined): string | undefined {
    return node && this.#types.get(node);
  }

  /** A field of a row that a function returns carries the row's type, which is not its own. */
  #columnType(value: Value): string | undefined {
    const isRow = value.type !== undefined && this.#index.rowTypeNamed(value.type) !== undefined;
    return isRow && !value.fields ? undefined : value.type;
  }

  /** A domain is worked with as the type it is based on. */
  #base(node: Node | undefined): string | undefined {
    let type = this.#of(node);
    for (let depth = 0; depth < 8 && type !== undefined; depth++) {
      const name = type;
      const domain = this.#state.types.find(
        (one) => one.kind === "domain" && qualifiedName(this.#state, one.schema, one.name) === name,
      );
      if (!domain) break;
      type = domain.detail[0];
    }
    return type;
  }

  #infer(node: Node): string | undefined {
    if ("A_Const" in node) return constantType(node.A_Const);
    if ("TypeCast" in node) {
      return node.TypeCast.typeName && printType(this.#state, node.TypeCast.typeName, true);
    }
    if ("BoolExpr" in node || "NullTest" in node || "BooleanTest" in node) return "boolean";
    if ("A_Expr" in node) {
      const { kind, name, lexpr, rexpr } = node.A_Expr;
      if (kind === "AEXPR_NULLIF") return this.#of(lexpr);
      if (kind !== "AEXPR_OP") return "boolean";
      return operatorType(nameParts(name).at(-1) ?? "", this.#base(lexpr), this.#base(rexpr));
    }
    if ("CoalesceExpr" in node) return commonType((node.CoalesceExpr.args ?? []).map((one) => this.#of(one)));
    if ("MinMaxExpr" in node) return commonType((node.MinMaxExpr.args ?? []).map((one) => this.#of(one)));
    if ("CaseExpr" in node) {
      const results = (node.CaseExpr.args ?? []).map((one) =>
        "CaseWhen" in one ? this.#of(one.CaseWhen.result) : undefined,
      );
      const { defresult } = node.CaseExpr;
      return commonType(defresult ? [...results, this.#of(defresult)] : results);
    }
    if ("CollateClause" in node) return this.#of(node.CollateClause.arg);
    if ("A_ArrayExpr" in node) {
      const element = commonType((node.A_ArrayExpr.elements ?? []).map((one) => this.#of(one)));
      return element === undefined ? undefined : arrayOf(this.shown(element));
    }
    if ("RowExpr" in node) return "record";
    if ("SQLValueFunction" in node) return SQL_VALUES[node.SQLValueFunction.op ?? ""];
    if ("FuncCall" in node) {
      const { funcname, args } = node.FuncCall;
      return callType(
        this.#index,
        nameParts(funcname),
        (args ?? []).map((one) => this.#base(one)),
      );
    }
    if ("SubLink" in node) return this.#ofSubLink(node.SubLink.subLinkType, node.SubLink.subselect);
    return undefined;
  }

  #ofSubLink(kind: string | undefined, query: Node | undefined): string | undefined {
    const first = query && "SelectStmt" in query ? this.#queries.get(query.SelectStmt)?.[0] : undefined;
    if (kind === "EXPR_SUBLINK") return first;
    if (kind === "ARRAY_SUBLINK") return first === undefined ? undefined : arrayOf(this.shown(first));
    return "boolean";
  }
}

const arrayOf = (element: string): string => (element.endsWith("[]") ? element : `${element}[]`);

const LARGEST_INTEGER = 2_147_483_647;
const LARGEST_BIGINT = 2n ** 63n - 1n;

function constantType(constant: {
  readonly ival?: { readonly ival?: number };
  readonly fval?: { readonly fval?: string };
  readonly boolval?: object;
  readonly bsval?: object;
}): string {
  if (constant.boolval) return "boolean";
  if (constant.bsval) return "bit";
  if (constant.fval) {
    const text = constant.fval.fval ?? "";
    const whole = /^\d+$/.test(text) && BigInt(text) <= LARGEST_BIGINT;
    return whole ? "bigint" : "numeric";
  }
  if (constant.ival) return (constant.ival.ival ?? 0) > LARGEST_INTEGER ? "bigint" : "integer";
  return UNKNOWN;
}

const SQL_VALUES: Readonly<Record<string, string>> = {
  SVFOP_CURRENT_DATE: "date",
  SVFOP_CURRENT_TIME: "time with time zone",
  SVFOP_CURRENT_TIMESTAMP: "timestamp with time zone",
  SVFOP_LOCALTIME: "time without time zone",
  SVFOP_LOCALTIMESTAMP: "timestamp without time zone",
  SVFOP_CURRENT_ROLE: "name",
  SVFOP_CURRENT_USER: "name",
  SVFOP_USER: "name",
  SVFOP_SESSION_USER: "name",
  SVFOP_CURRENT_CATALOG: "name",
  SVFOP_CURRENT_SCHEMA: "name",
};
