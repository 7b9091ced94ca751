import { afterMarking, type ListedDevice } from "../../protocol/collector/devices.ts";
import { DEVICE_STATE, type DeviceState } from "../../protocol/collector/ingest.ts";
import { element } from "../element.ts";
import { actDialog } from "./actDialog.ts";
import type { Api } from "./api.ts";
import { choiceField } from "./choiceField.ts";

/** In the order in which they are offered. */
const STATES = ["lost", "revoked", "active", "released"] as const satisfies readonly DeviceState[];
const NAMES: Readonly<Record<DeviceState, string>> = {
  active: "Active: trusted again",
  lost: "Lost: nobody knows who has it",
  revoked: "Revoked: not trusted any more",
  released: "Released: enrolled in the wrong name",
};

/** A button that marks a device once somebody has read what follows, and said why. */
export function deviceStateBar(
  device: ListedDevice,
  { api, after }: { readonly api: Api; readonly after: (state: DeviceState) => Promise<void> },
): HTMLElement {
  const { chain, name, owner } = device;
  const id = `mark-${chain}`;
  const others = STATES.filter((state) => state !== device.state);
  const state = choiceField({
    ...{ id: `${id}-state`, label: "As", value: device.state === "active" ? "lost" : "active" },
    choices: others.map((each) => [each, NAMES[each]]),
  });
  const follows = element("ul", { class: "plain", "aria-live": "polite" });
  const chosen = (): DeviceState => DEVICE_STATE.parse(state.control.value);
  const explain = (): void =>
    follows.replaceChildren(...afterMarking(chosen()).map((each) => element("li", {}, each)));
  state.control.addEventListener("change", explain);
  explain();
  const whose = owner === null ? "the collector's own" : `of ${owner.name}`;
  return actDialog({
    id,
    open: { words: "Mark…", label: `Mark ${name} of ${owner?.name ?? ""}` },
    heading: `Mark ${name}?`,
    told: [element("p", {}, `It is ${whose}, and ${device.state}.`), state.shown, follows],
    reason: { label: "Reason", hint: "On record.", missing: "Say why: it goes on record." },
    confirm: "Mark",
    act: async (reason) => {
      const order = { state: chosen(), reason };
      await api.send("POST", `/v1/devices/${encodeURIComponent(chain)}/state`, order);
      return order.state;
    },
    after,
  });
}
