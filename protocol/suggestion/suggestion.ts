import type { StatementReport } from "../messages.ts";

/** How a suggestion came about. */
export type SuggestionHow = "inline" | "ask" | "fix" | "optimise" | "chat";

/** One message of what is sent to a model; providers without a `system` role send it as the person's. */
export interface PromptMessage {
  readonly role: "system" | "user" | "assistant";
  readonly text: string;
}

/** What is asked of the agent before a model is. Offsets are in `text`. */
export type PromptOrder = {
  /** Tokens the schema may take. */
  readonly budget?: number;
} & (
  | { readonly kind: "inline"; readonly text: string; readonly offset: number }
  | { readonly kind: "ask" | "chat"; readonly question: string; readonly text?: string }
  | { readonly kind: "explain" | "optimise"; readonly statement: string; readonly question?: string }
  /** `problem`: what a run of it came to, in the agent's own words. */
  | {
      readonly kind: "fix";
      readonly statement: string;
      readonly problem?: string;
      readonly question?: string;
    }
);

/** What is to be sent, or why nothing is. */
export type PromptAnswer =
  | {
      readonly kind: "prompt";
      readonly prompt: string;
      readonly messages: readonly PromptMessage[];
      /** Of a place in a text: where the statement begins. */
      readonly start?: number;
    }
  | { readonly kind: "none"; readonly reason: string };

/** Something a statement does, or lacks, against what was asked. */
export interface AskedDifference {
  /** Stable: `time-missing`, `limit-other`, `writes-unasked`. */
  readonly code: string;
  readonly severity: "warning" | "note";
  /** "You asked for “last week”; there is no condition on a date." */
  readonly message: string;
}

/** A statement a model proposed, as it was judged. */
export interface Suggestion {
  readonly id: string;
  readonly how: SuggestionHow;
  readonly model: string;
  readonly prompt: string;
  readonly sql: string;
  readonly report: StatementReport;
  readonly differences: readonly AskedDifference[];
  /** Names that were not there and are put right: "`custmers` is `customers`". */
  readonly repaired: readonly string[];
}

/** What a model's answer comes to. */
export type SuggestionAnswer =
  | { readonly kind: "suggestion"; readonly suggestion: Suggestion }
  /** To be sent once more, with what was wrong. */
  | { readonly kind: "again"; readonly prompt: string; readonly messages: readonly PromptMessage[] }
  /** Nothing is offered. */
  | { readonly kind: "none"; readonly reason: string };

/** Where a text comes from a model, in UTF-16 offsets of the text that is sent along. */
export interface SuggestedRange {
  readonly start: number;
  readonly end: number;
  readonly suggestion: string;
}

/** `undecided`: nobody has looked at this very text; `free`: policy lets it run unseen. */
export type ReviewState = "undecided" | "approved" | "rejected" | "free";

/** A statement of a text that comes from a model. */
export interface StatementOrigin {
  readonly start: number;
  readonly end: number;
  readonly suggestion: string;
  readonly state: ReviewState;
}

export interface DifferencePart {
  readonly kind: "same" | "gone" | "new";
  readonly text: string;
}

/** What was decided before for exactly this text on this connection. */
export interface FormerDecision {
  readonly decision: "run" | "reject";
  readonly reason: string | null;
  /** ISO 8601. */
  readonly at: string;
  /** It let a change run once, and that has run. */
  readonly used: boolean;
}

/** Everything somebody has to see before AI-written SQL runs. */
export interface SuggestionReview {
  /** To be given with the decision: it is for exactly what this review shows. */
  readonly review: string;
  readonly suggestion: string;
  readonly model: string;
  readonly how: SuggestionHow;
  /** ISO 8601. */
  readonly madeAt: string;
  /** What was asked for, without the values in it. */
  readonly question: string;
  /** By which what was sent is found; null where it is no longer kept. */
  readonly prompt: string | null;
  readonly promptHash: string;
  readonly report: StatementReport;
  readonly differences: readonly AskedDifference[];
  /** From what the model wrote to what would run; null where they are the same. */
  readonly changed: readonly DifferencePart[] | null;
  /** Rows of the tables it reads, as the catalog estimates them. */
  readonly tables: readonly {
    readonly name: string;
    readonly rows: number | null;
    readonly access: "read" | "write";
  }[];
  readonly plannedCost: number | null;
  readonly state: ReviewState;
  readonly former: FormerDecision | null;
}

export type SuggestionDecision = "run" | "edit" | "reject";

/** Something that was sent to a model, to be looked at. Newest first in a list. */
export interface SentPrompt {
  readonly prompt: string;
  /** ISO 8601. */
  readonly at: string;
  readonly how: SuggestionHow | "explain";
  readonly connection: string;
  readonly question: string;
  readonly messages: readonly PromptMessage[];
  readonly tables: number;
  readonly tokens: number;
}

/** The code of the problem of a statement that a model wrote and nobody has looked at. */
export const SUGGESTION_UNDECIDED = "suggestion-undecided";
