import { z } from "zod";
import { CONNECTION_NAME, PURPOSE, SQL } from "./inputs.ts";
import { PAGE_ROWS, RAN, runStatement } from "./ranStatement.ts";
import { defineTool, LOOKS } from "./tool.ts";

export const explainStatement = defineTool({
  name: "explain_statement",
  title: "Show a query's plan",
  description:
    "Shows how the server would carry out one statement, by EXPLAIN; the statement itself is not run. Numbers in a plan over masked columns are masked too.",
  input: z.object({ connection: CONNECTION_NAME, sql: SQL, purpose: PURPOSE }),
  output: RAN,
  annotations: LOOKS,
  call: async (session, { connection, sql, purpose }, signal) => {
    const profile = session.engine.connection(connection);
    const text = `${profile.engine === "sqlite" ? "EXPLAIN QUERY PLAN" : "EXPLAIN"} ${sql}`;
    return runStatement(session, { connection: profile, text, purpose }, PAGE_ROWS * 4, signal);
  },
});
