import { createHash } from "node:crypto";
import type { StatementFacts } from "../sql/facts.ts";
import { type SqlToken, sqlTokens } from "./sqlTokens.ts";

/** What stands before a statement that is planned or prepared, and not another statement for it. */
const WRAPS = /^(?:explain|describe|prepare|analyze)$/i;
const BEGINS =
  /^(?:select|with|insert|update|delete|merge|replace|truncate|create|alter|drop|grant|revoke)$/i;

/** The same for texts of the same words, signs and values, whatever their layout, comments and case. */
export function sameTokens(text: string): string {
  const pieces = sqlTokens(text).map((token) => pieceOf(text, token));
  while (pieces.at(-1) === ";") pieces.pop();
  const begins = WRAPS.test(pieces[0] ?? "") ? pieces.findIndex((piece) => BEGINS.test(piece)) : 0;
  return hash(pieces.slice(Math.max(0, begins)));
}

/**
 * The same for statements that do the same to the same columns with the same values, whatever their aliases, names
 * and order.
 */
export function sameDeed(text: string, facts: StatementFacts): string {
  const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)].sort();
  const named = ({ schema, table, column }: { schema: string; table: string; column: string }): string =>
    [schema, table, column].join("\u0001");
  const values = sqlTokens(text)
    .filter(({ kind }) => kind === "string" || kind === "number" || kind === "broken")
    .map((token) => pieceOf(text, token));
  return hash([
    facts.effect,
    facts.kind,
    ...distinct(facts.relations.map(({ schema, name, access }) => `${access}\u0001${schema}\u0001${name}`)),
    ...distinct(facts.reads.map(({ column, role }) => `${role}\u0001${named(column)}`)),
    ...distinct(facts.writes.map(({ column }) => named(column))),
    ...distinct(facts.functions.map(({ schema, name }) => `${schema}\u0001${name}`)),
    ...values.toSorted(),
  ]);
}

function pieceOf(text: string, { kind, start, end }: SqlToken): string {
  const piece = text.slice(start, end);
  if (kind === "word") return piece.toLowerCase();
  if (kind !== "quoted") return piece;
  const name = piece.slice(1, -1);
  return /^[\p{Ll}_][\p{Ll}\p{N}_$]*$/u.test(name) ? name : piece;
}

const hash = (pieces: readonly string[]): string =>
  createHash("sha256").update(pieces.join("\u0000")).digest("hex");
