import type { Span, SplitStatement, StatementFacts, Understanding } from "../facts.ts";
import type { CatalogIndex } from "../postgres/catalogIndex.ts";
import { Unresolved } from "../postgres/problem.ts";
import { cannotTell, factsOf } from "../postgres/understand.ts";
import { doubtChangedNames } from "./changedNames.ts";
import { readHints } from "./hints.ts";
import { MysqlAnalysis } from "./mysqlAnalysis.ts";
import { MysqlSource } from "./mysqlSource.ts";
import { type ParsedStatement, parseMysql } from "./parser/parse.ts";
import { MYSQL_READERS } from "./readers.ts";
import { tableReadOtherwise } from "./secondReading.ts";
import type { MysqlSession } from "./session.ts";
import { rememberEffects } from "./sessionMemory.ts";
import { readAny } from "./statements/any.ts";

/** Rounds in which what a statement's own user variables carry is followed. */
const mostRounds = 6;

/**
 * What a statement of MySQL or MariaDB does, with names as the catalog and the session have them. Never throws: what
 * cannot be followed to its end comes back as `cannot_tell` with the reason.
 */
export function understandMysql(
  statement: SplitStatement,
  index: CatalogIndex,
  session: MysqlSession,
): Understanding {
  const { span, text } = statement;
  const refusal = unreadable(text, span);
  if (refusal) return refusal;
  const parsed = parseMysql(text, session.settings);
  if (parsed.kind !== "parsed") {
    if (parsed.kind === "beyond") return cannotTell(span, parsed.message, "mysql");
    const start = Math.min(parsed.start, Math.max(0, text.length - 1));
    const end = Math.min(Math.max(parsed.end, start + 1), text.length);
    const at = { start: span.start + start, end: span.start + end };
    return { kind: "syntax_error", message: parsed.message, span: at };
  }
  try {
    const facts = readAll(parsed, statement, index, session);
    return { kind: facts.unknowns.length > 0 ? "cannot_tell" : "understood", facts };
  } catch (error) {
    if (error instanceof Unresolved) {
      return {
        kind: "unresolved",
        message: error.message,
        ...(error.hint === undefined ? {} : { hint: error.hint }),
        span: error.span.end > 0 ? error.span : span,
      };
    }
    const deep = error instanceof RangeError;
    return cannotTell(span, deep ? "it is nested too deeply to be followed" : "following it failed", "mysql");
  }
}

type Parsed = Extract<ParsedStatement, { kind: "parsed" }>;

function readAll(
  parsed: Parsed,
  { span, text }: SplitStatement,
  index: CatalogIndex,
  session: MysqlSession,
): StatementFacts {
  const source = new MysqlSource(span.start, parsed.tokens);
  const doubt = parsed.doubt ?? tableReadOtherwise(text, parsed.statement, session.settings);
  let carried: MysqlAnalysis["carried"] = new Map();
  for (let round = 0; ; round++) {
    const analysis = new MysqlAnalysis(
      index,
      { kind: "text", source },
      MYSQL_READERS,
      session,
      [],
      undefined,
      carried,
    );
    if (doubt !== undefined) analysis.unknown(doubt, span);
    const result = readAny(analysis, parsed.statement, span);
    analysis.raise(result.effect);
    doubtChangedNames(analysis, analysis.namesChangedInside);
    const settled = [...analysis.assigned].every(([name, value]) => {
      const before = carried.get(name);
      return (
        before !== undefined && columns(before) === columns(value) && before.transform === value.transform
      );
    });
    if (settled || round >= mostRounds) {
      if (!settled) analysis.unknown("What its variables carry is too involved to follow.", span);
      analysis.parameters = parsed.parameters;
      analysis.settings.push(...readHints(text, span.start, parsed.comments, session.settings));
      const facts = factsOf(analysis, { ...result, effect: analysis.effect }, span, "mysql");
      rememberEffects(facts, analysis, parsed.statement);
      return facts;
    }
    carried = new Map(analysis.assigned);
  }
}

const columns = (value: { readonly refs: readonly { readonly column: unknown }[] }): number =>
  new Set(value.refs.map((ref) => ref.column)).size;

/** Characters with which nobody can tell what the server reads. */
function unreadable(text: string, span: Span): Understanding | undefined {
  const nul = text.indexOf("\0");
  if (nul >= 0) {
    const at = { start: span.start + nul, end: span.start + nul + 1 };
    return { kind: "syntax_error", message: "The text contains a NUL character. Remove it.", span: at };
  }
  if (text.isWellFormed()) return undefined;
  return {
    kind: "syntax_error",
    message: "The text is not valid Unicode: half of a character is missing.",
    span,
  };
}
