import fs from "node:fs";
import { parseArgs } from "node:util";
import { CollectorError } from "./collectorError.ts";
import { backupStore } from "./operations/backup.ts";
import { restoreLog } from "./operations/restore.ts";
import type { CollectorOptions } from "./options.ts";
import { settingsFrom } from "./settings.ts";
import { startCollector } from "./start.ts";

/** A collector as a process: settings from a file, the environment and the command line. */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
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
  },
});

const [command = "start"] = positionals;

try {
  const options = settingsFrom(values, process.env, (file) => fs.readFileSync(file, "utf8"));
  if (command === "start") await serve(options);
  else if (command === "backup" && values.to !== undefined) {
    await backupStore(options, values.to);
    tell({ backup: values.to });
  } else if (command === "restore") {
    tell(await restoreLog(options, values.epoch === undefined ? {} : { epoch: Number(values.epoch) }));
  } else
    throw new CollectorError(
      "usage",
      `The collector does not know "${positionals.join(" ")}".`,
      "Use: start, backup --to FILE, restore [--epoch N].",
    );
} catch (error) {
  const told = error instanceof CollectorError ? `${error.message}\n${error.action}\n` : `${String(error)}\n`;
  process.stderr.write(told);
  process.exitCode = 1;
}

async function serve(options: CollectorOptions): Promise<void> {
  const collector = await startCollector(options);
  tell({ listening: collector.url, log: collector.log });
  const stop = (): void => void collector.stop().then(() => process.exit(0));
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}

function tell(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}
