import type pg from "pg";
import type { Engine } from "../../../agent/engine.ts";
import type { ConnectionProfile } from "../../../protocol/connection.ts";
import type { PromptMessage, PromptOrder } from "../../../protocol/suggestion/suggestion.ts";
import type { Model } from "../../../src/suggestions/model.ts";
import type { Pair, Subject } from "./subject.ts";

/** What one question came to. */
export interface Answered {
  readonly question: string;
  readonly kind: "suggestion" | "none";
  readonly reason: string | null;
  readonly sql: string | null;
  /** Policy's decision about it, for a person in production. */
  readonly verdict: "allow" | "approve" | "deny" | null;
  /** Its result, or effect, is the reference's. */
  readonly right: boolean;
  readonly differs: readonly string[];
  readonly repaired: boolean;
}

export interface Evaluation {
  readonly subject: string;
  readonly answers: readonly Answered[];
  /** Suggestions that the server says name what is not there. */
  readonly ungrounded: readonly string[];
  /** Markers found in anything that was sent. */
  readonly leaks: readonly string[];
  readonly messages: number;
}

/** Asks every question of a subject, by turns as ghost text and in words, and looks at what is offered. */
export async function evaluate(
  subject: Subject,
  engine: Engine,
  profile: ConnectionProfile,
  client: pg.Client,
  modelFor: (pair: Pair, position: number) => Model,
): Promise<Evaluation> {
  const answers: Answered[] = [];
  const ungrounded: string[] = [];
  const leaks = new Set<string>();
  let messages = 0;
  const look = (sent: readonly PromptMessage[]): void => {
    messages += sent.length;
    const all = sent.map(({ text }) => text).join("\n");
    for (const marker of subject.markers) if (all.includes(marker)) leaks.add(marker);
  };
  for (const [position, pair] of subject.pairs.entries()) {
    const answer = await ask(subject, pair, position, engine, profile, modelFor(pair, position), look);
    if (answer.kind === "none" || answer.sql === null) {
      answers.push(answer);
      continue;
    }
    const came = await outcomeOf(client, answer.sql);
    if (/does not exist|syntax error/.test(came)) ungrounded.push(answer.sql);
    answers.push({ ...answer, right: came === (await outcomeOf(client, pair.sql)) });
  }
  return { subject: subject.name, answers, ungrounded, leaks: [...leaks], messages };
}

async function ask(
  { document }: Subject,
  { question }: Pair,
  position: number,
  engine: Engine,
  profile: ConnectionProfile,
  model: Model,
  look: (sent: readonly PromptMessage[]) => void,
): Promise<Answered> {
  const text = `${document}\n-- ${question}\n`;
  const order: PromptOrder =
    position % 2 === 0
      ? { kind: "inline", text, offset: text.length }
      : { kind: "ask", question, text: document };
  const asked = await engine.suggestions.prompt(profile, order);
  const nothing = { question, sql: null, verdict: null, right: false, differs: [], repaired: false } as const;
  if (asked.kind === "none") return { ...nothing, kind: "none", reason: asked.reason };
  let next: { readonly prompt: string; readonly messages: readonly PromptMessage[] } = asked;
  for (;;) {
    look(next.messages);
    let said = "";
    for await (const part of model.send(next.messages, AbortSignal.timeout(120_000))) said += part;
    const came = await engine.suggestions.answer(next.prompt, model.name, said);
    if (came.kind === "again") {
      next = came;
      continue;
    }
    if (came.kind === "none") return { ...nothing, kind: "none", reason: came.reason };
    const { sql, report, differences, repaired } = came.suggestion;
    return {
      ...nothing,
      kind: "suggestion",
      reason: null,
      sql,
      verdict: report.decision.verdict,
      differs: differences.map(({ code }) => code),
      repaired: repaired.length > 0,
    };
  }
}

/** Rows in no order, or how many were changed; nothing stays of it. */
async function outcomeOf(client: pg.Client, sql: string): Promise<string> {
  await client.query("BEGIN");
  try {
    const { rows, rowCount, command } = await client.query({ text: sql, rowMode: "array" });
    const told = rows.map((row: readonly unknown[]) => JSON.stringify(row)).sort();
    return JSON.stringify([command, rowCount, told]);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await client.query("ROLLBACK");
  }
}
