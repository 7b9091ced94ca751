import type { Actor } from "./actor.ts";
import type { Approval } from "./approval/approval.ts";
import type { Elevation } from "./approval/elevation.ts";
import type { HeldElevationView } from "./approval/heldElevationView.ts";
import type { RecordRef } from "./audit/record.ts";
import type { TaskTimeline } from "./behaviour/taskStep.ts";
import type { TodayVerdict } from "./behaviour/todayVerdict.ts";
import type { ClassificationView, InfoTypeView, ScanView } from "./classification.ts";
import type { ConnectionProfile, Environment } from "./connection.ts";
import type { ColumnPlan, Decision } from "./decision.ts";
import type { KeyRotation } from "./device.ts";
import type { ConnectionId, ResultId, SessionId } from "./ids.ts";
import type { Label, Level } from "./label.ts";
import type { ProofNotice } from "./log/proofReport.ts";
import type {
  PromptAnswer,
  PromptOrder,
  SentPrompt,
  StatementOrigin,
  SuggestedRange,
  SuggestionAnswer,
  SuggestionDecision,
  SuggestionReview,
} from "./suggestion/suggestion.ts";
import type { SyncState } from "./sync.ts";
import type { Task } from "./task.ts";
import type { ToolAnswer } from "./tools.ts";
import type { ProgramsWait } from "./waiting.ts";

/**
 * What editor and agent say to each other beside LSP, on the same stdio connection.
 * `Requests` are answered by the agent, `ClientRequests` by the editor, the rest are notifications.
 * Failures are JSON-RPC errors whose `data` is a `Problem`.
 */
export interface Requests {
  "sluice/status": { params: Record<string, never>; result: AgentStatus };
  /** Runs the whole browser flow; answers when the person is signed in. Cancellable. */
  "sluice/signIn": { params: Record<string, never>; result: IdentityState };
  "sluice/signOut": { params: Record<string, never>; result: IdentityState };
  "sluice/continueAsLocalUser": { params: Record<string, never>; result: IdentityState };

  "sluice/connections/list": { params: Record<string, never>; result: readonly ConnectionProfile[] };
  /** `password`: undefined leaves the stored one as it is. A profile with an unknown id is added. */
  "sluice/connections/save": {
    params: { profile: ConnectionProfile; password?: string };
    result: ConnectionProfile;
  };
  "sluice/connections/remove": { params: { id: ConnectionId }; result: null };
  "sluice/connections/test": {
    params: { profile: ConnectionProfile; password?: string };
    result: { serverVersion: string; milliseconds: number; encrypted: boolean };
  };
  /** What exists, with labels. `refresh` reads it anew from the server. */
  "sluice/catalog": { params: { connectionId: ConnectionId; refresh?: boolean }; result: CatalogView };

  /** Everything a column can be corrected to. */
  "sluice/labels/types": { params: Record<string, never>; result: readonly InfoTypeView[] };
  /** Corrects what a column is; `level` is the type's own where not given. In effect when it answers. */
  "sluice/labels/correct": {
    params: ColumnAddress & { infoType: string; level?: Level; reason: string };
    result: Label;
  };
  /** Takes a correction back: the column is again what classification says. */
  "sluice/labels/uncorrect": { params: ColumnAddress & { reason: string }; result: Label };
  /** What is known of a connection's columns, and how far the look at their values has come. */
  "sluice/labels/view": { params: { connectionId: ConnectionId }; result: ClassificationView };
  /** Looks at every table's values anew, in the background. */
  "sluice/labels/rescan": { params: { connectionId: ConnectionId }; result: null };
  "sluice/labels/cancelScan": { params: { connectionId: ConnectionId }; result: null };
  /** The workspace's `labels.yaml` with this machine's corrections of a connection put in; `text` is what it says now. */
  "sluice/labels/share": {
    params: { connectionId: ConnectionId; text: string | null };
    result: { text: string; added: number };
  };
  /** To be sent when a `labels.yaml` changed; the mistake where there is one. */
  "sluice/labels/reread": { params: Record<string, never>; result: FileMistake | null };
  /** To be sent when a person comes back to the window: what others changed in the databases is read. */
  "sluice/lookAgain": { params: Record<string, never>; result: null };

  /** Ties a document to a connection for diagnostics, lenses, completion and runs. */
  "sluice/bind": { params: { uri: string; connectionId: ConnectionId | null }; result: null };
  /** Judges without running: one report for each statement of the text. */
  "sluice/check": {
    params: { connectionId: ConnectionId; text: string };
    result: readonly StatementReport[];
  };
  /**
   * Runs every statement of `text` in order, stopping at the first that does not succeed. Each statement is
   * reported by `sluice/statement` as it proceeds; the answer comes when all are done. Cancelling the request
   * cancels the running statement on the server.
   */
  "sluice/run": { params: RunParams; result: { statements: number; stoppedAt?: number } };
  /** Puts back the rows that a change had, where they are still as it left them. The agent judges it as a write. */
  "sluice/undo": { params: { recordSeq: number }; result: UndoneChange };
  "sluice/fetch": { params: { resultId: ResultId; maxRows: number }; result: RowPage };
  "sluice/closeResult": { params: { resultId: ResultId }; result: null };
  "sluice/cancel": { params: { sessionId: SessionId }; result: null };

  /** Asks others to agree to the one statement of a text. */
  "sluice/approvals/ask": {
    params: { connectionId: ConnectionId; sessionId: SessionId; text: string; purpose: string };
    result: Approval;
  };
  /** Own ones, those that wait for this person's answer, or those they may take back; newest first. */
  "sluice/approvals/list": { params: { box: "mine" | "decide" | "active" }; result: readonly Approval[] };
  /** Answers when the approval is another version than `version`, or after half a minute. Cancellable. */
  "sluice/approvals/follow": { params: { id: string; version: number }; result: Approval };
  "sluice/approvals/decide": {
    params: { id: string; decision: "approve" | "deny"; reason: string };
    result: Approval;
  };
  "sluice/approvals/takeBack": { params: { id: string; reason: string }; result: Approval };
  "sluice/approvals/withdraw": { params: { id: string }; result: Approval };

  /** What programs wait for from this person. */
  "sluice/programs/waiting": { params: Record<string, never>; result: ProgramsWait };
  /** Everything a person has to see of a program's statement before they answer. `review` belongs to exactly that. */
  "sluice/programs/review": { params: { id: string }; result: { approval: Approval; review: string } };
  /** A person's answer to what they were shown. */
  "sluice/programs/decide": {
    params: { id: string; review: string; decision: "approve" | "deny"; reason: string };
    result: null;
  };
  /** Lets a program's stopped task go on. */
  "sluice/programs/resume": { params: { task: string; reason: string }; result: Task };
  /** Ends it; what it was shown stays on it. */
  "sluice/programs/end": { params: { task: string }; result: Task };
  /** Lifts the mark of an ended task. */
  "sluice/programs/liftMark": { params: { task: string; reason: string }; result: Task };
  /** One of the tools AI agents have, as the chat of this window calls it. Nothing that a person answers is among them. */
  "sluice/programs/call": {
    params: { tool: string; input: unknown; host: string };
    result: ToolAnswer;
  };
  /** Offers the same tools to MCP clients on this machine, to whoever has the token. */
  "sluice/programs/listen": { params: Record<string, never>; result: { url: string; token: string } };
  /** What to send to a model for a wish; the editor sends it. */
  "sluice/suggest/prompt": {
    params: { connectionId: ConnectionId; order: PromptOrder };
    result: PromptAnswer;
  };
  /** What a model answered to a prompt: read, judged, recorded. */
  "sluice/suggest/answer": {
    params: { prompt: string; model: string; text: string };
    result: SuggestionAnswer;
  };
  /** A suggestion was put into a text. */
  "sluice/suggest/taken": { params: { suggestion: string }; result: null };
  /** The statements of a text that come from a model. `suggested` is what the editor has seen come in. */
  "sluice/suggest/origins": {
    params: {
      connectionId: ConnectionId;
      sessionId: SessionId;
      text: string;
      suggested: readonly SuggestedRange[];
    };
    result: readonly StatementOrigin[];
  };
  /** What a person has to see before the one statement of a text runs. */
  "sluice/suggest/review": {
    params: { connectionId: ConnectionId; sessionId: SessionId; text: string; suggestion: string };
    result: SuggestionReview;
  };
  "sluice/suggest/decide": {
    params: { review: string; decision: SuggestionDecision; reason: string | null; milliseconds: number };
    result: null;
  };
  /** What was sent to models in this window, newest first. */
  "sluice/suggest/sent": { params: Record<string, never>; result: readonly SentPrompt[] };
  /** Asks others for a right for a while. Columns are named `schema.table.column`. */
  "sluice/elevations/ask": {
    params: {
      connectionId: ConnectionId;
      right: { kind: "reveal"; columns: readonly string[] } | { kind: "write" };
      minutes: number;
      purpose: string;
    };
    result: Elevation;
  };
  /** Those of others that wait for this person's answer, newest first. */
  "sluice/elevations/inbox": { params: Record<string, never>; result: readonly Elevation[] };
  "sluice/elevations/decide": {
    params: { id: string; decision: "approve" | "deny"; reason: string };
    result: Elevation;
  };
  /** Those of this person that were asked for on this machine and are not over. */
  "sluice/elevations/list": { params: Record<string, never>; result: readonly HeldElevationView[] };
  "sluice/elevations/withdraw": { params: { id: string }; result: Elevation };
  /** Ends one at once: running statements are stopped, and what was shown under it is hidden. */
  "sluice/elevations/end": { params: { id: string }; result: Elevation };

  /** Tasks of programs on this machine, newest first. */
  "sluice/tasks/list": { params: { limit: number }; result: readonly Task[] };
  /** A task step by step; `today`: with what would be decided of each statement now, by its record's number. */
  "sluice/tasks/timeline": {
    params: { task: string; today: boolean };
    result: {
      readonly timeline: TaskTimeline;
      readonly task: Task;
      readonly today: readonly (readonly [number, TodayVerdict])[];
    };
  };

  /** Newest first. */
  "sluice/activity": { params: { limit: number }; result: readonly ActivityEntry[] };
  /** Sends what the collector has not got at once, and answers what came of it. */
  "sluice/sync": { params: Record<string, never>; result: SyncState };
  "sluice/device/rotateKey": { params: Record<string, never>; result: KeyRotation };
  "sluice/audit/verify": { params: Record<string, never>; result: LedgerReport };
}

/** What the agent asks of the editor. */
export interface ClientRequests {
  "sluice/secret/get": { params: { key: string }; result: string | null };
  "sluice/secret/store": { params: { key: string; value: string }; result: null };
  "sluice/secret/delete": { params: { key: string }; result: null };
  /** Opens the system browser; false where the person declined. */
  "sluice/openExternal": { params: { url: string }; result: boolean };
}

export interface AgentNotifications {
  "sluice/identityChanged": IdentityState;
  "sluice/statement": StatementEvent;
  "sluice/highlights": Highlights;
  /** Something about this connection is new: labels after classification, or the catalog. */
  "sluice/catalogChanged": { connectionId: ConnectionId };
  "sluice/progress": { connectionId: ConnectionId; message: string; done: boolean; scan: ScanView };
  /** What the workspace's labels say in vain: somebody may not lower them, or a column is called otherwise. */
  "sluice/labelsIgnored": { connectionId: ConnectionId; notices: readonly string[] };
  "sluice/activityAdded": ActivityEntry;
  "sluice/syncChanged": SyncState;
  /** What programs wait for from this person is something else. */
  "sluice/programsWait": ProgramsWait;
  /** A right that was asked for here stands otherwise than before. */
  "sluice/elevationChanged": HeldElevationView;
}

/** Why something did not work, in words for a person. */
export interface Problem {
  /** Stable, kebab-case: `not-signed-in`, `wrong-password`, `ledger-corrupt`. */
  readonly code: string;
  /** What happened and why. */
  readonly message: string;
  /** What to do next. */
  readonly action: string;
  /** Where in the user's text (UTF-16 offsets), if somewhere. */
  readonly start?: number;
  readonly end?: number;
}

/** One column of a connection. */
export interface ColumnAddress {
  readonly connectionId: ConnectionId;
  readonly schema: string;
  readonly table: string;
  readonly column: string;
}

/** A problem with a file somebody wrote; line and column from 1. */
export interface FileMistake {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly problem: Problem;
}

export type IdentityState =
  | { readonly kind: "signed_out"; readonly providerConfigured: boolean; readonly reason?: string }
  | { readonly kind: "signed_in"; readonly actor: Actor; readonly expiresAt?: number }
  | { readonly kind: "expired"; readonly actor: Actor; readonly reason: string };

export interface AgentStatus {
  readonly version: string;
  readonly identity: IdentityState;
  readonly ledger:
    | { readonly kind: "ready"; readonly records: number }
    | { readonly kind: "refused"; readonly problem: Problem };
  readonly home: string;
}

export interface CatalogView {
  readonly connectionId: ConnectionId;
  readonly database: string;
  readonly serverVersion: string;
  readonly classified: "names" | "values";
  readonly schemas: readonly SchemaView[];
}
export interface SchemaView {
  readonly name: string;
  readonly relations: readonly RelationView[];
}
export interface RelationView {
  readonly name: string;
  readonly kind: string;
  readonly estimatedRows?: number;
  readonly comment?: string;
  readonly columns: readonly ColumnView[];
}
export interface ColumnView {
  readonly name: string;
  readonly type: string;
  readonly primaryKey: boolean;
  readonly references?: string;
  readonly label: Label | null;
  /** Somebody corrected it on this machine. */
  readonly corrected: boolean;
  /** Policy would mask it for the current actor. */
  readonly masked: boolean;
}

export interface RunParams {
  readonly runToken: string;
  readonly sessionId: SessionId;
  readonly connectionId: ConnectionId;
  readonly text: string;
  /** Added to every offset that is reported, so that they point into the document. */
  readonly baseOffset: number;
  readonly purpose?: string;
  readonly pageRows: number;
  /** Keep the rows that writes change in the agent's memory, so that they can be undone. */
  readonly keepChanges?: boolean;
  /** What others agreed to, for the statement it was asked for. */
  readonly approval?: string;
  /** Parts of `text` that a model wrote, as far as the editor has seen them come in. */
  readonly suggested?: readonly SuggestedRange[];
}

/** Whether a write can be undone. `reason` ends the sentence "This change cannot be undone: …". */
export type UndoOffer =
  | {
      readonly kind: "offered";
      /** The record of its intent, by which it is undone. */
      readonly recordSeq: number;
      readonly rows: number;
      readonly table: string;
    }
  /** It is part of a transaction, and can be undone once that is committed. */
  | { readonly kind: "pending"; readonly recordSeq: number; readonly rows: number; readonly table: string }
  | { readonly kind: "none"; readonly reason: string };

/** A change whose rows are kept, and which stands. */
export type OfferedUndo = Extract<UndoOffer, { kind: "offered" }>;

/** A change whose rows are as they were before it. */
export interface UndoneChange {
  readonly rows: number;
  /** `schema.name`. */
  readonly table: string;
  readonly record: RecordRef;
}

/** Text as PostgreSQL prints it, already masked; a preview where the value is too long to show. */
export type Cell = string | null | { readonly preview: string; readonly bytes: number };
export type Row = readonly Cell[];

export interface RowPage {
  readonly rows: readonly Row[];
  /** No more rows follow. */
  readonly done: boolean;
  /** Set with `done` where rows were left unread: policy's row limit, or a following statement. */
  readonly truncated?: string;
}

export interface ResultColumn extends ColumnPlan {
  /** As the server calls it: `text`, `numeric`, `timestamp with time zone`. */
  readonly type: string;
}

/** One statement judged and, if it ran, what came of it. */
export interface StatementReport {
  readonly statement: string;
  readonly kind: string;
  readonly effect: string;
  readonly start: number;
  readonly end: number;
  readonly decision: Decision;
  /** Tables and views it reads and writes, as `schema.name`. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** Rows the planner expects a write to change, or a read of a large table to return. */
  readonly plannedRows?: number;
  readonly problem?: Problem;
}

export interface StatementEvent {
  readonly runToken: string;
  readonly index: number;
  readonly total: number;
  readonly report: StatementReport;
  readonly state: StatementState;
}

export type StatementState =
  | { readonly kind: "running" }
  | {
      readonly kind: "rows";
      readonly resultId: ResultId;
      readonly columns: readonly ResultColumn[];
      readonly page: RowPage;
      readonly milliseconds: number;
      readonly notices: readonly string[];
      readonly record: RecordRef;
      readonly undo?: UndoOffer;
    }
  | {
      readonly kind: "done";
      readonly tag: string;
      readonly affected: number | null;
      readonly milliseconds: number;
      readonly notices: readonly string[];
      readonly record: RecordRef;
      readonly undo?: UndoOffer;
      /** Changes of the transaction it committed. */
      readonly committed?: readonly OfferedUndo[];
    }
  /** `problem`: why an approval that was given does not help. */
  | { readonly kind: "blocked"; readonly record: RecordRef | null; readonly problem?: Problem }
  | { readonly kind: "failed"; readonly problem: Problem; readonly record: RecordRef | null }
  | { readonly kind: "cancelled"; readonly record: RecordRef | null };

/** Sensitive columns as they appear in a document's text. */
export interface Highlights {
  readonly uri: string;
  readonly version: number;
  readonly marks: readonly HighlightMark[];
}
export interface HighlightMark {
  readonly start: number;
  readonly end: number;
  readonly level: Level;
  readonly masked: boolean;
  /** Shown after the text, for `*`: "4 masked columns". */
  readonly after?: string;
  /** Markdown: label, level, mask, why, who may see it. */
  readonly hover: string;
}

export interface ActivityEntry {
  readonly seq: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly actor: string;
  readonly connection: string;
  readonly environment: Environment;
  /** As recorded: literals beside sensitive columns are redacted. */
  readonly statement: string;
  readonly verdict: "allow" | "approve" | "deny";
  readonly reason: string;
  readonly outcome: "running" | "done" | "failed" | "cancelled" | "blocked" | "unknown";
  readonly rows: number | null;
  readonly milliseconds: number | null;
  readonly maskedColumns: number;
  readonly risk: number;
  /** Where it can be undone. */
  readonly undo?: OfferedUndo;
}

export type LedgerReport =
  | {
      readonly kind: "intact";
      readonly records: number;
      readonly head: RecordRef | null;
      readonly keys: number;
      /** What began and has not ended. */
      readonly notices: readonly ProofNotice[];
    }
  | { readonly kind: "broken"; readonly seq: number; readonly what: string; readonly action: string };
