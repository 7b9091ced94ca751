import type { Level } from "../../../protocol/label.ts";
import { joinPath } from "../values/walkDocument.ts";
import { type HiddenValue, LONGEST_CELL, redactedPart } from "./redactCell.ts";

/** How sensitive what stands under each path is: `contact.email`, `lines[].sku`; keys that are data are `*`. */
export type DocumentPaths = Readonly<Record<string, Level>>;

const HIDDEN = '"••••••"';
const HIDDEN_KEY = '"‹key›"';
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:,]|[^\s"{}[\]:,]+|\s+/gy;
/** Documents inside of strings inside of documents. */
const MAX_INNER = 3;

/**
 * A JSON document with its structure as it is, keys that are known, and what stands under paths known to be harmless;
 * what is found in strings there is replaced. Everything else is hidden. Null where it is no JSON, or too long.
 */
export function redactedDocument(
  text: string,
  paths: DocumentPaths,
  hidden: readonly HiddenValue[],
): string | null {
  if (text.length > LONGEST_CELL || !isJson(text)) return null;
  return new Redaction(new KnownPaths(paths), hidden).of(text, "", 0);
}

class KnownPaths {
  readonly #levels: DocumentPaths;
  readonly #known = new Set<string>([""]);

  constructor(levels: DocumentPaths) {
    this.#levels = levels;
    for (const path of Object.keys(levels)) {
      for (const { index } of path.matchAll(/\.|\[\]|$/g)) this.#known.add(path.slice(0, index));
    }
  }

  /** The path if something known stands there or below. */
  known(path: string | null): string | null {
    return path !== null && this.#known.has(path) ? path : null;
  }

  isShown(path: string | null): boolean {
    if (path === null || !Object.hasOwn(this.#levels, path)) return false;
    const level = this.#levels[path];
    return level === "public" || level === "internal";
  }
}

interface Frame {
  readonly path: string | null;
  readonly object: boolean;
}

class Redaction {
  readonly #paths: KnownPaths;
  readonly #hidden: readonly HiddenValue[];

  constructor(paths: KnownPaths, hidden: readonly HiddenValue[]) {
    this.#paths = paths;
    this.#hidden = hidden;
  }

  /** Token for token, so that numbers and repeated keys stay as they are. */
  of(text: string, root: string | null, inner: number): string {
    const shown: string[] = [];
    const frames: Frame[] = [];
    let path = root;
    let isKey = false;
    const begin = (frame: Frame | undefined): void => {
      isKey = frame?.object === true;
      if (frame?.object === false) path = this.#paths.known(frame.path === null ? null : `${frame.path}[]`);
    };
    for (const [token] of text.matchAll(TOKEN)) {
      if (token === "{" || token === "[") {
        frames.push({ path, object: token === "{" });
        begin(frames.at(-1));
        shown.push(token);
      } else if (token === "}" || token === "]") {
        frames.pop();
        isKey = false;
        shown.push(token);
      } else if (token === ",") {
        begin(frames.at(-1));
        shown.push(token);
      } else if (token === ":" || token.trim() === "") {
        shown.push(token);
      } else if (isKey) {
        const key = this.#key(token, frames.at(-1)?.path ?? null);
        ({ path } = key);
        isKey = false;
        shown.push(key.shown);
      } else shown.push(this.#value(token, path, inner));
    }
    return shown.join("");
  }

  /** A key that no document of the sample had may be data, and so may everything below it. */
  #key(token: string, parent: string | null): { readonly shown: string; readonly path: string | null } {
    if (parent === null) return { shown: HIDDEN_KEY, path: null };
    const name = stringOf(token);
    const named = this.#paths.known(joinPath(parent, name));
    if (named !== null) return { shown: token, path: named };
    // At the top, `*` stands for everything that only few documents have.
    const any = parent === "" ? null : this.#paths.known(joinPath(parent, "*"));
    if (!this.#paths.isShown(any)) return { shown: HIDDEN_KEY, path: any };
    return { shown: this.#text(token, name), path: any };
  }

  #value(token: string, path: string | null, inner: number): string {
    if (token === "null" || path === null) return token === "null" ? token : HIDDEN;
    if (!token.startsWith('"')) {
      return this.#paths.isShown(path) && !this.#hidden.some(({ value }) => value === token) ? token : HIDDEN;
    }
    const text = stringOf(token);
    if (/^\s*[[{]/.test(text) && inner < MAX_INNER && isJson(text)) {
      return JSON.stringify(this.of(text, path, inner + 1));
    }
    return this.#paths.isShown(path) ? this.#text(token, text) : HIDDEN;
  }

  #text(token: string, text: string): string {
    const redacted = redactedPart(text, this.#hidden);
    return redacted === text ? token : JSON.stringify(redacted);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const stringOf = (token: string): string => String(JSON.parse(token));
