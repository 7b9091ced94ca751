import type { LeaseView } from "../../protocol/lease/lease.ts";
import { element } from "../element.ts";
import type { Api } from "./api.ts";
import { changeBar } from "./decision.ts";
import { link, table } from "./parts.ts";
import { timeText } from "./words.ts";

const STATES: Readonly<Record<LeaseView["state"], string>> = {
  opening: "being made",
  open: "lent",
  ending: "being taken away",
  ended: "ended",
  locked: "locked, not dropped",
};

/** Logins that were lent, newest first; with `api`, those that are not over can be ended. */
export const leaseTable = (leases: readonly LeaseView[], api: Api | null): HTMLElement =>
  table(
    "Logins lent",
    ["Lent", "To", "Connection", "Account", "Until", "State", "Under it", ""],
    leases.map((lease) => rowOf(lease, api)),
    "Nothing was lent.",
  );

function rowOf(lease: LeaseView, api: Api | null): readonly (HTMLElement | string | null)[] {
  const state = stateOf(lease);
  const ended = (after: LeaseView): void => state.replaceWith(stateOf(after));
  return [
    timeText(lease.openedAt),
    `${lease.person}, ${lease.device}`,
    lease.connectionName,
    element("code", {}, lease.account),
    timeText(lease.until),
    state,
    link("What ran", ["search"], { lease: lease.id }),
    api === null ? null : endBar(lease, api, ended),
  ];
}

function stateOf({ state, how, ended, trouble }: LeaseView): HTMLElement {
  const by = ended === null || ended.by === null ? "" : ` by ${ended.by}`;
  const why = ended === null || ended.reason === "" ? "" : `: ${ended.reason}`;
  const words = how === null ? STATES[state] : `${STATES[state]} (${how.replaceAll("_", " ")}${by}${why})`;
  return element("span", { class: trouble === "" ? "" : "failed", title: trouble }, words);
}

function endBar(lease: LeaseView, api: Api, ended: (after: LeaseView) => void): HTMLElement | null {
  if (lease.state === "ended" || lease.state === "ending") return null;
  const bar = changeBar<LeaseView>(
    api,
    lease.state === "locked" ? "Try Again" : "Revoke",
    `/v1/leases/${lease.id}/end`,
    (after) => {
      ended(after);
      bar.remove();
    },
  );
  return bar;
}
