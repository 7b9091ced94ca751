import { findStructured } from "../text/findInText.ts";
import { namesSomebody } from "../text/namesInText.ts";
import { type ColumnEvidence, NO_TRAITS, PERSON_NAMED, type Trait } from "./columnEvidence.ts";
import { type Detector, lookAt, MOST_DIGITS, mayPass, type ValueLook } from "./detector.ts";
import { DETECTORS } from "./detectors.ts";
import { areDocuments, type Leaf, walkDocument } from "./walkDocument.ts";

/** Distinct values that are tested; more tell little more. */
const TESTED = 300;
/** Of these, the ones that costly detectors are tried on. */
const TRIED = 60;
const MAX_PATHS = 200;

const DEAR = DETECTORS.filter((detector) => detector.dear === true);

interface Tried {
  readonly detector: Detector;
  readonly position: number;
  readonly shortest: number;
  readonly longest: number;
  readonly dear: boolean;
}
const TRIALS: readonly Tried[] = DETECTORS.map((detector, position) => {
  const [shortest, longest] = detector.lengths ?? [0, Number.POSITIVE_INFINITY];
  return { detector, position, shortest, longest, dear: detector.dear === true };
});
const byLook = new Map<number, readonly Tried[]>();

/** What values of one look may pass at all: a value is tried on this alone. */
function triedOn(look: ValueLook): readonly Tried[] {
  const key = look.kinds * (MOST_DIGITS + 1) + look.digits;
  const found = byLook.get(key);
  if (found !== undefined) return found;
  const tried = TRIALS.filter(({ detector }) => mayPass(detector, look));
  byLook.set(key, tried);
  return tried;
}

export interface SampledColumn {
  /** As the server prints them, cut to a length. */
  readonly cells: readonly (string | null)[];
  readonly document: boolean;
  /** Cells are PostgreSQL array literals. */
  readonly array: boolean;
}

/** What the sampled cells of a column show. The cells are not kept. */
export function gatherEvidence({ cells, document, array }: SampledColumn): ColumnEvidence {
  const present = cells.filter((cell): cell is string => cell !== null);
  const whole = document ? null : evidenceOf(array ? present.flatMap(arrayElements) : present, cells.length);
  // MariaDB keeps JSON as text, and people do everywhere.
  if (whole !== null && (array || !areDocuments(present))) return whole;
  const leaves = new Map<string, string[]>();
  const documents = present.map(walkDocument);
  const shared = sharedPaths(documents);
  for (const { path, value } of documents.flat()) {
    // A key few documents have may be data itself, and is not kept.
    const name = shared.has(path) ? path : "*";
    const known = leaves.get(name);
    if (known !== undefined) known.push(value);
    else if (leaves.size < MAX_PATHS) leaves.set(name, [value]);
  }
  const paths = Object.fromEntries(
    [...leaves].map(([path, values]) => [path, evidenceOf(values, cells.length)]),
  );
  return { ...(whole ?? evidenceOf(present, cells.length, false)), paths };
}

/** Paths that more than a few documents have. */
function sharedPaths(documents: readonly (readonly Leaf[])[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const leaves of documents) {
    for (const path of new Set(leaves.map((leaf) => leaf.path)))
      counts.set(path, (counts.get(path) ?? 0) + 1);
  }
  const enough = documents.length < 8 ? 1 : Math.max(2, documents.length * 0.01);
  return new Set([...counts].filter(([, count]) => count >= enough).map(([path]) => path));
}

function evidenceOf(present: readonly string[], rows: number, test = true): ColumnEvidence {
  const filled = present.map((value) => value.trim()).filter((value) => value !== "");
  const all = new Set(filled);
  const tested = test ? [...all].slice(0, TESTED) : [];
  const passed = new Uint32Array(DETECTORS.length);
  const inText: Record<string, number> = {};
  const traits: Record<Trait, number> = { ...NO_TRAITS };
  for (const [position, value] of tested.entries()) {
    for (const trait of traitsOf(value)) traits[trait] += 1;
    for (const { detector, position: at, shortest, longest, dear } of triedOn(lookAt(value))) {
      if (dear && position >= TRIED) continue;
      if (value.length < shortest || value.length > longest) continue;
      if (detector.test(value)) passed[at] = (passed[at] ?? 0) + 1;
    }
    if (value.length < 16 || !/[\s,;=]/.test(value)) continue;
    if (position < TRIED && namesSomebody(value)) inText[PERSON_NAMED] = (inText[PERSON_NAMED] ?? 0) + 1;
    for (const id of new Set(findStructured(value).map((finding) => finding.detector))) {
      inText[id] = (inText[id] ?? 0) + 1;
    }
  }
  const hits: Record<string, number> = {};
  for (const [at, { id }] of DETECTORS.entries()) {
    const count = passed[at] ?? 0;
    if (count > 0) hits[id] = count;
  }
  // What was tried on a part is taken to hold for the whole.
  for (const { id } of tested.length > TRIED ? DEAR : []) {
    const found = hits[id];
    if (found !== undefined) hits[id] = Math.round((found * tested.length) / TRIED);
  }
  const named = inText[PERSON_NAMED];
  if (named !== undefined && tested.length > TRIED) {
    inText[PERSON_NAMED] = Math.round((named * tested.length) / TRIED);
  }
  return {
    rows,
    values: filled.length,
    distinct: test ? tested.length : all.size,
    hits,
    inText,
    traits,
    sequence: isSequence(tested),
  };
}

function traitsOf(value: string): readonly Trait[] {
  const traits: Trait[] = [];
  if (/\d/.test(value)) traits.push("digits");
  if (/[A-Za-z]/.test(value) || /\p{L}/u.test(value)) traits.push("letters");
  const spaced = /\s/.test(value);
  if (spaced) traits.push("spaced");
  if (spaced && value.length >= 24 && (value.match(/\s\S/g)?.length ?? 0) >= 4) traits.push("sentence");
  if (!spaced && value.length >= 20) traits.push("token");
  if (value.length >= 200) traits.push("long");
  return traits;
}

/** Seconds since 1970, of the years from 2001 to 2033: numbers of people do not all begin alike. */
const SECONDS = /^1\d{9}$/;

/** Most neighbours, once sorted, differ by little beside their size. */
function isSequence(values: readonly string[]): boolean {
  if (values.length < 8 || !values.every((value) => /^\d{1,15}$/.test(value))) return false;
  if (values.every((value) => SECONDS.test(value))) return true;
  const numbers = values.map(Number).sort((a, b) => a - b);
  const steps = numbers.slice(1).map((number, position) => number - (numbers[position] ?? 0));
  const spread = (numbers.at(-1) ?? 0) - (numbers[0] ?? 0);
  const close = steps.filter((step) => step <= 4).length;
  return close >= steps.length * 0.6 || spread < values.length * 4;
}

/** Elements of `{a,"b c",NULL}`; nested arrays are flattened, a literal that was cut ends where it was cut. */
export function arrayElements(literal: string): readonly string[] {
  if (!literal.startsWith("{")) return [literal];
  const elements: string[] = [];
  for (const [, quoted, plain] of literal.matchAll(/"((?:[^"\\]|\\.)*)"|([^{},"]+)/g)) {
    if (quoted !== undefined) elements.push(quoted.replace(/\\(.)/g, "$1"));
    else if (plain !== undefined && plain !== "NULL") elements.push(plain);
  }
  return elements;
}
