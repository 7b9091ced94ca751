import { z } from "zod";
import { PAGE_ROWS, pageAnswer, RAN } from "./ranStatement.ts";
import { defineTool, LOOKS } from "./tool.ts";
import { ToolError } from "./toolProblem.ts";

export const readResult = defineTool({
  name: "read_result",
  title: "Read on in a result",
  description: "Reads more rows of a result that run_query gave in this session, from `offset` on.",
  input: z.object({
    result_id: z.string().max(100),
    offset: z.number().int().nonnegative(),
    max_rows: z.number().int().min(1).max(500).optional(),
  }),
  output: RAN,
  annotations: LOOKS,
  call: async (session, { result_id: id, offset, max_rows: maxRows = PAGE_ROWS }) => {
    await session.actor();
    const kept = session.find(id);
    if (kept !== undefined) return pageAnswer(kept, offset, maxRows);
    throw new ToolError(
      "no-such-result",
      "There is no such result in this session.",
      "Only the last results of a session are kept. Run the query again.",
    );
  },
});
