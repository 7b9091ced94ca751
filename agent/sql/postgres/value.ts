import type { ColumnId, Span, Transform } from "../facts.ts";

/** A base column that flows into a value, and where the text brought it in. */
export interface SourceRef {
  /** Interned by the catalog index: the same column is the same object. */
  readonly column: ColumnId;
  readonly span: Span;
  readonly through?: readonly string[];
  /** The reference inside a subquery or CTE that this one goes on from. */
  readonly via?: SourceRef;
}

/** What RowDescription must say; null: no origin; undefined: nothing can be foretold. */
export type Origin = { readonly relationOid: number; readonly ordinal: number } | null | undefined;

interface Flow {
  readonly refs: readonly SourceRef[];
  readonly transform: Transform;
  readonly countOnly: boolean;
  /** The unchanged value of a base column (of one of several, after a set operation). */
  readonly plain: boolean;
  readonly origin: Origin;
  /** The fields of a row value, where they are known. */
  readonly fields?: readonly Field[];
  /** The fields of the rows in an array. */
  readonly elements?: readonly Field[];
  /** Places of the literals that flow in. */
  readonly literals: readonly Span[];
  /** As `format_type` prints it, where it is known. */
  readonly type?: string;
  /** Its name as a result shows it, where names are compared without case. */
  readonly shown?: string;
}

/** A column of a relation, subquery, CTE or row. */
export interface Field extends Flow {
  readonly name: string;
  /** In a join: the FROM item the column is of. */
  readonly item?: number;
}

/** What an expression comes to. */
export interface Value extends Flow {
  /** Its evaluation can raise an error that depends on what the columns hold. */
  readonly fallible: boolean;
  /** Ids of the FROM items it names. */
  readonly items: readonly number[];
  /** Why nobody can say what flows in, where `transform` is opaque. */
  readonly reason?: string;
}

/** Stands, while a routine's body is read, for whatever its caller hands it. */
export const ARGUMENT: ColumnId = { schema: "", table: "", column: "" };

const none: readonly never[] = [];

/** A value no column flows into. */
export const constant: Value = {
  refs: none,
  transform: "constant",
  countOnly: false,
  plain: false,
  origin: null,
  literals: none,
  fallible: false,
  items: none,
};

/** The value of naming a field at a place in the text. */
export function reference(field: Field, span: Span, item: number): Value {
  return {
    ...field,
    refs: field.refs.map((ref) => ({
      column: ref.column,
      span,
      ...(ref.through ? { through: ref.through } : {}),
      ...(ref.span.end > 0 ? { via: ref } : {}),
    })),
    fallible: false,
    items: [field.item ?? item],
  };
}

/** A value under a name, as the column of a subquery, each source listed once. */
export function field(name: string, value: Value | Field): Field {
  const { refs, transform, countOnly, plain, origin, fields, elements, literals, type, shown } = value;
  return {
    name,
    refs: distinctRefs(refs),
    transform,
    countOnly,
    plain,
    origin,
    literals: distinctLiterals(literals),
    ...(fields ? { fields } : {}),
    ...(elements ? { elements } : {}),
    ...(type === undefined ? {} : { type }),
    ...(shown?.toLowerCase() === name ? { shown } : {}),
  };
}

function distinctLiterals(literals: readonly Span[]): readonly Span[] {
  if (literals.length < 2) return literals;
  return [...new Map(literals.map((span) => [span.start, span])).values()];
}

function distinctRefs(refs: readonly SourceRef[]): readonly SourceRef[] {
  if (refs.length < 2) return refs;
  const byColumn = new Map<ColumnId, SourceRef>();
  for (const ref of refs) if (!byColumn.has(ref.column)) byColumn.set(ref.column, ref);
  return byColumn.size === refs.length ? refs : [...byColumn.values()];
}

/** What a computation over several values comes to. */
export function combine(values: readonly Value[], fallible = false): Value {
  const opaque = values.find((value) => value.transform === "opaque");
  // How many there are tells nothing of what they are, whatever is computed from it.
  const refs = values.flatMap((value) => (value.countOnly ? none : value.refs));
  return {
    refs,
    transform: opaque ? "opaque" : transformOf(values, refs.length > 0),
    countOnly: false,
    plain: false,
    origin: null,
    literals: values.flatMap((value) => value.literals),
    fallible: fallible || values.some((value) => value.fallible),
    items: [...new Set(values.flatMap((value) => value.items))],
    ...(opaque?.reason ? { reason: opaque.reason } : {}),
  };
}

function transformOf(values: readonly Value[], hasRefs: boolean): Transform {
  if (!hasRefs) return values.every((value) => value.transform === "constant") ? "constant" : "expression";
  const carrying = values.filter((value) => value.refs.length > 0 && !value.countOnly);
  return carrying.every((value) => value.transform === "aggregate") ? "aggregate" : "expression";
}

/** The same value, with more that flows in. */
export function withRefs(value: Value, refs: readonly SourceRef[]): Value {
  if (refs.length === 0) return value;
  return {
    ...value,
    refs: [...value.refs, ...refs],
    transform:
      value.transform === "direct" || value.transform === "constant" ? "expression" : value.transform,
    plain: false,
    origin: null,
    countOnly: false,
  };
}

/** A value nobody can attribute. */
export const opaque = (value: Value, reason: string): Value => ({
  ...value,
  transform: "opaque",
  plain: false,
  countOnly: false,
  origin: null,
  reason,
});

/** One value out of two by position, as a set operation or the rows of VALUES make it. */
export function either(left: Field, right: Field): Field {
  const refs = distinctRefs([...left.refs, ...right.refs]);
  const constantOnly = left.transform === "constant" && right.transform === "constant";
  const plain = left.plain && right.plain;
  return {
    name: left.name,
    refs,
    transform:
      left.transform === "opaque" || right.transform === "opaque"
        ? "opaque"
        : constantOnly
          ? "constant"
          : plain && refs.length === 1 && left.type === right.type
            ? "direct"
            : left.transform === "aggregate" && right.transform === "aggregate"
              ? "aggregate"
              : "expression",
    countOnly: left.countOnly && right.countOnly,
    plain,
    origin: null,
    literals: distinctLiterals([...left.literals, ...right.literals]),
    ...(left.fields && right.fields && left.fields.length === right.fields.length
      ? { fields: left.fields.map((one, index) => eitherAt(one, right.fields?.[index])) }
      : {}),
    ...(left.type !== undefined && left.type === right.type ? { type: left.type } : {}),
    ...(left.shown === undefined ? {} : { shown: left.shown }),
  };
}

function eitherAt(left: Field, right: Field | undefined): Field {
  return right ? either(left, right) : left;
}
