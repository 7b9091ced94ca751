import type { AskedDifference, PromptMessage } from "../../protocol/suggestion/suggestion.ts";
import { redactText } from "../classify/text/redactText.ts";
import type { Judged } from "../judge.ts";
import { splitUnfinishedText } from "../splitText.ts";
import type { SplitStatement } from "../sql/facts.ts";
import type { StatementSession } from "../statementSession.ts";
import { answerSql } from "../suggest/answerSql.ts";
import { askedDifferences } from "../suggest/differences/askedDifferences.ts";
import { nearestName } from "../suggest/nearestName.ts";
import { withoutValues, withValues } from "../suggest/placeholders.ts";
import { quotedName } from "../suggest/schemaText.ts";
import { sqlTokens } from "../suggest/sqlTokens.ts";
import type { BuiltPrompt } from "./suggestionPrompt.ts";

/** A model's answer once it was read, resolved and judged. */
export type CheckedAnswer =
  | {
      readonly kind: "statement";
      readonly statement: SplitStatement;
      readonly judged: Judged;
      readonly repaired: readonly string[];
      readonly notes: readonly AskedDifference[];
    }
  /** It names what is not there, or is no SQL of this database: the model may try once more. */
  | { readonly kind: "again"; readonly messages: readonly PromptMessage[]; readonly reason: string }
  | { readonly kind: "none"; readonly reason: string };

export interface AnswerCheck {
  readonly session: StatementSession;
  /** As it would run now, for whoever asked. */
  judge(statement: SplitStatement): Promise<Judged>;
}

const MOST_REPAIRS = 4;

/** Reads an answer, repairs what can only be meant one way, and judges it as any statement is judged. */
export async function checkAnswer(
  answer: string,
  prompt: BuiltPrompt,
  { session, judge }: AnswerCheck,
): Promise<CheckedAnswer> {
  const read = answerSql(answer);
  if (read.kind === "refused") return { kind: "none", reason: "the model has no answer" };
  if (read.kind === "nothing") return { kind: "none", reason: "the model's answer holds no statement" };
  const continued = withBeginning(read.sql, prompt.begun);
  if (continued === null) return { kind: "none", reason: "the model did not go on with what is written" };
  const text = withValues(continued, prompt.values);
  const [first, ...more] = await split(text, session);
  if (first === undefined) return { kind: "none", reason: "the model's answer holds no statement" };
  const notes: readonly AskedDifference[] =
    more.length === 0
      ? []
      : [
          {
            code: "several-statements",
            severity: "note",
            message: `The model wrote ${more.length + 1} statements; this is the first.`,
          },
        ];
  const repaired: string[] = [];
  let statement: SplitStatement = { text: first.text, span: { start: 0, end: first.text.length } };
  let judged = await judge(statement);
  while (judged.understanding.kind === "unresolved" && repaired.length < MOST_REPAIRS) {
    const fixed = await repair(statement, judged.understanding.span, session);
    if (fixed === null || !fixed.text.startsWith(prompt.begun.trim())) break;
    repaired.push(fixed.told);
    statement = { text: fixed.text, span: { start: 0, end: fixed.text.length } };
    judged = await judge(statement);
  }
  const { understanding } = judged;
  if (understanding.kind === "unresolved" || understanding.kind === "syntax_error") {
    const hint = understanding.kind === "unresolved" ? (understanding.hint ?? "") : "";
    const wrong = redactText(withoutValues(`${understanding.message} ${hint}`.trim(), prompt.values)).text;
    return {
      kind: "again",
      reason: `the model's statement does not fit the database: ${wrong}`,
      messages: [
        ...prompt.messages,
        { role: "assistant", text: `\`\`\`sql\n${continued}\n\`\`\`` },
        {
          role: "user",
          text: `The database says: ${wrong}\nCorrect the statement with the names listed in <schema>, or answer NO.`,
        },
      ],
    };
  }
  return { kind: "statement", statement, judged, repaired, notes };
}

async function split(text: string, session: StatementSession): Promise<readonly SplitStatement[]> {
  const { database } = session;
  return splitUnfinishedText(text, database.engine, await database.catalogForSplitting());
}

/** The whole statement, where the answer repeats its beginning or only goes on from it. */
function withBeginning(sql: string, begun: string): string | null {
  const head = begun.trim();
  if (head === "") return sql;
  const flat = (text: string): string => text.replace(/\s+/g, " ").toLowerCase();
  let end = 0;
  // The place in the answer where as much was said as is written already, whatever the blanks.
  for (let length = 1; length <= Math.min(sql.length, head.length * 3); length++) {
    if (flat(sql.slice(0, length)).trim() === flat(head)) end = length;
  }
  if (end > 0)
    return `${begun.trimEnd()}${/\s$/.test(begun) ? begun.slice(begun.trimEnd().length) : ""}${joined(begun, sql.slice(end))}`;
  const begins = /^\s*(?:select|with|insert|update|delete|create|alter|drop|explain)\b/i.test(sql);
  return begins ? null : `${begun}${joined(begun, sql)}`;
}

const joined = (begun: string, rest: string): string => (/\s$/.test(begun) ? rest.trimStart() : rest);

/** The text with the one name it can only have meant in place of the wrong one. */
async function repair(
  { text }: SplitStatement,
  span: { readonly start: number; readonly end: number },
  session: StatementSession,
): Promise<{ readonly text: string; readonly told: string } | null> {
  const token =
    sqlTokens(text).findLast(
      ({ kind, start, end }) =>
        (kind === "word" || kind === "quoted") &&
        start >= span.start &&
        end <= Math.max(span.end, span.start + 1),
    ) ??
    sqlTokens(text).find(
      ({ kind, start, end }) =>
        (kind === "word" || kind === "quoted") && start <= span.start && end > span.start,
    );
  if (token === undefined) return null;
  const wrong = text.slice(token.start, token.end).replace(/^["`]|["`]$/g, "");
  const { relations } = await session.database.catalog();
  const words = new Set(
    sqlTokens(text).map(({ start, end }) =>
      text
        .slice(start, end)
        .toLowerCase()
        .replace(/^["`]|["`]$/g, ""),
    ),
  );
  const used = relations.filter(({ name }) => words.has(name.toLowerCase()));
  const columns = used.flatMap((relation) => relation.columns.map(({ name }) => name));
  const tables = relations.map(({ name }) => name);
  const named = tables.includes(wrong) ? columns : [...columns, ...tables];
  const right = nearestName(wrong, named);
  if (right === null || right === wrong) return null;
  const written = quotedName(right, session.database.profile.engine);
  return {
    text: `${text.slice(0, token.start)}${written}${text.slice(token.end)}`,
    told: `“${wrong}” is “${right}”`,
  };
}

/** What the statement does otherwise than it was asked. */
export async function differencesOf(
  asked: string,
  {
    statement,
    facts,
    session,
  }: {
    readonly statement: string;
    readonly facts: Judged["facts"];
    readonly session: StatementSession;
  },
): Promise<readonly AskedDifference[]> {
  if (facts === null) return [];
  const { relations } = await session.database.catalog();
  const index = await session.index();
  const typeOf = (id: { readonly schema: string; readonly table: string; readonly column: string }) =>
    relations
      .find(({ schema, name }) => schema === id.schema && name === id.table)
      ?.columns.find(({ name }) => name === id.column)
      ?.type.toLowerCase();
  const tokens = sqlTokens(statement);
  return askedDifferences({
    question: asked,
    facts,
    sql: tokens.map(({ start, end }) => statement.slice(start, end).toLowerCase()).join(" "),
    typeOf,
    tables: new Set(
      index.catalog.relations
        .filter(({ schema }) => !SYSTEM.has(schema))
        .map(({ name }) => name.toLowerCase()),
    ),
  });
}

const SYSTEM: ReadonlySet<string> = new Set(["pg_catalog", "information_schema", "mysql", "sys"]);
