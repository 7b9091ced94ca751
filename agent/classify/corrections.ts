import type { Environment } from "../../protocol/connection.ts";
import {
  type Category,
  isSensitive,
  type Label,
  LEVELS,
  type Level,
  type MaskKind,
} from "../../protocol/label.ts";
import { type ColumnId, columnKey, type Flow } from "../sql/facts.ts";
import type { Labels } from "./classifyCatalog.ts";
import { type CarriedFlow, inheritLabels } from "./inheritedLabels.ts";

/** What a person, or a file people share, says a column is. */
export interface Correction {
  readonly column: ColumnId;
  readonly infoType: string;
  readonly category: Category;
  readonly level: Level;
  readonly mask: MaskKind;
  readonly reason: string;
  /** Who says so: a person's name, or the file. */
  readonly by: string;
  /** ISO 8601, UTC; null for what a file says. */
  readonly at: string | null;
  /**
   * Whoever made it may lower labels: it holds whatever classification says. Any other holds as far as the column
   * is protected no less than without it.
   */
  readonly final: boolean;
  /** Where that right was had. Elsewhere the correction is as good as anybody's. */
  readonly environment: Environment;
  /** An administrator says so, through the collector: it needs nobody's right here, and holds for programs too. */
  readonly byAdministrator?: true;
  /** The level of what was known to be stored in the column from elsewhere: more than that was not weighed. */
  readonly carried: Level;
}

/** Of each author one shared line counts for a column. */
export const adoptionKey = ({ column, by }: Correction): string => `${columnKey(column)} ${by}`;

const rank = (level: Level): number => LEVELS.indexOf(level);

/**
 * Whether `to` protects less than `from`: a lower level, or values that other people may see. What nobody had
 * classified belonged to no group's readers, so naming it takes nothing away.
 */
export const loosens = (
  from: Pick<Label, "level" | "category" | "infoType">,
  to: Pick<Label, "level" | "category">,
): boolean =>
  rank(to.level) < rank(from.level) ||
  (rank(from.level) >= rank("confidential") &&
    from.category !== to.category &&
    from.infoType !== "unclassified");

/** Columns that reference corrected ones, directly or through others, hold the same values. */
function referencesTo(keys: Iterable<string>, references: readonly Flow[]): readonly Flow[] {
  const reached = new Set(keys);
  for (;;) {
    const before = reached.size;
    const found = references.filter(({ sources }) =>
      sources.some((source) => reached.has(columnKey(source))),
    );
    for (const { target } of found) reached.add(columnKey(target));
    if (reached.size === before) return found;
  }
}

/**
 * Labels as corrected, with what came along with the data. Later corrections of a column are laid upon earlier
 * ones; of those made without the right to lower, the one of the highest level holds. What raises a column raises what references it and what was copied from it; what lowers it holds for that
 * column alone, against everything known to be stored there when it was made, and not against what came later.
 */
export function correctLabels(
  classified: Labels,
  corrections: readonly Correction[],
  references: readonly Flow[],
  flows: readonly CarriedFlow[],
): Labels {
  if (corrections.length === 0) return inheritLabels(classified, flows);
  const corrected = new Map(classified);
  /** Labels without what anybody may say: of that, the highest level holds, whoever says it first. */
  const firm = new Map(classified);
  const weighed = new Map<string, Level>();
  for (const correction of corrections) {
    const key = columnKey(correction.column);
    const [own, now] = [firm.get(key), corrected.get(key)];
    if (own === undefined || now === undefined) continue;
    if (!correction.final && (loosens(own, correction) || rank(correction.level) < rank(now.level))) continue;
    const label = labelOf(correction, own);
    corrected.set(key, label);
    if (correction.final || correction.byAdministrator === true) firm.set(key, label);
    if (correction.final) weighed.set(key, correction.carried);
    else weighed.delete(key);
  }
  const inherited = inheritLabels(corrected, [...referencesTo(changed(corrections), references), ...flows]);
  const result = new Map(inherited);
  for (const [key, level] of weighed) {
    const [mine, came] = [corrected.get(key), inherited.get(key)];
    if (mine === undefined || came === undefined || came === mine || rank(came.level) > rank(level)) continue;
    const against = `${came.infoType} (${came.level}) was stored here, and the correction holds all the same`;
    // A redacted text would show a whole name or number that was stored in it alone.
    const mask = mine.mask === "redact" ? "full" : mine.mask;
    result.set(key, { ...mine, mask, evidence: [...mine.evidence, against] });
  }
  return result;
}

const changed = (corrections: readonly Correction[]): readonly string[] =>
  corrections.map(({ column }) => columnKey(column));

/** The level of what is known to be stored in a column from elsewhere; `public` where nothing is. */
export function carriedInto(
  column: ColumnId,
  labels: Labels,
  references: readonly Flow[],
  flows: readonly CarriedFlow[],
): Level {
  const key = columnKey(column);
  const own = labels.get(key);
  if (own === undefined) return "public";
  const bare: Labels = new Map(labels).set(key, {
    ...own,
    infoType: "ordinary",
    category: "none",
    level: "public",
  });
  return inheritLabels(bare, [...references, ...flows]).get(key)?.level ?? "public";
}

/** Another type's mask may show what this one's hid, and what can be redacted only classification tells. */
function maskOf(correction: Correction, own: Label): MaskKind {
  if (correction.mask === "redact") return own.mask === "redact" ? "redact" : "full";
  return correction.final || !isSensitive(own) || own.infoType === correction.infoType
    ? correction.mask
    : "full";
}

function labelOf(correction: Correction, own: Label): Label {
  const { infoType, category, level, by, at, reason } = correction;
  const said = at === null ? `${by} says so` : `${by} corrected it on ${at.slice(0, 10)}`;
  return {
    infoType,
    category,
    level,
    mask: maskOf(correction, own),
    ...(own.paths !== undefined && own.infoType === infoType ? { paths: own.paths } : {}),
    confidence: 1,
    evidence: [`${said}: ${reason}`, `without that it would be ${own.infoType} (${own.level})`],
  };
}
