import { canonicalJson, type Digest } from "../audit/seal.ts";
import { type Sha256, sha256 } from "../ids.ts";
import { APPROVAL_ORDER, type ApprovalOrder } from "./approval.ts";
import { ELEVATION_ORDER, type ElevationOrder } from "./elevation.ts";

/**
 * SHA-256 over everything an order shows to those who are to agree: all of it. Who asks keeps it, and a grant names it, so
 * that nobody between the two can show one thing and have another agreed to.
 */
export const shownHash = (order: ApprovalOrder, digest: Digest): Sha256 =>
  hashOf(APPROVAL_ORDER.parse(order), digest);

/** The same of a right for a while. */
export const shownElevationHash = (order: ElevationOrder, digest: Digest): Sha256 =>
  hashOf(ELEVATION_ORDER.parse(order), digest);

const hashOf = (order: ApprovalOrder | ElevationOrder, digest: Digest): Sha256 =>
  sha256(digest.sha256(canonicalJson(order)));
