import type { RecordDetail, SignInSettings } from "../../protocol/collector/search.ts";
import { sha256 as brand } from "../../protocol/ids.ts";
import { fromBase64 } from "../../protocol/log/base64.ts";
import {
  type Checkpoint,
  CheckpointError,
  openCheckpoint,
  readNoteKey,
} from "../../protocol/log/checkpoint.ts";
import { leafText } from "../../protocol/log/leaf.ts";
import { leafHash, verifyConsistency, verifyInclusion } from "../../protocol/log/merkle.ts";
import { checksSignatures, withWebCrypto } from "./webCrypto.ts";

/** One thing that was checked here, in the browser. */
export interface ProofCheck {
  readonly name: string;
  readonly state: "holds" | "fails" | "unknown";
  readonly words: string;
}

/** What this browser remembers of the log: the first key it was shown, and the newest checkpoint. */
export interface Remembered {
  readonly logKey: string;
  readonly checkpoint: string;
}

type ReadConsistency = (from: number, to: number) => Promise<readonly string[]>;

const utf8 = new TextEncoder();

/** Checks a record without trusting the collector: its text, signature, place in the log, and the log's growth. */
export async function verifyRecord(
  detail: RecordDetail,
  logKey: SignInSettings["logKey"],
  remembered: Remembered | null,
  readConsistency: ReadConsistency,
): Promise<{ readonly checks: readonly ProofCheck[]; readonly remember: Remembered | null }> {
  if (!(await checksSignatures()))
    return {
      checks: [
        await textCheck(detail),
        unknown(
          "Proof",
          "This browser cannot check Ed25519 signatures. Use a newer one, or `sluice audit verify`.",
        ),
      ],
      remember: null,
    };
  const checkpoint = await opened(detail.proof.checkpoint, logKey);
  const checks = [
    await textCheck(detail),
    await signatureCheck(detail),
    checkpoint === null
      ? fails("Checkpoint", "The checkpoint is not signed by the log's key.")
      : holds(
          "Checkpoint",
          `Signed by ${checkpoint.origin}, over ${checkpoint.size.toLocaleString("en")} records.`,
        ),
    await inclusionCheck(detail, checkpoint),
    await growthCheck(checkpoint, logKey, remembered, readConsistency),
  ];
  const trusted = checks.every(({ state }) => state !== "fails") && checkpoint !== null;
  return { checks, remember: trusted ? { logKey, checkpoint: detail.proof.checkpoint } : null };
}

const holds = (name: string, words: string): ProofCheck => ({ name, state: "holds", words });
const fails = (name: string, words: string): ProofCheck => ({ name, state: "fails", words });
const unknown = (name: string, words: string): ProofCheck => ({ name, state: "unknown", words });

async function textCheck({ canonical, hash }: RecordDetail): Promise<ProofCheck> {
  if (canonical === null)
    return unknown("Text", "The body was dropped after its time; its hash stays in the log.");
  const digest = await withWebCrypto(({ sha256 }) => hex(sha256(utf8.encode(canonical))));
  return digest === hash
    ? holds("Text", "What you read is what was hashed.")
    : fails("Text", "The text is not the one that was hashed.");
}

async function signatureCheck({ canonical, publicKey, signature }: RecordDetail): Promise<ProofCheck> {
  const [key, bytes] = [fromBase64(publicKey ?? ""), fromBase64(signature)];
  if (canonical === null || publicKey === null)
    return unknown("Signature", "There is no text or key to check it with.");
  if (key === null || bytes === null) return fails("Signature", "It is no signature.");
  const { key: named }: { key?: string } = JSON.parse(canonical);
  const valid = await withWebCrypto(
    ({ sha256, verify }) =>
      hex(sha256(key)).slice(0, 16) === named &&
      verify(key, utf8.encode(`sluice-record-v1\n${canonical}`), bytes),
  );
  return valid
    ? holds("Signature", `By key ${named} of the device.`)
    : fails("Signature", "It is not the device key's.");
}

async function inclusionCheck(detail: RecordDetail, checkpoint: Checkpoint | null): Promise<ProofCheck> {
  if (checkpoint === null) return unknown("Inclusion", "There is no checkpoint to prove it under.");
  const { chain, seq, hash, signature, proof } = detail;
  const leaf = utf8.encode(leafText({ chain: brand(chain), seq, hash: brand(hash), signature }));
  const path = proof.inclusion.map((text) => fromBase64(text) ?? new Uint8Array());
  const included = await withWebCrypto(({ sha256 }) =>
    verifyInclusion(sha256, leafHash(sha256, leaf), proof.index, checkpoint, path),
  );
  return included
    ? holds("Inclusion", `The log holds it as number ${(proof.index + 1).toLocaleString("en")}.`)
    : fails("Inclusion", "The proof does not lead from this record to the checkpoint.");
}

async function growthCheck(
  checkpoint: Checkpoint | null,
  logKey: string,
  remembered: Remembered | null,
  readConsistency: ReadConsistency,
): Promise<ProofCheck> {
  if (checkpoint === null) return unknown("Growth", "There is no checkpoint to compare.");
  if (remembered === null)
    return unknown("Growth", "This browser has seen no checkpoint before; it remembers this one.");
  if (remembered.logKey !== logKey) return fails("Growth", "The log has another key than before.");
  const before = await opened(remembered.checkpoint, logKey);
  if (before === null) return fails("Growth", "The checkpoint remembered here is not the log's.");
  const [from, to] = before.size <= checkpoint.size ? [before, checkpoint] : [checkpoint, before];
  const path = (from.size === to.size ? [] : await readConsistency(from.size, to.size)).map(
    (text) => fromBase64(text) ?? new Uint8Array(),
  );
  const grown = await withWebCrypto(({ sha256 }) => verifyConsistency(sha256, from, to, path));
  return grown
    ? holds("Growth", `Goes on from the ${from.size.toLocaleString("en")} records seen here before.`)
    : fails("Growth", "The log shows another history than it did here before. Tell your security team.");
}

async function opened(note: string, logKey: string): Promise<Checkpoint | null> {
  try {
    return await withWebCrypto(({ sha256, verify }) =>
      openCheckpoint(sha256, verify, note, readNoteKey(sha256, logKey)),
    );
  } catch (error) {
    if (error instanceof CheckpointError) return null;
    throw error;
  }
}

const hex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
