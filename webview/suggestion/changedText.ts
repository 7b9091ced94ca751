import type { DifferencePart } from "../../protocol/suggestion/suggestion.ts";
import { visibleText } from "../../protocol/visibleText.ts";
import { element } from "../element.ts";

const TAGS = { same: "span", gone: "del", new: "ins" } as const;

/** What became of the model's words: what is gone is struck out, what is new underlined. */
export const changedText = (parts: readonly DifferencePart[]): HTMLElement =>
  element(
    "pre",
    { class: "statement changed", "aria-label": "Changed since the model wrote it", tabindex: "0" },
    ...parts.map(({ kind, text }) => element(TAGS[kind], {}, text.split("\n").map(visibleText).join("\n"))),
  );
