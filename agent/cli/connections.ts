import { effectiveEnvironment } from "../../protocol/connection.ts";
import { isCentralId } from "../../protocol/lease/centralId.ts";
import { type Command, EXIT, UsageError } from "./command.ts";
import { parseLine } from "./parseLine.ts";
import { continueAsLocalUser } from "./query.ts";
import { withEngine } from "./target.ts";
import { printable, table } from "./text.ts";

/** `sluice connections`: what `-c` can name, saved ones and the collector's. */
export const connections: Command = (argv, io) => {
  const { values, positionals } = parseLine({
    args: [...argv],
    allowPositionals: true,
    options: { json: { type: "boolean" } },
  });
  if (positionals.length > 0) throw new UsageError(`sluice connections takes no "${positionals[0]}".`);
  return withEngine(io, async (engine) => {
    await continueAsLocalUser(engine, io);
    engine.rooms.identity.requireActor();
    const all = (await engine.listConnections()).map((profile) => ({
      id: profile.id,
      name: profile.name,
      engine: profile.engine,
      host: profile.host,
      port: profile.port,
      database: profile.database,
      environment: effectiveEnvironment(profile),
      from: isCentralId(profile.id) ? "collector" : "saved",
    }));
    if (values.json === true) for (const one of all) io.out(`${JSON.stringify(one)}\n`);
    else {
      const rows = all.map(({ name, engine: kind, host, port, database, environment, from }) => [
        printable(name),
        kind,
        printable(host === "" ? database : `${host}:${port}/${database}`),
        environment,
        from,
      ]);
      io.out(table(["name", "engine", "database", "environment", "from"], rows));
    }
    return EXIT.done;
  });
};
