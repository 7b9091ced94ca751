import { z } from "zod";
import { effectiveEnvironment } from "../../../protocol/connection.ts";
import { defineTool, LOOKS } from "./tool.ts";
import { PROBLEM } from "./toolProblem.ts";
import { answerWith } from "./untrusted.ts";

const CONNECTION = z.object({
  name: z.string(),
  engine: z.string(),
  database: z.string(),
  environment: z.string(),
});

export const listConnections = defineTool({
  name: "list_connections",
  title: "List database connections",
  description:
    "Lists the databases you may query through Sluice, by name. Use a name as `connection` in the other tools.",
  input: z.object({}),
  output: z.object({
    status: z.enum(["ok", "failed"]),
    connections: z.array(CONNECTION).optional(),
    problem: PROBLEM.optional(),
    untrusted: z.boolean().optional(),
  }),
  annotations: LOOKS,
  call: async (session) => {
    await session.actor();
    const connections = session.engine.connections.list().map((profile) => ({
      name: profile.name,
      engine: profile.engine,
      database: profile.database,
      environment: effectiveEnvironment(profile),
    }));
    const said =
      connections.length === 0
        ? "There are no connections yet. A person adds them in the Connections view of the editor."
        : `${connections.length} connections.`;
    return answerWith(said, { status: "ok", connections }, connections);
  },
});
