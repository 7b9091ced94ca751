import { StatementTokens } from "./completionTokens.ts";
import type { Token } from "./lexer.ts";

/** What a query takes rows from, as written; nothing is looked up yet. */
export interface Source {
  readonly kind: "relation" | "function" | "query";
  readonly schema?: string;
  readonly name: string;
  readonly alias?: string;
  /** Column names given behind the alias. */
  readonly names: readonly string[];
  readonly query?: Block;
}

/** One SELECT, UPDATE, … of a block; UNION and kin divide it into several. */
export interface Arm {
  readonly first: number;
  end: number;
  readonly sources: Source[];
  /** Tokens of the SELECT list or RETURNING. */
  outputs: { readonly first: number; end: number } | undefined;
  hasConflictClause: boolean;
}

export interface Cte {
  readonly name: string;
  readonly names: readonly string[];
  readonly query: Block;
}

/** A statement, or a query in parentheses. */
export interface Block {
  readonly first: number;
  readonly end: number;
  /** `apart`: in WITH or, without LATERAL, in FROM, where names of the query around don't reach. */
  readonly place: "statement" | "expression" | "apart";
  readonly parent: Block | undefined;
  readonly ctes: Cte[];
  readonly arms: Arm[];
  readonly inner: Block[];
}

/** What stands where in a statement, as far as unfinished text tells. */
export interface Blocks {
  readonly statement: Block;
  /** Indexes of the tokens at which the name of a table is to be written. */
  readonly tablePlaces: ReadonlySet<number>;
}

const endsFrom = new Set(
  "where group order having limit offset fetch for window returning set values when".split(" "),
);

/** Finds queries, their sources and the places of table names in tokens without comments. */
export function findBlocks(text: string, tokens: readonly Token[]): Blocks {
  const reader = new BlockReader(new StatementTokens(text, tokens));
  return {
    statement: reader.block(0, tokens.length, "statement", undefined),
    tablePlaces: reader.tablePlaces,
  };
}

class BlockReader {
  readonly tablePlaces = new Set<number>();
  readonly #tokens: StatementTokens;

  constructor(tokens: StatementTokens) {
    this.#tokens = tokens;
  }

  block(first: number, end: number, place: Block["place"], parent: Block | undefined): Block {
    const block: Block = { first, end, place, parent, ctes: [], arms: [], inner: [] };
    parent?.inner.push(block);
    this.#clauses(block, newArm(block, first), first, end, false);
    return block;
  }

  /** `inFrom`: a comma is followed by another source. */
  #clauses(block: Block, firstArm: Arm, first: number, end: number, inFrom: boolean): void {
    let arm = firstArm;
    let from = inFrom;
    let at = inFrom ? this.#source(block, arm, first, end, true) : first;
    while (at < end) {
      const word = this.#tokens.word(at);
      if (endsFrom.has(word)) from = false;
      if (arm.outputs && (word === "from" || endsFrom.has(word))) closeOutputs(arm, at);
      if (word === "(") at = this.#parentheses(block, at, end);
      else if (word === "with") at = this.#with(block, at, end);
      else if (word === "union" || word === "intersect" || word === "except") {
        closeOutputs(arm, at);
        arm.end = at;
        arm = newArm(block, at + 1);
        from = false;
        at++;
      } else if (word === "select" || word === "returning") {
        arm.outputs = { first: at + 1, end };
        at++;
      } else if (word === "conflict") {
        arm.hasConflictClause = true;
        at++;
      } else if (this.#leadsToSource(at, end) || (word === "," && from)) {
        if (word === "from" || word === "using") from = true;
        at = this.#source(block, arm, at + 1, end, word !== "into" && word !== "update");
      } else at++;
    }
  }

  #leadsToSource(at: number, end: number): boolean {
    const before = this.#tokens.word(at - 1);
    switch (this.#tokens.word(at)) {
      case "from":
        return !(before === "distinct" && ["is", "not"].includes(this.#tokens.word(at - 2)));
      case "update":
        return !["for", "do", "then", "key", "on", "or", "before", "after"].includes(before);
      case "using":
        return this.#tokens.word(at + 1) !== "(" || this.#tokens.startsQuery(at + 2, end);
      case "join":
      case "into":
      case "table":
      case "truncate":
        return this.#tokens.word(at + 1) !== "table";
      default:
        return false;
    }
  }

  #source(block: Block, arm: Arm, first: number, end: number, mayCall: boolean): number {
    let at = first;
    let place: Block["place"] = "apart";
    this.tablePlaces.add(at);
    while (at < end && ["only", "lateral"].includes(this.#tokens.word(at))) {
      if (this.#tokens.word(at) === "lateral") place = "expression";
      at++;
      this.tablePlaces.add(at);
    }
    if (at < end && this.#tokens.word(at) === "(") {
      const close = this.#tokens.close(at, end);
      if (!this.#tokens.startsQuery(at + 1, close)) {
        this.#clauses(block, arm, at + 1, close, true);
        return this.#tokens.alias(close + 1, end).next;
      }
      const query = this.block(at + 1, close, place, block);
      const { alias, names, next } = this.#tokens.alias(close + 1, end);
      arm.sources.push({ kind: "query", name: alias ?? "", ...(alias ? { alias } : {}), names, query });
      return next;
    }
    const { parts, next } = this.#tokens.dotted(at, end);
    const name = parts.at(-1);
    if (name === undefined) return at;
    const call = mayCall && next < end && this.#tokens.word(next) === "(";
    const after = call
      ? this.#parentheses(block, next, end)
      : this.#tokens.word(next) === "*"
        ? next + 1
        : next;
    const { alias, names, next: rest } = this.#tokens.alias(after, end);
    const schema = parts.at(-2);
    arm.sources.push({
      kind: call ? "function" : "relation",
      ...(schema === undefined ? {} : { schema }),
      name,
      ...(alias === undefined ? {} : { alias }),
      names,
    });
    return rest;
  }

  /** `WITH a (x) AS MATERIALIZED (…), b AS (…)`; other uses of the word are passed over. */
  #with(block: Block, first: number, end: number): number {
    let at = first + 1;
    if (this.#tokens.word(at) === "recursive") at++;
    for (;;) {
      const name = at < end ? this.#tokens.name(at) : undefined;
      if (name === undefined) return at;
      const listed = this.#tokens.word(at + 1) === "(";
      const listEnd = listed ? this.#tokens.close(at + 1, end) : at;
      let open = listEnd + 1;
      if (this.#tokens.word(open) !== "as") return first + 1;
      while (open < end && ["as", "not", "materialized"].includes(this.#tokens.word(open))) open++;
      if (open >= end || this.#tokens.word(open) !== "(") return open;
      const close = this.#tokens.close(open, end);
      const names = listed ? this.#tokens.nameList(at + 2, listEnd) : [];
      block.ctes.push({ name, names, query: this.block(open + 1, close, "apart", block) });
      at = close + 1;
      if (at >= end || this.#tokens.word(at) !== ",") return at;
      at++;
    }
  }

  /** Goes through parentheses that are no source of rows; answers where they end. */
  #parentheses(block: Block, open: number, end: number): number {
    const close = this.#tokens.close(open, end);
    if (this.#tokens.startsQuery(open + 1, close)) this.block(open + 1, close, "expression", block);
    else {
      for (let at = open + 1; at < close; at++) {
        if (this.#tokens.word(at) === "(") at = this.#parentheses(block, at, close) - 1;
      }
    }
    return close + 1;
  }
}

function newArm(block: Block, first: number): Arm {
  const arm: Arm = { first, end: block.end, sources: [], outputs: undefined, hasConflictClause: false };
  block.arms.push(arm);
  return arm;
}

function closeOutputs(arm: Arm, at: number): void {
  if (arm.outputs && arm.outputs.end > at) arm.outputs.end = at;
}
