import http from "node:http";
import { vi } from "vitest";

export interface Received {
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** Somebody else's server, which takes messages and answers them as it is told. */
export class Receiver {
  readonly got: Received[] = [];
  /** What it says beside the status. */
  reply: (received: Received) => string = () => "";
  readonly #server: http.Server;
  /** Null: it takes the message and says nothing. */
  answer: (received: Received, count: number) => number | null = () => 200;

  constructor() {
    this.#server = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const body = Buffer.concat(chunks).toString();
        const received = { path: request.url ?? "", headers: request.headers, body };
        this.got.push(received);
        const status = this.answer(received, this.got.length);
        if (status === null) return;
        response
          .writeHead(status, status === 302 ? { location: "/elsewhere" } : {})
          .end(this.reply(received));
      });
    });
  }

  async start(port = 0): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(port, "127.0.0.1", resolve));
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  }

  /** Waits until so many messages have come. */
  until(count: number, timeout = 30_000): Promise<readonly Received[]> {
    return vi.waitFor(
      () => {
        if (this.got.length < count) throw new Error(`${this.got.length} messages of ${count} came.`);
        return this.got;
      },
      { timeout, interval: 20 },
    );
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
