import { fromBase64, toBase64 } from "./base64.ts";
import { CheckpointError, type NoteKey, type VerifyBytes } from "./checkpoint.ts";
import type { HashBytes } from "./merkle.ts";

/**
 * A witness's word that it has seen a checkpoint and that the log went on from the last it had seen, at a time.
 * https://c2sp.org/tlog-cosignature
 */
const COSIGNATURE = 0x04;
const LINE = /^— (\S+) ([A-Za-z0-9+/=]+)$/;
const TIME_LENGTH = 8;
const utf8 = new TextEncoder();

/** What a witness signs. */
export const cosignedText = (time: number, body: string): Uint8Array =>
  utf8.encode(`cosignature/v1\ntime ${time}\n${body}`);

function keyHash(sha256: HashBytes, { name, publicKey }: NoteKey): Uint8Array {
  return sha256(Uint8Array.from([...utf8.encode(`${name}\n`), COSIGNATURE, ...publicKey])).slice(0, 4);
}

/** `name+hash+key` of a witness. */
export function witnessKeyText(sha256: HashBytes, key: NoteKey): string {
  const hash = [...keyHash(sha256, key)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${key.name}+${hash}+${toBase64(Uint8Array.from([COSIGNATURE, ...key.publicKey]))}`;
}

/** Reads `name+hash+key` of a witness. @throws CheckpointError */
export function readWitnessKey(sha256: HashBytes, text: string): NoteKey {
  const [name = "", key = ""] = /^([^+\s]+)\+[0-9a-f]{8}\+([A-Za-z0-9+/=]+)$/.exec(text)?.slice(1) ?? [];
  const bytes = fromBase64(key);
  if (name === "" || bytes === null || bytes.length !== 33 || bytes[0] !== COSIGNATURE)
    throw new CheckpointError(`"${text}" is no key of a witness`);
  const read = { name, publicKey: bytes.slice(1) };
  if (witnessKeyText(sha256, read) !== text)
    throw new CheckpointError(`the key "${text}" has a wrong checksum`);
  return read;
}

/** The signature line of a witness; `sign` is Ed25519. */
export function cosignatureLine(
  sha256: HashBytes,
  key: NoteKey,
  sign: (text: Uint8Array) => Uint8Array,
  time: number,
  body: string,
): string {
  const signature = sign(cosignedText(time, body));
  const bytes = Uint8Array.from([...keyHash(sha256, key), ...timeBytes(time), ...signature]);
  return `— ${key.name} ${toBase64(bytes)}\n`;
}

/** The lines among these by which the witness has signed the checkpoint's body. */
export function cosignaturesBy(
  sha256: HashBytes,
  verify: VerifyBytes,
  lines: string,
  key: NoteKey,
  body: string,
): readonly string[] {
  const hash = keyHash(sha256, key);
  return lines.split("\n").filter((line) => {
    const [name, encoded = ""] = LINE.exec(line)?.slice(1) ?? [];
    const bytes = fromBase64(encoded);
    if (name !== key.name || bytes === null || bytes.length !== 4 + TIME_LENGTH + 64) return false;
    if (!hash.every((byte, place) => byte === bytes[place])) return false;
    const time = Number(new DataView(bytes.buffer, bytes.byteOffset + 4, TIME_LENGTH).getBigUint64(0));
    return verify(key.publicKey, cosignedText(time, body), bytes.slice(4 + TIME_LENGTH));
  });
}

function timeBytes(time: number): Uint8Array {
  const bytes = new Uint8Array(TIME_LENGTH);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(time));
  return bytes;
}
