import { z } from "zod";
import { CONNECTION_NAME, SQL } from "./inputs.ts";
import { REPORT, reportData } from "./reportData.ts";
import { defineTool, LOOKS } from "./tool.ts";
import { PROBLEM } from "./toolProblem.ts";
import { answerWith } from "./untrusted.ts";

export const checkStatement = defineTool({
  name: "check_statement",
  title: "Check SQL without running it",
  description:
    "Tells what SQL would do and whether policy lets you run it, and runs nothing: tables read and written, findings with what to do instead, columns that would be masked, risk. Use it before run_query when you are unsure.",
  input: z.object({ connection: CONNECTION_NAME, sql: SQL, purpose: z.string().max(2_000).optional() }),
  output: z.object({
    status: z.enum(["ok", "failed"]),
    statements: z.array(REPORT).optional(),
    problem: PROBLEM.optional(),
    untrusted: z.boolean().optional(),
  }),
  annotations: LOOKS,
  call: async (session, { connection, sql, purpose }) => {
    const { engine } = session;
    const actor = await session.actor();
    const profile = engine.connection(connection);
    await engine.open.database(profile).whenClassified();
    const judged = await engine.check(profile, sql, {
      actor,
      // To ask around for what is allowed is probing like trying it.
      denials: session.client,
      ...(purpose === undefined ? {} : { purpose }),
      ...(session.task === undefined ? {} : { task: session.task }),
    });
    const statements = judged.map(({ report }) => reportData(report));
    const words = { allow: "may run", approve: "needs an approval", deny: "is denied" };
    const said = statements.map(({ decision }, n) => `Statement ${n + 1} ${words[decision]}.`).join(" ");
    return answerWith(
      said === "" ? "There is no statement in it." : said,
      { status: "ok", statements },
      statements,
    );
  },
});
