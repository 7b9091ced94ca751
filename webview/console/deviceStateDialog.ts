import { afterMarking, type ListedDevice } from "../../protocol/collector/devices.ts";
import { DEVICE_STATE, type DeviceState } from "../../protocol/collector/ingest.ts";
import { button, element } from "../element.ts";
import type { Api } from "./api.ts";
import { choiceField } from "./choiceField.ts";
import { formField } from "./formField.ts";

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
  const open = button("Mark…", "secondary", () => dialog.showModal());
  open.setAttribute("aria-label", `Mark ${name} of ${owner?.name ?? ""}`);
  const id = `mark-${chain}`;
  const others = STATES.filter((state) => state !== device.state);
  const state = choiceField({
    ...{ id: `${id}-state`, label: "As", value: device.state === "active" ? "lost" : "active" },
    choices: others.map((each) => [each, NAMES[each]]),
  });
  const reason = formField({ id: `${id}-reason`, label: "Reason", hint: "On record." });
  const follows = element("ul", { class: "plain", "aria-live": "polite" });
  const chosen = (): DeviceState => DEVICE_STATE.parse(state.control.value);
  const explain = (): void =>
    follows.replaceChildren(...afterMarking(chosen()).map((each) => element("li", {}, each)));
  state.control.addEventListener("change", explain);
  explain();
  const close = (): void => dialog.close();
  let busy = false;
  const confirm = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    reason.tell(null);
    const order = { state: chosen(), reason: reason.control.value.trim() };
    try {
      if (order.reason === "") throw new Error("Say why: it goes on record.");
      await api.send("POST", `/v1/devices/${encodeURIComponent(chain)}/state`, order);
      close();
      await after(order.state);
    } catch (error) {
      reason.tell(error instanceof Error ? error.message : String(error));
      reason.control.focus();
    }
    busy = false;
  };
  reason.control.addEventListener("keydown", (event) => {
    if (event.key === "Enter") void confirm();
  });
  const dialog = element(
    "dialog",
    { "aria-labelledby": `${id}-heading` },
    element("h2", { id: `${id}-heading` }, `Mark ${name}?`),
    element(
      "p",
      {},
      `It is ${owner === null ? "the collector's own" : `of ${owner.name}`}, and ${device.state}.`,
    ),
    state.shown,
    follows,
    reason.shown,
    element(
      "div",
      { class: "bar" },
      button("Mark", "primary", () => void confirm()),
      button("Cancel", "secondary", close),
    ),
  );
  return element("span", {}, open, dialog);
}
