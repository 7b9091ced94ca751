import { Refusal } from "../refusal.ts";
import { MOST_BODY_BYTES } from "./body.ts";

/** Bytes of bodies that all requests may hold at a time; beyond it they are asked to come again. */
const MOST_BYTES = 128 * 1024 * 1024;
/** What of it all may hold together who have not shown who they are, so that they keep nobody out who has. */
const MOST_ANONYMOUS_BYTES = 48 * 1024 * 1024;
/** What one of them may hold: a full batch, as it came and unfolded. */
const MOST_OF_ONE = 2 * MOST_BODY_BYTES;

/** Whose a body is: somebody who has proven it, or nobody knows but from where. */
export interface Holder {
  readonly kind: "known" | "anonymous";
  readonly name: string;
}

export interface MemoryLease {
  /** @throws Refusal where too much is held already. */
  reserve(bytes: number): void;
  release(): void;
}

/** Keeps memory flat however many come at once. Counts what has come, never what somebody says will come. */
export class Memory {
  readonly #held = { known: 0, anonymous: 0 };
  readonly #byHolder = new Map<string, number>();

  /** Bytes for one request, until it lets go of them. */
  lease({ kind, name }: Holder): MemoryLease {
    const holder = `${kind} ${name}`;
    let mine = 0;
    return {
      reserve: (bytes) => {
        const own = (this.#byHolder.get(holder) ?? 0) + bytes;
        const { known, anonymous } = this.#held;
        if (
          own > MOST_OF_ONE ||
          known + anonymous + bytes > MOST_BYTES ||
          (kind === "anonymous" && anonymous + bytes > MOST_ANONYMOUS_BYTES)
        )
          throw new Refusal(
            "unavailable",
            "Too much is being sent at this moment.",
            "Send it again in a few seconds.",
          );
        this.#byHolder.set(holder, own);
        this.#held[kind] += bytes;
        mine += bytes;
      },
      release: () => {
        const left = (this.#byHolder.get(holder) ?? 0) - mine;
        if (left > 0) this.#byHolder.set(holder, left);
        else this.#byHolder.delete(holder);
        this.#held[kind] -= mine;
        mine = 0;
      },
    };
  }
}
