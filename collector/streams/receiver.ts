import type { Streamed } from "./streamed.ts";

/** What came of sending. */
export type Sent =
  | { readonly kind: "taken" }
  /** Later again. `fewer`: it may be that one of them is not taken, or that they are too much at once. */
  | {
      readonly kind: "failed";
      readonly problem: string;
      readonly fewer: boolean;
      /** Milliseconds the receiver asks to be left alone; null where it did not say. */
      readonly pause: number | null;
    };

/** Somebody who takes records: all of a batch, or nobody knows how many. */
export interface StreamReceiver {
  /** Settles once the receiver has them, or it is known that it has not. Never throws. */
  send(records: readonly Streamed[], signal: AbortSignal): Promise<Sent>;
}

export const failed = (problem: string, fewer = false, pause: number | null = null): Sent => ({
  kind: "failed",
  problem,
  fewer,
  pause,
});
