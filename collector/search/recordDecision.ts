import type { RecordBody } from "../../protocol/audit/record.ts";
import type { RecordDecision } from "../../protocol/collector/search.ts";

/** What was decided of a statement; null for records of anything else. `body` is null where the text was dropped. */
export function decisionOf(
  { kind, verdict }: { readonly kind: string; readonly verdict: string | null },
  body: RecordBody | null,
): RecordDecision | null {
  if (verdict === null) return null;
  if (kind === "refused") return { kind: verdict === "approve" ? "held" : "blocked" };
  if (kind !== "intent") return null;
  if (verdict === "allow") return { kind: "allowed" };
  if (verdict !== "approve") return { kind: "unapproved" };
  // Who approved went with the text.
  if (body === null) return { kind: "approved", by: [] };
  const grant = body.kind === "intent" ? body.grant : null;
  return grant === null ? { kind: "unapproved" } : { kind: "approved", by: grant.approvers };
}
