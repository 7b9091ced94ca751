import type { Approval } from "./approval/approval.ts";
import type { TaskTimeline } from "./behaviour/taskStep.ts";
import type { TodayVerdict } from "./behaviour/todayVerdict.ts";
import type { Environment } from "./connection.ts";
import type { ConnectionId, ResultId, SessionId } from "./ids.ts";
import type { Problem, RowPage, StatementEvent, StatementReport, UndoOffer } from "./messages.ts";
import type { SuggestionReview } from "./suggestion/suggestion.ts";
import type { Task } from "./task.ts";

/** What the extension and its web pages say to each other by `postMessage`. */

/** One run as the results page shows it. Offsets in its events are of the document `text` stands in. */
export interface RunHeading {
  readonly runToken: string;
  readonly sessionId: SessionId;
  /** File name of the document, "Query" or the table that is previewed. */
  readonly title: string;
  readonly connection: string;
  readonly environment: Environment;
  /** Whether a place in the text can be shown in an editor. */
  readonly revealable: boolean;
  readonly pageRows: number;
  /** Whether there is a collector through which others can be asked. */
  readonly asksOthers: boolean;
}

/** An approval, and what this window knows of it beside. */
export interface ApprovalView {
  readonly approval: Approval;
  /** Whether this person asked for it. */
  readonly own: boolean;
  /** Why this person does not decide; null where they may. */
  readonly whyNot: string | null;
  /** Whether the text that would run is kept in this window: the collector's is redacted. */
  readonly textKept: boolean;
  /** It runs by itself when it is approved. */
  readonly runsItself: boolean;
  /** An AI agent of this person asks, and what is shown is the exact text. */
  readonly byProgram?: true;
}

export type ApprovalAct = "open" | "run" | "withdraw";

export type ResultsToPage =
  /** Takes the place of the former run of the same session. */
  | { readonly kind: "started"; readonly run: RunHeading }
  | { readonly kind: "statement"; readonly event: StatementEvent }
  | { readonly kind: "finished"; readonly runToken: string; readonly problem: Problem | null }
  | { readonly kind: "page"; readonly resultId: ResultId; readonly page: RowPage }
  | { readonly kind: "pageFailed"; readonly resultId: ResultId; readonly problem: Problem }
  /** The change of this record is undone. */
  | { readonly kind: "undone"; readonly recordSeq: number }
  /** What was asked for this statement of the run. */
  | {
      readonly kind: "approval";
      readonly runToken: string;
      readonly index: number;
      readonly view: ApprovalView;
    }
  /** What was shown under this elevation is not shown any more; `why` is a sentence. */
  | { readonly kind: "elevationOver"; readonly id: string; readonly why: string }
  | { readonly kind: "copy" }
  | { readonly kind: "export"; readonly format: ExportFormat }
  | { readonly kind: "clear" };

export type ResultsFromPage =
  | { readonly kind: "ready" }
  | { readonly kind: "cancel"; readonly sessionId: SessionId }
  | { readonly kind: "fetch"; readonly resultId: ResultId; readonly maxRows: number }
  /** Nobody will page further through this result. */
  | { readonly kind: "close"; readonly resultId: ResultId }
  | { readonly kind: "reveal"; readonly runToken: string; readonly start: number; readonly end: number }
  /** The person is asked before anything is undone. */
  | { readonly kind: "undo"; readonly offer: Extract<UndoOffer, { kind: "offered" }> }
  /** The person is asked for the purpose first. `start` is where the statement stands in the document. */
  | {
      readonly kind: "askApproval";
      readonly runToken: string;
      readonly index: number;
      readonly statement: string;
      readonly start: number;
    }
  | { readonly kind: "approval"; readonly id: string; readonly act: ApprovalAct }
  | { readonly kind: "setUpCollector" }
  | { readonly kind: "copied"; readonly text: string; readonly what: string }
  | {
      readonly kind: "exported";
      readonly format: ExportFormat;
      readonly text: string;
      readonly rows: number;
    };

/** `spreadsheet` is CSV in which no text can be taken for a formula. */
export type ExportFormat = "csv" | "spreadsheet" | "json";

export interface QueryBoxConnection {
  readonly id: ConnectionId;
  readonly name: string;
  readonly environment: Environment;
  readonly environmentSet: boolean;
}

export type QueryBoxToPage =
  | {
      readonly kind: "state";
      readonly identity: "unknown" | "signed_out" | "signed_in" | "expired";
      readonly connections: readonly QueryBoxConnection[];
      readonly selected: ConnectionId | null;
      readonly running: boolean;
    }
  /** The answer to `check` with the same number. */
  | {
      readonly kind: "checked";
      readonly check: number;
      readonly reports: readonly StatementReport[];
      readonly problem: Problem | null;
    }
  /** A model is being asked, or no longer. */
  | { readonly kind: "asking"; readonly asking: boolean }
  /** What a question came to: the text to show, or why there is none. `notes`: what differs from what was asked. */
  | {
      readonly kind: "suggested";
      readonly suggestion: string;
      readonly text: string;
      readonly notes: readonly string[];
    }
  | { readonly kind: "nothing"; readonly reason: string };

export type QueryBoxFromPage =
  | { readonly kind: "ready" }
  | { readonly kind: "choose"; readonly connectionId: ConnectionId }
  | { readonly kind: "check"; readonly check: number; readonly text: string }
  /** `suggestion`: what the text came from, if a model wrote it. */
  | { readonly kind: "run"; readonly text: string; readonly suggestion: string | null }
  | { readonly kind: "ask"; readonly question: string }
  | { readonly kind: "cancelAsk" }
  | { readonly kind: "cancel" }
  | { readonly kind: "command"; readonly command: "sluice.signIn" | "sluice.connections.add" };

export type ApprovalToPage =
  | { readonly kind: "view"; readonly view: ApprovalView }
  /** What was last asked of the page came to nothing, or it cannot be shown at all. */
  | { readonly kind: "problem"; readonly problem: Problem };

export type ApprovalFromPage =
  | { readonly kind: "ready" }
  | { readonly kind: "decide"; readonly decision: "approve" | "deny"; readonly reason: string }
  | { readonly kind: "run" }
  | { readonly kind: "withdraw" };

export type TaskToPage =
  | {
      readonly kind: "timeline";
      readonly timeline: TaskTimeline;
      readonly task: Task;
      readonly today: readonly (readonly [number, TodayVerdict])[];
    }
  | { readonly kind: "problem"; readonly problem: Problem };

/** `judge`: by what is in force now; the rest is what a person decides about it, each after a question. */
export type TaskFromPage = { readonly kind: "ready" | "judge" | "resume" | "end" | "lift_mark" };

export type SuggestionToPage =
  | {
      readonly kind: "review";
      readonly review: SuggestionReview;
      readonly connection: string;
      readonly environment: Environment;
    }
  | { readonly kind: "problem"; readonly problem: Problem };

export type SuggestionFromPage =
  | { readonly kind: "ready" }
  | { readonly kind: "run" }
  | { readonly kind: "edit" }
  | { readonly kind: "reject"; readonly reason: string }
  /** What was sent to the model is opened beside. */
  | { readonly kind: "showPrompt" };
