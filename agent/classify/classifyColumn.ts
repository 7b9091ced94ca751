import type { Column } from "../../protocol/catalog.ts";
import { higherLevel, type Label } from "../../protocol/label.ts";
import { type Candidate, combined, probability } from "./candidate.ts";
import { type ColumnShape, saysAnything } from "./columnShape.ts";
import { documentLabel } from "./documentLabel.ts";
import { nameCandidates } from "./nameCandidates.ts";
import { NO_FRAME, type TableFrame } from "./names/tableFrame.ts";
import { isKnownName } from "./names/vocabulary.ts";
import { againstIpAddress, namesVersions } from "./noAddress.ts";
import type { InfoType, Shape, TableContext } from "./taxonomy/infoType.ts";
import { infoType } from "./taxonomy/taxonomy.ts";
import { textFindings } from "./textFindings.ts";
import { valueCandidates, valueSupport } from "./valueCandidates.ts";
import { type ColumnEvidence, sawNothing } from "./values/columnEvidence.ts";

export interface ColumnView {
  readonly column: Pick<Column, "name" | "comment">;
  readonly shape: ColumnShape;
  readonly contexts: ReadonlySet<TableContext>;
  readonly frame: TableFrame;
  /** Undefined where no values were looked at. */
  readonly evidence: ColumnEvidence | undefined;
  /** Whether values will be looked at later: until then what may be anything counts as confidential. */
  readonly pending: boolean;
}

/** What one column is, from its name, type, comment and sampled values; foreign keys are the caller's. */
export function classifyColumn(view: ColumnView): Label {
  const label = judgeColumn(view);
  // A document is only redacted by its paths, and what stands under them has to be known.
  return view.shape.shape === "json" && label.mask === "redact" && label.paths === undefined
    ? { ...label, mask: "full" }
    : label;
}

function judgeColumn(view: ColumnView): Label {
  const { shape, evidence } = view;
  const named = nameCandidates(view.column, shape, view.contexts, view.frame);
  const supported = [...new Set(named.map(({ type }) => type))].flatMap(
    (type) => valueSupport(type, evidence) ?? [],
  );
  const known = new Set(named.map(({ type }) => type));
  const versions = namesVersions(view.column.name);
  const alone = (evidence === undefined ? [] : valueCandidates(evidence, named)).filter(
    ({ type }) => type.name !== "ip_address" || !versions,
  );
  const noAddress = [...known].some(({ name }) => name === "ip_address") ? againstIpAddress(evidence) : null;
  const candidates = combined([
    ...named,
    ...supported,
    ...(noAddress === null ? [] : [noAddress]),
    ...alone.filter(({ type }) => !known.has(type)),
  ]);
  const byType = networkCandidate(shape);
  const best = strongest([...candidates, ...byType]);
  if (evidence?.paths !== undefined) {
    const inside = documentLabel(evidence.paths, (name, values) =>
      classifyColumn({
        ...view,
        column: { name },
        shape: LEAF,
        frame: NO_FRAME,
        evidence: values,
        pending: false,
      }),
    );
    if (inside !== null && (best === null || !outranks(best, inside))) return inside;
  }
  const inText = evidence === undefined ? null : textFindings(evidence);
  if (best === null) return inText ?? unrecognised(view);
  if (inText === null) return labelOf(best);
  if (rank(best.type) < LEVEL_RANK.confidential) return inText;
  return isText(best.type) ? withFindings(labelOf(best), inText) : labelOf(best);
}

const isText = (type: InfoType): boolean => type.name === "free_text" || type.name === "clinical_note";

/** A text known as one by its name, and what was found inside. */
const withFindings = (label: Label, findings: Label): Label => ({
  ...label,
  level: higherLevel(label.level, findings.level),
  evidence: [...label.evidence, ...findings.evidence],
});

const LEAF: ColumnShape = { shape: "text", array: false };

/** The likeliest; of equals the more sensitive one. A candidate that is less likely than not is none. */
function strongest(candidates: readonly Candidate[]): Candidate | null {
  const likely = candidates.filter(({ logit }) => logit > 0);
  return likely.reduce<Candidate | null>(
    (best, one) =>
      best === null ||
      one.logit > best.logit ||
      (one.logit === best.logit && rank(one.type) > rank(best.type))
        ? one
        : best,
    null,
  );
}

const LEVEL_RANK = { public: 0, internal: 1, confidential: 2, restricted: 3 } as const;
const rank = (type: InfoType): number => LEVEL_RANK[type.level];
const outranks = (candidate: Candidate, label: Label): boolean =>
  rank(candidate.type) > LEVEL_RANK[label.level];

function networkCandidate({ shape, wholeNetworks }: ColumnShape): readonly Candidate[] {
  if (shape !== "network" || wholeNetworks) return [];
  return [{ type: infoType("ip_address"), logit: 1.5, evidence: ["its type holds network addresses"] }];
}

const labelOf = ({ type, logit, evidence }: Candidate): Label => ({
  infoType: type.name,
  category: type.category,
  level: type.level,
  mask: type.mask,
  confidence: probability(logit),
  evidence,
});

function unrecognised({ column, shape, evidence, pending, contexts }: ColumnView): Label {
  const aboutPeople = ABOUT_PEOPLE.some((context) => contexts.has(context));
  const ordinary = (confidence: number, why: string, level: "public" | "internal" = "internal"): Label => ({
    infoType: "ordinary",
    category: "none",
    level,
    mask: "full",
    confidence,
    evidence: [why],
  });
  if (!saysAnything(shape.shape)) {
    const holds = `its type holds ${KINDS[shape.shape]}`;
    return aboutPeople && !isKnownName(column.name)
      ? ordinary(0.75, `its name is not understood, in a table about people; ${holds}`)
      : ordinary(aboutPeople ? 0.9 : 0.95, `nothing in its name is personal, and ${holds}`);
  }
  // In a table about people, in a language nobody taught it, a word it does not know may well be personal.
  if (evidence !== undefined && !sawNothing(evidence)) {
    return ordinary(
      aboutPeople ? 0.75 : 0.9,
      `nothing personal in its name, nor in ${evidence.distinct} different values sampled`,
    );
  }
  if (!pending)
    return ordinary(0.7, "nothing in its name, type or comment is personal; values were not looked at");
  return {
    infoType: "unclassified",
    category: "none",
    level: "confidential",
    mask: "full",
    confidence: 0,
    evidence: [
      evidence === undefined
        ? "its values have not been looked at, and its name does not tell what they are"
        : "it held no values to look at, and its name does not tell what they would be",
    ],
  };
}

/** Tables in which a word that is not understood may well tell of somebody. */
const ABOUT_PEOPLE: readonly TableContext[] = ["person", "employee", "clinical", "dossier", "banking"];

const KINDS: Readonly<Record<Shape, string>> = {
  text: "text",
  json: "documents",
  bytes: "bytes",
  unknown: "anything",
  number: "numbers",
  boolean: "yes or no",
  temporal: "times",
  network: "network addresses",
  uuid: "random keys",
  closed_set: "a fixed set of values",
  geometry: "shapes",
};
