import type { ActivityCounts, ColumnUseKind, Filter } from "../../protocol/collector/search.ts";
import type { AlertKind } from "../store/alert.ts";

/** A report as data: for each control the questions whose answers are its evidence. */
export interface ReportDefinition {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  /** Asks for the words by which statements name one person. */
  readonly needsSubject?: true;
  readonly controls: readonly ControlDefinition[];
}

export interface ControlDefinition {
  readonly id: string;
  readonly title: string;
  /** How Sluice meets the control, and what the figures show. */
  readonly how: string;
  readonly figures: readonly FigureDefinition[];
  readonly exceptions: readonly ExceptionDefinition[];
}

export interface FigureDefinition {
  readonly name: string;
  readonly question: Question;
}

/** Records that somebody has to look at; those of the data subject where `ofSubject` is set. */
export interface ExceptionDefinition {
  readonly name: string;
  readonly filters: Filters;
  readonly minRisk?: number;
  readonly ofSubject?: true;
}

export type Filters = Readonly<Partial<Record<Filter, string>>>;

export type Question =
  /** Statements of the period, as they were counted. */
  | { readonly kind: "activity"; readonly count: keyof ActivityCounts }
  /** Different people, programs, or both that asked for anything. */
  | { readonly kind: "actors"; readonly prefix: "" | "ai_agent" | "local_user" | "service" }
  /** Rows handed out with columns that carry one of these information types, or any. */
  | { readonly kind: "rows"; readonly use: ColumnUseKind; readonly infoTypes: readonly string[] }
  /** Rows of such data that AI models were shown as it is, or masked. */
  | {
      readonly kind: "models";
      readonly shown: "shownRows" | "maskedRows";
      readonly infoTypes: readonly string[];
    }
  /** Records that fulfil these filters. */
  | { readonly kind: "records"; readonly filters: Filters }
  /** What the collector said in its own chains of something that ended so. */
  | { readonly kind: "ended"; readonly said: "approval_closed" | "lease_ended"; readonly how: string }
  | { readonly kind: "devices"; readonly state: "active" | "revoked" | "lost" }
  /** Alerts raised in the period; of one kind, or of all. */
  | { readonly kind: "alerts"; readonly alert: AlertKind | null }
  /** What was begun, and its end was never heard of. */
  | { readonly kind: "unended"; readonly what: "session" | "intent" }
  /** Records in the log, whenever they were made. */
  | { readonly kind: "log" };
