import { parse } from "yaml";
import { z } from "zod";
import { counted } from "../counted.ts";
import { type CedarPart, cedarParts } from "./cedarText.ts";
import type { CentralPolicy } from "./centralPolicy.ts";
import { type DiffLine, lineDiff } from "./lineDiff.ts";

export type PolicyPart = "cedar" | "guardrails" | "labels" | "lease";

/** One thing that is otherwise, in words. */
export interface PolicyChange {
  readonly part: PolicyPart;
  readonly kind: "added" | "removed" | "changed";
  /** A policy, a rule, a column or type. */
  readonly name: string;
  /** Sentence without the name in front: "is off instead of enforced". */
  readonly words: string;
}

/** What is otherwise between two policies: in words, and line by line. */
export interface PolicyDiff {
  readonly changes: readonly PolicyChange[];
  readonly texts: readonly { readonly part: PolicyPart; readonly lines: readonly DiffLine[] }[];
}

type Texts = Pick<CentralPolicy, "cedar" | "guardrails" | "labels" | "validHours">;
const NOTHING: Texts = { cedar: "", guardrails: "", labels: "", validHours: 24 };

/** What differs from one to the other; null stands for nothing published. */
export function policyDiff(before: Texts | null, after: Texts): PolicyDiff {
  const old = before ?? NOTHING;
  const parts = ["cedar", "guardrails", "labels"] as const;
  return {
    changes: [
      ...cedarChanges(cedarParts(old.cedar), cedarParts(after.cedar)),
      ...itemChanges("guardrails", old.guardrails, after.guardrails),
      ...itemChanges("labels", old.labels, after.labels),
      ...(before === null || old.validHours === after.validHours
        ? []
        : [
            {
              part: "lease" as const,
              kind: "changed" as const,
              name: "work without the collector",
              words: `goes on for ${counted(after.validHours, "hour")} instead of ${old.validHours}`,
            },
          ]),
    ],
    texts: parts
      .filter((part) => old[part] !== after[part])
      .map((part) => ({ part, lines: lineDiff(old[part], after[part]) })),
  };
}

function cedarChanges(before: readonly CedarPart[], after: readonly CedarPart[]): readonly PolicyChange[] {
  const [old, young] = withoutCommon(before, after);
  const changes: PolicyChange[] = [];
  const left = [...old];
  for (const part of young) {
    const at = mostAlike(part, left);
    const [was] = at === null ? [] : left.splice(at, 1);
    changes.push(
      was === undefined
        ? { part: "cedar", kind: "added", name: part.name, words: cedarWords(part) }
        : { part: "cedar", kind: "changed", name: part.name, words: cedarChange(was, part) },
    );
  }
  return [
    ...changes,
    ...left.map((part) => ({
      part: "cedar" as const,
      kind: "removed" as const,
      name: part.name,
      words: cedarWords(part),
    })),
  ];
}

/** Those that have no equal on the other side, one for one. */
function withoutCommon(
  before: readonly CedarPart[],
  after: readonly CedarPart[],
): readonly [readonly CedarPart[], readonly CedarPart[]] {
  const left = [...after];
  const old = before.filter(({ plain }) => {
    const at = left.findIndex((other) => other.plain === plain);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return [old, left];
}

/** The same policy in another form: by its id, else by name, else by who may do what to what. */
function mostAlike({ annotations, name, head }: CedarPart, among: readonly CedarPart[]): number | null {
  const { id } = annotations;
  const tests: readonly ((other: CedarPart) => boolean)[] = [
    (other) => id !== undefined && other.annotations.id === id,
    (other) => !/^policy \d+$/.test(name) && other.name === name,
    (other) => id === undefined && other.annotations.id === undefined && other.head === head,
  ];
  for (const test of tests) {
    const at = among.findIndex(test);
    if (at >= 0) return at;
  }
  return null;
}

const cedarWords = ({ head, annotations }: CedarPart): string =>
  `${head}${annotations.reason === undefined ? "" : `: ${annotations.reason}`}`;

function cedarChange(before: CedarPart, after: CedarPart): string {
  const said = [...new Set([...Object.keys(before.annotations), ...Object.keys(after.annotations)])].flatMap(
    (name) => {
      const [was, is] = [before.annotations[name], after.annotations[name]];
      return was === is ? [] : [`@${name} is ${quoted(is)} instead of ${quoted(was)}`];
    },
  );
  if (before.head !== after.head) said.push(`${after.head} instead of ${before.head}`);
  const [was, is] = [restOf(before), restOf(after)];
  if (was !== is)
    said.push(`${is === "" ? "no condition" : is} instead of ${was === "" ? "no condition" : was}`);
  return said.join("; ");
}

const restOf = ({ plain, head }: CedarPart): string =>
  plain
    .slice(plain.indexOf(head) + head.length)
    .replace(/;$/, "")
    .trim();

const quoted = (value: string | undefined): string => (value === undefined ? "not there" : `"${value}"`);

const ITEM = z.record(z.string(), z.unknown());
const SECTIONS = z.object({
  rules: z.record(z.string(), ITEM.nullable()).nullish(),
  add: z.array(ITEM).nullish(),
  labels: z.array(ITEM).nullish(),
  types: z.array(ITEM).nullish(),
});

/** Settings and labels by their own names. */
function itemChanges(part: "guardrails" | "labels", before: string, after: string): readonly PolicyChange[] {
  if (before === after) return [];
  const [old, young] = [itemsOf(before), itemsOf(after)];
  if (old === null || young === null)
    return [{ part, kind: "changed", name: part, words: "cannot be read, so only the text tells" }];
  return [...new Set([...old.keys(), ...young.keys()])].flatMap((name): readonly PolicyChange[] => {
    const [was, is] = [old.get(name), young.get(name)];
    if (was === is) return [];
    if (was === undefined) return [{ part, kind: "added", name, words: is ?? "" }];
    if (is === undefined) return [{ part, kind: "removed", name, words: was }];
    return [{ part, kind: "changed", name, words: `${is} instead of ${was}` }];
  });
}

/** What each item says, by a name that stays when it says something else; null where the text cannot be read. */
function itemsOf(text: string): ReadonlyMap<string, string> | null {
  const sections = SECTIONS.safeParse(parsedYaml(text));
  if (!sections.success) return null;
  const items = new Map<string, string>();
  const put = (name: string, item: Readonly<Record<string, unknown>>): void => {
    // Of several lines about one thing each is told.
    const known = items.get(name);
    items.set(name, known === undefined ? wordsOf(item) : `${known}; ${wordsOf(item)}`);
  };
  const { rules, add, labels, types } = sections.data;
  for (const [id, setting] of Object.entries(rules ?? {})) put(id, { mode: "enforce", ...setting });
  for (const { id, ...rule } of add ?? []) put(String(id), rule);
  const on = (connection: unknown): string => (connection === undefined ? "" : ` on ${connection}`);
  for (const { column, connection, ...label } of labels ?? []) put(`${column}${on(connection)}`, label);
  for (const { is, connection, ...level } of types ?? []) put(`every ${is}${on(connection)}`, level);
  return items;
}

function parsedYaml(text: string): unknown {
  try {
    return parse(text) ?? {};
  } catch {
    return null;
  }
}

const wordsOf = (item: Readonly<Record<string, unknown>>): string =>
  Object.keys(item)
    .toSorted()
    .map((name) => `${name} ${typeof item[name] === "string" ? item[name] : JSON.stringify(item[name])}`)
    .join(", ");
