/** What is known of the agent's process. */
export type AgentState =
  | { readonly kind: "idle" }
  | { readonly kind: "starting" }
  | { readonly kind: "running" }
  | { readonly kind: "waiting"; readonly seconds: number; readonly reason: string };

const LONGEST_DELAY_SECONDS = 30;

/** Seconds to wait before the next start: 1, 2, 4 … 30, where `failures` starts at 1. */
export const restartDelay = (failures: number): number =>
  Math.min(LONGEST_DELAY_SECONDS, 2 ** Math.max(0, failures - 1));
