import { redactedText } from "./classify/text/redactCell.ts";
import { redactedDocument } from "./classify/text/redactDocument.ts";
import { withoutStrays } from "./classify/text/strays.ts";
import type { Redactor } from "./mask/redactor.ts";

/** Masks texts and documents with the detectors that classify columns. */
export const REDACTOR: Redactor = { text: redactedText, document: redactedDocument, stray: withoutStrays };
