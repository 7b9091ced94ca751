import http from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";

/** A person's own proxy between their agent and the collector, which changes what passes through it. */
export class LyingProxy {
  readonly #server: http.Server;
  readonly #target: () => string;
  /** What becomes of a body on its way to the collector, and of what comes back. */
  rewrite: (path: string, body: unknown) => unknown = (_path, body) => body;
  answer: (path: string, body: unknown) => unknown = (_path, body) => body;
  /** Answers in the collector's place; null lets it pass. */
  intercept: (method: string, path: string, body: unknown) => { status: number; body: unknown } | null = () =>
    null;

  constructor(target: () => string) {
    this.#target = target;
    this.#server = http.createServer((request, response) => void this.#pass(request, response));
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #pass(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const { method = "GET", url = "/", headers } = request;
      const raw = Buffer.concat(chunks);
      const text = (headers["content-encoding"] === "gzip" ? gunzipSync(raw) : raw).toString();
      const body: unknown = text === "" ? undefined : JSON.parse(text);
      const own = this.intercept(method, url, body);
      if (own !== null) {
        response.writeHead(own.status, { "content-type": "application/json" }).end(JSON.stringify(own.body));
        return;
      }
      const changed = this.rewrite(url, body);
      // What is passed on as it came keeps its signature, which is of those bytes.
      const asItCame = changed === body;
      const answered = await fetch(`${this.#target()}${url}`, {
        method,
        headers: {
          ...Object.fromEntries(
            Object.entries(headers).flatMap(([name, value]) =>
              typeof value === "string" && (name === "authorization" || name.startsWith("sluice-"))
                ? [[name, value]]
                : [],
            ),
          ),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...(asItCame && headers["content-encoding"] !== undefined
            ? { "content-encoding": headers["content-encoding"] }
            : {}),
        },
        ...(body === undefined ? {} : { body: asItCame ? raw : JSON.stringify(changed) }),
      });
      const type = answered.headers.get("content-type") ?? "text/plain";
      const came = await answered.text();
      const json = type.startsWith("application/json");
      response
        .writeHead(answered.status, { "content-type": type })
        .end(json ? JSON.stringify(this.answer(url, JSON.parse(came))) : came);
    } catch {
      response.destroy();
    }
  }
}
