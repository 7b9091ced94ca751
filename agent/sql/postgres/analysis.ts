import type { Node, RangeVar, SelectStmt } from "libpg-query";
import type {
  ColumnId,
  ColumnUse,
  Effect,
  Flow,
  FunctionUse,
  ObjectAction,
  RelationUse,
  SettingChange,
  Span,
  UnanchoredSearch,
  UseRole,
  WriteTarget,
} from "../facts.ts";
import type { CatalogIndex } from "./catalogIndex.ts";
import type { NamespaceItem, Scope } from "./namespace.ts";
import { Unresolved } from "./problem.ts";
import type { SourceText } from "./sourceText.ts";
import type { Field, SourceRef, Value } from "./value.ts";

/** Where positions of a parse tree lead: into the user's text, or, for a view's, to where it was named. */
export type Frame =
  | { readonly kind: "text"; readonly source: SourceText }
  | { readonly kind: "elsewhere"; readonly view: string | undefined };

/** One column of a query's result. */
export interface QueryColumn {
  readonly name: string;
  readonly value: Value;
  readonly span: Span;
}

/** What reading a query came to. */
export interface QueryResult {
  readonly columns: readonly QueryColumn[];
  readonly limit?: number;
  readonly hasOrderBy: boolean;
  /** It returns one row whatever the tables hold: an aggregate without GROUP BY, or no FROM. */
  readonly singleRow: boolean;
}

/** The readers that call each other; handed in, so that each can live in a file of its own. */
export interface Readers {
  expression(analysis: Analysis, node: Node, scope: Scope): Value;
  predicate(analysis: Analysis, node: Node, scope: Scope, onLeaf?: (leaf: Value) => void): Value;
  query(analysis: Analysis, node: SelectStmt, scope: Scope): QueryResult;
  /** A data-modifying statement; its result is that of RETURNING. */
  modify(analysis: Analysis, node: Node, scope: Scope): QueryResult | undefined;
  /** A table or view in FROM. */
  relation(analysis: Analysis, name: RangeVar, access: "read" | "write"): NamespaceItem;
  /** Whether `=` asks if these are the same value, and no more: false where the server converts them first. */
  comparesAsIs(values: readonly Value[]): boolean;
}

/** Names a function body can use beside columns: its parameters and variables. */
export interface Variables {
  lookup(name: string): Field | undefined;
  parameter(number: number): Value | undefined;
}

/** What has been collected at some moment, to go back to. */
export type Mark = readonly number[];

const deepest = 900;

const effectOrder: readonly Effect[] = ["read", "session", "write", "ddl", "admin", "unknown"];

/** The stronger of two effects. */
export const strongest = (left: Effect, right: Effect): Effect =>
  effectOrder.indexOf(left) >= effectOrder.indexOf(right) ? left : right;

/** Everything one statement turns out to do, gathered while its tree is read. */
export class Analysis {
  readonly index: CatalogIndex;
  readonly frame: Frame;
  readonly readers: Readers;
  readonly variables: Variables | undefined;
  readonly uses: ColumnUse[] = [];
  readonly writes: ColumnUse[] = [];
  readonly relations: RelationUse[] = [];
  readonly functions: FunctionUse[] = [];
  readonly targets: WriteTarget[] = [];
  readonly actions: ObjectAction[] = [];
  readonly settings: SettingChange[] = [];
  readonly flows: Flow[] = [];
  readonly unanchoredSearches: UnanchoredSearch[] = [];
  readonly unknowns: { readonly reason: string; readonly span: Span }[] = [];
  readonly literals = new Map<number, { readonly span: Span; readonly columns: Set<ColumnId> }>();
  /** Views and routines being opened, outermost first: a cycle ends here. */
  readonly opening: readonly number[];
  /** Ids of the FROM items named so far, in order: what a subquery depends on lies between two moments. */
  readonly touched: number[] = [];
  readonly subqueryNames = new WeakMap<object, string>();
  effect: Effect = "read";
  parameters = 0;
  crossJoin = false;
  locksRows = false;
  #items = 0;
  #depth = 0;

  constructor(
    index: CatalogIndex,
    frame: Frame,
    readers: Readers,
    opening: readonly number[] = [],
    variables?: Variables,
  ) {
    this.index = index;
    this.frame = frame;
    this.readers = readers;
    this.opening = opening;
    this.variables = variables;
  }

  expression(node: Node, scope: Scope): Value {
    return this.deeper(() => this.readers.expression(this, node, scope));
  }

  predicate(node: Node, scope: Scope, onLeaf?: (leaf: Value) => void): Value {
    return this.deeper(() => this.readers.predicate(this, node, scope, onLeaf));
  }

  query(node: SelectStmt, scope: Scope): QueryResult {
    return this.deeper(() => this.readers.query(this, node, scope));
  }

  private deeper<Result>(work: () => Result): Result {
    if (this.#depth > deepest) throw new RangeError("nested too deeply");
    this.#depth++;
    try {
      return work();
    } finally {
      this.#depth--;
    }
  }

  nextItem(): number {
    this.#items++;
    return this.#items;
  }

  /** Span of the token at a byte position. */
  token(byte: number | undefined): Span {
    return this.frame.kind === "text" ? this.frame.source.token(byte) : nowhere;
  }

  /** Span of a dotted name of `count` parts. */
  names(byte: number | undefined, count: number): Span {
    return this.frame.kind === "text" ? this.frame.source.names(byte, count) : nowhere;
  }

  literal(byte: number | undefined): Span | undefined {
    if (this.frame.kind !== "text" || (byte !== undefined && byte < 0)) return undefined;
    const span = this.frame.source.literal(byte);
    if (!this.literals.has(span.start)) this.literals.set(span.start, { span, columns: new Set() });
    return span;
  }

  /** Notes that literals meet columns: compared with them, assigned to them, or in one expression. */
  associate(literals: readonly Span[], columns: Iterable<ColumnId>): void {
    if (literals.length === 0) return;
    for (const column of columns) {
      for (const span of literals) this.literals.get(span.start)?.columns.add(column);
    }
  }

  /** Records that a value plays a role; `at` is where, if the reference itself has no place in the text. */
  use(role: UseRole, value: Value, bare = value.plain, at?: Span): void {
    this.associate(
      value.literals,
      value.refs.map((ref) => ref.column),
    );
    // How many there are is known already to whom the count is shown.
    if (role === "output" || !value.countOnly) {
      for (const ref of value.refs) this.useRef(role, ref, bare, at);
    }
    if (role !== "output" && value.transform === "opaque") {
      this.unknown(value.reason ?? "Nobody can say what this value is made of.", at ?? nowhere);
    }
  }

  /** Records that a key or check of a written table compares what a column holds. */
  useByKey(role: UseRole, column: ColumnId, span: Span): void {
    this.uses.push({ column, role, bare: true, span, byKey: true });
  }

  useRef(role: UseRole, ref: SourceRef, bare: boolean, at?: Span): void {
    this.uses.push({
      column: ref.column,
      role,
      bare,
      span: at ?? ref.span,
      ...(ref.through ? { through: ref.through } : {}),
    });
  }

  unknown(reason: string, span: Span): void {
    if (!this.unknowns.some((one) => one.reason === reason && one.span.start === span.start)) {
      this.unknowns.push({ reason, span });
    }
  }

  raise(effect: Effect): void {
    this.effect = strongest(this.effect, effect);
  }

  fail(message: string, span: Span, hint?: string): never {
    throw new Unresolved(message, span, hint);
  }

  mark(): Mark {
    return this.#lists().map((list) => list.length);
  }

  /** Forgets what was collected since a mark: a fixed point reads the same text again. */
  rollback(mark: Mark): void {
    for (const [index, list] of this.#lists().entries()) list.length = mark[index] ?? list.length;
  }

  /** Columns that shaped a result since a mark: filters, joins, sorts, groups. */
  shapingSince(mark: Mark): readonly SourceRef[] {
    return this.uses
      .slice(mark[0])
      .filter((use) => use.role !== "output" && use.role !== "assignment")
      .map((use) => ({
        column: use.column,
        span: use.span,
        ...(use.through ? { through: use.through } : {}),
      }));
  }

  #lists(): readonly { length: number }[] {
    return [
      this.uses,
      this.writes,
      this.relations,
      this.functions,
      this.targets,
      this.actions,
      this.settings,
      this.flows,
      this.unknowns,
      this.unanchoredSearches,
    ];
  }
}

/** The place of what has none in the user's text. */
export const nowhere: Span = { start: 0, end: 0 };
