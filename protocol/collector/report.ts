import type { RecordHit } from "./search.ts";

/** `GET /v1/reports`. */
export interface ReportList {
  readonly reports: readonly { readonly id: string; readonly title: string; readonly about: string }[];
}

/** `GET /v1/reports/:id?from=&to=`: what the log shows of each control in a period. */
export interface Report {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly from: string;
  readonly to: string;
  readonly madeAt: string;
  readonly log: string;
  /** Records of the log that the report is of, under this signed checkpoint. */
  readonly size: number;
  readonly checkpoint: string;
  /** Whether it is about one person's data, which `subject` names. */
  readonly needsSubject: boolean;
  /** Set where texts of the period were dropped: what is looked for by its text is not found in records up to this time. */
  readonly textsDroppedTo: string | null;
  readonly controls: readonly ReportControl[];
}

export interface ReportControl {
  readonly id: string;
  readonly title: string;
  /** How the control is met, and what the figures show. */
  readonly how: string;
  readonly figures: readonly ReportFigure[];
  readonly exceptions: readonly ReportException[];
}

export interface ReportFigure {
  readonly name: string;
  readonly value: number;
  /** It may be more: not everything could be looked at. */
  readonly atLeast?: true;
  /** Where the figure is from: a question anybody may ask the collector again. */
  readonly query: string;
}

/** Records that somebody has to look at. */
export interface ReportException {
  readonly name: string;
  readonly query: string;
  readonly count: number;
  /** The newest of them, each with what proves it. */
  readonly records: readonly {
    readonly hit: RecordHit;
    readonly hash: string;
    readonly leaf: number;
  }[];
}
