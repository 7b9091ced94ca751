import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import type { Sealed } from "../lease/lease.ts";

/** SPKI header of an X25519 public key (RFC 8410): the raw 32 bytes follow. */
const SPKI_PREFIX = Buffer.from("302a300506032b656e032100", "hex");
const CIPHER = "aes-256-gcm";
const TAG_BYTES = 16;

/** Opens what was sealed to its public key; lives in memory alone. */
export interface SealingKey {
  /** Raw, base64. */
  readonly publicKey: string;
  /** @throws where it was sealed to another key or for another context, or was changed. */
  open(sealed: Sealed, context: string): string;
}

/** A key for one answer. */
export function newSealingKey(): SealingKey {
  const { privateKey, publicKey } = generateKeyPairSync("x25519");
  const raw = rawOf(publicKey);
  return {
    publicKey: raw,
    open: ({ key, nonce, box }, context) => {
      const bytes = Buffer.from(box, "base64");
      const secret = keyFrom(diffieHellman({ privateKey, publicKey: publicKeyOf(key) }), key, raw, context);
      const decipher = createDecipheriv(CIPHER, secret, Buffer.from(nonce, "base64"), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(Buffer.from(context));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      return Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]).toString();
    },
  };
}

/** Seals a text to a raw X25519 key, for one context. @throws where that is no such key. */
export function sealTo(publicKey: string, text: string, context: string): Sealed {
  const own = generateKeyPairSync("x25519");
  const key = rawOf(own.publicKey);
  const shared = diffieHellman({ privateKey: own.privateKey, publicKey: publicKeyOf(publicKey) });
  const nonce = randomBytes(12);
  const cipher = createCipheriv(CIPHER, keyFrom(shared, key, publicKey, context), nonce, {
    authTagLength: TAG_BYTES,
  });
  cipher.setAAD(Buffer.from(context));
  const box = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return { key, nonce: nonce.toString("base64"), box: box.toString("base64") };
}

const keyFrom = (shared: Buffer, from: string, to: string, context: string): Buffer =>
  Buffer.from(hkdfSync("sha256", shared, "", `sluice-seal-v1\n${from}\n${to}\n${context}`, 32));

const rawOf = (key: KeyObject): string =>
  key.export({ format: "der", type: "spki" }).subarray(SPKI_PREFIX.length).toString("base64");

const publicKeyOf = (raw: string): KeyObject =>
  createPublicKey({
    key: Buffer.concat([SPKI_PREFIX, Buffer.from(raw, "base64")]),
    format: "der",
    type: "spki",
  });
