import type { Overview } from "../../protocol/collector/search.ts";
import type { StreamList } from "../../protocol/collector/streams.ts";
import { visibleText } from "../../protocol/visibleText.ts";
import { element } from "../element.ts";
import { type AlertDevice, alertName, deviceText } from "./alertsView.ts";
import { barChart, rankChart } from "./charts.ts";
import { actorLink, behindNote, figure, link, recordTable, section, table } from "./parts.ts";
import { periodChooser, periodOf } from "./period.ts";
import { seesAll, type View, type ViewContext } from "./view.ts";
import { agoText, numberText, timeText } from "./words.ts";

interface Silence {
  readonly devices: readonly { readonly chain: string; readonly name: string; readonly since: string }[];
  readonly sessions: readonly { readonly chain: string; readonly seq: number; readonly since: string }[];
  readonly statements: readonly { readonly chain: string; readonly seq: number; readonly since: string }[];
}

interface Alerts {
  readonly alerts: readonly {
    readonly kind: string;
    readonly chain: string;
    readonly seq: number;
    readonly what: string;
    readonly count: number;
    readonly lastAt: number;
    readonly device: AlertDevice | null;
  }[];
  /** How many of each kind nobody has acknowledged. */
  readonly open: Readonly<Record<string, number>>;
}

const SERIES = [
  { name: "Allowed", kind: "allow" },
  { name: "Approved, ran", kind: "approved" },
  { name: "Held for approval", kind: "approve" },
  { name: "Blocked", kind: "deny" },
] as const;

/** What went on: in the whole company for auditors, of one's own otherwise. */
export async function overviewView(context: ViewContext): Promise<View> {
  const { api, me, place } = context;
  const period = periodOf(place.query.get("period"));
  const all = seesAll(me);
  const [overview, silence, alerts, streams] = await Promise.all([
    api.get<Overview>("/v1/overview", { from: period.from }),
    all ? api.get<Silence>("/v1/silence") : null,
    all ? api.get<Alerts>("/v1/alerts", { open: "true" }) : null,
    all ? api.get<StreamList>("/v1/streams") : null,
  ]);
  const { totals } = overview;
  const body = element(
    "div",
    {},
    element(
      "div",
      { class: "bar" },
      periodChooser(place),
      element("span", { class: "note" }, all ? "Everybody, in all environments" : "What you did yourself"),
    ),
    behindNote(overview.upTo),
    element(
      "div",
      { class: "figures" },
      figure("statements", totals.statements),
      figure("blocked", totals.blocked, "deny"),
      figure("approved, ran", totals.approved, "approved"),
      figure("held for approval", totals.waiting, "approve"),
      figure("failed", totals.failed),
      figure("cells masked", totals.maskedCells),
    ),
    section("Activity", activityChart(overview)),
    element(
      "div",
      { class: "columns" },
      silence === null || alerts === null ? null : attention(silence, alerts),
      streams === null || streams.streams.length === 0 ? null : streamsSection(streams),
      section(
        "Busiest",
        rankChart(
          "Busiest people and agents",
          overview.actors.map(({ actor, isAgent, statements, blocked }) => ({
            name: element("span", {}, isAgent ? badge("AI") : null, actorLink(actor)),
            value: statements,
            note: blocked === 0 ? "" : `(${blocked} blocked)`,
          })),
        ),
      ),
      section(
        "Cells masked, by what they are",
        rankChart(
          "Masked cells by information type",
          overview.maskedByType.map(({ infoType, rows }) => ({
            name: link(infoType, ["search"], { type: infoType }),
            value: rows,
          })),
        ),
      ),
      all
        ? section(
            "Rules that spoke up",
            rankChart(
              "Rules that blocked or asked for approval",
              overview.rules.map(({ rule, count }) => ({
                name: link(rule, ["search"], { rule }),
                value: count,
              })),
            ),
          )
        : null,
    ),
    overview.agents.length === 0 ? null : section("AI agents", agentTable(overview)),
    section(
      "Riskiest statements",
      recordTable("Riskiest statements", overview.riskiest, "None of risk 50 or more."),
    ),
  );
  return { title: "Overview", body };
}

const agentTable = ({ agents }: Overview): HTMLElement =>
  table(
    "AI agents, by the names they give themselves",
    ["Agent", "Model", "Host", "For", "Statements", "Blocked", "Held"],
    agents.map(({ actor, agent, model, host, person, statements, blocked, waiting }) => [
      link(visibleText(agent), ["actors", actor]),
      link(visibleText(model), ["search"], { actor, model }),
      visibleText(host),
      visibleText(person),
      numberText(statements),
      numberText(blocked),
      numberText(waiting),
    ]),
    "None in this time.",
  );

function activityChart({ activity, bucketHours }: Overview): HTMLElement {
  return barChart(
    `Statements, each bar ${bucketHours === 1 ? "an hour" : `${bucketHours} hours`}`,
    SERIES,
    activity.map(({ at, statements, approved, waiting, blocked }) => ({
      label: timeText(at),
      values: [Math.max(0, statements - approved - waiting - blocked), approved, waiting, blocked],
    })),
  );
}

/** What ought to be looked at: alerts, and what was not heard of. */
function alertLine(kind: string, many: number, newest: Alerts["alerts"][number] | null): HTMLElement {
  const all = link(`all ${numberText(many)}`, ["alerts"], { kind, open: "true" });
  if (newest === null) return element("li", { class: "failed" }, `${alertName(kind)}: `, all);
  const { chain, seq, what, count, lastAt, device } = newest;
  return element(
    "li",
    { class: "failed" },
    `${alertName(kind)}: ${what}, ${device === null ? "" : `on ${deviceText(device)}, `}${count === 1 ? "" : `${count} times, `}`,
    `${agoText(new Date(lastAt).toISOString())}, `,
    seq === 0
      ? link("its device", ["devices", chain])
      : link(`record ${seq}`, ["records", chain, String(seq)]),
    ...(many === 1 ? [] : ["; ", all]),
  );
}

function attention({ devices, sessions, statements }: Silence, { alerts, open }: Alerts): HTMLElement {
  const lines = [
    // The newest of each kind: a flood of one takes no other's place.
    ...Object.entries(open).map(([kind, many]) =>
      alertLine(kind, many, alerts.find((alert) => alert.kind === kind) ?? null),
    ),
    ...devices.map(({ chain, name, since }) =>
      element(
        "li",
        {},
        link(name, ["devices", chain]),
        ` has sent nothing for a while (last ${agoText(since)})`,
      ),
    ),
    sessions.length === 0
      ? null
      : element("li", {}, `${sessions.length} sessions have been open for more than a day`),
    ...statements
      .slice(0, 5)
      .map(({ chain, seq, since }) =>
        element(
          "li",
          {},
          link(`A statement`, ["records", chain, String(seq)]),
          ` without outcome, sent ${agoText(since)}`,
        ),
      ),
  ].filter((line) => line !== null);
  return section(
    "Needs a look",
    lines.length === 0
      ? element("p", { class: "note" }, "No open alerts, no device behind, no statement without outcome.")
      : element("ul", { class: "plain" }, ...lines),
    alerts.length > 0 ? link("All alerts", ["alerts"]) : null,
  );
}

/** How far receivers of records are. */
const streamsSection = ({ streams }: StreamList): HTMLElement =>
  section(
    "Streams",
    element(
      "ul",
      { class: "plain" },
      ...streams.map(({ name, kind, behind, problem, takenAt }) =>
        element(
          "li",
          problem === null ? {} : { class: "failed" },
          kind === null
            ? `${name} is no longer set`
            : `${name} (${kind}): ${behind === 0 ? "has everything" : `${numberText(behind)} records behind`}`,
          problem === null ? "" : `, ${problem}`,
          takenAt === null ? "" : `, last took something ${agoText(takenAt)}`,
        ),
      ),
    ),
  );

const badge = (words: string): HTMLElement => element("span", { class: "badge" }, words);
