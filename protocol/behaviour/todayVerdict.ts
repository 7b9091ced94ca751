import type { Verdict } from "../decision.ts";

/** What would be decided of a recorded statement now. */
export type TodayVerdict =
  | { readonly kind: "same" }
  | { readonly kind: "other"; readonly verdict: Verdict; readonly reason: string }
  /** `why` is a sentence. */
  | { readonly kind: "cannot_tell"; readonly why: string };

/** In a line. */
export function todayWords(today: TodayVerdict): string {
  switch (today.kind) {
    case "same":
      return "Today it would be decided the same.";
    case "other": {
      const words = { allow: "allowed", approve: "held for approval", deny: "denied" }[today.verdict];
      return `Today it would be ${words}: ${today.reason}`;
    }
    case "cannot_tell":
      return `What would be decided today cannot be told: ${today.why}`;
  }
}
