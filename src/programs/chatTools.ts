import * as vscode from "vscode";
import { visibleText } from "../../protocol/visibleText.ts";
import type { AgentClient } from "../agentClient.ts";
import { problemOf } from "../problem.ts";

/** Tools of chat by the names the agent knows them by. */
const NAMES = [
  "list_connections",
  "describe_schema",
  "check_statement",
  "run_query",
  "explain_statement",
  "read_result",
  "approval_status",
] as const;
type ToolName = (typeof NAMES)[number];

/** A person confirms these before they run. */
const CONFIRMED: ReadonlySet<ToolName> = new Set(["run_query", "explain_statement"]);

const DOING: Readonly<Record<ToolName, string>> = {
  list_connections: "Looking for database connections",
  describe_schema: "Reading the schema",
  check_statement: "Checking SQL",
  run_query: "Running SQL under policy",
  explain_statement: "Asking for the plan",
  read_result: "Reading on in the result",
  approval_status: "Asking whether it was approved",
};

/** Gives chat the tools AI agents have. The agent decides; what is shown before is what it says. */
export function registerChatTools(agent: AgentClient): vscode.Disposable {
  return vscode.Disposable.from(
    ...NAMES.map((name) =>
      vscode.lm.registerTool<Record<string, unknown>>(`sluice_${name}`, {
        prepareInvocation: ({ input }, token) => prepare(agent, name, input, token),
        invoke: async ({ input }, token) => {
          const { text } = await call(agent, name, input, token);
          return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
        },
      }),
    ),
  );
}

const call = (
  agent: AgentClient,
  tool: ToolName,
  input: Record<string, unknown>,
  token: vscode.CancellationToken,
) =>
  agent.request(
    "sluice/programs/call",
    { tool, input, host: `${vscode.env.appName} ${vscode.version}` },
    token,
  );

async function prepare(
  agent: AgentClient,
  name: ToolName,
  input: Record<string, unknown>,
  token: vscode.CancellationToken,
): Promise<vscode.PreparedToolInvocation> {
  const invocationMessage = DOING[name];
  if (!CONFIRMED.has(name)) return { invocationMessage };
  const { sql, connection, purpose, approval } = input;
  const where = typeof connection === "string" ? ` on ${visibleText(connection)}` : "";
  const title = name === "run_query" ? `Run this${where} as an AI agent?` : `Ask for this plan${where}?`;
  const message = new vscode.MarkdownString();
  if (typeof purpose === "string") message.appendText(`${visibleText(purpose)}\n\n`);
  if (typeof sql !== "string") {
    message.appendText(
      typeof approval === "string"
        ? "Runs the statement you approved, once."
        : "There is no statement in it.",
    );
    return { invocationMessage, confirmationMessages: { title, message } };
  }
  message.appendCodeblock(visibleText(sql), "sql");
  for (const fact of await facts(agent, connection, sql, token))
    message.appendText(`${visibleText(fact)}\n\n`);
  return { invocationMessage, confirmationMessages: { title, message } };
}

interface Report {
  readonly decision?: unknown;
  readonly reason?: unknown;
  readonly effect?: unknown;
  readonly reads?: unknown;
  readonly writes?: unknown;
  readonly risk?: unknown;
}

/** What the agent says the statement does, in lines. */
async function facts(
  agent: AgentClient,
  connection: unknown,
  sql: string,
  token: vscode.CancellationToken,
): Promise<readonly string[]> {
  try {
    const { structured } = await call(agent, "check_statement", { connection, sql }, token);
    const statements = Array.isArray(structured.statements) ? structured.statements : [];
    return statements.flatMap(({ decision, reason, effect, reads, writes, risk }: Report) => [
      `Policy says ${String(decision)}: ${String(reason)}`,
      [`effect ${String(effect)}`, list("reads", reads), list("writes", writes), `risk ${String(risk)}`]
        .filter((part) => part !== "")
        .join(" · "),
    ]);
  } catch (error) {
    return [problemOf(error).message];
  }
}

const list = (verb: string, names: unknown): string =>
  Array.isArray(names) && names.length > 0 ? `${verb} ${names.join(", ")}` : "";
