import { visibleParts } from "../protocol/visibleText.ts";
import { element } from "./element.ts";
import "./seenText.css";

/** A text of others as it stands, where each character that would not be seen, or turns others around, is named. */
export const seenText = (text: string): readonly Node[] =>
  visibleParts(text).map((part) =>
    part.unseen
      ? element("span", { class: "unseen", title: "A character that is not seen" }, part.text)
      : document.createTextNode(part.text),
  );
