import type { StatementFacts } from "../sql/facts.ts";
import { likenessOf, sharedInOrder, sharedRuns } from "./likeness.ts";
import { sameDeed, sameTokens } from "./sameStatement.ts";
import type { FoundDecision, KeptSuggestion } from "./suggestionStore.ts";

/** The suggestion a statement comes from, and what was decided for exactly this text, newest first. */
export interface Origin {
  readonly suggestion: string;
  readonly decisions: readonly FoundDecision[];
  /** Takes a decision for the one run it is for; false where another took it first. */
  use(decision: number): boolean;
}

/** What is looked into. */
export interface OriginSources {
  find(id: string): KeptSuggestion | undefined;
  recent(actor: string): readonly KeptSuggestion[];
  decisions(textHash: string, actor: string): readonly FoundDecision[];
  use(decision: number): boolean;
}

/** A statement that is about to run, as it was understood. */
export interface TracedStatement {
  readonly text: string;
  readonly textHash: string;
  readonly actor: string;
  /** Suggestions the editor saw come in, whoever they were made for, each with the share that stands in its range. */
  readonly tracked: readonly { readonly suggestion: string; readonly share: number }[];
  /** Null where it was not understood; then it does not run. */
  readonly facts: StatementFacts | null;
  readonly touchesSensitive: boolean;
}

/** A shorter read is written alike by anybody. */
const LEAST_WORDS = 12;
/** So much of a statement has to be a suggestion's, where the editor saw it come in … */
const TRACKED_SHARE = 0.3;
/** … and so much where only the words tell. */
const LIKE_SHARE = 0.6;

/** Whether a statement may leave the database or the session's rights other than they were. */
export const changesSomething = (facts: StatementFacts | null): boolean =>
  facts === null || (facts.effect !== "read" && facts.effect !== "session");

/**
 * Which suggestion a statement comes from. By itself it tells of one that was made for this person: that does the same
 * with the same values, that has the same words but for its values, or that was taken and changed a little. A short
 * read is nobody's, unless it touches something sensitive and was taken; a change is known at any length, also after
 * it was agreed to and has run.
 */
export function originOf(sources: OriginSources, statement: TracedStatement): Origin | null {
  const { text, textHash, actor, tracked, facts, touchesSensitive } = statement;
  const decisions = sources.decisions(textHash, actor);
  const recent = sources.recent(actor);
  if (decisions.length === 0 && recent.length === 0 && tracked.length === 0) return null;
  const words = likenessOf(text);
  const seen = trackedOrigin(sources, words, statement);
  const [newest] = decisions;
  const short = words.length < LEAST_WORDS;
  if (seen === null && short && !changesSomething(facts) && !touchesSensitive) return null;
  const suggestion =
    newest?.suggestion ??
    seen ??
    sameOrigin(recent, statement, short) ??
    (short ? null : likeOrigin(recent, words));
  if (suggestion === null) return null;
  return {
    suggestion,
    decisions: decisions.filter((one) => one.suggestion === suggestion),
    use: (decision) => sources.use(decision),
  };
}

function trackedOrigin(
  sources: OriginSources,
  words: readonly string[],
  { tracked }: TracedStatement,
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

function sameOrigin(
  recent: readonly KeptSuggestion[],
  { text, facts }: TracedStatement,
  short: boolean,
): string | null {
  const tokens = sameTokens(text);
  const deed = facts === null ? null : sameDeed(text, facts);
  const changes = changesSomething(facts);
  const counts = ({ decided, taken }: KeptSuggestion): boolean =>
    changes || (decided !== "run" && (taken || !short));
  const same = recent.find((kept) => counts(kept) && (kept.tokensHash === tokens || kept.deedHash === deed));
  return same?.id ?? null;
}

function likeOrigin(recent: readonly KeptSuggestion[], words: readonly string[]): string | null {
  const open = recent.filter(({ decided }) => decided !== "run");
  const isSame = ({ words: known }: KeptSuggestion): boolean =>
    known.length === words.length && known.every((word, index) => word === words[index]);
  const same = open.find(isSame);
  if (same !== undefined) return same.id;
  // A much shorter one cannot be so large a part.
  const mayBe = open.filter((kept) => kept.taken && kept.words.length >= words.length * LIKE_SHARE);
  return mayBe.find((kept) => sharedRuns(words, kept.words) >= LIKE_SHARE)?.id ?? null;
}
