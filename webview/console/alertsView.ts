import { element } from "../element.ts";
import { link, table } from "./parts.ts";
import type { View, ViewContext } from "./view.ts";
import { timeText } from "./words.ts";

interface Alerts {
  readonly alerts: readonly {
    readonly kind: string;
    readonly chain: string;
    readonly seq: number;
    readonly what: string;
    readonly evidence: string;
    readonly raisedAt: number;
  }[];
}

const KINDS: Readonly<Record<string, string>> = {
  fork: "Second history",
  "bad-record": "Record refused",
  clock: "Clock",
  behind: "Log set back",
  grant: "Approval not given for it",
  copy: "Copy of a device",
  lease: "Login not taken away",
};

/** What the collector refused, and kept as evidence. */
export async function alertsView({ api }: ViewContext): Promise<View> {
  const { alerts } = await api.get<Alerts>("/v1/alerts");
  const body = table(
    "Alerts",
    ["Raised", "Kind", "Device", "What", "Evidence"],
    alerts.map(({ kind, chain, seq, what, evidence, raisedAt }) => [
      timeText(new Date(raisedAt).toISOString()),
      element("span", { class: "failed" }, KINDS[kind] ?? kind),
      link(`${chain.slice(0, 12)}…, record ${seq}`, ["devices", chain]),
      what,
      element("details", {}, element("summary", {}, "Show"), element("pre", { tabindex: "0" }, evidence)),
    ]),
    "No alert was ever raised.",
  );
  return { title: "Alerts", body };
}
