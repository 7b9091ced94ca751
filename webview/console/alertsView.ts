import { element } from "../element.ts";
import { reasonBar } from "./decision.ts";
import { link, table } from "./parts.ts";
import type { View, ViewContext } from "./view.ts";
import { timeText } from "./words.ts";

interface Seen {
  readonly seq: number;
  readonly what: string;
  readonly evidence: string;
}

interface Alert extends Seen {
  readonly id: number;
  readonly kind: string;
  readonly chain: string;
  /** Of kind `task`: which. */
  readonly about: string;
  readonly first: Seen | null;
  readonly count: number;
  readonly raisedAt: number;
  readonly lastAt: number;
  readonly acknowledged: { readonly by: string; readonly at: number; readonly reason: string } | null;
}

const KINDS: Readonly<Record<string, string>> = {
  fork: "Second history",
  "bad-record": "Record refused",
  clock: "Clock",
  behind: "Log set back",
  grant: "Approval not given for it",
  copy: "Copy of a device",
  lease: "Login not taken away",
  gap: "Records missing",
  "new-device": "First login on a device",
  task: "AI agent or service stopped",
  dispute: "Agent does not believe this collector",
  "new-ledger": "New ledger on a device",
  "unheard-lease": "Login its device does not tell of",
};

/** What kind of alert it is, in words. */
export const alertName = (kind: string): string => KINDS[kind] ?? kind;

/** What the collector refused or found, and kept as evidence. */
export async function alertsView({ api, me }: Pick<ViewContext, "api" | "me">): Promise<View> {
  const { alerts } = await api.get<{ alerts: readonly Alert[] }>("/v1/alerts");
  const body = element("div", {});
  const acknowledge = (id: number) => async (reason: string) => {
    await api.send("POST", `/v1/alerts/${id}/acknowledge`, { reason });
    const { body: next } = await alertsView({ api, me });
    body.replaceWith(next);
  };
  const admin = me.roles.includes("admin");
  body.append(
    table(
      "Alerts",
      ["Seen", "Kind", "Device", "What", "Evidence", "Acknowledged"],
      alerts.map((alert) => [
        timesOf(alert),
        element("span", { class: alert.acknowledged === null ? "failed" : "note" }, alertName(alert.kind)),
        element(
          "span",
          {},
          link(`${alert.chain.slice(0, 12)}…`, ["devices", alert.chain], {
            from: String(Math.max(1, alert.seq)),
          }),
          // What is about the device's clock is about no one record.
          ...(alert.seq === 0
            ? []
            : [", ", link(`record ${alert.seq}`, ["records", alert.chain, String(alert.seq)])]),
        ),
        alert.kind === "task" && alert.about !== ""
          ? element("span", {}, alert.what, " ", link("Its task", ["tasks", alert.about]))
          : alert.what,
        element(
          "div",
          {},
          evidence("Show", alert),
          alert.first === null
            ? null
            : evidence(
                alert.first.seq === 0 ? "The first" : `The first, record ${alert.first.seq}`,
                alert.first,
              ),
        ),
        alert.acknowledged === null
          ? admin
            ? reasonBar("Acknowledge", acknowledge(alert.id))
            : "no"
          : `${alert.acknowledged.by}, ${timeText(iso(alert.acknowledged.at))}: ${alert.acknowledged.reason}`,
      ]),
      "No alert was ever raised.",
    ),
  );
  return { title: "Alerts", body };
}

const timesOf = ({ count, raisedAt, lastAt }: Alert): string =>
  count === 1
    ? timeText(iso(raisedAt))
    : `${count} times, ${timeText(iso(raisedAt))} to ${timeText(iso(lastAt))}`;

const evidence = (words: string, seen: Seen): HTMLElement =>
  element(
    "details",
    {},
    element("summary", {}, words),
    element("pre", { tabindex: "0" }, `${seen.what}\n${seen.evidence}`),
  );

const iso = (at: number): string => new Date(at).toISOString();
