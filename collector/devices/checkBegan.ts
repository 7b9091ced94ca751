import { ChainVerifier, parseRecord } from "../../protocol/audit/chain.ts";
import type { Enrolment } from "../../protocol/collector/ingest.ts";
import { type Sha256, sha256 } from "../../protocol/ids.ts";
import { nodeVerifier } from "../../protocol/node/crypto.ts";
import { Refusal } from "../refusal.ts";
import { successionTo } from "./succession.ts";

/**
 * Whether whoever enrols a chain has the device that began it: ids of chains are public, the first record and its key
 * are not. The keys' proofs have been checked. Answers with the key that began it, and those that lead from it to one of these.
 * @throws Refusal
 */
export function checkBegan(chain: Sha256, enrolment: Enrolment): ReadonlySet<string> {
  const { first } = enrolment;
  if (first === undefined)
    throw new Refusal(
      "bad-request",
      "A device is enrolled with the first record of its ledger.",
      "Bring the device's Sluice up to date, then sync again.",
      { field: "first" },
    );
  const hash = sha256(nodeVerifier.sha256(first.canonical));
  const fault = hash === chain ? new ChainVerifier(nodeVerifier).next({ seq: 1, hash, ...first }) : null;
  const body = parseRecord(first.canonical)?.body;
  if (hash !== chain || fault !== null || body?.kind !== "key_introduced" || body.origin === "collector")
    throw new Refusal(
      "bad-request",
      "The first record is not the one that began this ledger.",
      "Enrol it from the device itself.",
      { field: "first" },
    );
  const leading = successionTo(chain, [body.publicKey], enrolment);
  if (leading.has(body.publicKey)) return leading;
  const where = body.origin === "editor" ? "The editor" : "The command line";
  throw new Refusal(
    "forbidden",
    `${where} on this device began its ledger, and has to enrol it before any other key.`,
    `${
      body.origin === "editor"
        ? "Open the editor on this device and sign in; it enrols by itself."
        : "Run `sluice login`, then `sluice audit sync` in a terminal on this device."
    } Where its key is gone, begin a new ledger: \`sluice device begin-ledger --reason TEXT\`.`,
  );
}
