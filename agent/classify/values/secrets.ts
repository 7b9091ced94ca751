import { type Detector, matching } from "./detector.ts";
import { isProviderKey } from "./providerKeys.ts";

const PASSWORD_HASHES =
  /^(?:\$2[abxy]?\$\d\d\$[./A-Za-z0-9]{53}|\$argon2(?:id|i|d)\$|\$scrypt\$|scrypt:|\$pbkdf2|pbkdf2[_:]|\$[156]\$[^$]{1,40}\$|\{S?SHA(?:256|512)?\}|\{CRYPT\}|\$P\$|\$H\$|\$S\$|bcrypt_sha256\$|sha1\$[^$]+\$|md5[a-f0-9]{32}$|SCRAM-SHA-256\$)/;

/** A JSON Web Token: its first part decodes to JSON that names an algorithm. */
function isJwt(value: string): boolean {
  if (!value.startsWith("eyJ") || value.length > 8192) return false;
  const [header, payload] = value.split(".");
  if (header === undefined || payload === undefined) return false;
  try {
    const decoded: unknown = JSON.parse(Buffer.from(header, "base64url").toString("utf8"));
    return typeof decoded === "object" && decoded !== null && "alg" in decoded;
  } catch {
    return false;
  }
}

/** Long, mixed and without structure: what random generators print and people do not. */
export function looksRandom(value: string): boolean {
  if (value.length < 20 || value.length > 512) return false;
  if (!/[A-Z]/.test(value) || !/[a-z]/.test(value) || !/\d/.test(value)) return false;
  return /^[A-Za-z0-9+/_=.-]+$/.test(value) && !/[a-z]{8,}/.test(value) && bitsPerCharacter(value) >= 3.8;
}

const counts = new Uint16Array(128);

/** Shannon entropy of the characters of an ASCII text. */
function bitsPerCharacter(value: string): number {
  counts.fill(0);
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    counts[code] = (counts[code] ?? 0) + 1;
  }
  let bits = 0;
  for (const count of counts) {
    if (count === 0) continue;
    const share = count / value.length;
    bits -= share * Math.log2(share);
  }
  return bits;
}

export const secretDetectors: readonly Detector[] = [
  {
    id: "key_prefix",
    needs: "letter",
    lengths: [16, 4096],
    infoType: "api_key",
    supports: ["secret", "token"],
    passes: "the prefix and length of a provider's keys",
    baseRate: 0.00001,
    expected: 0.5,
    alone: true,
    inText: true,
    test: isProviderKey,
  },
  {
    id: "password_hash",
    needs: "letter",
    lengths: [9, 512],
    infoType: "password_hash",
    passes: "the form of a password hash",
    baseRate: 0.00001,
    expected: 0.9,
    alone: true,
    inText: true,
    test: matching(PASSWORD_HASHES),
  },
  {
    id: "jwt",
    needs: "letter",
    lengths: [16, 8192],
    infoType: "token",
    passes: "the form of a JSON Web Token",
    baseRate: 0.00001,
    expected: 0.9,
    alone: true,
    inText: true,
    test: isJwt,
  },
  {
    id: "private_key",
    needs: "upper",
    infoType: "private_key",
    passes: "the header of a private key",
    baseRate: 0.00001,
    expected: 0.9,
    alone: true,
    inText: true,
    test: (value) =>
      /^-----BEGIN [A-Z ]{0,20}PRIVATE KEY/.test(value) || value.startsWith("AGE-SECRET-KEY-1"),
  },
  {
    id: "otpauth",
    needs: "colon",
    infoType: "mfa_secret",
    passes: "the form of a second-factor enrolment",
    baseRate: 0.00001,
    expected: 0.9,
    alone: true,
    inText: true,
    test: (value) => value.startsWith("otpauth://"),
  },
  {
    id: "url_with_password",
    needs: "at",
    lengths: [8, 1024],
    infoType: "connection_string",
    passes: "the form of an address with a password in it",
    baseRate: 0.0001,
    expected: 0.5,
    alone: true,
    inText: true,
    test: matching(/^[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@]{1,64}:[^\s/@]{1,128}@[^\s]/i, 1024),
  },
  {
    id: "encrypted",
    infoType: "encrypted_blob",
    passes: "the prefix of encrypted values",
    baseRate: 0.00001,
    expected: 0.9,
    alone: true,
    inText: false,
    test: (value) => /^(?:vault:v\d+:|AQICAH|gAAAAA|ENC\[|-----BEGIN PGP MESSAGE|\\xc30d04)/.test(value),
  },
  {
    id: "random",
    lengths: [20, 512],
    needs: "digit",
    infoType: "secret",
    passes: "a test for random characters",
    baseRate: 0.02,
    expected: 0.8,
    alone: false,
    inText: false,
    test: looksRandom,
  },
];
