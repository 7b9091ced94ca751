import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { ClientCapabilities } from "@modelcontextprotocol/sdk/types.js";
import { bundledCli } from "../bench/bundledAgent.ts";

/** What a tool answered: the text a model reads, and the structured part. */
export interface Answered {
  readonly text: string;
  readonly isError: boolean;
  readonly structured: Record<string, unknown>;
}

export interface McpClient {
  readonly client: Client;
  call(name: string, args?: Record<string, unknown>): Promise<Answered>;
  close(): Promise<void>;
}

/** The official client, over whatever transport. */
export async function connect(
  transport: Transport,
  name = "test-agent",
  capabilities: ClientCapabilities = {},
): Promise<McpClient> {
  const client = new Client({ name, version: "7.0" }, { capabilities });
  await client.connect(transport);
  return {
    client,
    call: async (tool, args = {}) => {
      const answer = await client.callTool({ name: tool, arguments: args });
      const content: unknown = answer.content;
      const [first] = Array.isArray(content) ? content : [];
      const structured: unknown = answer.structuredContent;
      return {
        text: String(first?.text ?? ""),
        isError: answer.isError === true,
        structured: typeof structured === "object" && structured !== null ? { ...structured } : {},
      };
    },
    close: () => client.close(),
  };
}

let script: Promise<string> | undefined;

/** `sluice mcp` as a process of its own, with the official client in front of it. */
export async function overStdio(
  home: string,
  options: {
    readonly name?: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly args?: readonly string[];
  } = {},
): Promise<McpClient> {
  script ??= bundledCli();
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [await script, "mcp", ...(options.args ?? [])],
    env: { PATH: process.env.PATH ?? "", SLUICE_HOME: home, SLUICE_NO_BROWSER: "1", ...options.env },
    cwd: home,
    stderr: "ignore",
  });
  return connect(transport, options.name);
}
