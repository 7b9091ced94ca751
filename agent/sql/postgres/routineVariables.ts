import type { Relation, Routine } from "../../../protocol/catalog.ts";
import { nowhere, type Variables } from "./analysis.ts";
import type { CatalogIndex } from "./catalogIndex.ts";
import { baseFields } from "./relations.ts";
import { rowFields } from "./types.ts";
import { ARGUMENT, constant, type Field, field, type Value } from "./value.ts";

const handed: Value = {
  ...constant,
  refs: [{ column: ARGUMENT, span: nowhere }],
  transform: "direct",
  plain: true,
};

/** Parameters, variables and, in a trigger, the rows OLD and NEW of the table it is on. */
export class RoutineVariables implements Variables {
  readonly #index: CatalogIndex;
  readonly #routine: Pick<Routine, "name" | "language">;
  readonly #parameters: readonly Field[];
  readonly #byName = new Map<string, Field>();
  #held: Value = handed;

  constructor(index: CatalogIndex, routine: Routine, table?: Relation) {
    this.#index = index;
    this.#routine = routine;
    this.#parameters = routine.argumentTypes.map((type, position) =>
      this.#variable(routine.argumentNames[position] ?? `$${position + 1}`, type),
    );
    for (const { name, type } of routine.outputColumns) this.#byName.set(name, this.#variable(name, type));
    for (const one of this.#parameters) this.#byName.set(one.name, one);
    if (!table) return;
    const fields = baseFields(index, table);
    const row = { ...handed, refs: [...handed.refs, ...fields.flatMap((one) => one.refs)] };
    for (const name of ["new", "old"]) {
      this.#byName.set(name, { ...field(name, row), transform: "expression", plain: false, fields });
    }
  }

  /** What any variable may hold beside what the caller handed in. */
  hold(value: Value): void {
    const refs = [...handed.refs, ...value.refs.filter((ref) => ref.column !== ARGUMENT)];
    this.#held = { ...handed, refs, transform: "expression" };
    for (const [name, one] of this.#byName) {
      if (!one.fields || one.refs.length > 0) this.#byName.set(name, { ...one, ...this.#carrying(one) });
    }
  }

  lookup(name: string): Field | undefined {
    const known = this.#byName.get(name);
    if (known) return known;
    if (this.#routine.language === "plpgsql") return this.#variable(name, "");
    return name === this.#routine.name ? { ...constant, name, fields: this.#parameters } : undefined;
  }

  parameter(number: number): Value | undefined {
    const found = this.#parameters[number - 1];
    return found ? { ...constant, ...found } : handed;
  }

  #variable(name: string, type: string): Field {
    const row = rowFields(this.#index, type);
    return {
      ...field(name, this.#held),
      ...(type === "" ? {} : { type }),
      ...(row ? { fields: row.map((one) => field(one, this.#held)) } : {}),
    };
  }

  /** The rows of a trigger hold their table's columns, and what was put into them. */
  #carrying(one: Field): Partial<Field> {
    const refs = [...one.refs, ...this.#held.refs];
    const fields = one.fields?.map((inner) => ({
      ...inner,
      refs: [...inner.refs, ...this.#held.refs],
      transform: "expression" as const,
    }));
    return { refs, ...(fields ? { fields } : {}) };
  }
}
