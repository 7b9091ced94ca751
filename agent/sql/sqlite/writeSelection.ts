import type { StatementFacts } from "../facts.ts";
import type { StatementTokens } from "./headWords.ts";
import { asciiLower, nameOf } from "./lexer.ts";

const OPERATIONS: ReadonlyMap<string, "insert" | "update" | "delete"> = new Map([
  ["INSERT", "insert"],
  ["UPDATE", "update"],
  ["DELETE", "delete"],
]);

/** What a statement does, by its first word; undefined where that changes no rows by itself. */
export const operationOf = (tokens: StatementTokens): "insert" | "update" | "delete" | undefined =>
  OPERATIONS.get(tokens.word(0));

/** The target that a statement names behind its first words; what foreign keys change with its rows are targets too. */
export function namedTarget(
  tokens: StatementTokens,
  operation: "insert" | "update" | "delete",
  facts: StatementFacts,
): StatementFacts["targets"][number] | undefined {
  const named = tableNamed(tokens, operation);
  return facts.targets.find((one) => asciiLower(one.table) === named && one.operation === operation);
}

function tableNamed(tokens: StatementTokens, operation: "insert" | "update" | "delete"): string | undefined {
  const verb = tokens.word(1) === "OR" ? 3 : 1;
  const at = operation === "update" ? verb : verb + 1;
  const dotted = tokens.text[tokens.list[at + 1]?.start ?? -1] === ".";
  const token = tokens.list[dotted ? at + 2 : at];
  return token === undefined ? undefined : nameOf(tokens.text.slice(token.start, token.end));
}

/** Where a word first stands outside of all parentheses. */
export function outermost(tokens: StatementTokens, ...words: readonly string[]): number | undefined {
  let depth = 0;
  for (const [at, { start, kind }] of tokens.list.entries()) {
    if (kind === "punctuation" && tokens.text[start] === "(") depth += 1;
    if (kind === "punctuation" && tokens.text[start] === ")") depth -= 1;
    if (depth === 0 && words.includes(tokens.word(at))) return at;
  }
  return undefined;
}

/** What an UPDATE or DELETE chooses. */
export interface WriteSelection {
  /** The table as the statement names it, with its `WHERE`. */
  readonly text: string;
  /** Where the condition begins and ends among the tokens. */
  readonly where: { readonly start: number; readonly end: number };
}

/** Undefined where other tables take part. */
export function writeSelection(
  tokens: StatementTokens,
  operation: "update" | "delete",
): WriteSelection | undefined {
  const { text } = tokens;
  const slice = (from: number, to: number): string => {
    const [first, last] = [tokens.list[from], tokens.list[to - 1]];
    return first === undefined || last === undefined || to <= from ? "" : text.slice(first.start, last.end);
  };
  const end = outermost(tokens, "RETURNING") ?? tokens.list.length;
  const where = outermost(tokens, "WHERE") ?? end;
  const set = outermost(tokens, "SET");
  // `UPDATE … FROM` names more tables; so may what only looks like it.
  const from = outermost(tokens, "FROM");
  const beside = operation === "update" && from !== undefined && from < where;
  if (beside || outermost(tokens, "ORDER", "LIMIT") !== undefined) return undefined;
  const begins = tokens.word(1) === "OR" ? 3 : operation === "update" ? 1 : 2;
  const named = slice(begins, operation === "update" ? (set ?? 0) : where);
  if (named === "") return undefined;
  return { text: `${named} ${slice(where, end)}`.trimEnd(), where: { start: where, end } };
}

/** Whether the condition calls what may answer otherwise the second time. */
export function isVolatile(
  tokens: StatementTokens,
  facts: StatementFacts,
  where: WriteSelection["where"],
): boolean {
  const volatile = new Set(
    facts.functions
      .filter(({ volatility, hazards }) => volatility === "volatile" || hazards.length > 0)
      .map(({ name }) => name.toLowerCase()),
  );
  return tokens.list
    .slice(where.start, where.end)
    .some(
      ({ kind, start, end }) =>
        (kind === "word" || kind === "quoted") && volatile.has(nameOf(tokens.text.slice(start, end))),
    );
}
