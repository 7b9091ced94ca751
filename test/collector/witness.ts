import http from "node:http";
import type { WitnessSettings } from "../../collector/log/witnesses.ts";
import { type NoteSigner, openCheckpoint, readNoteKey } from "../../protocol/log/checkpoint.ts";
import { cosignatureLine, witnessKeyText } from "../../protocol/log/cosignature.ts";
import { type TreeHead, verifyConsistency } from "../../protocol/log/merkle.ts";
import {
  generateDeviceKey,
  noteSignerFromPem,
  sha256Bytes,
  verifyBytes,
} from "../../protocol/node/crypto.ts";

/** A witness as C2SP describes one: signs what goes on from what it has signed before, and nothing else. */
export class TestWitness {
  readonly signer: NoteSigner;
  readonly #server: http.Server;
  /** Set once the log's key is known. */
  logKey = "";
  /** Answers nobody for a while. */
  away = false;
  head: TreeHead = { size: 0, root: sha256Bytes(new Uint8Array()) };

  constructor(name: string, server: http.Server) {
    this.signer = noteSignerFromPem(name, generateDeviceKey());
    this.#server = server;
    server.on("request", (request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        const { status, text } = this.#answer(Buffer.concat(parts).toString());
        response.writeHead(status).end(text);
      });
    });
  }

  static async start(name: string): Promise<TestWitness> {
    const server = http.createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new TestWitness(name, server);
  }

  get settings(): WitnessSettings {
    const address = this.#server.address();
    const port = typeof address === "object" ? address?.port : 0;
    return { url: `http://127.0.0.1:${port}`, key: witnessKeyText(sha256Bytes, this.signer) };
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #answer(request: string): { status: number; text: string } {
    if (this.away) return { status: 503, text: "" };
    const end = request.indexOf("\n\n");
    const [old = "", ...proof] = request.slice(0, end).split("\n");
    const note = request.slice(end + 2);
    const head = this.logKey === "" ? unchecked(note) : this.#opened(note);
    if (old !== `old ${this.head.size}`) return { status: 409, text: `${this.head.size}\n` };
    const hashes = proof.map((hash) => new Uint8Array(Buffer.from(hash, "base64")));
    if (!verifyConsistency(sha256Bytes, this.head, head, hashes)) return { status: 422, text: "" };
    this.head = head;
    const body = note.slice(0, note.indexOf("\n\n") + 1);
    const time = Math.floor(Date.now() / 1000);
    return { status: 200, text: cosignatureLine(sha256Bytes, this.signer, this.signer.sign, time, body) };
  }

  #opened(note: string): TreeHead {
    return openCheckpoint(sha256Bytes, verifyBytes, note, readNoteKey(sha256Bytes, this.logKey));
  }
}

function unchecked(note: string): TreeHead {
  const [, size = "", root = ""] = note.split("\n");
  return { size: Number(size), root: new Uint8Array(Buffer.from(root, "base64")) };
}
