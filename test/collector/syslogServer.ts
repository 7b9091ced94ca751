import fs from "node:fs";
import net from "node:net";
import tls from "node:tls";
import { vi } from "vitest";

/** A syslog receiver over real TCP or TLS that reads messages by their length, and can cut connections. */
export class SyslogServer {
  /** Messages that came whole, from connections that were not cut. */
  readonly messages: string[] = [];
  /** Bytes after which the next connection is cut; none is where it is empty. */
  readonly cuts: number[] = [];
  connections = 0;
  /** What came that is no frame. */
  readonly nonsense: string[] = [];
  /** Reads nothing while it is set. */
  deaf = false;
  readonly #server: net.Server;
  readonly #sockets = new Set<net.Socket>();

  constructor(secure: { readonly cert: string; readonly key: string } | null = null) {
    const take = (socket: net.Socket): void => this.#take(socket);
    this.#server =
      secure === null
        ? net.createServer({ allowHalfOpen: true }, take)
        : tls.createServer({ cert: fs.readFileSync(secure.cert), key: fs.readFileSync(secure.key) }, take);
  }

  async start(port = 0): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(port, "127.0.0.1", resolve));
    const address = this.#server.address();
    return typeof address === "object" ? (address?.port ?? 0) : 0;
  }

  until(count: number, timeout = 40_000): Promise<readonly string[]> {
    return vi.waitFor(
      () => {
        if (new Set(this.messages).size < count)
          throw new Error(`${new Set(this.messages).size} of ${count} came.`);
        return this.messages;
      },
      { timeout, interval: 50 },
    );
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #take(socket: net.Socket): void {
    this.connections += 1;
    this.#sockets.add(socket);
    const cut = this.cuts.shift();
    const parts: Buffer[] = [];
    let length = 0;
    if (this.deaf) socket.pause();
    else
      socket.on("data", (part: Buffer) => {
        parts.push(part);
        length += part.length;
        if (cut === undefined || length < cut) return;
        // Some end as if they were done, others with a reset.
        if (this.connections % 2 === 0) socket.destroy();
        else socket.resetAndDestroy();
      });
    socket.on("error", () => {});
    socket.on("end", () => {
      this.#read(Buffer.concat(parts));
      socket.end();
    });
    socket.on("close", () => this.#sockets.delete(socket));
  }

  #read(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) {
      const space = bytes.indexOf(0x20, at);
      const size = Number(bytes.subarray(at, space).toString("latin1"));
      const message = bytes.subarray(space + 1, space + 1 + size);
      if (!/^[1-9]\d*$/.test(bytes.subarray(at, space).toString("latin1")) || message.length !== size) {
        this.nonsense.push(bytes.subarray(at, at + 40).toString());
        return;
      }
      this.messages.push(message.toString());
      at = space + 1 + size;
    }
  }
}
