import type { RecordBody, RecordRef } from "../../protocol/audit/record.ts";
import { KeyRevokedError } from "./ledgerError.ts";
import type { SigningKey } from "./signingKey.ts";

interface Waiting {
  readonly body: RecordBody;
  readonly resolve: (ref: RecordRef) => void;
  readonly reject: (error: unknown) => void;
}

/** Records that wait for a commit together, in the order they came. */
export class AppendQueue {
  readonly #commit: (bodies: readonly RecordBody[]) => readonly RecordRef[];
  readonly #committed: () => void;
  readonly #key: SigningKey;
  #waiting: Waiting[] = [];
  #flushing: "no" | "soon" | "now" = "no";

  /** `commit` is durable when it returns; `committed` is called after that. */
  constructor(
    commit: (bodies: readonly RecordBody[]) => readonly RecordRef[],
    committed: () => void,
    key: SigningKey,
  ) {
    this.#commit = commit;
    this.#committed = committed;
    this.#key = key;
  }

  /** Goes with everything else of this turn of the event loop. */
  append(body: RecordBody): Promise<RecordRef> {
    if (this.#flushing !== "now") {
      this.#flushing = "now";
      queueMicrotask(() => this.flush());
    }
    return this.#enqueue(body);
  }

  /** Goes with the next commit, at the latest when the event loop has handed on what is ready. */
  appendSoon(body: RecordBody): Promise<RecordRef> {
    if (this.#flushing === "no") {
      this.#flushing = "soon";
      setImmediate(() => this.flush());
    }
    return this.#enqueue(body);
  }

  /** Commits what waits, at once; what cannot be is told to those who wait. */
  flush(): void {
    this.#flushing = "no";
    // What waits goes out with the key that is being taken up.
    if (this.#waiting.length === 0 || this.#key.isBeingRenewed) return;
    const batch = this.#waiting;
    this.#waiting = [];
    try {
      const refs = this.#commit(batch.map(({ body }) => body));
      for (const [position, ref] of refs.entries()) batch[position]?.resolve(ref);
      this.#committed();
    } catch (error) {
      if (error instanceof KeyRevokedError && this.#key.canBeRenewed) this.#flushRenewed(batch);
      else for (const { reject } of batch) reject(error);
    }
  }

  #enqueue(body: RecordBody): Promise<RecordRef> {
    return new Promise((resolve, reject) => this.#waiting.push({ body, resolve, reject }));
  }

  #flushRenewed(batch: readonly Waiting[]): void {
    this.#waiting = [...batch, ...this.#waiting];
    this.#key.renewed().then(
      () => this.flush(),
      (error: unknown) => {
        const waiting = this.#waiting;
        this.#waiting = [];
        for (const { reject } of waiting) reject(error);
      },
    );
  }
}
