import { randomUUID } from "node:crypto";
import { type Actor, actorIdentity } from "../../protocol/actor.ts";
import { canonicalJson } from "../../protocol/audit/seal.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import type { SessionId } from "../../protocol/ids.ts";
import type {
  AskedDifference,
  PromptAnswer,
  PromptMessage,
  PromptOrder,
  SentPrompt,
  SuggestionAnswer,
  SuggestionHow,
} from "../../protocol/suggestion/suggestion.ts";
import { hashOf } from "../approvals/approvalOrder.ts";
import type { Ledger } from "../audit/ledger.ts";
import { type Judged, type Judges, judge } from "../judge.ts";
import { recordedConnection, recordedStatement } from "../recorder.ts";
import { splitUnfinishedText } from "../splitText.ts";
import type { SplitStatement, StatementFacts } from "../sql/facts.ts";
import type { StatementSession } from "../statementSession.ts";
import { likenessOf } from "../suggest/likeness.ts";
import { withPlaceholders } from "../suggest/placeholders.ts";
import { sameDeed, sameTokens } from "../suggest/sameStatement.ts";
import { SuggestionStore } from "../suggest/suggestionStore.ts";
import { type CheckedAnswer, checkAnswer, differencesOf } from "./suggestionAnswer.ts";
import { type BuiltPrompt, buildPrompt } from "./suggestionPrompt.ts";
import { type Remembered, SuggestionError, SuggestionReviews } from "./suggestionReviews.ts";
import { viewColumns } from "./viewColumns.ts";

/** What suggestions need of the engine. */
export interface SuggestionRooms {
  /** Where they are kept. */
  readonly file: string;
  readonly ledger: Ledger;
  readonly judges: Judges;
  requireActor(): Actor;
  /** Never opens a backend. */
  checkSession(connection: ConnectionProfile): StatementSession;
  session(id: SessionId, connection: ConnectionProfile): StatementSession;
  /** Runs a statement as any is run, and answers its first rows as text; none where it does not run. */
  rows(connection: ConnectionProfile, text: string): Promise<readonly (readonly string[])[]>;
}

interface Sent {
  readonly built: BuiltPrompt;
  readonly how: SuggestionHow | "explain";
  readonly connection: ConnectionProfile;
  readonly actor: string;
  readonly at: number;
  /** Everything sent so far for this wish. */
  readonly messages: readonly PromptMessage[];
  /** It was sent back once with what was wrong. */
  readonly again: boolean;
  answered: boolean;
}

const MOST_SENT = 200;

/**
 * What models propose to a person. Builds what is sent, holds what comes back against the database and policy, records
 * it, and tells it again in what is run later.
 */
export class Suggestions {
  readonly reviews: SuggestionReviews;
  readonly #rooms: SuggestionRooms;
  readonly #store: SuggestionStore;
  /** By id, oldest first. */
  readonly #sent = new Map<string, Sent>();
  readonly #made = new Map<string, Remembered>();

  /** @throws SuggestionStoreError */
  constructor(rooms: SuggestionRooms) {
    this.#rooms = rooms;
    this.#store = new SuggestionStore(rooms.file);
    this.reviews = new SuggestionReviews({
      ...rooms,
      store: this.#store,
      requireActor: () => rooms.requireActor(),
      session: (id, connection) => rooms.session(id, connection),
      remembered: (suggestion) => this.#made.get(suggestion),
    });
  }

  /** What is to be sent to a model; nothing is sent here. */
  async prompt(connection: ConnectionProfile, order: PromptOrder): Promise<PromptAnswer> {
    const actor = this.#rooms.requireActor();
    const session = this.#rooms.checkSession(connection);
    await this.#rooms.judges.ready();
    const built = await buildPrompt(order, {
      session,
      actor,
      policy: this.#rooms.judges.policy,
      viewColumns: (relation) => viewColumns(relation, { session, actor, judges: this.#rooms.judges }),
      explain: (statement) => this.#explain(connection, statement),
    });
    if (built.kind === "none") return built;
    const { messages } = built;
    const how = order.kind;
    return this.#keep({ built, how, connection, messages, again: false }, actor);
  }

  /** Reads what a model answered: judged, recorded, and known again later. @throws LedgerError, SuggestionError */
  async answer(id: string, model: string, text: string): Promise<SuggestionAnswer> {
    const actor = this.#rooms.requireActor();
    const sent = this.#sent.get(id);
    if (sent === undefined || sent.answered || sent.actor !== actorIdentity(actor) || sent.how === "explain")
      throw new SuggestionError("prompt-unknown", "Nothing is waiting for this answer.", "Ask again.");
    sent.answered = true;
    const session = this.#rooms.checkSession(sent.connection);
    const judgeOne = (statement: SplitStatement): Promise<Judged> =>
      session.inTurn(() => judge({ session, statement, actor, purpose: undefined }, this.#rooms.judges));
    const checked = await checkAnswer(text, sent.built, { session, judge: judgeOne });
    if (checked.kind === "none") return checked;
    if (checked.kind === "again") {
      if (sent.again) return { kind: "none", reason: checked.reason };
      const { messages } = checked;
      const { built, how, connection } = sent;
      const next = this.#keep({ built, how, connection, messages, again: true }, actor);
      return { kind: "again", prompt: next.prompt, messages };
    }
    return this.#suggest({ id, sent, model, actor, session, checked, how: sent.how });
  }

  /** It was put into a text. */
  take(suggestion: string): void {
    this.#store.take(suggestion);
  }

  /** What was sent to models, newest first. */
  sent(): readonly SentPrompt[] {
    const actor = actorIdentity(this.#rooms.requireActor());
    return [...this.#sent]
      .filter(([, sent]) => sent.actor === actor)
      .map(([prompt, { built, how, connection, at, messages }]) => ({
        prompt,
        at: new Date(at).toISOString(),
        how,
        connection: connection.name,
        question: built.question,
        messages,
        tables: built.tables,
        tokens: built.tokens,
      }))
      .toReversed();
  }

  close(): void {
    this.#store.close();
  }

  async #suggest(one: {
    readonly id: string;
    readonly sent: Sent;
    readonly model: string;
    readonly actor: Actor;
    readonly session: StatementSession;
    readonly how: SuggestionHow;
    readonly checked: Extract<CheckedAnswer, { kind: "statement" }>;
  }): Promise<SuggestionAnswer> {
    const { sent, model, actor, session, how } = one;
    const { statement, judged, repaired, notes } = one.checked;
    const { profile } = session.database;
    const suggestion = randomUUID();
    const promptHash = hashOf(canonicalJson(sent.messages));
    // What the model was not shown of the question stays out of its record too.
    const recorded = withPlaceholders(recordedStatement({ session, statement }, judged), sent.built.values);
    const keeps = this.#rooms.judges.policy.allowsOfSuggestion("keep_prompt", actor, profile, {
      effect: judged.facts?.effect ?? "unknown",
      sensitive: judged.touchesSensitive,
    });
    await this.#rooms.ledger.append({
      kind: "suggestion_made",
      suggestion,
      actor,
      task: null,
      connection: recordedConnection(profile),
      model,
      how,
      promptHash,
      prompt: keeps ? sent.messages.map(({ role, text }) => `${role}:\n${text}`).join("\n\n") : null,
      statement: recorded,
      statementHash: hashOf(statement.text),
    });
    this.#store.add({
      id: suggestion,
      at: Date.now(),
      actor: actorIdentity(actor),
      model,
      how,
      question: sent.built.question,
      promptHash,
      statement: recorded,
      words: likenessOf(statement.text),
      textHash: hashOf(statement.text),
      tokensHash: sameTokens(statement.text),
      deedHash: judged.facts === null ? "" : sameDeed(statement.text, judged.facts),
      // What was asked for is text a person may copy at once; ghost text only once it is taken.
      taken: how !== "inline",
      decided: null,
    });
    const { asked } = sent.built;
    const putRight = repaired.map(
      (words): AskedDifference => ({
        code: "name-repaired",
        severity: "note",
        message: `Put right: ${words}.`,
      }),
    );
    remember(this.#made, suggestion, {
      sql: statement.text,
      asked,
      prompt: one.id,
      notes: [...putRight, ...notes],
    });
    const differences = await differencesOf(asked, {
      statement: statement.text,
      facts: judged.facts,
      session,
    });
    return {
      kind: "suggestion",
      suggestion: {
        id: suggestion,
        how,
        model,
        prompt: one.id,
        sql: statement.text,
        report: judged.report,
        differences: [...notes, ...differences],
        repaired,
      },
    };
  }

  /** The plan as a person would be shown it, without the texts in its conditions; none where asking would run something. */
  async #explain(connection: ConnectionProfile, statement: string): Promise<string> {
    const asked = `EXPLAIN ${statement.trim().replace(/;\s*$/, "")}`;
    // Words that are none of a statement's beginning are EXPLAIN's own, and some have it carry the statement out.
    const alone = await this.#only(connection, statement);
    const explained = alone === null ? null : await this.#only(connection, asked);
    if (explained?.effect !== "read") return "";
    const rows = await this.#rooms.rows(connection, asked);
    return rows
      .map((cells) => cells.join(" | "))
      .join("\n")
      .replace(/'(?:[^']|'')*'/g, "'…'");
  }

  /** What the one statement of a text does; null where there are more, or it is not one. */
  async #only(connection: ConnectionProfile, text: string): Promise<StatementFacts | null> {
    const session = this.#rooms.checkSession(connection);
    const { database } = session;
    const catalog = await database.catalogForSplitting();
    const [statement, ...more] = splitUnfinishedText(text, database.engine, catalog);
    if (statement === undefined || more.length > 0) return null;
    const understanding = await session.inTurn(() => session.understand(statement));
    return understanding.kind === "understood" ? understanding.facts : null;
  }

  #keep(
    sent: Omit<Sent, "actor" | "at" | "answered">,
    actor: Actor,
  ): Extract<PromptAnswer, { kind: "prompt" }> {
    const prompt = randomUUID();
    const kept = { ...sent, actor: actorIdentity(actor), at: Date.now(), answered: false };
    remember(this.#sent, prompt, kept);
    const { start } = sent.built;
    return { kind: "prompt", prompt, messages: sent.messages, ...(start === null ? {} : { start }) };
  }
}

function remember<T>(map: Map<string, T>, id: string, value: T): void {
  map.set(id, value);
  const [oldest] = map.keys();
  if (map.size > MOST_SENT && oldest !== undefined) map.delete(oldest);
}
