import { isSensitiveLevel, type Level } from "../../../protocol/label.ts";
import { joinPath } from "../values/walkDocument.ts";
import { type HiddenValue, LONGEST_CELL, redactedPart } from "./redactCell.ts";

/** How sensitive what stands under each path is: `contact.email`, `lines[].sku`; keys that are data are `*`. */
export type DocumentPaths = Readonly<Record<string, Level>>;

const HIDDEN = '"••••••"';
const HIDDEN_KEY = '"‹key›"';
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s"{}[\]:,]+|\s+/gy;
/** Documents inside of strings inside of documents. */
const MAX_INNER = 3;

interface Level_ {
  readonly path: string;
  readonly object: boolean;
  key: string | null;
}

/**
 * A JSON document with its structure as it is, keys that are known, and what stands under paths known to be harmless;
 * of strings there, what is found in them is replaced. Everything else is hidden. Null where it is no JSON or too long.
 */
export function redactedDocument(
  text: string,
  paths: DocumentPaths,
  hidden: readonly HiddenValue[],
): string | null {
  if (text.length > LONGEST_CELL || !isJson(text)) return null;
  return redact(text, "", new KnownPaths(paths), hidden, 0);
}
