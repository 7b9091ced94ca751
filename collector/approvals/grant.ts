import { type Grant, grantText, type SignedGrant } from "../../protocol/approval/approval.ts";
import { type ElevationGrant, elevationText } from "../../protocol/approval/elevation.ts";
import { canonicalJson } from "../../protocol/audit/seal.ts";
import { toBase64 } from "../../protocol/log/base64.ts";
import type { NoteSigner } from "../../protocol/log/checkpoint.ts";
import { type ApprovalRequest, approversOf, shownOf } from "./request.ts";

/** What a granted request gives, in canonical JSON: always the same text. Null where it was never granted, or a statement's was not handed out. */
export function grantCanonical(request: ApprovalRequest): string | null {
  const { id, asked, grantedAt, notAfter, redeemed } = request;
  if (grantedAt === null || notAfter === null) return null;
  const { group } = asked.order;
  const shared = { v: 2, id, shown: shownOf(request), group, approvers: approversOf(request) } as const;
  const until = new Date(notAfter).toISOString();
  if (asked.kind === "statement") {
    if (redeemed === null) return null;
    const { subject, maxAffectedRows } = asked.order;
    const { nonce } = redeemed;
    return canonicalJson({ ...shared, subject, maxAffectedRows, nonce, notAfter: until } satisfies Grant);
  }
  const { subject } = asked.order;
  const notBefore = new Date(grantedAt).toISOString();
  return canonicalJson({
    ...shared,
    kind: "elevation",
    subject,
    notBefore,
    notAfter: until,
  } satisfies ElevationGrant);
}

/** Signed by the log's key, whose name binds it to this collector. */
export function signedGrant(request: ApprovalRequest, signer: NoteSigner): SignedGrant | null {
  const canonical = grantCanonical(request);
  if (canonical === null) return null;
  const text = request.asked.kind === "statement" ? grantText : elevationText;
  const signature = signer.sign(new TextEncoder().encode(text(signer.name, canonical)));
  return { canonical, signature: toBase64(signature) };
}
