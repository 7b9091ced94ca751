import { isMap, isPair, isScalar, LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { BEHAVIOUR_RULES } from "../../../protocol/behaviour/signal.ts";
import type { Verdict } from "../../../protocol/decision.ts";
import { PolicyError } from "../policyError.ts";
import { addedRule } from "./addedRule.ts";
import { CATALOGUE } from "./catalogue.ts";
import type { Rule } from "./rule.ts";

/** A file of guardrail settings somebody wrote. */
export interface GuardrailSource {
  readonly file: string;
  readonly text: string;
  /** Whoever wrote it may weaken rules: an administrator of the machine, not a workspace. */
  readonly mayWeaken: boolean;
}

/** How one rule is applied. In observe mode it tells what it would have done, and stops nothing. */
export interface RuleSetting {
  readonly mode: "enforce" | "observe" | "off";
  /** Instead of what the rule's gravity comes to. */
  readonly verdict?: Verdict;
  /** No milder than this, whatever else is said: a workspace's word. */
  readonly atLeast?: Verdict;
}

export interface GuardrailSettings {
  readonly rules: ReadonlyMap<string, RuleSetting>;
  readonly added: readonly Rule[];
}

export const DEFAULT_SETTINGS: GuardrailSettings = { rules: new Map(), added: [] };

const VERDICT = z.enum(["allow", "approve", "deny"]);
const NAMES = z.array(z.string().min(1)).min(1);
const WHEN = z.strictObject({
  effects: z.array(z.enum(["read", "write", "ddl", "admin", "session"])).exactOptional(),
  kinds: NAMES.exactOptional(),
  /** `schema.table`, with `*` for any run of characters. */
  tables: NAMES.exactOptional(),
  /** `schema.table.column`, likewise; of uses in any role. */
  columns: NAMES.exactOptional(),
  functions: NAMES.exactOptional(),
  environments: z.array(z.enum(["production", "staging", "development"])).exactOptional(),
});
const ADDED = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]*$/, "an id is lower-case words with hyphens"),
  message: z.string().min(1),
  verdict: VERDICT,
  when: WHEN,
});
const RULE = z.strictObject({
  mode: z.enum(["enforce", "observe", "off"]).default("enforce"),
  verdict: VERDICT.exactOptional(),
});
type RuleText = z.infer<typeof RULE>;
const SETTINGS = z.strictObject({
  rules: z.record(z.string(), RULE).default({}),
  add: z.array(ADDED).default([]),
});

const KNOWN: ReadonlySet<string> = new Set([
  ...Object.values(CATALOGUE).flatMap((rules) => rules.map(({ id }) => id)),
  ...Object.keys(BEHAVIOUR_RULES),
]);
const RANK: readonly Verdict[] = ["allow", "approve", "deny"];

/**
 * Settings of several files taken together.
 * @throws PolicyError naming file, line and column of what is wrong.
 */
export function readGuardrailSettings(sources: readonly GuardrailSource[]): GuardrailSettings {
  const rules = new Map<string, RuleSetting>();
  const added: Rule[] = [];
  for (const source of sources) {
    const settings = parse(source);
    for (const [id, setting] of Object.entries(settings.rules)) {
      if (!KNOWN.has(id)) fail(source, ["rules", id], `there is no rule called ${id}`);
      if (!source.mayWeaken && setting.mode !== "enforce") {
        fail(source, ["rules", id, "mode"], "a workspace may only make rules stricter");
      }
      rules.set(id, together(rules.get(id), setting, source.mayWeaken));
    }
    for (const [position, one] of settings.add.entries()) {
      if (KNOWN.has(one.id) || added.some(({ id }) => id === one.id)) {
        fail(source, ["add", position, "id"], `there is a rule called ${one.id} already`);
      }
      added.push(addedRule(one));
    }
  }
  return { rules, added };
}

/** A later file of the same standing has the last word on the mode; of two verdicts the stricter holds. */
function together(known: RuleSetting | undefined, given: RuleText, mayWeaken: boolean): RuleSetting {
  const verdict = stricter(known?.verdict, mayWeaken ? given.verdict : undefined);
  const atLeast = stricter(known?.atLeast, mayWeaken ? undefined : given.verdict);
  return {
    mode: mayWeaken ? given.mode : (known?.mode ?? "enforce"),
    ...(verdict === undefined ? {} : { verdict }),
    ...(atLeast === undefined ? {} : { atLeast }),
  };
}

export const stricter = <V extends Verdict | undefined>(a: V, b: V): V =>
  a === undefined || (b !== undefined && RANK.indexOf(b) > RANK.indexOf(a)) ? b : a;

function parse(source: GuardrailSource): z.infer<typeof SETTINGS> {
  const lines = new LineCounter();
  const document = parseDocument(source.text, { lineCounter: lines, uniqueKeys: true });
  const [broken] = document.errors;
  if (broken !== undefined) {
    const { line, col } = lines.linePos(broken.pos[0]);
    throw new PolicyError(source.file, `line ${line}, column ${col}: ${broken.message.split("\n")[0]}`);
  }
  const parsed = SETTINGS.safeParse(document.toJS() ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const unknown = issue?.code === "unrecognized_keys" ? issue.keys : [];
  const path = [...(issue?.path ?? []), ...unknown.slice(0, 1)];
  return fail(source, path, issue?.message ?? "it is not understood");
}

function fail(source: GuardrailSource, path: readonly PropertyKey[], what: string): never {
  const lines = new LineCounter();
  const document = parseDocument(source.text, { lineCounter: lines });
  let offset = 0;
  for (let depth = path.length; depth > 0; depth--) {
    const name = path[depth - 1];
    const parent = document.getIn(path.slice(0, depth - 1), true) ?? document.contents;
    const pair = isMap(parent)
      ? parent.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === name)
      : undefined;
    const at = pair && isScalar(pair.key) ? pair.key.range?.[0] : undefined;
    if (at === undefined) continue;
    offset = at;
    break;
  }
  const { line, col } = lines.linePos(offset);
  throw new PolicyError(source.file, `line ${line}, column ${col}: ${what}`);
}
