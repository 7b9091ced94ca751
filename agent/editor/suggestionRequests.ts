import type {
  PromptAnswer,
  SentPrompt,
  StatementOrigin,
  SuggestionAnswer,
  SuggestionReview,
} from "../../protocol/suggestion/suggestion.ts";
import type { Engine } from "../engine.ts";
import * as schema from "./requestSchemas.ts";

/** Answers what is asked around models: what to send them, what their answers come to, and what a person decides. */
export function suggestionAnswers(engine: () => Promise<Engine>) {
  return {
    "sluice/suggest/prompt": async (params: unknown): Promise<PromptAnswer> => {
      const { connectionId, order } = schema.PROMPT.parse(params);
      const running = await engine();
      return running.suggestions.prompt(running.connection(connectionId), order);
    },
    "sluice/suggest/answer": async (params: unknown): Promise<SuggestionAnswer> => {
      const { prompt, model, text } = schema.MODEL_ANSWER.parse(params);
      return (await engine()).suggestions.answer(prompt, model, text);
    },
    "sluice/suggest/taken": async (params: unknown): Promise<null> => {
      (await engine()).suggestions.take(schema.BY_SUGGESTION.parse(params).suggestion);
      return null;
    },
    "sluice/suggest/origins": async (params: unknown): Promise<readonly StatementOrigin[]> => {
      const { connectionId, sessionId, text, suggested } = schema.ORIGINS.parse(params);
      const running = await engine();
      const session = running.open.session(sessionId, running.connection(connectionId));
      return running.suggestions.reviews.origins(session, text, suggested);
    },
    "sluice/suggest/review": async (params: unknown): Promise<SuggestionReview> => {
      const { connectionId, sessionId, text, suggestion } = schema.REVIEW.parse(params);
      const running = await engine();
      const session = running.open.session(sessionId, running.connection(connectionId));
      return running.suggestions.reviews.review({ session, text, suggestion });
    },
    "sluice/suggest/decide": async (params: unknown): Promise<null> => {
      await (await engine()).suggestions.reviews.decide(schema.DECIDE_SUGGESTION.parse(params));
      return null;
    },
    "sluice/suggest/sent": async (): Promise<readonly SentPrompt[]> => (await engine()).suggestions.sent(),
  };
}
