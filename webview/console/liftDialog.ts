import type { RetentionHold } from "../../protocol/collector/retention.ts";
import { afterLifting, scopeWords } from "../../protocol/retention/retentionWords.ts";
import { element } from "../element.ts";
import { actDialog } from "./actDialog.ts";
import type { Api } from "./api.ts";
import { timeText } from "./words.ts";

/** A button that lifts a hold once somebody has read what follows, and said why. */
export function liftBar(
  hold: RetentionHold,
  { api, days, after }: { api: Api; days: number | null; after: (lifted: RetentionHold) => Promise<void> },
): HTMLElement {
  const words = scopeWords(hold, timeText);
  const lift = actDialog({
    id: `lift-${hold.id}`,
    open: { words: "Lift…", label: `Lift the hold on ${words}` },
    heading: "Lift this hold?",
    told: [element("p", {}, `It holds ${words}.`), element("p", {}, element("b", {}, afterLifting(days)))],
    reason: { label: "Reason", hint: "On record.", missing: "Say why: it goes on record." },
    confirm: "Lift for Good",
    act: (reason) => api.send<RetentionHold>("POST", `/v1/retention/holds/${hold.id}/lift`, { reason }),
    after,
  });
  return element("div", { class: "bar" }, lift);
}
