import type { ToolAnswer } from "../../../protocol/tools.ts";
import { approvalStatus } from "./approvalStatus.ts";
import { checkStatement } from "./checkStatement.ts";
import { describeSchema } from "./describeSchema.ts";
import { explainStatement } from "./explainStatement.ts";
import { listConnections } from "./listConnections.ts";
import { readResult } from "./readResult.ts";
import { runQuery } from "./runQuery.ts";
import type { AnyTool } from "./tool.ts";
import { failedAnswer, ToolError } from "./toolProblem.ts";
import type { ToolSession } from "./toolSession.ts";

/** Everything a program can ask for. What a person decides is not among it. */
export const TOOLS: readonly AnyTool[] = [
  listConnections,
  describeSchema,
  checkStatement,
  runQuery,
  explainStatement,
  readResult,
  approvalStatus,
];

/** What waits for a person is looked at while other calls go on. */
const BESIDE: ReadonlySet<string> = new Set([approvalStatus.name]);

/** One call, whichever way it came; `model` is who its host says decided on it, where it says. Never rejects: a failure is an answer a model can act on. */
export async function callTool(
  session: ToolSession,
  name: string,
  input: unknown,
  signal: AbortSignal,
  model: string | null = null,
): Promise<ToolAnswer> {
  try {
    const tool = TOOLS.find((one) => one.name === name);
    if (tool === undefined)
      throw new ToolError(
        "no-such-tool",
        "There is no such tool.",
        `Use one of ${TOOLS.map((one) => one.name).join(", ")}.`,
      );
    const work = (): Promise<ToolAnswer> => tool.call(session, input, signal);
    if (BESIDE.has(name)) return await work();
    return await session.inTurn(() => {
      session.model = model;
      return work();
    });
  } catch (error) {
    return failedAnswer(error);
  }
}
