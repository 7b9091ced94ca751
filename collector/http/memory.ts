import { Refusal } from "../refusal.ts";

/** Bytes of bodies that all requests may hold at a time; beyond it they are asked to come again. */
const MOST_BYTES = 128 * 1024 * 1024;

/** Keeps memory flat however many come at once. */
export class Memory {
  #held = 0;

  /** Bytes for one request, until it lets go of them. */
  lease(): { reserve(bytes: number): void; release(): void } {
    let mine = 0;
    return {
      reserve: (bytes) => {
        if (this.#held + bytes > MOST_BYTES)
          throw new Refusal(
            "unavailable",
            "Too much is being sent at this moment.",
            "Send it again in a few seconds.",
          );
        this.#held += bytes;
        mine += bytes;
      },
      release: () => {
        this.#held -= mine;
        mine = 0;
      },
    };
  }
}
