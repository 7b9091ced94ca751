import type { KeyObject } from "node:crypto";
import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, sign, verify } from "node:crypto";
import type { Signer, Verifier } from "../audit/seal.ts";
import type { NoteSigner, VerifyBytes } from "../log/checkpoint.ts";
import type { HashBytes } from "../log/merkle.ts";

/** SPKI header of an Ed25519 public key (RFC 8410): the raw 32 bytes follow. */
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

const sha256Hex = (data: string | Uint8Array): string => hash("sha256", data, "hex");

/** SHA-256 of bytes. */
export const sha256Bytes: HashBytes = (bytes) => hash("sha256", bytes, "buffer");

/** Keys come from others: what is remembered of them is bounded. */
const MOST_PARSED_KEYS = 10_000;
const parsedKeys = new Map<string, KeyObject>();

function publicKeyObject(publicKey: string): KeyObject {
  const known = parsedKeys.get(publicKey);
  if (known !== undefined) return known;
  const key = createPublicKey({
    key: Buffer.concat([SPKI_PREFIX, Buffer.from(publicKey, "base64")]),
    format: "der",
    type: "spki",
  });
  if (parsedKeys.size >= MOST_PARSED_KEYS) parsedKeys.clear();
  parsedKeys.set(publicKey, key);
  return key;
}

/** node:crypto behind the protocol's primitives. */
export const nodeVerifier: Verifier = {
  sha256: sha256Hex,
  verify(publicKey, text, signature) {
    try {
      return verify(
        null,
        Buffer.from(text, "utf8"),
        publicKeyObject(publicKey),
        Buffer.from(signature, "base64"),
      );
    } catch {
      return false;
    }
  },
};

/** Checks a note's signature by a raw public key. */
export const verifyBytes: VerifyBytes = (publicKey, text, signature) => {
  try {
    return verify(null, text, publicKeyObject(Buffer.from(publicKey).toString("base64")), signature);
  } catch {
    return false;
  }
};

/** Like `nodeVerifier.verify`, on a thread of its own: for servers that check many at a time. */
export function verifyLater(publicKey: string, text: string, signature: string): Promise<boolean> {
  return new Promise((resolve) => {
    try {
      verify(
        null,
        Buffer.from(text, "utf8"),
        publicKeyObject(publicKey),
        Buffer.from(signature, "base64"),
        (error, valid) => resolve(error === null && valid),
      );
    } catch {
      resolve(false);
    }
  });
}

/** Signs notes under this name. @throws where the text is no Ed25519 key. */
export function noteSignerFromPem(name: string, pem: string): NoteSigner {
  const { publicKey } = signerFromPem(pem);
  const privateKey = createPrivateKey(pem);
  return {
    name,
    publicKey: new Uint8Array(Buffer.from(publicKey, "base64")),
    sign: (text) => new Uint8Array(sign(null, text, privateKey)),
  };
}

/** A signer from a PKCS#8 PEM private key. @throws where the text is no Ed25519 key. */
export function signerFromPem(pem: string): Signer {
  const privateKey = createPrivateKey(pem);
  if (privateKey.asymmetricKeyType !== "ed25519")
    throw new TypeError("The device key is not an Ed25519 key.");
  const spki = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  const raw = spki.subarray(SPKI_PREFIX.length);
  return {
    keyId: sha256Hex(raw).slice(0, 16),
    publicKey: raw.toString("base64"),
    sign: (text) => sign(null, Buffer.from(text, "utf8"), privateKey).toString("base64"),
  };
}

/** A new device key as PKCS#8 PEM. */
export function generateDeviceKey(): string {
  return generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" }).toString();
}
