import type { Engine } from "../../agent/engine.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { sessionId } from "../../protocol/ids.ts";
import type {
  PromptOrder,
  Suggestion,
  SuggestionAnswer,
  SuggestionReview,
} from "../../protocol/suggestion/suggestion.ts";

/** Asks, and answers as a model that says this. */
export async function answered(
  engine: Engine,
  connection: ConnectionProfile,
  order: PromptOrder,
  ...answers: readonly string[]
): Promise<SuggestionAnswer> {
  const asked = await engine.suggestions.prompt(connection, order);
  if (asked.kind === "none") return asked;
  let prompt = asked.prompt;
  for (const [index, text] of answers.entries()) {
    const came = await engine.suggestions.answer(prompt, "scripted", text);
    if (came.kind !== "again" || index === answers.length - 1) return came;
    prompt = came.prompt;
  }
  throw new Error("No answer was given.");
}

/** The same where a suggestion has to come of it. */
export async function suggested(
  engine: Engine,
  connection: ConnectionProfile,
  order: PromptOrder,
  ...answers: readonly string[]
): Promise<Suggestion> {
  const came = await answered(engine, connection, order, ...answers);
  if (came.kind !== "suggestion") throw new Error(`No suggestion: ${JSON.stringify(came)}`);
  return came.suggestion;
}

/** Opens the review of a text as the editor would. */
export const opened = (
  engine: Engine,
  connection: ConnectionProfile,
  text: string,
  suggestion: string,
): Promise<SuggestionReview> =>
  engine.suggestions.reviews.review({
    session: engine.open.session(sessionId(`test:${connection.id}`), connection),
    text,
    suggestion,
  });

/** Looks at a text for a second and lets it run. */
export async function agreed(
  engine: Engine,
  connection: ConnectionProfile,
  text: string,
  suggestion: string,
): Promise<void> {
  const { review } = await opened(engine, connection, text, suggestion);
  await engine.suggestions.reviews.decide({ review, decision: "run", reason: null, milliseconds: 1_000 });
}
