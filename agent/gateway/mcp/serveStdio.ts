import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import type { Actor } from "../../../protocol/actor.ts";
import type { Engine } from "../../engine.ts";
import { ToolSession } from "../tools/toolSession.ts";
import { shownName } from "./clientName.ts";
import { mcpServerFor } from "./mcpServer.ts";

/** Serves one client on standard input and output, until it goes away. `as` is who it is, by the name it gives itself. */
export async function serveStdio(
  engine: Engine,
  as: (client: { readonly agent: string; readonly host: string }) => Promise<Actor>,
  signal: AbortSignal,
): Promise<void> {
  const session: ToolSession = new ToolSession(engine, "mcp", () => {
    const client = server.server.getClientVersion();
    const agent = shownName(client?.name);
    return as({ agent, host: shownName(`${client?.name ?? ""} ${client?.version ?? ""}`) });
  });
  const server = mcpServerFor(session);
  const closed = new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve());
    process.stdin.once("end", () => resolve());
    process.stdin.once("close", () => resolve());
    const told = server.server.onclose;
    server.server.onclose = () => {
      told?.();
      resolve();
    };
  });
  await server.connect(new StdioServerTransport());
  await closed;
  await session.close();
  await server.close();
}
