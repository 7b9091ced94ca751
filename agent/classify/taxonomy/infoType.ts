import type { Category, Level, MaskKind } from "../../../protocol/label.ts";

/** What a column can hold, as far as its declared type says. */
export type Shape =
  | "text"
  | "json"
  | "bytes"
  | "unknown"
  | "number"
  | "boolean"
  | "temporal"
  | "network"
  | "uuid"
  | "closed_set"
  | "geometry";

export const TABLE_CONTEXTS = [
  "person",
  "employee",
  "clinical",
  "insurance",
  "organisation",
  "premises",
  "payment",
  "card",
  "transaction",
  "product",
  "communication",
  "location",
  "credential",
  "device",
  "infrastructure",
  "reference",
  "technical",
  "software",
  "organism",
  "dossier",
  "grant",
  "vehicle",
  "vacancy",
] as const;

/** What a table is about. A table can be about several things: a patient is a person and clinical. */
export type TableContext = (typeof TABLE_CONTEXTS)[number];

/** One kind of information: what it is called, what it may look like, what becomes of it. */
export interface InfoType {
  /** lower_snake, as labels and policies name it. */
  readonly name: string;
  /** Plural words for sentences: "e-mail addresses". */
  readonly title: string;
  readonly category: Category;
  readonly level: Level;
  readonly mask: MaskKind;
  /** Rules that name it. A working mapping, not legal advice. */
  readonly regulations: readonly string[];
  readonly shapes: readonly Shape[];
  /** Whole numbers with fewer digits than this are none of it. */
  readonly leastDigits?: number;
  /** Phrases that name it in any table: whole words, `$person` standing for any word for a person. */
  readonly phrases: readonly string[];
  /** Phrases that name it only in tables about one of these. */
  readonly phrasesIn?: Partial<Readonly<Record<TableContext, readonly string[]>>>;
  /** Phrases that may name it: too little alone, enough with support from values or context. */
  readonly hints?: readonly string[];
}

/** Values of almost any kind can be kept as text. */
export const TEXT: readonly Shape[] = ["text", "json", "bytes", "unknown"];
export const TEXT_OR_NUMBER: readonly Shape[] = [...TEXT, "number"];
/** Facts where a yes or no is the secret itself. */
export const ANYTHING: readonly Shape[] = [
  ...TEXT_OR_NUMBER,
  "boolean",
  "closed_set",
  "temporal",
  "uuid",
  "geometry",
];

/** Comma-separated phrases. */
export const list = (text: string): readonly string[] =>
  text
    .split(",")
    .map((phrase) => phrase.trim())
    .filter((phrase) => phrase !== "");
