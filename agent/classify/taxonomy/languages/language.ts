import type { TableContext } from "../infoType.ts";

/** Comma-separated phrases by the name of an info type. */
export type PhrasesByType = Readonly<Record<string, string>>;

/** What developers who speak a language call what they keep, as identifiers have it. */
export interface Language {
  /** What names a fact in any table. */
  readonly anywhere: PhrasesByType;
  /** What names it only in tables about something: short words, and those that mean another thing elsewhere. */
  readonly within: Partial<Readonly<Record<TableContext, PhrasesByType>>>;
  /** Words that always stand for a person, in names of tables and columns. */
  readonly people: string;
  /** Of these, who is cared for: rows that hold their keys are about them. */
  readonly cared: string;
  /** Further words by which a table's name says what it is about. */
  readonly tables: Partial<Readonly<Record<TableContext, string>>>;
  /** How its nouns end in the plural: what becomes what. English ones, and an s, are known anyway. */
  readonly plurals?: readonly (readonly [RegExp, string])[];
  /** Words behind a phone, an address or pay that say which of them: `tel_casa`, `telefon_privat`. */
  readonly behind: string;
}
