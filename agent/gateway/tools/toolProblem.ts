import { z } from "zod";
import type { Problem } from "../../../protocol/messages.ts";
import type { ToolAnswer } from "../../../protocol/tools.ts";
import { problemOf } from "../../problemOf.ts";
import { answerWith } from "./untrusted.ts";

/** A call that could not be carried out. */
export class ToolError extends Error {
  readonly problem: Problem;
  constructor(code: string, message: string, action: string) {
    super(message);
    this.name = "ToolError";
    this.problem = { code, message, action };
  }
}

/** What a program is told of a failure. A server's words, and names out of a database, are data like any other. */
export function failedAnswer(error: unknown): ToolAnswer {
  if (error instanceof z.ZodError) {
    const [issue] = error.issues;
    const lacks = issue?.code === "invalid_type" && issue.message.endsWith("received undefined");
    const name = issue?.path.join(".") ?? "";
    const own = issue?.message.startsWith("`") === true;
    const where =
      issue === undefined
        ? ""
        : own
          ? issue.message
          : lacks
            ? `\`${name}\` is missing.`
            : `${name}: ${issue.message}`;
    return problemAnswer({
      code: "invalid-input",
      message: `The input is not what this tool takes. ${where}`,
      action: "Correct the input and call it again.",
    });
  }
  return problemAnswer(forProgram(problemOf(error)));
}

/** What names files of this machine, or quotes them, is for the person at it. */
const forProgram = (problem: Problem): Problem =>
  problem.code === "connections-unreadable" ? CONNECTIONS_UNREADABLE : problem;

const CONNECTIONS_UNREADABLE: Problem = {
  code: "connections-unreadable",
  message: "The list of connections on the machine Sluice runs on cannot be read.",
  action: "Tell the person you work for: their editor, or `sluice connections`, says what is wrong with it.",
};

/** @see failedAnswer */
export function problemAnswer({ code, message, action }: Problem): ToolAnswer {
  return answerWith(
    `Nothing was done (${code}). ${action}`,
    { status: "failed", problem: { code, message, action } },
    [{ message }],
    true,
  );
}

/** How structured answers tell a problem. */
export const PROBLEM = z.object({ code: z.string(), message: z.string(), action: z.string() });
