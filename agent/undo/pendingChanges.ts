import { bytesOf, type CapturedChange, MOST_BYTES, MOST_CHANGES } from "./capturedChanges.ts";

type Step =
  | { readonly kind: "change"; readonly change: CapturedChange }
  | { readonly kind: "savepoint"; readonly name: string | undefined };

/**
 * Changes of a transaction that is still open, in order, with its savepoints among them. They hold raw values and are
 * in memory alone; what the server rolls back goes from here too.
 */
export class PendingChanges {
  #steps: Step[] = [];

  /** Keeps a change; the oldest ones go where there are too many, or too much. */
  add(change: CapturedChange): void {
    this.#steps.push({ kind: "change", change });
    let bytes = 0;
    let changes = 0;
    this.#steps = this.#steps
      .toReversed()
      .filter((step) => {
        if (step.kind === "savepoint") return true;
        bytes += bytesOf(step.change);
        changes += 1;
        return changes <= MOST_CHANGES && bytes <= MOST_BYTES;
      })
      .toReversed();
  }

  savepoint(name: string | undefined): void {
    this.#steps.push({ kind: "savepoint", name });
  }

  /** What was changed since a savepoint is rolled back; the savepoint stays. One nobody knows takes everything along. */
  rollBackTo(name: string | undefined): void {
    this.#steps = this.#steps.slice(0, this.#find(name) + 1);
  }

  /** A savepoint is no more, nor are those that were set after it; changes are as they were. */
  release(name: string | undefined): void {
    const from = this.#find(name);
    this.#steps = this.#steps.filter((step, at) => step.kind === "change" || at < from);
  }

  /** The changes of a transaction that was committed. */
  take(): readonly CapturedChange[] {
    const taken = this.#steps.flatMap((step) => (step.kind === "change" ? [step.change] : []));
    this.clear();
    return taken;
  }

  clear(): void {
    this.#steps = [];
  }

  #find(name: string | undefined): number {
    return name === undefined
      ? -1
      : this.#steps.findLastIndex((step) => step.kind === "savepoint" && step.name === name);
  }
}
