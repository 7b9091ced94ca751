import { createHmac } from "node:crypto";

/** Makes the same name for the same value, and tells nothing else of it to whoever lacks the key. */
export type Pseudonymiser = (value: string) => string;

/** Crockford's alphabet: no letter that reads as another. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const LENGTH = 10;

/** Names by HMAC-SHA-256 (RFC 2104) under a key of at least 32 bytes: 50 bits of it, as ten letters. */
export const pseudonymiser =
  (key: Uint8Array): Pseudonymiser =>
  (value) => {
    const digest = createHmac("sha256", key).update(value, "utf8").digest();
    let bits = digest.readBigUInt64BE(0);
    let name = "";
    for (let index = 0; index < LENGTH; index++) {
      name += ALPHABET[Number(bits & 31n)];
      bits >>= 5n;
    }
    return `anon-${name}`;
  };
