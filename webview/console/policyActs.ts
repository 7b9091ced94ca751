import type { CentralPolicy } from "../../protocol/policy/centralPolicy.ts";
import { element } from "../element.ts";
import { actDialog } from "./actDialog.ts";
import type { Api } from "./api.ts";

interface Acting {
  readonly api: Api;
  /** Once the policy is another. */
  readonly after: () => Promise<void>;
}

/** Which versions agents go by; null for none. */
interface Standing {
  readonly inForce: number | null;
  readonly observed: number | null;
}

const REASON = { label: "Reason", hint: "On record.", missing: "Say why: it goes on record." };
const OFFLINE = "Agents that cannot reach the collector go by what they have for as long as that says.";

/** Puts the texts of a former version in force again; `next` is the number they get. */
export const rollbackBar = (
  { version }: CentralPolicy,
  next: number,
  { inForce, observed }: Standing,
  { api, after }: Acting,
): HTMLElement =>
  element(
    "div",
    { class: "bar" },
    actDialog({
      id: "rollback",
      open: { words: "Roll Back to This…", label: `Roll back to version ${version}` },
      heading: `Roll back to version ${version}?`,
      told: [
        element(
          "p",
          {},
          inForce === null
            ? `Its texts are in force for everybody from here on, as version ${next}.`
            : `Its texts are in force for everybody from here on, as version ${next}, instead of those of version ${inForce}.`,
        ),
        ...(observed === null ? [] : [element("p", {}, `Version ${observed} is not observed any more.`)]),
        element("p", { class: "note" }, OFFLINE),
      ],
      reason: REASON,
      confirm: "Roll Back",
      act: (comment) => api.send("POST", "/v1/policy/rollback", { version: next, to: version, comment }),
      after,
    }),
  );

/** Puts the observed version in force, or ends its observation. */
export const observedBar = (version: number, { api, after }: Acting): HTMLElement =>
  element(
    "div",
    { class: "bar" },
    actDialog({
      id: "enforce",
      open: { words: "Put in Force…", label: `Put version ${version} in force` },
      heading: `Put version ${version} in force?`,
      told: [
        element("p", {}, "Everybody's agent goes by it from here on: what it would have blocked is blocked."),
        element("p", { class: "note" }, OFFLINE),
      ],
      reason: null,
      confirm: "Put in Force",
      act: () => api.send("POST", "/v1/policy/enforce", { version }),
      after,
    }),
    actDialog({
      id: "drop",
      open: { words: "Stop Observing…", label: `Stop observing version ${version}` },
      heading: `Stop observing version ${version}?`,
      told: [element("p", {}, "No agent judges by it any more. What was recorded under it stays on record.")],
      reason: REASON,
      confirm: "Stop Observing",
      act: (reason) => api.send("POST", "/v1/policy/drop", { version, reason }),
      after,
    }),
  );
