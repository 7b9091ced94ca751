import { z } from "zod";
import type { ApprovalSubject } from "../../protocol/approval/approval.ts";
import type { RecordBody } from "../../protocol/audit/record.ts";
import { type Sha256, sha256 } from "../../protocol/ids.ts";
import type { LedgerDatabase } from "./ledgerFile.ts";
import type { SignedRecords } from "./signedRecords.ts";
import type { WrittenRecord } from "./writtenRecord.ts";

export const ASKED_SCHEMA = `
CREATE TABLE IF NOT EXISTS asked (id TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT;
`;

type Requested = Extract<RecordBody, { kind: "approval_requested" }>;

const ROW = z.object({ seq: z.number() });

/** What was sent to a collector to be shown to those who are asked. */
export interface AskedHere {
  readonly purpose: string;
  /** SHA-256 over all of it. */
  readonly shown: Sha256;
  /** What a grant of it is bound to, beside this device; null where it is a right for a while. */
  readonly bound: Omit<ApprovalSubject, "parameters" | "chain"> | null;
}

/** What people of this machine account asked of others, in whatever process, as its signed records have it. */
export class AskedStore {
  readonly #records: SignedRecords;
  readonly #find;
  readonly #add;

  constructor(database: LedgerDatabase, records: SignedRecords) {
    this.#records = records;
    this.#find = database.prepare("SELECT seq FROM asked WHERE id = ?");
    // The first counts: whatever is answered later, others were shown one request under one id.
    this.#add = database.prepare("INSERT OR IGNORE INTO asked (id, seq) VALUES (?, ?)");
  }

  /** To be called with each record, in its transaction. */
  index({ seq, body }: WrittenRecord): void {
    if (body.kind === "approval_requested" && body.shown !== undefined) this.#add.run(body.approval, seq);
    if (body.kind === "elevation_requested" && body.shown !== undefined) this.#add.run(body.elevation, seq);
  }

  /** Null where nothing was asked here under that id, or it is not on record what was shown. */
  find(id: string): AskedHere | null {
    const row = ROW.safeParse(this.#find.get(id));
    const body = row.success ? this.#records.signedAt(row.data.seq)?.body : undefined;
    if (body?.kind !== "approval_requested" && body?.kind !== "elevation_requested") return null;
    const { purpose, shown } = body;
    if (shown === undefined) return null;
    return {
      purpose,
      shown: sha256(shown),
      bound: body.kind === "approval_requested" ? boundTo(body) : null,
    };
  }
}

function boundTo({ statementHash, meaning, connection, actor }: Requested): AskedHere["bound"] {
  const person = actor.kind === "ai_agent" ? actor.onBehalfOf : actor;
  if (person.kind !== "user" || meaning === undefined) return null;
  const { engine, host, port, database, environment } = connection;
  return {
    statement: sha256(statementHash),
    meaning: sha256(meaning),
    connection: { engine, host, port, database, environment },
    requester: { issuer: person.issuer, subject: person.subject },
  };
}
