import type { Actor } from "../../protocol/actor.ts";
import type { Catalog, Relation } from "../../protocol/catalog.ts";
import type { ColumnPlan } from "../../protocol/decision.ts";
import type { EarlierTurn, PromptMessage, PromptOrder } from "../../protocol/suggestion/suggestion.ts";
import { redactText } from "../classify/text/redactText.ts";
import type { Policy } from "../policy/policy.ts";
import { recordedStatement } from "../recorder.ts";
import { splitUnfinishedText } from "../splitText.ts";
import type { SplitStatement } from "../sql/facts.ts";
import type { StatementSession } from "../statementSession.ts";
import { type InlinePlace, inlinePlace } from "../suggest/inlinePlace.ts";
import { type Hidden, hideAll, hideAsRecorded, hideSpans } from "../suggest/placeholders.ts";
import { promptMessages } from "../suggest/promptText.ts";
import { indexTables, rankTables, type TableIndex } from "../suggest/rankTables.ts";
import { enumsOf, type SchemaView, tableText } from "../suggest/schemaText.ts";
import { sqlTokens } from "../suggest/sqlTokens.ts";
import { type QuestionWords, questionWords, valuesInQuestion } from "./questionValues.ts";
import { tokenCounter } from "./tokenCounter.ts";

/** What is sent, and what is needed to read the answer. */
export interface BuiltPrompt {
  readonly kind: "prompt";
  readonly messages: readonly PromptMessage[];
  /** Values behind the placeholders. */
  readonly values: readonly string[];
  /** What was asked for, as the model sees it. */
  readonly question: string;
  /** The same as the person put it: never kept, and held against the answer. */
  readonly asked: string;
  /** What the answer has to begin with. */
  readonly begun: string;
  /** Where in the text it begins. */
  readonly start: number | null;
  readonly tables: number;
  readonly tokens: number;
}

export interface PromptSource {
  readonly session: StatementSession;
  readonly actor: Actor;
  readonly policy: Policy;
  /** What the columns of a view are, by where their data comes from; empty for anything else. */
  viewColumns(relation: Relation): Promise<ReadonlyMap<string, ColumnPlan>>;
  /** How the server would run a statement, as far as it may be shown; empty where it cannot be told. */
  explain(statement: string): Promise<string>;
}

const DEFAULT_BUDGET = 3_000;
const NEIGHBOURS_BEFORE = 3;
const EARLIER_TURNS = 3;
const LONGEST_NEIGHBOUR = 1_500;
const LONGEST_STATEMENT = 12_000;
const LONGEST_QUESTION = 2_000;
const MOST_TABLES = 60;

/** By the relations of a catalog: they are the same object until it is read anew. */
const indexes = new WeakMap<Catalog["relations"], TableIndex>();

/**
 * Everything a model is sent for one wish. Schema and labels, never a row: values in the person's own texts are replaced
 * as records replace them, and texts of the catalog by what detectors find.
 */
export async function buildPrompt(
  order: PromptOrder,
  source: PromptSource,
): Promise<BuiltPrompt | { readonly kind: "none"; readonly reason: string }> {
  const { session } = source;
  const { database } = session;
  const place = order.kind === "inline" ? inlinePlace(order.text, order.offset) : null;
  if (order.kind === "inline" && place === null) return { kind: "none", reason: "nothing is asked for here" };
  const [catalog, countTokens] = await Promise.all([database.catalog(), tokenCounter()]);
  const asked = (place?.question ?? ("question" in order ? (order.question ?? "") : "")).slice(
    0,
    LONGEST_QUESTION,
  );
  const given = "statement" in order ? order.statement.slice(0, LONGEST_STATEMENT) : "";
  const statement = await hiddenStatement(given, session);
  const known = questionWords(catalog, database.labels());
  const before = await earlierOf(
    "earlier" in order ? (order.earlier ?? []) : [],
    known,
    session,
    statement.values,
  );
  const question = hideSpans(asked, valuesInQuestion(asked, known), before.values);
  const neighbours = "text" in order ? await neighboursOf(order, place, session) : [];
  const plan = order.kind === "optimise" ? await source.explain(given) : "";
  const begun = place?.begun ?? "";
  const words = [question.text, begun, statement.text, ...before.turns].join(" ");
  const chosen = await tablesFor(catalog, words, [begun, statement.text, ...neighbours.slice(-1)], source, {
    budget: order.budget ?? DEFAULT_BUDGET,
    countTokens,
  });
  const messages = promptMessages({
    how: order.kind,
    dialect: database.profile.engine,
    server: serverOf(catalog),
    today: new Date().toISOString().slice(0, 10),
    question: question.text,
    earlier: before.turns,
    tables: chosen,
    neighbours,
    statement: order.kind === "inline" ? begun : statement.text,
    problem: order.kind === "fix" ? hiddenWords(order.problem ?? "", statement) : "",
    plan,
  });
  return {
    kind: "prompt",
    messages,
    values: question.values,
    question: question.text,
    asked,
    begun,
    start: place?.start ?? null,
    tables: chosen.length,
    tokens: messages.reduce((sum, { text }) => sum + countTokens(text), 0),
  };
}

/** As much as the budget holds of what the question is likely about. */
async function tablesFor(
  catalog: Catalog,
  words: string,
  statements: readonly string[],
  { session, actor, policy, viewColumns }: PromptSource,
  { budget, countTokens }: { readonly budget: number; countTokens(text: string): number },
): Promise<readonly string[]> {
  const { profile } = session.database;
  const enums = enumsOf(catalog);
  const view: SchemaView = {
    dialect: profile.engine,
    labelOf: (id) => session.labelOf(id),
    isMasked: (id, label) => !policy.mayReveal(actor, id, label, profile),
    withoutFindings,
    enumOf: (type) => enums.get(type),
  };
  const named = new Set(statements.flatMap(wordsOf));
  const texts: string[] = [];
  let left = budget;
  for (const relation of rankTables(indexOf(catalog), words, named).slice(0, MOST_TABLES)) {
    const inView = await viewColumns(relation);
    const text = tableText(relation, words, inView.size === 0 ? view : viewOf(view, inView));
    const tokens = countTokens(text);
    // One that is too large for what is left may be followed by a small one that is not.
    if (tokens > left && texts.length > 0) continue;
    texts.push(text);
    left -= tokens;
    if (left < budget * 0.03) break;
  }
  return texts;
}

/** A view's columns by what they come of: the catalog knows no label of them. */
const viewOf = (view: SchemaView, columns: ReadonlyMap<string, ColumnPlan>): SchemaView => ({
  ...view,
  labelOf: ({ column }) => columns.get(column)?.label ?? undefined,
  isMasked: ({ column }) => columns.get(column)?.mask !== null,
});

function indexOf({ relations }: Catalog): TableIndex {
  const known = indexes.get(relations);
  if (known !== undefined) return known;
  const index = indexTables(relations);
  indexes.set(relations, index);
  return index;
}

const wordsOf = (sql: string): readonly string[] =>
  sqlTokens(sql)
    .filter(({ kind }) => kind === "word" || kind === "quoted")
    .map(({ start, end }) =>
      sql
        .slice(start, end)
        .toLowerCase()
        .replace(/^["`]|["`]$/g, ""),
    );

/** The nearest statements of a document, without their values. */
async function neighboursOf(
  order: PromptOrder & { readonly text?: string },
  place: InlinePlace | null,
  session: StatementSession,
): Promise<readonly string[]> {
  const text = order.text ?? "";
  if (text === "") return [];
  const { engine } = session.database;
  const statements = splitUnfinishedText(text, engine, await session.database.catalogForSplitting());
  const at = place?.start ?? text.length;
  const own = place?.begun ?? "";
  const before = statements.filter(({ span }) => span.end <= at).slice(-NEIGHBOURS_BEFORE);
  const after = statements
    .filter(({ span, text: words }) => span.start >= at && (own === "" || !words.startsWith(own.trim())))
    .slice(0, 1);
  const hidden: string[] = [];
  for (const one of [...before, ...after]) {
    const { text: shown } = await hiddenOf(one, session);
    // Numbers are for what the answer may need; nobody answers with a neighbour's values.
    const told = shown.replace(/'\?\d+'/g, "'…'").slice(0, LONGEST_NEIGHBOUR);
    if (told !== "") hidden.push(`${told};`);
  }
  return hidden;
}

/** The last turns of the conversation, without their values; what follows may name these by their placeholders. */
async function earlierOf(
  turns: readonly EarlierTurn[],
  known: QuestionWords,
  session: StatementSession,
  taken: readonly string[],
): Promise<{ readonly turns: readonly string[]; readonly values: readonly string[] }> {
  const told: string[] = [];
  let values = taken;
  for (const { question, sql } of turns.slice(-EARLIER_TURNS)) {
    const words = question.slice(0, LONGEST_QUESTION);
    const asked = hideSpans(words, valuesInQuestion(words, known), values);
    const answered = await hiddenStatement(sql.slice(0, LONGEST_NEIGHBOUR), session, asked.values);
    values = answered.values;
    told.push(`Question: ${asked.text}\nAnswer: ${answered.text === "" ? "none" : answered.text}`);
  }
  return { turns: told, values };
}

async function hiddenStatement(
  text: string,
  session: StatementSession,
  taken: readonly string[] = [],
): Promise<Hidden> {
  if (text.trim() === "") return { text: "", values: taken };
  const { engine } = session.database;
  const [first] = splitUnfinishedText(text, engine, await session.database.catalogForSplitting());
  return first === undefined ? hideAll(text, taken) : hiddenOf(first, session, taken);
}

/** A statement as records hold it, its values as placeholders; where nobody understands it, without any. */
async function hiddenOf(
  statement: SplitStatement,
  session: StatementSession,
  taken: readonly string[] = [],
): Promise<Hidden> {
  const understanding = await session.understand(statement);
  const facts = understanding.kind === "understood" ? understanding.facts : null;
  const hidden =
    facts === null
      ? hideAll(statement.text, taken)
      : hideAsRecorded(
          statement.text,
          recordedStatement({ session, statement }, { understanding, facts }),
          taken,
        );
  return { text: withoutFindings(hidden.text), values: hidden.values };
}

/** A message about a statement, which may quote of it. */
function hiddenWords(message: string, { values }: Hidden): string {
  const told = values.reduce((text, value) => {
    const inner = value.replace(/^[a-zA-Z&]*'|'$/g, "");
    return inner === "" ? text : text.replaceAll(inner, "…");
  }, message);
  return withoutFindings(told.slice(0, LONGEST_QUESTION));
}

const withoutFindings = (text: string): string => redactText(text).text;

function serverOf({ engine, version, variant }: Catalog): string {
  const [major, minor] = [Math.floor(version / 10_000), Math.floor((version % 10_000) / 100)];
  if (engine === "postgres") return `PostgreSQL ${major}`;
  if (engine === "sqlite") return `SQLite ${major}.${minor}`;
  return `${variant === "mariadb" ? "MariaDB" : "MySQL"} ${major}.${minor}`;
}
