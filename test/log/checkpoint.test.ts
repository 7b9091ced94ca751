import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";
import { describe, expect, test } from "vitest";
import { sha256 as hexHash } from "../../protocol/ids.ts";
import {
  CheckpointError,
  isSignedBy,
  type NoteSigner,
  noteKeyText,
  noteSignature,
  openCheckpoint,
  readNoteKey,
  signCheckpoint,
} from "../../protocol/log/checkpoint.ts";
import { leafText, readLeaf } from "../../protocol/log/leaf.ts";
import {
  entriesPath,
  entryBundle,
  readEntryBundle,
  readTilePath,
  tilePath,
} from "../../protocol/log/tile.ts";

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash("sha256").update(bytes).digest());
const SPKI = Buffer.from("302a300506032b6570032100", "hex");
const verifyBytes = (publicKey: Uint8Array, text: Uint8Array, signature: Uint8Array) =>
  verify(
    null,
    text,
    createPublicKey({ key: Buffer.concat([SPKI, publicKey]), format: "der", type: "spki" }),
    signature,
  );
function newSigner(name: string): NoteSigner {
  const { publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject } =
    generateKeyPairSync("ed25519");
  const raw = publicKey.export({ format: "der", type: "spki" }).subarray(SPKI.length);
  return {
    name,
    publicKey: new Uint8Array(raw),
    sign: (text) => new Uint8Array(sign(null, text, privateKey)),
  };
}
const open = (note: string, key: NoteSigner, origin?: string) =>
  openCheckpoint(sha256, verifyBytes, note, key, origin);

const log = newSigner("log.example/sluice");
const checkpoint = { origin: log.name, size: 20_852_163, root: sha256(Buffer.from("root")) };
const note = signCheckpoint(sha256, checkpoint, log);

describe("a checkpoint", () => {
  test("reads back as what was signed", () => {
    expect(open(note, log)).toEqual(checkpoint);
    expect(note.split("\n").slice(0, 3)).toEqual([
      "log.example/sluice",
      "20852163",
      Buffer.from(checkpoint.root).toString("base64"),
    ]);
  });

  test("carries signatures of witnesses beside the log's", () => {
    const witness = newSigner("witness.example");
    const body = note.slice(0, note.indexOf("\n\n") + 1);
    const both = note + noteSignature(sha256, witness, body);
    expect(open(both, log)).toEqual(checkpoint);
    expect(isSignedBy(sha256, verifyBytes, both, witness)).toBe(true);
    expect(isSignedBy(sha256, verifyBytes, note, witness)).toBe(false);
  });

  test("is refused where one byte differs, or another signed it, or it is of another log", () => {
    expect(() => open(note.replace("20852163", "20852164"), log)).toThrow(CheckpointError);
    expect(() => open(note, { ...newSigner(log.name), name: log.name })).toThrow("not signed by");
    expect(() => open(note, log, "log.example/other")).toThrow("of the log");
    expect(() => open("nonsense", log)).toThrow("no signed note");
    for (const body of [`${log.name}\n01\nAA==\n`, `${log.name}\n1\nAA==\n`, `${log.name}\n`]) {
      expect(() => open(`${body}\n${noteSignature(sha256, log, body)}`, log)).toThrow(CheckpointError);
    }
  });

  test("names its key the way other tools read it", () => {
    const text = noteKeyText(sha256, log);
    expect(readNoteKey(sha256, text)).toEqual({ name: log.name, publicKey: log.publicKey });
    expect(() => readNoteKey(sha256, text.replace(/\+[0-9a-f]{8}\+/, "+00000000+"))).toThrow("checksum");
    expect(() => readNoteKey(sha256, "log")).toThrow(CheckpointError);
  });
});

describe("files of the log", () => {
  test.each([
    [{ level: 0, index: 0, width: 256 }, "tile/0/000"],
    [{ level: 0, index: 1_234_067, width: 256 }, "tile/0/x001/x234/067"],
    [{ level: 1, index: 5, width: 17 }, "tile/1/005.p/17"],
    [{ level: 63, index: 1_000, width: 255 }, "tile/63/x001/000.p/255"],
  ])("%o is %s", (tile, path) => {
    expect(tilePath(tile)).toBe(path);
    expect(readTilePath(path)).toEqual({ kind: "tile", ...tile });
  });

  test("entries have their own", () => {
    expect(entriesPath({ index: 1_000, width: 3 })).toBe("tile/entries/x001/000.p/3");
    expect(readTilePath("tile/entries/x001/000.p/3")).toEqual({ kind: "entries", index: 1_000, width: 3 });
  });

  test.each([
    "tile/0/00",
    "tile/0/x000/001",
    "tile/64/000",
    "tile/0/000.p/256",
    "tile/0/000.p/0",
    "tile/0/000/../../x",
    "tile/0/1000",
  ])("%s is none", (path) => expect(readTilePath(path)).toBeNull());

  test("a bundle reads back, and not where it is cut", () => {
    const entries = ["", "one", "x".repeat(65_535)].map((text) => new Uint8Array(Buffer.from(text)));
    const bytes = entryBundle(entries);
    expect(readEntryBundle(bytes)).toEqual(entries);
    expect(readEntryBundle(bytes.subarray(0, -1))).toBeNull();
    expect(() => entryBundle([new Uint8Array(65_536)])).toThrow(RangeError);
  });

  test("a leaf reads back, and nothing else does", () => {
    const leaf = {
      chain: hexHash("a".repeat(64)),
      seq: 12,
      hash: hexHash("b".repeat(64)),
      signature: Buffer.alloc(64, 7).toString("base64"),
    };
    expect(readLeaf(leafText(leaf))).toEqual(leaf);
    for (const text of [`${leafText(leaf)}\n`, leafText(leaf).replace("12", "012"), ""])
      expect(readLeaf(text)).toBeNull();
  });
});
