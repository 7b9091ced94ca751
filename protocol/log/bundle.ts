import { z } from "zod";
import { isCanonicalForm } from "../audit/canonicalForm.ts";
import { canonicalJson } from "../audit/seal.ts";
import { sha256 } from "../ids.ts";
import { BASE64_OF_32_BYTES } from "./base64.ts";

/**
 * A bundle: one file an auditor verifies with no network and no trust in the log. Lines of canonical JSON, each ended
 * by a line feed; docs/audit-format.md says what stands where and how it is verified.
 */
export const BUNDLE_VERSION = 1;

/** A line longer than this is refused unread; the longest record a collector takes fits twice. */
export const LONGEST_LINE = 16 * 1024 * 1024;

const SHA256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .transform(sha256);
const HASHES = z.array(z.string().regex(BASE64_OF_32_BYTES)).max(64).readonly();
const COUNT = z.int().nonnegative();
const SEQ = z.int().positive();
const TIME = z.iso.datetime({ precision: 3 });

/** First line. `log` is null where no log stands behind the records: then nothing but the chains can be verified. */
const HEADER = z.strictObject({
  kind: z.literal("bundle"),
  v: z.literal(BUNDLE_VERSION),
  log: z
    .strictObject({
      /** `name+hash+key`, as whoever wrote the file knows it. Not believed unless somebody says so. */
      key: z.string(),
      /** C2SP signed note; every proof in the file is under it. */
      checkpoint: z.string(),
    })
    .nullable(),
  /** Records from and to these times, both included, and their neighbours on both sides; null for all. */
  from: TIME.nullable(),
  to: TIME.nullable(),
});
export type BundleHeader = z.infer<typeof HEADER>;

/** That the checkpoint's tree begins with the tree of `from` leaves. */
const CONSISTENCY = z.strictObject({ kind: z.literal("consistency"), from: SEQ, proof: HASHES });

/** What follows is of this chain. */
const CHAIN = z.strictObject({ kind: z.literal("chain"), chain: SHA256 });

/** The upper part of the proofs of every record in that tile of 256 leaves, until the next such line. */
const TILE = z.strictObject({ kind: z.literal("tile"), tile: COUNT, path: HASHES });

const RECORD_LINE = {
  seq: SEQ,
  /** Null where the text was dropped. */
  canonical: z.string().nullable(),
  hash: SHA256,
  signature: z.string(),
  /** Where its leaf is, and the lower part of its proof: within its tile. Null without a log. */
  leaf: z.strictObject({ index: COUNT, path: HASHES }).nullable(),
};
/** A record before the range that introduces or revokes a key. */
const KEY = z.strictObject({ kind: z.literal("key"), ...RECORD_LINE });
/** A record of the collector's own chain that says which texts were dropped, before the chain's part that is here. */
const DROP = z.strictObject({ kind: z.literal("drop"), ...RECORD_LINE });
const RECORD = z.strictObject({ kind: z.literal("record"), ...RECORD_LINE });

/** Last of a chain: how many `record` lines it had. */
const CHAIN_END = z.strictObject({ kind: z.literal("chain_end"), records: COUNT });

/** Last line: how many chains there were. */
const END = z.strictObject({ kind: z.literal("end"), chains: COUNT });

const LINE = z.discriminatedUnion("kind", [
  HEADER,
  CONSISTENCY,
  CHAIN,
  TILE,
  KEY,
  DROP,
  RECORD,
  CHAIN_END,
  END,
]);
export type BundleLine = z.infer<typeof LINE>;
export type BundledRecord = Extract<BundleLine, { kind: "record" | "key" | "drop" }>;

/** A line with its line feed. */
export const bundleText = (line: BundleLine): string => `${canonicalJson(line)}\n`;

/** Reads a line without its line feed: what it says, or in words why it says nothing. */
export function readBundleLine(text: string): BundleLine | string {
  if (text.length > LONGEST_LINE) return `it is longer than ${LONGEST_LINE} characters`;
  let value: unknown;
  try {
    value = JSON.parse(text);
    if (!isCanonicalForm(text, value, value)) return "it is not canonical JSON";
  } catch {
    return "it is not canonical JSON";
  }
  const read = LINE.safeParse(value);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? "kind" : issue.path.join(".");
  return `it is no line of a bundle: "${where}" is wrong`;
}
