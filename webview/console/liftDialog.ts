import type { RetentionHold } from "../../protocol/collector/retention.ts";
import { afterLifting, scopeWords } from "../../protocol/retention/retentionWords.ts";
import { button, element } from "../element.ts";
import type { Api } from "./api.ts";
import { formField } from "./formField.ts";
import { timeText } from "./words.ts";

/** A button that lifts a hold once somebody has read what follows, and said why. */
export function liftBar(
  hold: RetentionHold,
  { api, days, after }: { api: Api; days: number | null; after: (hold: RetentionHold) => Promise<void> },
): HTMLElement {
  const words = scopeWords(hold, timeText);
  const lift = button("Lift…", "secondary", () => dialog.showModal());
  lift.setAttribute("aria-label", `Lift the hold on ${words}`);
  const reason = formField({ id: `lift-${hold.id}`, label: "Reason", hint: "On record." });
  const heading = `lift-${hold.id}-heading`;
  const close = (): void => dialog.close();
  let busy = false;
  const confirm = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    reason.tell(null);
    try {
      const order = { reason: reason.control.value.trim() };
      const lifted = await api.send<RetentionHold>("POST", `/v1/retention/holds/${hold.id}/lift`, order);
      close();
      await after(lifted);
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
    { "aria-labelledby": heading },
    element("h2", { id: heading }, "Lift this hold?"),
    element("p", {}, `It holds ${words}.`),
    element("p", {}, element("b", {}, afterLifting(days))),
    reason.shown,
    element(
      "div",
      { class: "bar" },
      button("Lift for Good", "primary", () => void confirm()),
      button("Cancel", "secondary", close),
    ),
  );
  return element("div", { class: "bar" }, lift, dialog);
}
