import { toBase64 } from "../../protocol/log/base64.ts";
import type { VerifyBytes } from "../../protocol/log/checkpoint.ts";
import type { Hash, HashBytes } from "../../protocol/log/merkle.ts";

interface BrowserCrypto {
  readonly sha256: HashBytes;
  readonly verify: VerifyBytes;
}

/** Thrown into the work where it needs what the browser has not worked out yet. */
class Wanted extends Error {
  readonly workOut: () => Promise<void>;
  constructor(workOut: () => Promise<void>) {
    super();
    this.workOut = workOut;
  }
}

/**
 * Runs the protocol's verification with the browser's own cryptography. That answers later and the protocol asks at
 * once, so the work is begun anew after each answer, until all of them are known.
 */
export async function withWebCrypto<T>(work: (crypto: BrowserCrypto) => T): Promise<T> {
  const hashes = new Map<string, Hash>();
  const signatures = new Map<string, boolean>();
  const sha256: HashBytes = (bytes) => {
    const key = toBase64(bytes);
    const known = hashes.get(key);
    if (known !== undefined) return known;
    throw new Wanted(async () => {
      hashes.set(key, new Uint8Array(await crypto.subtle.digest("SHA-256", Uint8Array.from(bytes))));
    });
  };
  const verify: VerifyBytes = (publicKey, text, signature) => {
    const key = [publicKey, text, signature].map(toBase64).join(" ");
    const known = signatures.get(key);
    if (known !== undefined) return known;
    throw new Wanted(async () => {
      signatures.set(key, await isSigned(publicKey, text, signature));
    });
  };
  for (;;) {
    try {
      return work({ sha256, verify });
    } catch (error) {
      if (!(error instanceof Wanted)) throw error;
      await error.workOut();
    }
  }
}

/** Whether this browser knows the log's kind of signature. */
export const checksSignatures = (): Promise<boolean> =>
  crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]).then(
    () => true,
    () => false,
  );

async function isSigned(publicKey: Uint8Array, text: Uint8Array, signature: Uint8Array): Promise<boolean> {
  const key = await crypto.subtle.importKey("raw", Uint8Array.from(publicKey), { name: "Ed25519" }, false, [
    "verify",
  ]);
  return crypto.subtle.verify("Ed25519", key, Uint8Array.from(signature), Uint8Array.from(text));
}
