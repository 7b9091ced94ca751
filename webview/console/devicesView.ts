import type { DevicePage, ListedDevice } from "../../protocol/collector/devices.ts";
import { button, element } from "../element.ts";
import { reasonBar } from "./decision.ts";
import { deviceStateBar } from "./deviceStateDialog.ts";
import { link, table } from "./parts.ts";
import { seesAll, type View, type ViewContext } from "./view.ts";
import { agoText, numberText, timeText } from "./words.ts";

type Change = (device: ListedDevice) => HTMLElement | null;

/** Every device that sends its ledger here; one's own for who is no auditor. Who may mark one is the collector's to say. */
export async function devicesView({ api, me }: ViewContext): Promise<View> {
  const admin = me.roles.includes("admin");
  const body = element("div", {});
  const fill = async (told: string | null): Promise<void> => {
    const list = element("div", {});
    const more = element("div", {});
    const change: Change = (device) =>
      admin && device.owner !== null && device.state !== "released"
        ? deviceStateBar(device, {
            api,
            after: async (state) => {
              await fill(`${device.name} is marked ${state}.`);
              body.querySelector<HTMLElement>("[role=status]")?.focus();
            },
          })
        : null;
    const confirm = admin
      ? async (chain: string, reason: string): Promise<void> => {
          await api.send("POST", `/v1/devices/${chain}/confirm`, { reason });
          await fill("The device is confirmed.");
          body.querySelector<HTMLElement>("[role=status]")?.focus();
        }
      : null;
    const show = ({ devices, next }: DevicePage): void => {
      if (devices.length > 0 || list.childElementCount === 0)
        list.append(deviceTable(devices, change, confirm));
      more.replaceChildren(
        ...(next === null
          ? []
          : [
              button("Show More", "secondary", () => {
                void api.get<DevicePage>("/v1/devices", { cursor: next }).then(show);
              }),
            ]),
      );
    };
    show(await api.get<DevicePage>("/v1/devices"));
    body.replaceChildren(
      ...(told === null ? [] : [element("p", { role: "status", tabindex: "-1", class: "told" }, told)]),
      element(
        "p",
        { class: "note" },
        seesAll(me) ? "All devices, and the collector's own chain. " : "Your devices. ",
        seesAll(me) ? link("What was marked", ["search"], { kind: "device_state" }) : "",
      ),
      list,
      more,
    );
  };
  await fill(null);
  return { title: "Devices", body };
}

const deviceTable = (
  devices: readonly ListedDevice[],
  change: Change,
  confirm: ((chain: string, reason: string) => Promise<void>) | null,
): HTMLElement => {
  const changes = devices.map(change);
  const changeable = changes.some((each) => each !== null);
  return table(
    "Devices",
    [
      ...["Device", "Owner", "State", "Records", "Last heard of", "Enrolled", "Confirmed", "Keys"],
      ...(changeable ? ["Change"] : []),
    ],
    devices.map(({ chain, name, owner, state, seq, receivedAt, enrolledAt, confirmedAt, keys }, at) => [
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
      ...(changeable ? [changes[at] ?? null] : []),
    ]),
    "No device is enrolled.",
  );
};
