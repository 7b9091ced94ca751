import type { Node } from "libpg-query";
import type { Column, Relation, RowRule } from "../../../protocol/catalog.ts";
import type { ColumnId, Span, UseRole } from "../facts.ts";
import type { Analysis } from "./analysis.ts";
import { noteFlows } from "./flows.ts";
import type { Scope } from "./namespace.ts";
import { referencesOf, referringTo } from "./referring.ts";
import { rowRulesOf } from "./rowRules.ts";
import { combine, constant, type Field, field, type Value } from "./value.ts";
import type { Target } from "./writeTargets.ts";

/** What a statement stores in its target's columns. */
export class Assignments {
  readonly names: string[] = [];
  readonly #analysis: Analysis;
  readonly #target: Target;
  readonly #updates: boolean;
  readonly #values = new Map<string, Value[]>();

  /** `updates`: rows that are there already are changed, so that what they hold beside the assigned columns counts. */
  constructor(analysis: Analysis, target: Target, updates: boolean) {
    this.#analysis = analysis;
    this.#target = target;
    this.#updates = updates;
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
    for (const { column, role } of this.#comparedByRules(columns, value)) {
      this.#analysis.useByKey(role, column, span);
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

  /**
   * Columns whose values keys and checks compare with what is stored: a conflict, or its absence, tells whether it was
   * there. Nothing is told of a column that gets its own value back.
   */
  #comparedByRules(columns: readonly ColumnId[], value: Value): readonly ComparedColumn[] {
    const stored = this.#stored(columns);
    const { relation } = this.#target;
    if (stored === undefined || relation === undefined || isOwn(value, columns)) return [];
    const equal = (all: readonly ColumnId[]): readonly ComparedColumn[] =>
      all.map((column) => ({ column, role: "filter_equality" }));
    const { analysis, id } = this.#identifying(relation);
    return [
      ...equal(stored.unique || stored.inPrimaryKey ? columns : []),
      ...equal(referencesOf(stored)),
      ...(this.#updates ? equal(referringTo(analysis.index, columns)) : []),
      ...this.#rulesOver(stored).flatMap(({ kind, columns: names }) =>
        names.flatMap((name): readonly ComparedColumn[] => {
          const isAssigned = name === stored.name;
          if (kind === "check") return isAssigned || !this.#updates ? [] : id(name, "filter_other");
          if (kind === "computed_key") return id(name, "filter_other");
          return id(name, isAssigned || !this.#updates ? "filter_equality" : "join_equality");
        }),
      ),
    ];
  }

  #identifying(relation: Relation) {
    const { index } = this.#analysis;
    const id = (name: string, role: UseRole): readonly ComparedColumn[] => {
      const column = relation.columns.find((one) => one.name === name);
      return column === undefined ? [] : [{ column: index.identify(relation, column), role }];
    };
    return { analysis: this.#analysis, id };
  }

  #rulesOver({ name }: Column): readonly RowRule[] {
    const { relation } = this.#target;
    const rules = relation === undefined ? [] : rowRulesOf(this.#analysis.index.catalog, relation);
    return rules.filter(({ columns }) => columns.includes(name));
  }

  /**
   * Whether storing the value tells of it: computing some fails, a key, a check or a narrower type refuses some, and
   * a partition holds some. A column that merely gets its own value back tells nothing.
   */
  #isToldByStoring(value: Value, columns: readonly ColumnId[]): boolean {
    const { refs, type, fallible } = value;
    const { relation } = this.#target;
    if (fallible) return true;
    if (refs.length === 0 || isOwn(value, columns)) return false;
    const stored = this.#stored(columns);
    return (
      relation?.kind === "partitioned_table" ||
      relation?.kind === "partition" ||
      stored === undefined ||
      stored.unique ||
      stored.inPrimaryKey ||
      stored.references !== undefined ||
      stored.checks.length > 0 ||
      this.#rulesOver(stored).length > 0 ||
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

interface ComparedColumn {
  readonly column: ColumnId;
  readonly role: UseRole;
}

/** A column's own value, unchanged. */
const isOwn = ({ plain, refs }: Value, columns: readonly ColumnId[]): boolean =>
  plain && refs.length > 0 && refs.every(({ column }) => columns.includes(column));

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
