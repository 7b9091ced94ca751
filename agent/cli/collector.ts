import { devices } from "./collectorDevices.ts";
import { holds } from "./collectorHolds.ts";
import { retention } from "./collectorRetention.ts";
import { runServer } from "./collectorServer.ts";
import { type Command, EXIT } from "./command.ts";
import { serverProgram } from "./serverProgram.ts";

/** What a person who is signed in asks a collector, wherever it runs. */
const ASKED: ReadonlyMap<string, Command> = new Map([
  ["devices", devices],
  ["holds", holds],
  ["retention", retention],
]);

/** `sluice collector …`: starts the central server, or asks it about devices, retention and holds. */
export const collector: Command = (argv, io) => {
  const [what = "", ...rest] = argv;
  return ASKED.get(what)?.(rest, io) ?? server(argv, io);
};

/** The server is a process of its own that shares nothing with the agent. */
const server: Command = (argv, io) => {
  const script = serverProgram();
  if (script === null) {
    io.err("The collector is not part of this installation.\nUse the one of the `sluice` package.\n");
    return Promise.resolve(EXIT.failed);
  }
  return runServer(script, argv, EXIT.failed);
};
