import { createHash } from "node:crypto";

/**
 * A number for a thing whose engine gives it none: the same for the same names, 48 bits of a digest. Kept below
 * 2^53, so that it is exact as a JavaScript number.
 */
export function syntheticOid(kind: "relation" | "routine" | "trigger", ...names: readonly string[]): number {
  const digest = createHash("sha256").update(JSON.stringify([kind, ...names]));
  return digest.digest().readUIntBE(0, 6);
}
