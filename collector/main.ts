import fs from "node:fs";
import { parseArgs } from "node:util";
import { CollectorError } from "./collectorError.ts";
import { settingsFrom } from "./settings.ts";
import { startCollector } from "./start.ts";

/** A collector as a process: settings from a file, the environment and the command line. */
const { values } = parseArgs({
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
  },
});

try {
  const settings = settingsFrom(values, process.env, (file) => fs.readFileSync(file, "utf8"));
  const collector = await startCollector(settings);
  process.stdout.write(`${JSON.stringify({ listening: collector.url, log: collector.log })}\n`);
  const stop = (): void => void collector.stop().then(() => process.exit(0));
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
} catch (error) {
  const told = error instanceof CollectorError ? `${error.message}\n${error.action}\n` : `${String(error)}\n`;
  process.stderr.write(told);
  process.exitCode = 1;
}
