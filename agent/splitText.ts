import type { Catalog } from "../protocol/catalog.ts";
import type { DatabaseEngine } from "./engines/databaseEngine.ts";
import { postgresEngine } from "./engines/postgresEngine.ts";
import type { SplitStatement } from "./sql/facts.ts";
import { TextError } from "./textError.ts";
import { mustBeText } from "./unicodeText.ts";

/** Texts people run again and again: parsing is a tenth of what governing a small query costs. */
const known = new Map<string, readonly SplitStatement[]>();
const REMEMBERED = 100;
const LONGEST_REMEMBERED = 4_000;

/** The statements of a text a person sent. @throws TextError where the text is not SQL, or is no text. */
export function splitText(
  text: string,
  engine: DatabaseEngine = postgresEngine,
  catalog: Catalog | null = null,
): readonly SplitStatement[] {
  const isRemembered = engine === postgresEngine && text.length <= LONGEST_REMEMBERED;
  const before = isRemembered ? known.get(text) : undefined;
  if (before !== undefined) return before;
  mustBeText(text);
  const split = engine.split(text, catalog);
  if (split.kind !== "split")
    throw new TextError("syntax-error", split.message, split.span.start, split.span.end);
  if (isRemembered) {
    if (known.size >= REMEMBERED) known.clear();
    known.set(text, split.statements);
  }
  return split.statements;
}

/** The same for a text that is being written: broken statements are among them. @throws TextError for no text. */
export function splitUnfinishedText(
  text: string,
  engine: DatabaseEngine,
  catalog: Catalog | null,
): readonly SplitStatement[] {
  mustBeText(text);
  return engine.splitWhileTyping(text, catalog);
}
