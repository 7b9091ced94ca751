import { z } from "zod";
import { sha256 } from "../ids.ts";
import { BASE64_OF_32_BYTES, fromBase64, toBase64 } from "../log/base64.ts";

/** What an agent and a collector say to each other about records. Paths are under the collector's address. */

const HASH = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .transform(sha256);
const KEY = z.string().regex(BASE64_OF_32_BYTES);
const SIGNATURE = z.string().regex(/^[A-Za-z0-9+/]{86}==$/);

/** Most records, and most bytes of canonical text, in one batch. */
export const BATCH = { records: 500, bytes: 4 * 1024 * 1024 } as const;

/** `GET /v1/info`, for everybody: what a client needs beside the address. */
export const COLLECTOR_INFO = z.object({
  /** Name of the log: origin of its checkpoints. */
  log: z.string(),
  /** `name+hash+key` of the key that signs checkpoints. */
  logKey: z.string(),
  /** The provider whose tokens the collector takes. */
  identity: z.object({ issuer: z.string(), clientId: z.string() }),
});
export type CollectorInfo = z.infer<typeof COLLECTOR_INFO>;

/** A device key, with its holder's own word that it belongs to this chain and this collector. */
export const DEVICE_KEY = z.object({
  publicKey: KEY,
  /** Ed25519 by the key over `enrolmentText`. */
  proof: SIGNATURE,
});

/** What a key signs to be enrolled: bound to chain, collector and the signed-in person. */
export const enrolmentText = (chain: string, log: string, subject: string): string =>
  `sluice-enrol-v1\n${chain}\n${log}\n${subject}\n`;

/**
 * `PUT /v1/devices/:chain`, with the token of the person who owns the device: enrols it, or more of its keys. Repeating
 * it changes nothing.
 */
export const ENROLMENT = z.object({
  /** How people recognise the device; a host's name. */
  name: z.string().min(1).max(200),
  keys: z.array(DEVICE_KEY).min(1).max(20).readonly(),
  /**
   * The chain's first record, whose hash is the chain's id: it introduces the key that began the chain, and that key has
   * to be among `keys`. Needed where the collector does not know the device yet; it shows that whoever enrols it has it.
   */
  first: z.object({ canonical: z.string().max(16_384), signature: SIGNATURE }).exactOptional(),
  /**
   * The chain's `key_succeeded` records in order, where keys have handed over: a key is proven by one that has its place,
   * and enrolled with it.
   */
  successions: z
    .array(z.object({ canonical: z.string().max(4_096), signature: SIGNATURE }))
    .max(50)
    .readonly()
    .exactOptional(),
});
export type Enrolment = z.infer<typeof ENROLMENT>;

/** `released`: its enrolment was undone, so that whoever has it can enrol it in their own name. */
export const DEVICE_STATE = z.enum(["active", "revoked", "lost", "released"]);
export type DeviceState = z.infer<typeof DEVICE_STATE>;

/** `GET /v1/devices/:chain/head`: where the collector's copy of a chain ends; what an enrolment answers as well. */
export const CHAIN_HEAD = z.object({
  state: DEVICE_STATE,
  /** 0 where no record has come. */
  seq: z.number().int().nonnegative(),
  /** Hash of that record; 64 zeros where none has come. */
  hash: HASH,
  /** First 16 hex of the SHA-256 of each enrolled key. */
  keys: z.array(z.string()).readonly(),
});
export type ChainHead = z.infer<typeof CHAIN_HEAD>;

/** `POST /v1/devices/:chain/records`, gzip or not: the records after the collector's head, without holes. */
export const RECORD_BATCH = z.object({
  records: z
    .array(z.object({ canonical: z.string(), signature: SIGNATURE }))
    .min(1)
    .max(BATCH.records)
    .readonly(),
  /** Size of the newest checkpoint the agent holds; 0 for none. The answer proves that the log goes on from there. */
  seen: z.number().int().nonnegative(),
});
export type RecordBatch = z.infer<typeof RECORD_BATCH>;

const PROOF = z.array(z.string().regex(BASE64_OF_32_BYTES)).readonly();

/** The answer: committed, and proven to be. */
export const BATCH_RECEIPT = z.object({
  seq: z.number().int().nonnegative(),
  hash: HASH,
  /** C2SP signed note over a tree that holds the batch. */
  checkpoint: z.string(),
  /** Place of the last record's leaf, and its proof under the checkpoint; base64 hashes. */
  index: z.number().int().nonnegative(),
  inclusion: PROOF,
  /** From the tree of `seen` leaves to the checkpoint's; empty where `seen` is 0. */
  consistency: PROOF,
});
export type BatchReceipt = z.infer<typeof BATCH_RECEIPT>;

/** What a collector says where it does not do what was asked. `code` tells programs, the rest people. */
export const COLLECTOR_REFUSAL = z.object({
  code: z.enum([
    /** No such chain, or a key of the records was never enrolled: enrol, then send again. */
    "not-enrolled",
    /** The device belongs to somebody else. */
    "not-owner",
    /** Revoked or lost. */
    "device-refused",
    /** The batch begins after the head: `head` says where to begin. */
    "gap",
    /** Another record stands at this place: somebody holds a second history. */
    "fork",
    /** A record is not what it says: its text, hash, chain, signature or time. */
    "bad-record",
    /** Somebody else was first. */
    "conflict",
    "bad-request",
    "unauthorized",
    "forbidden",
    "not-found",
    /** Somebody was faster, or its time is over: asked again, it says what it is now. */
    "already-decided",
    /** A grant was handed out for one run, and is asked for again for another. */
    "already-redeemed",
    /** The database did not do what lending a login takes. */
    "lease-failed",
    "too-large",
    "too-many",
    /** A program has asked people too often: the message says when it may again. */
    "asks-too-often",
    /** What was sent came too slowly. */
    "too-slow",
    "unavailable",
  ]),
  message: z.string(),
  action: z.string(),
  head: CHAIN_HEAD.exactOptional(),
  /** What of an order is wrong, where it is one field of it. */
  field: z.string().exactOptional(),
});
export type CollectorRefusal = z.infer<typeof COLLECTOR_REFUSAL>;

/** Hashes on the wire. */
export const proofText = (hashes: readonly Uint8Array[]): readonly string[] => hashes.map(toBase64);

/** `GET /v1/proof/consistency?from=&to=`. */
export const CONSISTENCY = z.object({ proof: PROOF });

/** @see proofText */
export const proofHashes = (texts: readonly string[]): readonly Uint8Array[] =>
  texts.map((text) => fromBase64(text) ?? new Uint8Array());
