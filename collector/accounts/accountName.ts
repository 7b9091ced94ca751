import { hash, randomBytes } from "node:crypto";

/**
 * What the accounts of one collector's log begin with: another collector's on the same server are left alone, and a
 * collector whose store was set back still knows its own.
 */
export const accountPrefix = (logKey: string): string =>
  `sluice_${hash("sha256", `sluice-accounts\n${logKey}`, "hex").slice(0, 8)}_`;

/** A name nobody has; as long as MySQL lets it be. */
export const newAccountName = (prefix: string): string => `${prefix}${randomBytes(8).toString("hex")}`;

/** 192 bits, without a character that any quoting would touch. */
export const newPassword = (): string => randomBytes(24).toString("base64url");

const NAME = /^sluice_[0-9a-f]{8}_[0-9a-f]{16}$/;
const PASSWORD = /^[A-Za-z0-9_-]{32}$/;

/** The name, which is one of those: it stands in statements as it is. @throws Error */
export function ownName(name: string): string {
  if (!NAME.test(name)) throw new Error("This account is none that a collector makes.");
  return name;
}

/** The password, likewise. @throws Error */
export function ownPassword(password: string): string {
  if (!PASSWORD.test(password)) throw new Error("This password is none that a collector makes.");
  return password;
}
