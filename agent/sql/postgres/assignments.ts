import type { Node } from "libpg-query";
import type { Column } from "../../../protocol/catalog.ts";
import type { ColumnId, Span } from "../facts.ts";
import type { Analysis } from "./analysis.ts";
import { noteFlows } from "./flows.ts";
import type { Scope } from "./namespace.ts";
import { combine, constant, type Field, field, type Value } from "./value.ts";
import type { Target } from "./writeTargets.ts";

/** What a statement stores in its target's columns. */
export class Assignments {
  readonly names: string[] = [];
  readonly #analysis: Analysis;
  readonly #target: Target;
  readonly #values = new Map<string, Value[]>();

  constructor(analysis: Analysis, target: Target) {
    this.#analysis = analysis;
    this.#target = target;
  }

  add(name: string, value: Value, span: Span): void {
    const field = this.#target.item.fields.find((one) => one.name === name);
    if (!field) {
      this.#analysis.fail(`column "${name}" of relation "${this.#target.name}" does not exist`, span);
    }
    if (!this.names.includes(name)) this.names.push(name);
    const columns = this.#target.base(field);
    this.#analysis.associate(value.literals, columns);
    noteFlows(this.#analysis, columns, value);
    for (const column of columns) {
      this.#analysis.writes.push({ column, role: "assignment", bare: true, span });
    }
    this.#analysis.use(
      "assignment",
      value.transform === "opaque" ? { ...value, transform: "expression" } : value,
    );
    for (const column of this.#comparedByKey(columns)) {
      this.#analysis.useRef("filter_equality", { column, span }, true, span);
    }
    if (this.#isToldByStoring(value, columns)) {
      this.#analysis.use("function_argument", value, false, span);
    }
    this.#values.set(name, [...(this.#values.get(name) ?? []), value]);
  }

  /** The column as stored afterwards: its own, and what was assigned to it. */
  after(one: Field): Field {
    const values = [...(this.#values.get(one.name) ?? []), ...this.#triggered(one)].filter(
      (value) => value.refs.length > 0 || value.transform === "opaque",
    );
    if (values.length === 0) return one;
    const merged = field(one.name, combine([{ ...one, fallible: false, items: [] }, ...values]));
    return { ...merged, origin: one.origin, ...(one.type === undefined ? {} : { type: one.type }) };
  }

  #triggered(one: Field): readonly Value[] {
    const columns = this.#target.base(one);
    return this.#target.triggered
      .filter((flow) => columns.includes(flow.target))
      .map((flow) => ({
        ...constant,
        refs: flow.sources.map((column) => ({ column, span: this.#target.span })),
        transform: flow.opaque ? "opaque" : "expression",
      }));
  }

  /** Columns whose values a key compares with what is stored: a conflict, or its absence, tells whether it was there. */
  #comparedByKey(columns: readonly ColumnId[]): readonly ColumnId[] {
    const stored = this.#stored(columns);
    const own = stored?.unique === true || stored?.inPrimaryKey === true ? columns : [];
    return stored?.references === undefined
      ? own
      : [...own, stored.references, ...(stored.otherReferences ?? [])];
  }

  /**
   * Whether storing the value tells of it: computing some fails, a check or a narrower type refuses some, and a
   * partition holds some. A column that merely gets its own value back tells nothing.
   */
  #isToldByStoring(value: Value, columns: readonly ColumnId[]): boolean {
    const { refs, type, plain, fallible } = value;
    const { relation } = this.#target;
    if (fallible) return true;
    if (refs.length === 0 || (plain && refs.every(({ column }) => columns.includes(column)))) return false;
    const stored = this.#stored(columns);
    return (
      relation?.kind === "partitioned_table" ||
      relation?.kind === "partition" ||
      stored === undefined ||
      stored.checks.length > 0 ||
      (stored.type !== "text" && stored.type !== type)
    );
  }

  /** The table's own column, also where it was named through a view. */
  #stored(columns: readonly ColumnId[]): Column | undefined {
    return this.#target.relation?.columns.find(({ name }) => columns.some(({ column }) => column === name));
  }

  /** The column of the row proposed for insertion. */
  proposed(one: Field): Field {
    const values = this.#values.get(one.name) ?? [];
    return field(one.name, { ...combine(values), transform: values.length > 0 ? "expression" : "constant" });
  }
}

/** SET of UPDATE and of ON CONFLICT: `(a, b) = (SELECT …)` and `(a, b) = ROW(…)` by position. */
export function readAssignments(
  analysis: Analysis,
  targets: readonly Node[] | undefined,
  scope: Scope,
  assigned: Assignments,
): void {
  const several = new Map<string, readonly Value[]>();
  for (const node of targets ?? []) {
    if (!("ResTarget" in node)) continue;
    const { name = "", val, indirection, location } = node.ResTarget;
    const span = analysis.names(location, 1);
    let value = val ? undefined : constant;
    if (val && "MultiAssignRef" in val) {
      const { source, colno = 1 } = val.MultiAssignRef;
      const key = JSON.stringify(source);
      const values = several.get(key) ?? (source ? readSeveral(analysis, source, scope) : []);
      several.set(key, values);
      value = values[colno - 1] ?? values[0] ?? constant;
    } else if (val) value = analysis.expression(val, scope);
    const subscripts = (indirection ?? []).flatMap((step) =>
      "A_Indices" in step ? [step.A_Indices.lidx, step.A_Indices.uidx] : [],
    );
    const parts = subscripts.flatMap((one) => (one ? [analysis.expression(one, scope)] : []));
    assigned.add(name, parts.length > 0 ? combine([value ?? constant, ...parts]) : (value ?? constant), span);
  }
}

function readSeveral(analysis: Analysis, source: Node, scope: Scope): readonly Value[] {
  if ("RowExpr" in source) return (source.RowExpr.args ?? []).map((arg) => analysis.expression(arg, scope));
  return [analysis.expression(source, scope)];
}
