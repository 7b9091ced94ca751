import fs from "node:fs";
import { parseArgs } from "node:util";
import { CollectorError } from "./collectorError.ts";
import { HELP } from "./help.ts";
import { backupStore } from "./operations/backup.ts";
import { restoreLog } from "./operations/restore.ts";
import { streamsCommand } from "./operations/streams.ts";
import type { CollectorOptions } from "./options.ts";
import { settingsFrom } from "./settings.ts";
import { startCollector } from "./start.ts";

/** A collector as a process: settings from a file, the environment and the command line. */
const OPTIONS = {
  config: { type: "string" },
  data: { type: "string" },
  database: { type: "string" },
  host: { type: "string" },
  port: { type: "string" },
  "public-url": { type: "string" },
  log: { type: "string" },
  issuer: { type: "string" },
  "client-id": { type: "string" },
  audience: { type: "string" },
  "tls-cert": { type: "string" },
  "tls-key": { type: "string" },
  "behind-proxy": { type: "boolean" },
  "log-level": { type: "string" },
  to: { type: "string" },
  epoch: { type: "string" },
  move: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

const USAGE =
  "Use: start, backup --to FILE, restore [--epoch N], streams [--move NAME --to POSITION]; docs/collector.md lists the settings.";

try {
  await run(process.argv.slice(2));
} catch (error) {
  const told = error instanceof CollectorError ? `${error.message}\n${error.action}` : String(error);
  process.stderr.write(`${told}\n`);
  process.exitCode = 1;
}

async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = readArguments(args);
  if (values.help === true || positionals[0] === "help") {
    process.stdout.write(HELP);
    return;
  }
  const options = settingsFrom(values, process.env, (file) => fs.readFileSync(file, "utf8"));
  const [command = "start"] = positionals;
  if (command === "start") await serve(options);
  else if (command === "backup" && values.to !== undefined) {
    tell(await backupStore(options, values.to));
  } else if (command === "restore") {
    tell(await restoreLog(options, values.epoch === undefined ? {} : { epoch: Number(values.epoch) }));
  } else if (command === "streams" && (values.move === undefined) === (values.to === undefined)) {
    const { move: stream, to } = values;
    tell(await streamsCommand(options, stream === undefined || to === undefined ? null : { stream, to }));
  } else throw new CollectorError("usage", `The collector does not know "${positionals.join(" ")}".`, USAGE);
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new CollectorError("usage", error instanceof Error ? error.message : String(error), USAGE);
  }
}

async function serve(options: CollectorOptions): Promise<void> {
  const collector = await startCollector(options);
  const stop = (): void => void collector.stop().then(() => process.exit(0));
  // Before anybody is told: whoever reads it may end it at once.
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  // Where `sluice collector` started this and was killed, nobody else would end it.
  process.once("disconnect", stop);
  tell({ listening: collector.url, log: collector.log });
}

function tell(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}
