import type { CentralPolicy } from "../../protocol/policy/centralPolicy.ts";
import { type DiffLine, diffStretches } from "../../protocol/policy/lineDiff.ts";
import { policyDiff } from "../../protocol/policy/policyDiff.ts";
import { element } from "../element.ts";
import { table } from "./parts.ts";

const KINDS = { added: "Added", removed: "Removed", changed: "Changed" } as const;
const MARKS = { same: " ", removed: "-", added: "+" } as const;

/** What differs between two versions, in words and line by line. */
export function policyDifference(before: CentralPolicy | null, after: CentralPolicy): HTMLElement {
  const { changes, texts } = policyDiff(before, after);
  return element(
    "div",
    {},
    table(
      "What differs",
      ["Part", "Change", "What", "How"],
      changes.map(({ part, kind, name, words }) => [part, KINDS[kind], name, words]),
      texts.length === 0 ? "Nothing differs." : "Only comments and layout differ.",
    ),
    ...texts.map(({ part, lines }) =>
      element(
        "div",
        {},
        element("h3", {}, part),
        element("pre", { class: "difference" }, ...stretches(lines)),
      ),
    ),
  );
}

const stretches = (lines: readonly DiffLine[]): readonly HTMLElement[] =>
  diffStretches(lines).flatMap((stretch, place) => [
    ...(place === 0 ? [] : [element("span", { class: "note" }, "…\n")]),
    ...stretch.map(({ kind, text }) => element("span", { class: kind }, `${MARKS[kind]} ${text}\n`)),
  ]);
