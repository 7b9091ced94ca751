import type { AuditRecord } from "../../protocol/audit/record.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import { field } from "../store/searchFields.ts";
import type { Beginning, Ending } from "../store/store.ts";

/** Sessions and statements that a commit's records begin and end; what does both leaves nothing to keep. */
export class Unended {
  readonly #begun = new Map<string, Beginning>();
  readonly #ended = new Map<string, Ending>();

  get begun(): readonly Beginning[] {
    return [...this.#begun.values()];
  }
  get ended(): readonly Ending[] {
    return [...this.#ended.values()];
  }

  take(chain: Sha256, { seq, body }: AuditRecord, receivedAt: number): void {
    if (body.kind === "session_opened")
      this.#begin({ chain, kind: "session", ref: body.writer, seq, receivedAt });
    if (body.kind === "intent") this.#begin({ chain, kind: "intent", ref: String(seq), seq, receivedAt });
    if (body.kind === "login_asked" || body.kind === "login_lent") this.endLease(chain, body.lease);
    if (body.kind === "session_closed") this.#end({ chain, kind: "session", ref: body.writer });
    if (body.kind === "outcome") this.#end({ chain, kind: "intent", ref: String(body.intent) });
  }

  /** The device has shown this record, whose predecessors have not come. The first time counts. */
  beginGap(chain: Sha256, seq: number, receivedAt: number): void {
    this.#begin({ chain, kind: "gap", ref: "", seq, receivedAt });
  }

  endGap(chain: Sha256): void {
    this.#end({ chain, kind: "gap", ref: "" });
  }

  /** A login was lent to the device, whose own records are to tell of it: at that place, or after it. */
  beginLease(chain: Sha256, lease: string, seq: number, receivedAt: number): void {
    this.#begin({ chain, kind: "lease", ref: lease, seq, receivedAt });
  }

  endLease(chain: Sha256, lease: string): void {
    this.#end({ chain, kind: "lease", ref: lease });
  }

  #begin(asGiven: Beginning): void {
    const beginning = kept(asGiven);
    this.#begun.set(keyOf(beginning), beginning);
  }

  #end(asGiven: Ending): void {
    const ending = kept(asGiven);
    if (!this.#begun.delete(keyOf(ending))) this.#ended.set(keyOf(ending), ending);
  }
}

/** What a device writes where an id belongs is kept as a store can keep it. */
const kept = <Of extends Ending>(of: Of): Of => ({ ...of, ref: field(of.ref) });

const keyOf = ({ chain, kind, ref }: Ending): string => `${chain} ${kind} ${ref}`;
