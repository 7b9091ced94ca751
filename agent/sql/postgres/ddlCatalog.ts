import type { Catalog } from "../../../protocol/catalog.ts";
import { DdlError } from "../ddlError.ts";
import type { SplitStatement } from "../facts.ts";
import type { CatalogIndex } from "./catalogIndex.ts";
import { apply } from "./ddl/apply.ts";
import { withoutPsqlLines } from "./ddl/psqlText.ts";
import { SchemaState } from "./ddl/schemaState.ts";
import { StatementText } from "./ddl/statementText.ts";
import { nextCode } from "./lexer.ts";
import { splitPostgres, treeOf } from "./split.ts";

/**
 * What exists in a database that DDL makes, with no database: read from what pg_dump or migrations have, statement
 * by statement. Oids are made up and say nothing; statements that change no structure are passed over, and so is
 * what an extension brings along. Needs `loadPostgresParser()`.
 * @throws DdlError where PostgreSQL's grammar does not take a statement.
 */
export class DdlCatalog {
  readonly #state = new SchemaState();

  constructor(ddl: string) {
    const text = withoutPsqlLines(ddl);
    for (let start = 0; start < text.length; ) start = this.#read(ddl, text, start);
    this.#state.startSession();
  }

  /** Reads some statements of a text from `start` on; answers where they end. The trees of a dump are large. */
  #read(ddl: string, text: string, start: number): number {
    let end = endOfStatements(text, start + PIECE);
    let split = splitPostgres(text.slice(start, end));
    if (split.kind === "syntax_error" && end < text.length) {
      // A semicolon inside a routine's body of the SQL standard ends nothing: the grammar knows, on all of it.
      end = text.length;
      split = splitPostgres(text.slice(start));
    }
    if (split.kind === "syntax_error") {
      throw new DdlError("postgres", ddl, split.message, start + split.span.start, start + split.span.end);
    }
    for (const statement of split.statements) {
      const tree = treeOf(statement);
      if (!("raw" in tree)) {
        throw new DdlError("postgres", ddl, tree.message, start + tree.span.start, start + tree.span.end);
      }
      this.apply(statement);
    }
    return end;
  }

  /** Changes the catalog as a statement of a session on it would. */
  apply(statement: SplitStatement): void {
    const tree = treeOf(statement);
    if (!("raw" in tree) || !tree.raw.stmt) return;
    const { shift } = tree.source;
    const { start, end } = statement.span;
    apply(this.#state, tree.raw.stmt, new StatementText(tree.source, start - shift, end - shift));
  }

  /** What exists now, under the names as this session resolves them. */
  index(): CatalogIndex {
    return this.#state.index();
  }

  /** Tables the DDL creates more than once. */
  get doubled(): readonly string[] {
    return this.#state.doubled;
  }

  get catalog(): Catalog {
    return this.index().catalog;
  }
}

/** Characters of DDL that are parsed at a time, and the rest of the statement they end in. */
const PIECE = 64 * 1024;

/** The end of the first statement that ends at or after an offset. */
function endOfStatements(text: string, from: number): number {
  let token = nextCode(text, from - PIECE);
  while (token && !(token.end >= from && text[token.start] === ";" && token.kind === "punctuation")) {
    token = nextCode(text, token.end);
  }
  return token?.end ?? text.length;
}

/** The catalog of a database that the DDL makes. @throws DdlError */
export const catalogFromPostgresDdl = (ddl: string): Catalog => new DdlCatalog(ddl).catalog;
