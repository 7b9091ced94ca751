import type { CatalogIndex } from "./catalogIndex.ts";
import { type Arm, type Block, type Cte, findBlocks, type Source } from "./completionBlocks.ts";
import { outputNames } from "./completionOutputs.ts";
import { nameOf, type Token, tokens } from "./lexer.ts";

export interface ScopeColumn {
  readonly name: string;
  /** Empty where the unfinished text doesn't tell. */
  readonly type: string;
}

/** A source of rows whose columns can be written at the cursor. `schema` is empty for CTEs and subqueries. */
export interface ScopeTable {
  readonly alias: string;
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly ScopeColumn[];
}

/** What can stand at the cursor. `qualifier`: the name before the dot, which `tables` are narrowed to. */
export interface CompletionScope {
  readonly expected: "table" | "column" | "any";
  readonly qualifier?: string;
  /** Innermost query first. */
  readonly tables: readonly ScopeTable[];
}

/**
 * What can be written at an offset of a text that need not parse, since it is being typed. Offsets are UTF-16
 * units. Never fails: what can't be told is left out.
 */
export function completionScope(text: string, offset: number, index: CatalogIndex): CompletionScope {
  const statement = statementAround(text, offset);
  if (!statement) return { expected: "column", tables: [] };
  const { code, cursor } = statement;
  const { statement: top, tablePlaces } = findBlocks(text, code);
  const { qualifiers, first } = qualifiersBefore(text, code, cursor);
  const scope = new Scope(text, code, index);
  const tables = scope.visible(top, cursor);
  const tableWanted = tablePlaces.has(first);
  const [qualifier, ...more] = qualifiers;
  if (qualifier === undefined) {
    const begun = code.slice(0, first).length > 0;
    return { expected: tableWanted ? "table" : begun ? "column" : "any", tables };
  }
  if (more.length > 0) {
    const table = qualifiers.at(-1) ?? "";
    const named = tables.filter((one) => one.schema === qualifier && one.name === table);
    return { expected: "column", qualifier: table, tables: named.slice(0, 1) };
  }
  const aliased = tables.filter((one) => one.alias === qualifier);
  if (aliased.length > 0 && !tableWanted) {
    return { expected: "column", qualifier, tables: aliased.slice(0, 1) };
  }
  const isSchema = index.catalog.relations.some((one) => one.schema === qualifier);
  return { expected: isSchema || tableWanted ? "table" : "column", qualifier, tables: [] };
}

interface StatementAround {
  /** Tokens of the statement, without comments. */
  readonly code: readonly Token[];
  /** Index of the token being typed, or of the first behind the cursor. */
  readonly cursor: number;
}

/** Undefined inside a string or a comment. */
function statementAround(text: string, offset: number): StatementAround | undefined {
  let code: Token[] = [];
  for (const token of tokens(text)) {
    const inside = token.start < offset && (offset < token.end || !token.closed);
    if (inside && (token.kind === "string" || token.kind === "comment")) return undefined;
    if (token.kind === "comment") {
      if (text.startsWith("--", token.start) && token.end === offset) return undefined;
      continue;
    }
    const ends = token.kind === "punctuation" && text[token.start] === ";";
    if (ends && token.end > offset) break;
    if (ends) code = [];
    else code.push(token);
  }
  const cursor = code.findIndex((token) => (isName(token) ? token.end >= offset : token.start >= offset));
  return { code, cursor: cursor < 0 ? code.length : cursor };
}

const isName = (token: Token): boolean => token.kind === "word" || token.kind === "quoted_name";

/** The names with dots before the cursor, and where they begin. */
function qualifiersBefore(
  text: string,
  code: readonly Token[],
  cursor: number,
): { readonly qualifiers: readonly string[]; readonly first: number } {
  const qualifiers: string[] = [];
  let first = cursor;
  for (;;) {
    const [name, dot] = [code[first - 2], code[first - 1]];
    if (!name || !dot || text.slice(dot.start, dot.end) !== "." || !isName(name)) break;
    qualifiers.unshift(nameOf(text, name));
    first -= 2;
  }
  return { qualifiers, first };
}

class Scope {
  readonly #text: string;
  readonly #code: readonly Token[];
  readonly #index: CatalogIndex;
  readonly #opening = new Set<Block>();

  constructor(text: string, code: readonly Token[], index: CatalogIndex) {
    this.#text = text;
    this.#code = code;
    this.#index = index;
  }

  /** Tables of the query at the cursor and of the ones around it, innermost first. */
  visible(top: Block, cursor: number): readonly ScopeTable[] {
    const path: Block[] = [top];
    for (let block: Block | undefined = top; block; ) {
      block = block.inner.find((one) => one.first <= cursor && cursor <= one.end);
      if (block) path.unshift(block);
    }
    const tables: ScopeTable[] = [];
    let skip = false;
    for (const block of path) {
      if (!skip) {
        const arm = block.arms.findLast((one) => one.first <= cursor) ?? block.arms[0];
        if (arm) tables.push(...this.#tablesOf(arm, block));
      }
      skip = block.place === "apart";
    }
    return tables;
  }

  #tablesOf(arm: Arm, block: Block): readonly ScopeTable[] {
    const tables = arm.sources.flatMap((source) => this.#table(source, block));
    const target = tables[0];
    return arm.hasConflictClause && target ? [...tables, { ...target, alias: "excluded" }] : tables;
  }

  #table(source: Source, block: Block): readonly ScopeTable[] {
    const alias = source.alias ?? source.name;
    const renamed = (schema: string, name: string, columns: readonly ScopeColumn[]): ScopeTable => ({
      alias,
      schema,
      name,
      columns: rename(columns, source.names),
    });
    if (source.kind === "query") {
      return source.query ? [renamed("", alias, this.#columnsOf(source.query))] : [];
    }
    if (source.kind === "function") {
      return [renamed("", source.name, this.#returned(source, alias))];
    }
    const cte = source.schema === undefined ? findCte(block, source.name) : undefined;
    if (cte) return [renamed("", cte.name, rename(this.#columnsOf(cte.query), cte.names))];
    const found = this.#index.findRelation(source.schema, source.name);
    if (!found) return [];
    const columns =
      found.kind === "user"
        ? found.relation.columns
        : found.relation.columns.map((name) => ({ name, type: "" }));
    return [renamed(found.relation.schema, found.relation.name, columns)];
  }

  #returned(source: Source, alias: string): readonly ScopeColumn[] {
    const [routine] = this.#index.findRoutines(source.schema, source.name);
    if (routine && routine.outputColumns.length > 0) return routine.outputColumns;
    const row = routine && this.#index.rowTypeNamed(routine.returnType.replace(/^SETOF /, ""));
    return row?.columns ?? [{ name: alias, type: routine?.returnType ?? "" }];
  }

  /** Names and types of what a query in parentheses returns. */
  #columnsOf(query: Block): readonly ScopeColumn[] {
    const [arm] = query.arms;
    if (!arm || this.#opening.has(query)) return [];
    this.#opening.add(query);
    const tables = this.#tablesOf(arm, query);
    this.#opening.delete(query);
    return outputNames(this.#text, this.#code, arm).flatMap((output): readonly ScopeColumn[] => {
      if (output.kind === "star") {
        const meant = tables.filter((one) => output.of === undefined || one.alias === output.of);
        return meant.flatMap((one) => one.columns);
      }
      const origin = tables
        .filter((one) => output.of === undefined || one.alias === output.of)
        .flatMap((one) => one.columns)
        .find((column) => column.name === output.column);
      return [{ name: output.name, type: origin?.type ?? "" }];
    });
  }
}

function findCte(from: Block, name: string): Cte | undefined {
  for (let block: Block | undefined = from; block; block = block.parent) {
    const cte = block.ctes.find((one) => one.name === name);
    if (cte) return cte;
  }
  return undefined;
}

function rename(columns: readonly ScopeColumn[], names: readonly string[]): readonly ScopeColumn[] {
  const given = names.map((name, position) => ({ name, type: columns[position]?.type ?? "" }));
  return [...given, ...columns.slice(names.length)];
}
