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
  const say = (line: string): void => void message.appendText(visibleText(line)).appendMarkdown("\n\n");
  // What the agent says comes before anything the model wrote, so that no text can pass for it.
  const lines =
    typeof sql === "string"
      ? await facts(agent, { connection, sql, ...(typeof purpose === "string" ? { purpose } : {}) }, token)
      : [
          typeof approval === "string"
            ? "Runs the statement you approved, once."
            : "There is no statement in it.",
        ];
  if (name === "explain_statement") say("Nothing of it is run. Of the statement itself:");
  for (const line of lines) say(line);
  if (typeof purpose === "string") say(`Purpose it gives: ${purpose.replace(/\s+/g, " ")}`);
  if (typeof sql === "string") message.appendCodeblock(visibleText(sql), "sql");
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

const VERDICTS: Readonly<Record<string, string>> = {
  allow: "lets it run",
  approve: "wants an approval before it runs",
  deny: "does not let it run",
};

/** What the agent says the statement does, in lines: judged as the call itself will be. */
async function facts(
  agent: AgentClient,
  input: { readonly connection: unknown; readonly sql: string; readonly purpose?: string },
  token: vscode.CancellationToken,
): Promise<readonly string[]> {
  try {
    const { structured } = await call(agent, "check_statement", input, token);
    const statements = Array.isArray(structured.statements) ? structured.statements : [];
    return statements.flatMap(({ decision, reason, effect, reads, writes, risk }: Report) => [
      `Policy ${VERDICTS[String(decision)] ?? "says nothing"}: ${String(reason)}`,
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
