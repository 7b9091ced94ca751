import { button, element } from "../element.ts";
import { reasonBar } from "./decision.ts";
import { link, table } from "./parts.ts";
import { seesAll, type View, type ViewContext } from "./view.ts";
import { agoText, numberText, timeText } from "./words.ts";

interface Devices {
  readonly devices: readonly {
    readonly chain: string;
    readonly name: string;
    readonly owner: { readonly name: string } | null;
    readonly state: string;
    readonly keys: readonly unknown[];
    readonly seq: number;
    readonly receivedAt: string | null;
    readonly enrolledAt: string;
    readonly confirmedAt: string | null;
  }[];
  readonly next: string | null;
}

/** Every device that sends its ledger here; one's own for who is no auditor. */
export async function devicesView({ api, me }: ViewContext): Promise<View> {
  const list = element("div", {});
  const more = element("div", {});
  const confirm = me.roles.includes("admin")
    ? async (chain: string, reason: string): Promise<void> => {
        await api.send("POST", `/v1/devices/${chain}/confirm`, { reason });
        list.replaceChildren();
        show(await api.get<Devices>("/v1/devices"));
      }
    : null;
  const show = ({ devices, next }: Devices): void => {
    if (devices.length > 0 || list.childElementCount === 0) list.append(deviceTable(devices, confirm));
    more.replaceChildren(
      ...(next === null
        ? []
        : [
            button("Show More", "secondary", () => {
              void api.get<Devices>("/v1/devices", { cursor: next }).then(show);
            }),
          ]),
    );
  };
  show(await api.get<Devices>("/v1/devices"));
  const body = element(
    "div",
    {},
    element(
      "p",
      { class: "note" },
      seesAll(me) ? "All devices, and the collector's own chain." : "Your devices.",
    ),
    list,
    more,
  );
  return { title: "Devices", body };
}

const deviceTable = (
  devices: Devices["devices"],
  confirm: ((chain: string, reason: string) => Promise<void>) | null,
): HTMLElement =>
  table(
    "Devices",
    ["Device", "Owner", "State", "Records", "Last heard of", "Enrolled", "Confirmed", "Keys"],
    devices.map(({ chain, name, owner, state, seq, receivedAt, enrolledAt, confirmedAt, keys }) => [
      link(name, ["devices", chain]),
      owner?.name ?? "the collector",
      state === "active" ? state : element("span", { class: "failed" }, state),
      numberText(seq),
      receivedAt === null ? "never" : element("span", { title: timeText(receivedAt) }, agoText(receivedAt)),
      timeText(enrolledAt),
      confirmedAt !== null
        ? timeText(confirmedAt)
        : confirm === null || owner === null || state !== "active"
          ? "no"
          : reasonBar("Confirm", (reason) => confirm(chain, reason)),
      String(keys.length),
    ]),
    "No device is enrolled.",
  );
