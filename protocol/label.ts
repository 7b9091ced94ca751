/** How sensitive data is, from least to most. DESIGN: labels. */
export const LEVELS = ["public", "internal", "confidential", "restricted"] as const;
export type Level = (typeof LEVELS)[number];

export type Category = "PII" | "PHI" | "PCI" | "credential" | "business" | "none";

/**
 * How a value is hidden. Each keeps as much use as it safely can; `full` keeps none.
 * Partial masks apply only to a column shown directly: an expression over it is masked in full. `plan` takes the
 * numbers out of a line of a query plan; `redact` what is found in a text or document, and leaves the rest.
 */
export const MASK_KINDS = [
  "full",
  "null",
  "last4",
  "email",
  "initials",
  "phone",
  "year",
  "bucket",
  "network",
  "partial",
  "pseudonym",
  "plan",
  "redact",
] as const;
export type MaskKind = (typeof MASK_KINDS)[number];

/** What a column is. `infoType` is lower_snake: email, us_ssn, payment_card, free_text, unclassified. */
export interface Label {
  readonly infoType: string;
  readonly category: Category;
  readonly level: Level;
  readonly mask: MaskKind;
  /** 0 to 1. */
  readonly confidence: number;
  /** Sentences a person can read; never sampled values. */
  readonly evidence: readonly string[];
  /** Of documents: how sensitive what stands under each path is, `contact.email`, `lines[].sku`. */
  readonly paths?: Readonly<Record<string, Level>>;
}

/** A sensitive column is one whose values are masked unless policy grants `reveal`. */
export const isSensitive = (label: Label): boolean =>
  label.level === "confidential" || label.level === "restricted";

/** The more sensitive of two levels. */
export const higherLevel = (a: Level, b: Level): Level => (LEVELS.indexOf(a) >= LEVELS.indexOf(b) ? a : b);
