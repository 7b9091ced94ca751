import { gzipSync } from "node:zlib";
import {
  type AuditRecord,
  GENESIS,
  type RecordBody,
  type SealedRecord,
} from "../../protocol/audit/record.ts";
import { type Signer, seal } from "../../protocol/audit/seal.ts";
import { BATCH_PROOF_HEADER, batchProofText, batchProofValue } from "../../protocol/collector/batchProof.ts";
import { type BatchReceipt, type CollectorRefusal, enrolmentText } from "../../protocol/collector/ingest.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import { nodeVerifier } from "../../protocol/node/crypto.ts";
import { intent, newSigner, outcome } from "../audit/records.ts";

export interface Answer<T = unknown> {
  readonly status: number;
  readonly body: T;
}

/** A device that speaks to a collector as an agent would, and can be told to misbehave. */
export class TestDevice {
  readonly signer: Signer;
  readonly records: SealedRecord[] = [];
  clock: () => Date = () => new Date();

  constructor(signer: Signer = newSigner()) {
    this.signer = signer;
    this.write({ kind: "key_introduced", publicKey: signer.publicKey, origin: "cli" });
  }

  get chain(): Sha256 {
    return this.records[0]?.hash ?? GENESIS;
  }

  /** Appends a record to the device's own ledger. */
  write(body: RecordBody, signer = this.signer, at = this.clock().toISOString()): SealedRecord {
    const last = this.records.at(-1);
    const record: AuditRecord = {
      v: 1,
      seq: (last?.seq ?? 0) + 1,
      at,
      prev: last?.hash ?? GENESIS,
      key: signer.keyId,
      body,
    };
    const sealed = seal(record, signer, nodeVerifier);
    this.records.push(sealed);
    return sealed;
  }

  /** Statements with their outcomes. */
  work(statements: number): this {
    for (let count = 0; count < statements; count += 1) {
      const { seq } = this.write(intent());
      this.write(outcome(seq));
    }
    return this;
  }

  /** A second history: shares the records up to `seq`. */
  forkAt(seq: number): TestDevice {
    const other = new TestDevice(this.signer);
    other.records.splice(0, 1, ...this.records.slice(0, seq));
    return other;
  }

  enrolment(log: string, subject: string, signers: readonly Signer[] = [this.signer]) {
    const [first] = this.batch(1, 1).records;
    return {
      name: "laptop",
      ...(first === undefined ? {} : { first }),
      keys: signers.map((signer) => ({
        publicKey: signer.publicKey,
        proof: signer.sign(enrolmentText(this.chain, log, subject)),
      })),
    };
  }

  /** The records from one place on, as they go over the wire. */
  batch(from = 1, to = this.records.length, seen = 0) {
    const records = this.records
      .slice(from - 1, to)
      .map(({ canonical, signature }) => ({ canonical, signature }));
    return { records, seen };
  }

  send(url: string, from = 1, to = this.records.length, seen = 0) {
    return postBatch(url, this.chain, this.batch(from, to, seen), this.signer);
  }
}

/** Sends a batch as an agent does: JSON, folded, and signed for where somebody does. */
export function postBatch(
  url: string,
  chain: string,
  batch: unknown,
  signer: Signer | null = null,
): Promise<Answer<BatchReceipt & CollectorRefusal>> {
  const body = new Uint8Array(gzipSync(JSON.stringify(batch)));
  return ask(`${url}/v1/devices/${chain}/records`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "content-encoding": "gzip",
      ...(signer === null ? {} : proofOf(chain, body, signer)),
    },
    body,
  });
}

/** The header by which a device shows that it sends this itself. */
export function proofOf(chain: string, sent: Uint8Array, signer: Signer): Record<string, string> {
  const body = nodeVerifier.sha256(sent);
  const signature = signer.sign(batchProofText(chain, body));
  return { [BATCH_PROOF_HEADER]: batchProofValue({ key: signer.keyId, body, signature }) };
}

/** Asks with JSON, and a token where there is one. */
export function call<T = unknown>(
  method: "GET" | "PUT" | "POST",
  url: string,
  token: string | null = null,
  body?: unknown,
): Promise<Answer<T>> {
  return ask(url, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function ask<T>(url: string, init: RequestInit): Promise<Answer<T>> {
  const response = await fetch(url, init);
  const text = await response.text();
  const json = response.headers.get("content-type")?.startsWith("application/json") === true;
  return { status: response.status, body: json ? JSON.parse(text) : text };
}
