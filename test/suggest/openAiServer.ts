import http from "node:http";
import type { AddressInfo } from "node:net";

/** What the server does with one request. */
export type Behaviour =
  | { readonly kind: "say"; readonly text: string }
  /** Answers whole, in JSON. */
  | { readonly kind: "whole"; readonly text: string }
  | { readonly kind: "status"; readonly status: number; readonly text: string }
  /** Begins to answer, and never ends. */
  | { readonly kind: "endless"; readonly text: string }
  /** Takes the request, and says nothing. */
  | { readonly kind: "silent" }
  | { readonly kind: "broken" }
  | { readonly kind: "redirect"; readonly to: string };

/** A server that speaks OpenAI's chat completions on this machine. */
export interface OpenAiServer {
  readonly baseUrl: string;
  readonly requests: { readonly authorization: string | undefined; readonly body: string }[];
  behave(behaviour: (body: string) => Behaviour): void;
  /** Answers that were given up by whoever asked. */
  readonly aborted: () => number;
  stop(): Promise<void>;
}

export async function startOpenAiServer(): Promise<OpenAiServer> {
  const requests: { authorization: string | undefined; body: string }[] = [];
  let aborted = 0;
  let behave: (body: string) => Behaviour = () => ({ kind: "say", text: "NO" });
  const server = http.createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString("utf8");
    });
    request.on("end", () => {
      requests.push({ authorization: request.headers.authorization, body });
      response.on("close", () => {
        if (!response.writableEnded) aborted += 1;
      });
      answer(response, behave(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    behave: (next) => {
      behave = next;
    },
    aborted: () => aborted,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

const event = (content: string): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`;

function answer(response: http.ServerResponse, behaviour: Behaviour): void {
  switch (behaviour.kind) {
    case "say": {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const all = `: hello\n\n${(behaviour.text.match(/[\s\S]{1,9}/g) ?? []).map(event).join("")}data: [DONE]\n\n`;
      // In pieces that end in the middle of an event.
      for (const piece of all.match(/[\s\S]{1,50}/g) ?? []) response.write(piece);
      response.end();
      return;
    }
    case "whole":
      response.writeHead(200, { "content-type": "application/json" });
      response.end(
        JSON.stringify({ choices: [{ message: { role: "assistant", content: behaviour.text } }] }),
      );
      return;
    case "status":
      response.writeHead(behaviour.status, { "content-type": "text/plain" });
      response.end(behaviour.text);
      return;
    case "endless": {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const more = (): void => {
        if (response.destroyed) return;
        if (response.write(event(behaviour.text))) setImmediate(more);
        else response.once("drain", more);
      };
      more();
      return;
    }
    case "silent":
      return;
    case "broken":
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.end("data: <html>not json</html>\n\n");
      return;
    case "redirect":
      response.writeHead(307, { location: behaviour.to });
      response.end();
      return;
  }
}
