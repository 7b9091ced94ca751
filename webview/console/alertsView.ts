import { visibleText } from "../../protocol/visibleText.ts";
import { button, element } from "../element.ts";
import { reasonBar } from "./decision.ts";
import { link, table } from "./parts.ts";
import type { View, ViewContext } from "./view.ts";
import { timeText } from "./words.ts";

interface Seen {
  readonly seq: number;
  readonly what: string;
  readonly evidence: string;
}

export interface AlertDevice {
  readonly name: string;
  readonly owner: string | null;
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
  /** Its evidence is here to the end. */
  readonly whole: boolean;
  /** As its owner called it, and who that is; null where it is not known any more. */
  readonly device: AlertDevice | null;
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
  "lease-use": "Statement outside its login's lease",
};

/** What kind of alert it is, in words. */
export const alertName = (kind: string): string => KINDS[kind] ?? kind;

interface AlertPage {
  readonly alerts: readonly Alert[];
  readonly next: string | null;
  readonly open: Readonly<Record<string, number>>;
}

/** What the collector refused or found, and kept as evidence: all of it, or of one kind, or what nobody has looked at. */
export async function alertsView(context: Pick<ViewContext, "api" | "me" | "place">): Promise<View> {
  const { api, me, place } = context;
  const only = Object.fromEntries([...place.query].filter(([name]) => name === "kind" || name === "open"));
  const body = element("div", {});
  const acknowledge = (id: number) => async (reason: string) => {
    await api.send("POST", `/v1/alerts/${id}/acknowledge`, { reason });
    const { body: next } = await alertsView(context);
    body.replaceWith(next);
  };
  const [list, older] = [element("div", {}), element("div", { role: "status" })];
  const show = ({ alerts, next }: AlertPage): void => {
    if (alerts.length > 0 || list.childElementCount === 0)
      list.append(alertTable(api, alerts, me.roles.includes("admin") ? acknowledge : null));
    const goOn = async (cursor: string): Promise<void> => {
      try {
        show(await api.get<AlertPage>("/v1/alerts", { ...only, cursor }));
      } catch (error) {
        const words = error instanceof Error ? error.message : String(error);
        older.prepend(element("p", { class: "failed", role: "alert" }, words));
      }
    };
    older.replaceChildren(
      ...(next === null ? [] : [button("Show Older", "secondary", () => void goOn(next))]),
    );
  };
  const first = await api.get<AlertPage>("/v1/alerts", only);
  show(first);
  body.append(narrowing(first.open), list, older);
  return { title: "Alerts", body };
}

/** One kind in a flood leaves the others one click away. */
function narrowing(open: AlertPage["open"]): HTMLElement {
  const kinds = Object.entries(open).flatMap(([kind, count]) => [
    link(`${alertName(kind)} (${count})`, ["alerts"], { kind, open: "true" }),
    ", ",
  ]);
  const all = link("all alerts", ["alerts"]);
  if (kinds.length === 0) return element("p", { class: "note" }, "Everything is acknowledged. ", all);
  return element("p", { class: "note" }, "Not acknowledged: ", ...kinds, all);
}

const alertTable = (
  api: ViewContext["api"],
  alerts: readonly Alert[],
  acknowledge: ((id: number) => (reason: string) => Promise<void>) | null,
): HTMLElement =>
  table(
    "Alerts",
    ["Seen", "Kind", "Device", "What", "Evidence", "Acknowledged"],
    alerts.map((alert) => [
      timesOf(alert),
      element("span", { class: alert.acknowledged === null ? "failed" : "note" }, alertName(alert.kind)),
      element(
        "span",
        {},
        `${deviceText(alert.device)} `,
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
        evidence("Show", alert, alert.whole ? null : () => wholeOf(api, alert.id)),
        alert.first === null
          ? null
          : evidence(
              alert.first.seq === 0 ? "The first" : `The first, record ${alert.first.seq}`,
              alert.first,
              alert.whole ? null : async () => (await wholeOf(api, alert.id)).first ?? alert,
            ),
      ),
      alert.acknowledged === null
        ? acknowledge === null
          ? "no"
          : reasonBar("Acknowledge", acknowledge(alert.id))
        : `${alert.acknowledged.by}, ${timeText(iso(alert.acknowledged.at))}: ${alert.acknowledged.reason}`,
    ]),
    "There is no such alert.",
  );

/** A device by its name, which is its owner's choice, and its owner. */
export function deviceText(device: AlertDevice | null): string {
  if (device === null) return "";
  const { name, owner } = device;
  return visibleText(owner === null ? name : `${name} of ${owner}`);
}

const timesOf = ({ count, raisedAt, lastAt }: Alert): string =>
  count === 1
    ? timeText(iso(raisedAt))
    : `${count} times, ${timeText(iso(raisedAt))} to ${timeText(iso(lastAt))}`;

/** `whole` asks for what the list leaves out, once somebody looks. */
function evidence(words: string, seen: Seen, whole: (() => Promise<Seen>) | null): HTMLElement {
  const text = (one: Seen): string => `${one.what}\n${one.evidence}`;
  const shown = element("pre", { tabindex: "0" }, text(seen));
  const details = element("details", {}, element("summary", {}, words), shown);
  if (whole !== null) {
    const fill = async (): Promise<void> => {
      shown.textContent = await whole().then(text, (error: unknown) => String(error));
    };
    details.addEventListener("toggle", () => void fill(), { once: true });
  }
  return details;
}

const wholeOf = (api: ViewContext["api"], id: number): Promise<Alert> => api.get<Alert>(`/v1/alerts/${id}`);

const iso = (at: number): string => new Date(at).toISOString();
