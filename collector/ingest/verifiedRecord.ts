import type { AuditRecord, SealedRecord } from "../../protocol/audit/record.ts";

/** A record whose text, place and signature have been checked. */
export interface VerifiedRecord {
  readonly record: AuditRecord;
  readonly sealed: SealedRecord;
}
