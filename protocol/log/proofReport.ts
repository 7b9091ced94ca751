import type { ChainFaultKind } from "../audit/chain.ts";
import type { Sha256 } from "../ids.ts";
import type { Checkpoint } from "./checkpoint.ts";

/** What can be wrong beside a record itself. */
export type ProofFaultKind =
  | ChainFaultKind
  /** A line is none, or stands where it does not belong. */
  | "format"
  /** The file ends early, or lines were taken out of it. */
  | "cut"
  /** There is no checkpoint of this log, signed by its key. */
  | "checkpoint"
  /** The tree does not begin with an older one. */
  | "history"
  /** The first record is not the one the chain is named after. */
  | "wrong-chain"
  /** The record is not in the tree where it is said to be. */
  | "not-in-tree"
  /** Nothing proves a record whose text is gone. */
  | "unproven"
  /** A text is gone, and no record of the collector says that exactly this was dropped. */
  | "not-dropped"
  /** Texts were dropped that a legal hold covers. */
  | "held"
  /** The log's own entries contradict each other or its checkpoint. */
  | "log"
  /** A ledger and the log hold different records. */
  | "differs"
  /** The file itself cannot be read on. */
  | "unreadable";

/** Where exactly, and in words. The message goes on from a place: "line 12, record 7 of chain 3f…: …". */
export interface ProofFault {
  readonly kind: ProofFaultKind;
  /** Line of a bundle, from 1. */
  readonly line: number | null;
  readonly chain: Sha256 | null;
  readonly seq: number | null;
  readonly what: string;
}

/** True, and nothing is wrong with the proof; still somebody should know. */
export interface ProofNotice {
  readonly kind: "open-intent" | "open-session" | "not-in-log-yet" | "holds-not-shown" | "texts-not-read";
  readonly chain: Sha256 | null;
  /** Null where it is about no record. */
  readonly seq: number | null;
  readonly what: string;
}

/** Sequence numbers, both included. */
export interface SeqRange {
  readonly from: number;
  readonly to: number;
}

export interface DroppedRange extends SeqRange {
  /** When the collector recorded that. */
  readonly at: string;
}

export interface ProvenChain {
  readonly chain: Sha256;
  readonly from: number;
  readonly to: number;
  readonly keys: number;
  /** Records whose text was dropped by retention; their hashes are proven. */
  readonly dropped: readonly DroppedRange[];
}

export interface ProvenLog {
  readonly origin: string;
  readonly size: number;
  /** Hex. */
  readonly root: string;
}

export const provenLog = ({ origin, size, root }: Checkpoint): ProvenLog => ({
  origin,
  size,
  root: [...root].map((byte) => byte.toString(16).padStart(2, "0")).join(""),
});
