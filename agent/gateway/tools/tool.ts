import type { z } from "zod";
import type { ToolAnswer } from "../../../protocol/tools.ts";
import type { ToolSession } from "./toolSession.ts";

/** One thing a program can ask for, whichever way it comes. */
export interface Tool<Input extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  readonly title: string;
  /** For a model: when to use it, and what to do with what it answers. */
  readonly description: string;
  readonly input: Input;
  readonly output: z.ZodObject;
  readonly annotations: {
    readonly readOnlyHint: boolean;
    readonly destructiveHint: boolean;
    readonly idempotentHint: boolean;
    readonly openWorldHint: boolean;
  };
  /** @throws with a `Problem` where it cannot be done. */
  call(session: ToolSession, input: z.output<Input>, signal: AbortSignal): Promise<ToolAnswer>;
}

/** Keeps the input's type to the tool while a list holds them all. */
export function defineTool<Input extends z.ZodObject>(tool: Tool<Input>): AnyTool {
  return {
    ...tool,
    call: async (session, input, signal) => tool.call(session, tool.input.parse(input), signal),
  };
}

/** A tool that checks its input itself. */
export interface AnyTool extends Omit<Tool, "call"> {
  call(session: ToolSession, input: unknown, signal: AbortSignal): Promise<ToolAnswer>;
}

/** Looks, and changes nothing. */
export const LOOKS = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
} as const;
