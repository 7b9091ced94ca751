import { randomUUID } from "node:crypto";
import fs from "node:fs";
import { z } from "zod";
import type { Signer } from "../../protocol/audit/seal.ts";
import { type Baseline, restoredBaseline, STORED_BASELINE, storedBaseline } from "./baseline.ts";

/** Another number where the same records would be learnt from otherwise: what was kept before is left alone. */
const VERSION = 1;
const KEPT = z.object({ signature: z.string(), text: z.string() });
const SNAPSHOT = z.object({
  v: z.literal(VERSION),
  seq: z.number(),
  /** Hash of that record. */
  hash: z.string(),
  baseline: STORED_BASELINE,
});

/** A baseline, and the record it goes up to. */
export interface Snapshot {
  readonly seq: number;
  readonly hash: string;
  readonly baseline: Baseline;
}

const signedText = (text: string): string => `sluice-behaviour-v1\n${text}`;

/**
 * Keeps a baseline, so that a process need not read the whole ledger again. Signed by the key that signs records:
 * whatever else is in the file, it is read from the ledger anew.
 */
export function keepSnapshot(file: string, { seq, hash, baseline }: Snapshot, signer: Signer): void {
  const text = JSON.stringify({ v: VERSION, seq, hash, baseline: storedBaseline(baseline) });
  const beside = `${file}.${randomUUID()}`;
  fs.writeFileSync(beside, JSON.stringify({ signature: signer.sign(signedText(text)), text }), {
    mode: 0o600,
  });
  fs.renameSync(beside, file);
}

/** What was kept; null where there is nothing, or nothing this key has signed. */
export function readSnapshot(
  file: string,
  signer: Signer,
  verify: (publicKey: string, text: string, signature: string) => boolean,
): Snapshot | null {
  if (!fs.existsSync(file)) return null;
  const kept = KEPT.safeParse(parsedJson(fs.readFileSync(file, "utf8")));
  if (!kept.success) return null;
  const { text, signature } = kept.data;
  if (!verify(signer.publicKey, signedText(text), signature)) return null;
  const parsed = SNAPSHOT.safeParse(parsedJson(text));
  if (!parsed.success) return null;
  const { seq, hash, baseline } = parsed.data;
  return { seq, hash, baseline: restoredBaseline(baseline) };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
