import { likenessOf, sharedInOrder, sharedRuns } from "./likeness.ts";
import type { KeptDecision, KeptSuggestion } from "./suggestionStore.ts";

/** The suggestion a statement comes from, and what was decided for exactly this text. */
export interface Origin {
  readonly suggestion: string;
  readonly decisions: readonly KeptDecision[];
}

/** What is looked into. */
export interface OriginSources {
  find(id: string): KeptSuggestion | undefined;
  open(actor: string): readonly KeptSuggestion[];
  decisions(textHash: string, actor: string): readonly KeptDecision[];
}

/** A shorter statement is written alike by anybody. */
const LEAST_WORDS = 12;
/** So much of a statement has to be a suggestion's, where the editor saw it come in … */
const TRACKED_SHARE = 0.3;
/** … and so much where only the words tell. */
const LIKE_SHARE = 0.6;

/**
 * Which suggestion a statement comes from. `tracked` are suggestions the editor saw come into this statement, whoever
 * they were made for, each with the share of the statement that stands in its range. Words alone tell of one that was
 * made for this person, taken and changed a little, or that is the same but for its values; of one that somebody has
 * agreed to, only the exact text.
 */
export function originOf(
  sources: OriginSources,
  statement: {
    readonly text: string;
    readonly textHash: string;
    readonly actor: string;
    readonly tracked: readonly { readonly suggestion: string; readonly share: number }[];
  },
): Origin | null {
  const { text, textHash, actor, tracked } = statement;
  const decisions = sources.decisions(textHash, actor);
  const open = sources.open(actor);
  if (decisions.length === 0 && open.length === 0 && tracked.length === 0) return null;
  const words = likenessOf(text);
  const seen = trackedOrigin(sources, words, statement);
  const [newest] = decisions;
  if (seen === null && words.length < LEAST_WORDS) return null;
  const suggestion = newest?.suggestion ?? seen ?? likeOrigin(open, words);
  if (suggestion === null) return null;
  return { suggestion, decisions: decisions.filter((one) => one.suggestion === suggestion) };
}

function trackedOrigin(
  sources: OriginSources,
  words: readonly string[],
  { tracked }: Parameters<typeof originOf>[1],
): string | null {
  for (const { suggestion, share } of tracked) {
    if (share < TRACKED_SHARE) continue;
    const kept = sources.find(suggestion);
    // What the editor tracked and nobody here remembers is still not the person's own; nor is what another was given.
    if (kept === undefined) return suggestion;
    if (sharedInOrder(words, kept.words) >= TRACKED_SHARE) return suggestion;
  }
  return null;
}

function likeOrigin(open: readonly KeptSuggestion[], words: readonly string[]): string | null {
  const isSame = ({ words: known }: KeptSuggestion): boolean =>
    known.length === words.length && known.every((word, index) => word === words[index]);
  const same = open.find(isSame);
  if (same !== undefined) return same.id;
  // A much shorter one cannot be so large a part.
  const mayBe = open.filter((kept) => kept.taken && kept.words.length >= words.length * LIKE_SHARE);
  return mayBe.find((kept) => sharedRuns(words, kept.words) >= LIKE_SHARE)?.id ?? null;
}
