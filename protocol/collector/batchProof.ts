import { z } from "zod";

/** Header of `POST /v1/devices/:chain/records` by which a device shows that it sent the batch itself. */
export const BATCH_PROOF_HEADER = "sluice-proof";

/** What an enrolled key signs of a batch: the chain, and SHA-256 in hex of the body as it goes over the wire. */
export const batchProofText = (chain: string, body: string): string => `sluice-batch-v1\n${chain}\n${body}\n`;

const PROOF = /^(?<key>[0-9a-f]{16}) (?<body>[0-9a-f]{64}) (?<signature>[A-Za-z0-9+/]{86}==)$/;

const GROUPS = z.object({ key: z.string(), body: z.string(), signature: z.string() });
export type BatchProof = Readonly<z.infer<typeof GROUPS>>;

/** The header's value. */
export const batchProofValue = ({ key, body, signature }: BatchProof): string =>
  `${key} ${body} ${signature}`;

/** Null where the value is no proof. */
export const readBatchProof = (value: string): BatchProof | null =>
  GROUPS.safeParse(PROOF.exec(value)?.groups).data ?? null;
