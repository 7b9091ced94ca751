import { RETENTION_OVERVIEW } from "../../protocol/collector/retention.ts";
import { counted } from "../../protocol/counted.ts";
import { retentionSentences } from "../../protocol/retention/retentionWords.ts";
import { type Command, EXIT } from "./command.ts";
import { parseLine } from "./parseLine.ts";
import { SignedInCollector } from "./signedInCollector.ts";
import { withEngine } from "./target.ts";

/** `sluice collector retention`: what is dropped of old records, how far that has come, and what it waits for. */
export const retention: Command = (argv, io) => {
  const { values } = parseLine({ args: [...argv], options: { json: { type: "boolean" } } });
  return withEngine(io, async (engine) => {
    const server = new SignedInCollector(engine, io.signal);
    const { holds, ...progress } = await server.get("/v1/retention", RETENTION_OVERVIEW);
    const inForce = holds.filter(({ liftedAt }) => liftedAt === null).length;
    if (values.json === true) io.out(`${JSON.stringify({ ...progress, holdsInForce: inForce })}\n`);
    else {
      for (const sentence of retentionSentences(progress, (iso) => iso)) io.out(`${sentence}\n`);
      const are = inForce === 1 ? "is" : "are";
      io.out(`${counted(inForce, "hold")} ${are} in force: sluice collector holds\n`);
    }
    return EXIT.done;
  });
};
