import type { Verdict } from "../../../protocol/decision.ts";
import { columnKey, type Span, type StatementFacts } from "../../sql/facts.ts";
import type { Gravity, Rule, RuleContext } from "./rule.ts";

/** A rule as somebody writes it: every condition that is given must hold. */
export interface RuleText {
  readonly id: string;
  readonly message: string;
  readonly verdict: Verdict;
  readonly when: {
    readonly effects?: readonly string[];
    readonly kinds?: readonly string[];
    readonly tables?: readonly string[];
    readonly columns?: readonly string[];
    readonly functions?: readonly string[];
    readonly environments?: readonly string[];
  };
}

/** In every environment alike: whoever wants a difference says so in `when`. */
const GRAVITY: Readonly<Record<Verdict, Gravity>> = {
  allow: "caution",
  approve: "second_person",
  deny: "escape",
};

/** A rule of the catalogue's kind from one that was written in a settings file. */
export function addedRule({ id, message, verdict, when }: RuleText): Rule {
  const tables = patterns(when.tables);
  const columns = patterns(when.columns);
  return {
    id,
    title: id,
    gravity: GRAVITY[verdict],
    message,
    triggers: [],
    lookalikes: [],
    fromRecord: true,
    find: (facts: StatementFacts, context: RuleContext) => {
      if (when.effects !== undefined && !when.effects.includes(facts.effect)) return [];
      if (when.kinds !== undefined && !when.kinds.includes(facts.kind)) return [];
      if (when.environments !== undefined && !when.environments.includes(context.environment)) return [];
      const conditions: (readonly { readonly span: Span; readonly what: string }[])[] = [];
      if (tables !== undefined) {
        const named = facts.relations.map((use) => ({ span: use.span, what: `${use.schema}.${use.name}` }));
        conditions.push(named.filter(({ what }) => tables.some((pattern) => pattern.test(what))));
      }
      if (columns !== undefined) {
        const used = [...facts.reads, ...facts.writes].map((use) => ({
          span: use.span,
          what: columnKey(use.column),
        }));
        conditions.push(used.filter(({ what }) => columns.some((pattern) => pattern.test(what))));
      }
      if (when.functions !== undefined) {
        const called = facts.functions.map((use) => ({ span: use.span, what: use.name }));
        conditions.push(called.filter(({ what }) => when.functions?.includes(what)));
      }
      const [first] = conditions;
      if (first === undefined) return [{ span: facts.span }];
      return conditions.every((hits) => hits.length > 0) ? first.slice(0, 1) : [];
    },
  };
}

/** `*` stands for any run of characters; a pattern of nothing else but names cannot take long. */
function patterns(texts: readonly string[] | undefined): readonly RegExp[] | undefined {
  return texts?.map((text) => {
    const parts = text.split("*").map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&"));
    return new RegExp(`^${parts.join("[^]*?")}$`, "u");
  });
}
