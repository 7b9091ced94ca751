import { isSensitive, type Label, LEVELS } from "../../protocol/label.ts";
import { infoType } from "./taxonomy/taxonomy.ts";
import type { ColumnEvidence } from "./values/columnEvidence.ts";

const TOLD = 6;

/** What stands under each path of a document, each judged like a column; null where nothing is sensitive. */
export function documentLabel(
  paths: Readonly<Record<string, ColumnEvidence>>,
  judge: (name: string, evidence: ColumnEvidence) => Label,
): Label | null {
  const sensitive = Object.entries(paths).flatMap(([path, evidence]) => {
    const label = pathLabel(path, evidence, judge);
    return isSensitive(label) ? [{ path, label }] : [];
  });
  sensitive.sort((a, b) => LEVELS.indexOf(b.label.level) - LEVELS.indexOf(a.label.level));
  const [worst] = sensitive;
  if (worst === undefined) return null;
  const told = sensitive
    .slice(0, TOLD)
    .map(({ path, label }) => `contains ${titleOf(label)}${path === "" ? "" : ` at ${path}`}`);
  const more = sensitive.length - told.length;
  return {
    infoType: "personal_json",
    category: worst.label.category,
    level: worst.label.level,
    mask: "full",
    confidence: worst.label.confidence,
    evidence: more > 0 ? [...told, `and ${more} more paths`] : told,
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
