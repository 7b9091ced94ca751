import { counted } from "../../protocol/counted.ts";
import { type Command, EXIT } from "./command.ts";
import { parseLine } from "./parseLine.ts";
import { withEngine } from "./target.ts";

/** `sluice audit sync`: sends what the collector has not got, and tells what came of it. */
export const auditSync: Command = (args, io) => {
  const { values } = parseLine({ args: [...args], options: { json: { type: "boolean" } } });
  const json = values.json === true;
  return withEngine(io, async ({ rooms }) => {
    const state = (await rooms.sync?.now()) ?? ({ kind: "none" } as const);
    if (json) io.out(`${JSON.stringify(state)}\n`);
    switch (state.kind) {
      case "synced":
        if (!json) io.out(`The collector ${state.collector} holds every record and has proven it.\n`);
        return EXIT.done;
      case "none":
        io.err(
          "No collector is set up: records stay on this machine.\nSet collector.url in config.json, or SLUICE_COLLECTOR.\n",
        );
        return EXIT.failed;
      case "behind":
        io.err(`${counted(state.records, "record")} wait on this machine.\n`);
        if (state.problem !== undefined) io.err(`${state.problem.message}\n${state.problem.action}\n`);
        return EXIT.failed;
      case "refused":
        io.err(`${state.problem.message}\n${state.problem.action}\n`);
        return EXIT.failed;
    }
  });
};
