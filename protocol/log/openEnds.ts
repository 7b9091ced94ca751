import type { AuditRecord } from "../audit/record.ts";
import type { Sha256 } from "../ids.ts";
import type { ProofNotice } from "./proofReport.ts";

/** What began in a chain and has not ended: silence that an auditor may want to ask about. */
export class OpenEnds {
  readonly #intents = new Map<number, string>();
  readonly #sessions = new Map<string, { readonly seq: number; readonly at: string }>();

  take({ seq, at, body }: AuditRecord): void {
    switch (body.kind) {
      case "intent":
        this.#intents.set(seq, at);
        return;
      case "outcome":
        this.#intents.delete(body.intent);
        return;
      case "session_opened":
        this.#sessions.set(body.writer, { seq, at });
        return;
      case "session_closed":
        this.#sessions.delete(body.writer);
        return;
      default:
        return;
    }
  }

  notices(chain: Sha256 | null): readonly ProofNotice[] {
    const notices: ProofNotice[] = [];
    for (const [seq, at] of this.#intents) {
      const what = `the statement of ${at} has no outcome`;
      notices.push({ kind: "open-intent", chain, seq, what });
    }
    for (const { seq, at } of this.#sessions.values()) {
      notices.push({ kind: "open-session", chain, seq, what: `the session opened at ${at} has no end` });
    }
    return notices.sort((one, other) => (one.seq ?? 0) - (other.seq ?? 0));
  }
}
