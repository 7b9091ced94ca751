import { z } from "zod";
import { actorIdentity } from "../../protocol/actor.ts";
import { ITS_PERSON } from "../../protocol/approval/itsPerson.ts";
import { parseRecord } from "../../protocol/audit/chain.ts";
import type { RecordBody } from "../../protocol/audit/record.ts";
import type { LedgerDatabase } from "./ledgerFile.ts";
import type { SignedRecords } from "./signedRecords.ts";
import type { WrittenRecord } from "./writtenRecord.ts";

export const AGREEMENT_SCHEMA = `
CREATE TABLE IF NOT EXISTS agreements (id TEXT PRIMARY KEY, requested INTEGER NOT NULL, decided INTEGER) STRICT;
`;

type Requested = Extract<RecordBody, { kind: "approval_requested" }>;
type Decided = Extract<RecordBody, { kind: "approval_decided" }>;

/** What was asked of the person a program works for, and what they answered in the editor. */
export interface Agreement {
  readonly requested: Requested;
  readonly requestedAt: Date;
  /** Null before they have. */
  readonly decided: Decided | null;
  readonly decidedAt: Date | null;
}

const ROW = z.object({ requested: z.number(), decided: z.number().nullable() });

/** Enough to tell that somebody is asked without end. */
const NEWEST = 50;

/** What people here were asked by programs, and answered. */
export class AgreementStore {
  readonly #records: SignedRecords;
  readonly #find;
  readonly #newest;
  readonly #ask;
  readonly #decide;

  constructor(database: LedgerDatabase, records: SignedRecords) {
    this.#records = records;
    this.#find = database.prepare("SELECT requested, decided FROM agreements WHERE id = ?");
    this.#newest = database.prepare(
      "SELECT r.canonical FROM agreements a JOIN records r ON r.seq = a.requested ORDER BY a.requested DESC LIMIT ?",
    );
    this.#ask = database.prepare("INSERT OR IGNORE INTO agreements (id, requested) VALUES (?, ?)");
    // The first answer counts.
    this.#decide = database.prepare("UPDATE agreements SET decided = ? WHERE id = ? AND decided IS NULL");
  }

  /** To be called with each record, in its transaction. `origin` is of the process that writes it. */
  index({ seq, origin, body }: WrittenRecord): void {
    if (body.kind === "approval_requested" && body.group === ITS_PERSON) this.#ask.run(body.approval, seq);
    // What another program says has no effect, and takes no answer's place.
    if (body.kind === "approval_decided" && body.subject !== null && origin === "editor")
      this.#decide.run(seq, body.approval);
  }

  /** How often programs of this identity have asked since then, as far as the newest questions tell. */
  askedSince(identity: string, since: Date): number {
    return z
      .array(z.object({ canonical: z.string() }))
      .parse(this.#newest.all(NEWEST))
      .filter(({ canonical }) => {
        const record = parseRecord(canonical);
        if (record?.body.kind !== "approval_requested" || new Date(record.at) < since) return false;
        return actorIdentity(record.body.actor) === identity;
      }).length;
  }

  /** Null where nobody was asked under that id. An answer counts only under the signature of an editor's key. */
  find(id: string): Agreement | null {
    const row = ROW.safeParse(this.#find.get(id));
    if (!row.success) return null;
    const asked = this.#records.at(row.data.requested);
    if (asked?.body.kind !== "approval_requested") return null;
    const answer = row.data.decided === null ? null : this.#records.signedAt(row.data.decided, "editor");
    const decided = answer?.body.kind === "approval_decided" ? answer.body : null;
    return {
      requested: asked.body,
      requestedAt: new Date(asked.at),
      decided,
      decidedAt: answer === null || decided === null ? null : new Date(answer.at),
    };
  }
}
