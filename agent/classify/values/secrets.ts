import { type Detector, matching } from "./detector.ts";

/** Prefixes by which providers mark their keys, with the least length that follows. */
const KEY_PREFIXES =
  /^(?:(?:AKIA|ASIA)[A-Z0-9]{16}|gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}|glpat-[\w-]{18,}|(?:sk|pk|rk|ak|whsec)_(?:live_|test_)?[A-Za-z0-9]{16,}|[a-z]{2,6}_(?:live|test|prod|sandbox)_[A-Za-z0-9]{16,}|xox[abpors]-[\w-]{10,}|AIza[\w-]{30,}|SG\.[\w-]{16,}\.[\w-]{16,}|npm_[A-Za-z0-9]{30,}|hf_[A-Za-z0-9]{30,}|sk-(?:ant-|proj-)?[\w-]{20,}|dop_v1_[a-f0-9]{60,}|shp(?:at|ca|pa|ss)_[a-fA-F0-9]{30,}|EAA[A-Za-z0-9]{40,}|ya29\.[\w-]{20,}|key-[a-f0-9]{32}|AC[a-f0-9]{32}|SK[a-f0-9]{32}|pat[A-Za-z0-9]{14}\.[a-f0-9]{60,}|hvs\.[\w-]{20,}|lin_api_[A-Za-z0-9]{30,}|dp\.pt\.[A-Za-z0-9]{40,})$/;

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
  if (value.length < 20 || value.length > 512 || !/^[A-Za-z0-9+/_=.-]+$/.test(value)) return false;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/].filter((kind) => kind.test(value)).length;
  return kinds === 3 && bitsPerCharacter(value) >= 3.8 && !/[a-z]{8,}/.test(value);
}

/** Shannon entropy of the characters. */
function bitsPerCharacter(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) {
    const share = count / value.length;
    bits -= share * Math.log2(share);
  }
  return bits;
}

export const secretDetectors: readonly Detector[] = [
  {
    id: "key_prefix",
    infoType: "api_key",
    supports: ["secret", "token"],
    passes: "the prefix and length of a provider's keys",
    baseRate: 0.00001,
    expected: 0.5,
    alone: true,
    inText: true,
    test: matching(KEY_PREFIXES),
  },
  {
    id: "password_hash",
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
