import type { Label, MaskKind } from "./label.ts";

export type Severity = "error" | "warning" | "info" | "hint";

/** What a rule found, at a place in the user's text (UTF-16 offsets). */
export interface Finding {
  /** Stable id: `no-where-delete`, `inference-filter`, `unresolved-name`. */
  readonly rule: string;
  readonly severity: Severity;
  /** One or two sentences: what, why, what to do instead. */
  readonly message: string;
  readonly start: number;
  readonly end: number;
  readonly verdict: "allow" | "approve" | "deny";
  /** With `approve`: the person a program works for is enough; else a group has to agree. */
  readonly agrees?: "person";
  readonly fix?: Fix;
}

/** A change the editor can apply. Offsets are of the same text as the finding's. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly { readonly start: number; readonly end: number; readonly text: string }[];
}

export interface RiskFactor {
  readonly name: string;
  readonly points: number;
}

/** 0 to 100, and why. */
export interface Risk {
  readonly score: number;
  readonly factors: readonly RiskFactor[];
}

/** What happens to one result column. `mask: null` means shown as it is. */
export interface ColumnPlan {
  readonly name: string;
  /** The label that decided, if any source carries one. */
  readonly label: Label | null;
  readonly mask: MaskKind | null;
  /** NULL is hidden too: that a computed value is one tells of what it is computed from. */
  readonly hidesNull?: true;
  /** Its values are looked for, and hidden, in the texts of the same row. */
  readonly soughtInTexts?: true;
  /** Taken for ordinary: what plainly is a key, a card or an address is still taken out of its cells. */
  readonly watched?: true;
  /** `schema.table.column` of every source. */
  readonly sources: readonly string[];
  /** Elevations without which it would be masked. */
  readonly shownUnder?: readonly string[];
}

/** Limits policy puts on a statement that may run. */
export interface Obligations {
  readonly maxRows?: number;
  readonly maxAffectedRows?: number;
  /** Masks are applied by the server where it can, so that raw values do not leave it. */
  readonly maskAtSource?: boolean;
}

export type Verdict = "allow" | "approve" | "deny";

export interface Decision {
  readonly verdict: Verdict;
  /** One sentence for a person. */
  readonly reason: string;
  /** Group whose members may approve, for `approve`, and how many of them have to. */
  readonly approvers?: string;
  readonly approvalsNeeded?: number;
  /** With `approve`: not a group but the person a program works for has to agree, in their editor. */
  readonly personAgrees?: true;
  readonly findings: readonly Finding[];
  readonly risk: Risk;
  readonly columns: readonly ColumnPlan[];
  readonly obligations: Obligations;
  /** Elevations without which it would have been decided otherwise. */
  readonly elevations?: readonly string[];
  /** Identifies the policy text that decided: first 12 hex of its SHA-256. */
  readonly policyVersion: string;
}
