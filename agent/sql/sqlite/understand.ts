import type { Catalog } from "../../../protocol/catalog.ts";
import type { Span, SplitStatement, Understanding } from "../facts.ts";
import { cannotTell } from "../postgres/understand.ts";
import { bluntFacts, relationsOf } from "./bluntFacts.ts";
import { type StatementTokens, tokensOf } from "./headWords.ts";
import { asciiLower } from "./lexer.ts";
import { schemaCopyOf } from "./schemaCopy.ts";
import { secondReading } from "./secondReading.ts";
import { type StatementKind, statementKind } from "./statementKind.ts";
import { type Touched, touchedBy } from "./touched.ts";

/**
 * What a statement does, by SQLite itself: compiled against the database's schema without its data, it says every
 * table and column it would touch. What for, it does not say; where PostgreSQL's grammar reads the text too and
 * agrees with it, that reading is taken, else every column counts for everything. The order of rows without ORDER BY is
 * not in the facts, though the planner may take it from an index. Needs `loadPostgresParser()`.
 */
export function understandSqlite(
  statement: SplitStatement,
  index: { readonly catalog: Catalog },
): Understanding {
  const { text, span } = statement;
  const { catalog } = index;
  const copy = schemaCopyOf(catalog);
  if (copy === null) return cannotTell(span, "this version of Node cannot tell what SQLite does", "sqlite");
  const tokens = tokensOf(text);
  const compiled = copy.compile(text);
  if (compiled.kind === "refused") return refused(compiled.message, tokens, span, copy.missing);
  const kind = statementKind(tokens, compiled.asked, span);
  const touched = touchedBy(
    compiled.asked,
    tokens,
    catalog,
    kind.effect === "ddl" || kind.effect === "admin",
  );
  if (kind.kind === "create_table_as") return createTableAs(tokens, span, index, kind, touched);
  const second =
    kind.unknown === undefined && kind.kind !== "explain"
      ? secondReading(tokens, span, { touched, columns: compiled.columns }, catalog)
      : null;
  const facts = second ?? bluntFacts({ tokens, span, kind, touched, columns: compiled.columns, catalog });
  return { kind: facts.unknowns.length > 0 ? "cannot_tell" : "understood", facts };
}

/** The rows go into the new table as the query gives them, under the names it gives them. */
function createTableAs(
  tokens: StatementTokens,
  span: Span,
  index: { readonly catalog: Catalog },
  kind: StatementKind,
  touched: Touched,
): Understanding {
  const as = tokens.list.findIndex((_, at) => at >= 3 && tokens.word(at) === "AS");
  const start = tokens.list[as + 1]?.start;
  const [action] = kind.actions;
  if (as < 0 || start === undefined || action === undefined) {
    return cannotTell(span, "the query whose rows are stored is not understood", "sqlite");
  }
  const query = { text: tokens.text.slice(start), span: { start: span.start + start, end: span.end } };
  const inner = understandSqlite(query, index);
  if (!("facts" in inner)) return inner;
  const { facts } = inner;
  const names = facts.outputs.map(({ name }) => asciiLower(name));
  // SQLite numbers names that come twice.
  const twice = new Set(names).size !== names.length;
  const [schema = "main", table = ""] = action.name.split(/\.(.*)/s);
  const unknowns = twice ? [{ reason: "two columns of the new table have one name", span }] : [];
  return {
    kind: twice ? "cannot_tell" : inner.kind,
    facts: {
      ...facts,
      kind: kind.kind,
      effect: "ddl",
      actions: kind.actions,
      relations: relationsOf(touched, span),
      outputs: [],
      flows: facts.outputs.map(({ name, sources, transform }) => ({
        target: { schema, table, column: name },
        sources,
        unchanged: transform === "direct",
        opaque: transform === "opaque",
      })),
      unknowns: [...facts.unknowns, ...unknowns],
      span,
    },
  };
}

/** SQLite's own words for a text it does not compile, with the place it speaks of. */
function refused(
  message: string,
  tokens: StatementTokens,
  span: Span,
  missing: readonly string[],
): Understanding {
  const [, name] = /^no such (?:table|column|function): ([\s\S]+)$/.exec(message) ?? [];
  const [, near] = /^near "([\s\S]+)": syntax error$/.exec(message) ?? [];
  const at = placeOf(tokens, span, near ?? name?.split(".").at(-1));
  if (/syntax error$|^incomplete input$|^unrecognized token/.test(message)) {
    return { kind: "syntax_error", message: sentence(message), span: at };
  }
  // The copy lacks what it could not make, so it cannot say that this does not exist.
  if (missing.length > 0)
    return cannotTell(span, "part of the database's schema could not be followed", "sqlite");
  return { kind: "unresolved", message: sentence(message), span: at };
}

function placeOf({ text, list }: StatementTokens, span: Span, word: string | undefined): Span {
  const found = list.find(
    ({ start, end }) => word !== undefined && text.slice(start, end).toLowerCase() === word.toLowerCase(),
  );
  return found === undefined ? span : { start: span.start + found.start, end: span.start + found.end };
}

const sentence = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
