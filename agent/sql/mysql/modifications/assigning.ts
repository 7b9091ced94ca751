import type { Node } from "libpg-query";
import type { Column } from "../../../../protocol/catalog.ts";
import { Assignments } from "../../postgres/assignments.ts";
import type { Scope } from "../../postgres/namespace.ts";
import { constant, type Value } from "../../postgres/value.ts";
import type { Target } from "../../postgres/writeTargets.ts";
import { noteCascades } from "../cascades.ts";
import { noteCounter } from "../counters.ts";
import type { MysqlAnalysis } from "../mysqlAnalysis.ts";
import { foldColumn } from "../settings.ts";
import { storesAsIs } from "../types.ts";

/** What a statement stores in its target's columns; a value of another type may not fit, and the error tells of it. */
export class MysqlAssignments extends Assignments {
  readonly #analysis: MysqlAnalysis;
  readonly #target: Target;
  readonly #collides: boolean;
  readonly #updates: boolean;

  /**
   * `collides`: what happens to a row depends on whether another has the same values in some key. `updates`: rows that
   * are there already are changed.
   */
  constructor(analysis: MysqlAnalysis, target: Target, collides: boolean, updates: boolean) {
    super(analysis, target, updates);
    this.#collides = collides;
    this.#updates = updates;
    this.#analysis = analysis;
    this.#target = target;
  }

  override add(name: string, value: Value, span: { readonly start: number; readonly end: number }): void {
    super.add(name, value, span);
    const stored = this.#target.item.fields.find((one) => one.name === name);
    const type = stored?.type;
    if (this.#updates && stored) noteCascades(this.#analysis, this.#target.base(stored), value);
    if (value.refs.length === 0) return;
    const column = this.#target.relation?.columns.find((one) => foldColumn(one.name) === name);
    const isKey = column?.unique === true || column?.inPrimaryKey === true;
    const counts = column?.counts === true;
    const isChecked = isKey || counts || this.#isComputedWith(name, column);
    if (storesAsIs(value, type) && !value.fallible && !this.#collides && !isChecked) return;
    const carrying = value.transform === "opaque" ? { ...value, transform: "expression" as const } : value;
    this.#analysis.use("function_argument", carrying, false, counts ? span : undefined);
    if (counts) noteCounter(this.#analysis, name, span);
  }

  /** A check, a generated column or the choice of a partition is computed with it, and refuses values by failing. */
  #isComputedWith(name: string, column: Column | undefined): boolean {
    const { columns = [], partitionColumns = [] } = this.#target.relation ?? {};
    return (
      partitionColumns.some((one) => foldColumn(one) === name) ||
      (column?.checks ?? []).some((check) => !OF_JSON.test(check)) ||
      columns.some((one) => one.generated && foldColumn(one.defaultText ?? "").includes(name))
    );
  }
}

/** What MariaDB checks of every column of type JSON. */
const OF_JSON = /^\(?json_valid\(`(?:[^`]|``)+`\)\)?$/i;

/** A value that may be DEFAULT. */
export const assignedValue = (analysis: MysqlAnalysis, node: Node | undefined, scope: Scope): Value =>
  node ? analysis.expression(node, scope) : constant;
