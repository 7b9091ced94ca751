import { counted } from "../../protocol/counted.ts";
import type { CentralPolicy } from "../../protocol/policy/centralPolicy.ts";
import { EFFECT_WORDS, POLICY_EFFECTS } from "../../protocol/policy/policyEffect.ts";
import type {
  ObservedSummary,
  PolicyHistory,
  PolicyTexts,
  PolicyVersion,
} from "../../protocol/policy/policyVersions.ts";
import { element } from "../element.ts";
import { facts, link, section, table } from "./parts.ts";
import { observedBar, rollbackBar } from "./policyActs.ts";
import { policyDifference } from "./policyDifference.ts";
import type { View, ViewContext } from "./view.ts";
import { numberText, timeText } from "./words.ts";

const STATES: Readonly<Record<PolicyVersion["state"], string>> = {
  in_force: "In force",
  former: "Former",
  observed: "Observed",
  dropped: "Dropped",
};

/** The policy's versions, what the observed one would change, and one version beside another. */
export async function policyView(context: ViewContext): Promise<View> {
  const [, version] = context.place.path;
  return version === undefined ? historyView(context) : versionView(context, version);
}

async function historyView(context: ViewContext): Promise<View> {
  const { api, me } = context;
  const [{ versions }, observed] = await Promise.all([
    api.get<PolicyHistory>("/v1/policy/history"),
    api.get<ObservedSummary>("/v1/policy/observed"),
  ]);
  const body: HTMLElement = element(
    "div",
    {},
    element(
      "p",
      { class: "note" },
      "What every agent goes by, beside the rules Sluice comes with. Administrators publish versions with ",
      element("code", {}, "sluice policy publish"),
      " or have them watched first with ",
      element("code", {}, "sluice policy observe"),
      ".",
    ),
    observed.version === null ? null : observedSection(observed),
    observed.version !== null && me.roles.includes("admin")
      ? observedBar(observed.version, {
          api,
          after: async (): Promise<void> => body.replaceWith((await historyView(context)).body),
        })
      : null,
    section(
      "Versions",
      table(
        "Versions of the policy",
        ["Version", "State", "Since", "By", "Why", "Without the collector"],
        versions.map(({ version, state, at, by, comment, validHours, restores }) => [
          link(String(version), ["policy", String(version)]),
          STATES[state],
          timeText(at),
          by,
          restores === null ? comment : `${comment} (texts of version ${restores})`,
          counted(validHours, "hour"),
        ]),
        "Nothing was published: agents go by the rules Sluice comes with.",
      ),
    ),
  );
  return { title: "Policy", body };
}

function observedSection({ version, outcomes, rules }: ObservedSummary): HTMLElement {
  const search = (words: string, observed: string): HTMLElement =>
    link(words, ["search"], { observed: `${version}:${observed}` });
  return section(
    `Version ${version} is observed`,
    element(
      "p",
      { class: "note" },
      "Agents judge by it as well, record what it would change, and enforce nothing of it.",
    ),
    table(
      "What it would change",
      ["It would have", "Statements", "People"],
      POLICY_EFFECTS.flatMap((effect) => {
        const found = outcomes.find(({ outcome }) => outcome === effect);
        if (found === undefined) return [];
        const people = effect === "same" ? null : numberText(found.people);
        return [[search(EFFECT_WORDS[effect], effect), numberText(found.statements), people]];
      }),
      "Nothing was recorded under it yet.",
    ),
    table(
      "By which rules",
      ["Rule", "Statements"],
      rules.map(({ rule, statements }) => [search(rule, `rule:${rule}`), numberText(statements)]),
      "No rule changes anything.",
    ),
  );
}

async function versionView({ api, place, me }: ViewContext, asked: string): Promise<View> {
  const textsOf = (version: string): Promise<PolicyTexts> =>
    api.get<PolicyTexts>(`/v1/policy/versions/${encodeURIComponent(version)}`);
  const [{ policy, by, at }, { versions, next }] = await Promise.all([
    textsOf(asked),
    api.get<PolicyHistory>("/v1/policy/history"),
  ]);
  const before = place.query.get("from") ?? earlierThan(versions, policy.version);
  const other = before === null ? null : (await textsOf(before)).policy;
  const body = element(
    "div",
    {},
    facts(
      ["Why", policy.comment],
      ["By", by],
      ["At", timeText(at)],
      ["Without the collector", counted(policy.validHours, "hour")],
    ),
    me.roles.includes("admin") &&
      versions.some(({ version, state }) => version === policy.version && state === "former")
      ? rollbackBar(policy, next, standingOf(versions), {
          api,
          after: async () => {
            location.hash = "#/policy";
          },
        })
      : null,
    section(
      other === null ? "All of it" : `Against version ${other.version}`,
      versionChooser(asked, versions, other),
      policyDifference(other, policy),
    ),
    ...(["cedar", "guardrails", "labels"] as const).map((part) =>
      policy[part].trim() === ""
        ? null
        : element("details", {}, element("summary", {}, `Text: ${part}`), element("pre", {}, policy[part])),
    ),
  );
  return { title: `Policy, version ${policy.version}`, body };
}

function standingOf(versions: readonly PolicyVersion[]) {
  const of = (state: PolicyVersion["state"]): number | null =>
    versions.find((one) => one.state === state)?.version ?? null;
  return { inForce: of("in_force"), observed: of("observed") };
}

/** The one before it that was in force. */
function earlierThan(versions: readonly PolicyVersion[], version: number): string | null {
  const found = versions.find((one) => one.version < version && one.state !== "dropped");
  return found === undefined ? null : String(found.version);
}

function versionChooser(
  asked: string,
  versions: readonly PolicyVersion[],
  other: CentralPolicy | null,
): HTMLElement {
  const select = element(
    "select",
    { "aria-label": "Compare with version" },
    ...versions
      .filter(({ version }) => String(version) !== asked)
      .map(({ version, state }) =>
        element(
          "option",
          { value: String(version), selected: version === other?.version },
          `${version} (${STATES[state].toLowerCase()})`,
        ),
      ),
  );
  select.addEventListener("change", () => {
    location.hash = `#/policy/${encodeURIComponent(asked)}?from=${encodeURIComponent(select.value)}`;
  });
  return element("p", {}, "Compare with version ", select);
}
