import { isSensitive, type Label, LEVELS } from "../../protocol/label.ts";
import { infoType } from "./taxonomy/taxonomy.ts";
import { type ColumnEvidence, sawNothing } from "./values/columnEvidence.ts";

const TOLD = 6;

/** What stands under each path of a document, each judged like a column; null where nothing is sensitive. */
export function documentLabel(
  paths: Readonly<Record<string, ColumnEvidence>>,
  judge: (name: string, evidence: ColumnEvidence) => Label,
): Label | null {
  const labels = Object.entries(paths).map(([path, evidence]) => ({
    path,
    label: pathLabel(path, evidence, judge),
    seen: !sawNothing(evidence),
  }));
  const sensitive = labels.filter(({ label, seen }) => seen && isSensitive(label));
  sensitive.sort((a, b) => LEVELS.indexOf(b.label.level) - LEVELS.indexOf(a.label.level));
  const [worst] = sensitive;
  if (worst === undefined) return null;
  const told = sensitive
    .slice(0, TOLD)
    .map(({ path, label }) => `contains ${titleOf(label)}${path === "" ? "" : ` at ${path}`}`);
  const more = sensitive.length - told.length;
  const type = infoType("personal_json");
  return {
    infoType: type.name,
    category: worst.label.category,
    level: worst.label.level,
    mask: type.mask,
    confidence: worst.label.confidence,
    evidence: more > 0 ? [...told, `and ${more} more paths`] : told,
    paths: Object.fromEntries(labels.map(({ path, label }) => [path, label.level])),
  };
}

/** A path's last keys are its name; a key like `name` under `contact` is read together with it. */
function pathLabel(
  path: string,
  evidence: ColumnEvidence,
  judge: (name: string, evidence: ColumnEvidence) => Label,
): Label {
  const keys = path
    .replaceAll("[]", "")
    .split(".")
    .filter((key) => key !== "" && key !== "*");
  const alone = judge(keys.at(-1) ?? "value", evidence);
  return isSensitive(alone) || keys.length < 2 ? alone : judge(keys.slice(-2).join("_"), evidence);
}

const titleOf = (label: Label): string =>
  label.infoType === "ordinary" ? "data" : infoType(label.infoType).title;
