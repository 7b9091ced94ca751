export interface Leaf {
  /** Keys from the top, `[]` for elements, `*` for a key that is data itself. */
  readonly path: string;
  readonly value: string;
}

const MAX_DEPTH = 8;
const MAX_LEAVES = 400;
/** Objects with more keys than this are maps from data to data. */
const MAX_KEYS = 60;

/** The leaves of a JSON text or hstore; a text that is neither is one leaf. Keys that are data become values. */
export function walkDocument(text: string): readonly Leaf[] {
  const leaves: Leaf[] = [];
  const parsed = parse(text);
  if (parsed === undefined) return salvaged(text);
  walk(parsed, "", 0, leaves);
  return leaves;
}

/** Whether texts are documents, though their type does not say so. Of one that was cut its pairs tell. */
export function areDocuments(texts: readonly string[]): boolean {
  const filled = texts.filter((text) => text.trim() !== "");
  const whole = filled.filter((text) => BEGINS_DOCUMENT.test(text) && typeof parse(text) === "object");
  const isWhole = new Set(whole);
  if (whole.length === filled.length) return whole.length > 0;
  return filled.every(
    (text) => BEGINS_DOCUMENT.test(text) && (isWhole.has(text) || salvaged(text)[0]?.path !== ""),
  );
}

const BEGINS_DOCUMENT = /^\s*(?:\{\s*["}]|\[)/;

function walk(value: unknown, path: string, depth: number, leaves: Leaf[]): void {
  if (leaves.length >= MAX_LEAVES) return;
  if (value === null || typeof value === "boolean") {
    // Nothing to look at, but a key that documents have.
    leaves.push({ path, value: "" });
    return;
  }
  if (typeof value === "string" || typeof value === "number") {
    const inner = typeof value === "string" && /^\s*[[{]/.test(value) ? parse(value) : undefined;
    if (inner !== undefined && depth < MAX_DEPTH) walk(inner, path, depth + 1, leaves);
    else leaves.push({ path, value: String(value) });
    return;
  }
  if (typeof value !== "object" || depth >= MAX_DEPTH) return;
  if (Array.isArray(value)) {
    for (const element of value.slice(0, 50)) walk(element, `${path}[]`, depth + 1, leaves);
    return;
  }
  const entries = Object.entries(value);
  for (const [key, inner] of entries.slice(0, MAX_KEYS * 4)) {
    const named = entries.length <= MAX_KEYS && isName(key);
    if (!named) leaves.push({ path: joinPath(path, "*"), value: key });
    walk(inner, joinPath(path, named ? key : "*"), depth + 1, leaves);
  }
}

/** A key that a developer wrote: anything else may be data and must not be kept. */
const isName = (key: string): boolean =>
  /^[\p{L}_$@-][\p{L}\p{N}_$-]{0,40}$/u.test(key) && (key.match(/\d/g)?.length ?? 0) <= 3;

/** The path of a key under a path. */
export const joinPath = (path: string, key: string): string => (path === "" ? key : `${path}.${key}`);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Pairs of a text that was cut or is an hstore, by what they look like. */
function salvaged(text: string): readonly Leaf[] {
  const leaves: Leaf[] = [];
  const pairs = /"((?:[^"\\]|\\.){1,60})"\s*(?::|=>)\s*(?:"((?:[^"\\]|\\.)*)"|(-?[\d.]{1,40}))/g;
  for (const [, key = "", quoted, number] of text.matchAll(pairs)) {
    if (leaves.length >= MAX_LEAVES) break;
    const value = quoted ?? number ?? "";
    if (isName(key)) leaves.push({ path: key, value });
    else leaves.push({ path: "*", value: key }, { path: "*", value });
  }
  return leaves.length > 0 ? leaves : [{ path: "", value: text }];
}
