import { fromBase64, toBase64 } from "./base64.ts";
import type { Hash, HashBytes, TreeHead } from "./merkle.ts";

/**
 * A tree's head, signed: what the log commits itself to. The text is a C2SP checkpoint in a C2SP signed note, with
 * Ed25519 signatures. https://c2sp.org/tlog-checkpoint, https://c2sp.org/signed-note
 */
export interface Checkpoint extends TreeHead {
  /** Name of the log, which no other log bears: a host with a path. */
  readonly origin: string;
}

/** A key of a log or a witness by its name, as `name+hash+key` spells it. */
export interface NoteKey {
  readonly name: string;
  /** Raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array;
}

export interface NoteSigner extends NoteKey {
  /** Ed25519 over the text; 64 bytes. */
  sign(text: Uint8Array): Uint8Array;
}

export type VerifyBytes = (publicKey: Uint8Array, text: Uint8Array, signature: Uint8Array) => boolean;

/** Why a text is no checkpoint of this log. The message ends a sentence: "The checkpoint is refused: …". */
export class CheckpointError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "CheckpointError";
  }
}

const ED25519 = 0x01;
const SIGNATURE = /^— (\S+) ([A-Za-z0-9+/=]+)$/;
const utf8 = new TextEncoder();

/** The text that is signed: origin, size, root; each ended by a line feed. */
export const checkpointBody = ({ origin, size, root }: Checkpoint): string =>
  `${origin}\n${size}\n${toBase64(root)}\n`;

/** First four bytes of SHA-256 over name, line feed, algorithm and key. */
export function noteKeyHash(sha256: HashBytes, { name, publicKey }: NoteKey): Uint8Array {
  return sha256(Uint8Array.from([...utf8.encode(`${name}\n`), ED25519, ...publicKey])).slice(0, 4);
}

/** `name+hash+key`, the way C2SP tools are told of a key. */
export function noteKeyText(sha256: HashBytes, key: NoteKey): string {
  const hash = [...noteKeyHash(sha256, key)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${key.name}+${hash}+${toBase64(Uint8Array.from([ED25519, ...key.publicKey]))}`;
}

/** Reads `name+hash+key`. @throws CheckpointError */
export function readNoteKey(sha256: HashBytes, text: string): NoteKey {
  const [name = "", , key = ""] = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text)?.slice(1) ?? [];
  const bytes = fromBase64(key);
  if (name === "" || bytes === null || bytes.length !== 33 || bytes[0] !== ED25519)
    throw new CheckpointError(`"${text}" is no Ed25519 key of a log`);
  const read = { name, publicKey: bytes.slice(1) };
  if (noteKeyText(sha256, read) !== text) throw new CheckpointError(`the key "${text}" has a wrong checksum`);
  return read;
}

/** One signature line of a note. */
export function noteSignature(sha256: HashBytes, signer: NoteSigner, body: string): string {
  const bytes = Uint8Array.from([...noteKeyHash(sha256, signer), ...signer.sign(utf8.encode(body))]);
  return `— ${signer.name} ${toBase64(bytes)}\n`;
}

/** The signed note of a checkpoint. */
export function signCheckpoint(sha256: HashBytes, checkpoint: Checkpoint, signer: NoteSigner): string {
  const body = checkpointBody(checkpoint);
  return `${body}\n${noteSignature(sha256, signer, body)}`;
}

/**
 * Reads a checkpoint that `key` has signed for the log of that name. Signatures of others are passed over.
 * @throws CheckpointError
 */
export function openCheckpoint(
  sha256: HashBytes,
  verify: VerifyBytes,
  note: string,
  key: NoteKey,
  origin = key.name,
): Checkpoint {
  const end = note.indexOf("\n\n");
  if (end < 0) throw new CheckpointError("it is no signed note");
  const body = note.slice(0, end + 1);
  if (!isSignedBy(sha256, verify, note, key)) throw new CheckpointError(`it is not signed by ${key.name}`);
  const [named, size = "", root = "", ...more] = body.split("\n");
  if (named !== origin) throw new CheckpointError(`it is of the log ${named}, not ${origin}`);
  if (!/^(?:0|[1-9][0-9]{0,15})$/.test(size)) throw new CheckpointError("its size is no number");
  const hash: Hash | null = fromBase64(root);
  if (hash === null || hash.length !== 32 || more.length < 1)
    throw new CheckpointError("its root is no hash");
  return { origin, size: Number(size), root: hash };
}

/** Whether the note carries a signature by this key over its text. */
export function isSignedBy(sha256: HashBytes, verify: VerifyBytes, note: string, key: NoteKey): boolean {
  const end = note.indexOf("\n\n");
  if (end < 0) return false;
  const body = utf8.encode(note.slice(0, end + 1));
  const hash = noteKeyHash(sha256, key);
  return note
    .slice(end + 2)
    .split("\n")
    .some((line) => {
      const [name, encoded = ""] = SIGNATURE.exec(line)?.slice(1) ?? [];
      const bytes = fromBase64(encoded);
      if (name !== key.name || bytes === null || bytes.length !== 68) return false;
      return (
        hash.every((byte, index) => byte === bytes[index]) && verify(key.publicKey, body, bytes.slice(4))
      );
    });
}
