import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { z } from "zod";
import type { Signer } from "../../../protocol/audit/seal.ts";
import {
  BATCH_PROOF_HEADER,
  batchProofText,
  batchProofValue,
} from "../../../protocol/collector/batchProof.ts";
import { DISPUTE_TAKEN, type Dispute } from "../../../protocol/collector/dispute.ts";
import {
  BATCH_RECEIPT,
  type BatchReceipt,
  CHAIN_HEAD,
  type ChainHead,
  COLLECTOR_INFO,
  COLLECTOR_REFUSAL,
  CONSISTENCY,
  type CollectorInfo,
  type Enrolment,
  type RecordBatch,
} from "../../../protocol/collector/ingest.ts";
import { nodeVerifier } from "../../../protocol/node/crypto.ts";
import { CollectorError, refused, unreachable } from "./collectorError.ts";

/** What passes by itself. */
const AGAIN: ReadonlySet<string> = new Set(["unavailable", "too-many", "too-slow"]);
const TIMEOUT_MS = 20_000;
const compress = promisify(gzip);

interface Ask {
  readonly method?: "GET" | "PUT" | "POST";
  readonly token?: string;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until the answer counts as lost. */
  readonly timeout?: number;
  /** Headers that follow from the body as it goes over the wire. */
  readonly prove?: (sent: Uint8Array) => Readonly<Record<string, string>>;
}

/** Speaks to one collector. Every method throws a CollectorError where it did not answer, or did not do it. */
export class CollectorClient {
  readonly url: string;
  readonly #signal: AbortSignal | undefined;

  constructor(url: string, signal?: AbortSignal) {
    this.url = url.replace(/\/+$/, "");
    this.#signal = signal;
  }

  info(): Promise<CollectorInfo> {
    return this.#ask("/v1/info", COLLECTOR_INFO);
  }

  head(chain: string): Promise<ChainHead> {
    return this.#ask(`/v1/devices/${chain}/head`, CHAIN_HEAD);
  }

  enrol(chain: string, enrolment: Enrolment, token: string): Promise<ChainHead> {
    return this.#ask(`/v1/devices/${chain}`, CHAIN_HEAD, { method: "PUT", token, body: enrolment });
  }

  /** Sends records, and shows by the device's key that it is the device which does. */
  send(chain: string, batch: RecordBatch, signer: Signer): Promise<BatchReceipt> {
    return this.askAsDevice(chain, "/records", BATCH_RECEIPT, batch, { signer });
  }

  /** Whatever a device asks for itself, and shows by its key that it does; `path` is under the device's own. */
  askAsDevice<T>(
    chain: string,
    path: string,
    schema: z.ZodType<T>,
    body: unknown,
    { signer, ...options }: { readonly signer: Signer } & Pick<Ask, "signal" | "timeout">,
  ): Promise<T> {
    const prove = proofBy(signer, chain);
    return this.#ask(`/v1/devices/${chain}${path}`, schema, { ...options, method: "POST", body, prove });
  }

  /** Tells what it showed that does not go together. */
  async dispute(chain: string, dispute: Dispute, signer: Signer): Promise<void> {
    const prove = proofBy(signer, chain);
    const path = `/v1/devices/${chain}/dispute`;
    await this.#ask(path, DISPUTE_TAKEN, { method: "POST", body: dispute, prove });
  }

  /** Hashes that prove the log of `to` leaves begins with the one of `from`; base64. */
  async consistency(from: number, to: number): Promise<readonly string[]> {
    const { proof } = await this.#ask(`/v1/proof/consistency?from=${from}&to=${to}`, CONSISTENCY);
    return proof;
  }

  /** The newest checkpoint, as a signed note. */
  checkpoint(): Promise<string> {
    return this.#ask("/checkpoint", z.string());
  }

  /** Any other question; `path` is under the collector's address. */
  ask<T>(path: string, schema: z.ZodType<T>, options: Ask = {}): Promise<T> {
    return this.#ask(path, schema, options);
  }

  async #ask<T>(
    path: string,
    schema: z.ZodType<T>,
    { method = "GET", token, body, signal = this.#signal, timeout: limit = TIMEOUT_MS, prove }: Ask = {},
  ): Promise<T> {
    const timeout = AbortSignal.timeout(limit);
    try {
      const sent = body === undefined ? null : new Uint8Array(await compress(JSON.stringify(body)));
      const response = await fetchOnce(`${this.url}${path}`, {
        method,
        redirect: "error",
        signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(sent === null ? {} : { "content-type": "application/json", "content-encoding": "gzip" }),
          ...(sent === null || prove === undefined ? {} : prove(sent)),
        },
        ...(sent === null ? {} : { body: sent }),
      });
      const json = response.headers.get("content-type")?.startsWith("application/json") === true;
      const answer: unknown = json ? await response.json() : await response.text();
      if (response.ok) return schema.parse(answer);
      const refusal = COLLECTOR_REFUSAL.safeParse(answer);
      if (!refusal.success) throw unreachable(this.url, `it answered ${response.status}`);
      throw AGAIN.has(refusal.data.code)
        ? unreachable(this.url, refusal.data.message.replace(/\.$/, ""))
        : refused(refusal.data);
    } catch (error) {
      if (error instanceof CollectorError) throw error;
      throw unreachable(this.url, reasonOf(error), error);
    }
  }
}

const proofBy =
  ({ keyId, sign }: Signer, chain: string) =>
  (sent: Uint8Array): Readonly<Record<string, string>> => {
    const body = nodeVerifier.sha256(sent);
    const signature = sign(batchProofText(chain, body));
    return { [BATCH_PROOF_HEADER]: batchProofValue({ key: keyId, body, signature }) };
  };

/** A connection that was kept open may have ended meanwhile: what only asks is asked once more on a new one. */
async function fetchOnce(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : null;
    const ended = cause !== null && "code" in cause && ENDED.has(String(cause.code));
    if (init.method !== "GET" || !ended) throw error;
    return fetch(url, init);
  }
}

const ENDED: ReadonlySet<string> = new Set(["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"]);

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `nothing came for ${TIMEOUT_MS / 1000} seconds`;
  if (error.name === "ZodError" || error.name === "SyntaxError") return "what answers there is no collector";
  return error.cause instanceof Error ? error.cause.message : error.message;
}
