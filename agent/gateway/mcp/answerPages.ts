import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";

/** As long as a person has to answer. */
const LONGEST_MS = 30 * 60_000;

const WORDS =
  "Something your agent wants to run waits for you. Read and answer it on the page of your Sluice collector, signed in there. What you choose here answers nothing.";

/**
 * Has clients that can open pages (URL elicitation) lead their person to where they answer. Only that page does: what the
 * client says its person chose is not looked at, since the client is the program that asks.
 */
export class AnswerPages {
  readonly #server: McpServer;
  readonly #open = new Map<string, AbortController>();

  constructor(server: McpServer) {
    this.#server = server;
  }

  /** Once of each handle. Nobody waits for it. */
  tell(handle: string, page: string): void {
    const { server } = this.#server;
    if (server.getClientCapabilities()?.elicitation?.url === undefined || this.#open.has(handle)) return;
    const ended = new AbortController();
    this.#open.set(handle, ended);
    const asked = { mode: "url", elicitationId: handle, url: page, message: WORDS } as const;
    server.elicitInput(asked, { timeout: LONGEST_MS, signal: ended.signal }).catch(() => {});
  }

  /** There is nothing left to answer there. */
  close(handle: string): void {
    const open = this.#open.get(handle);
    if (open === undefined) return;
    this.#open.delete(handle);
    open.abort();
    this.#server.server
      .createElicitationCompletionNotifier(handle)()
      .catch(() => {});
  }
}
