import { CollectorError } from "./collectorError.ts";
import { type CollectorOptions, readOptions } from "./options.ts";

/** Names on the command line, and what they are called in a file. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  data: ["data"],
  database: ["database"],
  host: ["host"],
  port: ["port"],
  "public-url": ["publicUrl"],
  log: ["log"],
  issuer: ["issuer"],
  "client-id": ["clientId"],
  audience: ["audience"],
  "tls-cert": ["tls", "cert"],
  "tls-key": ["tls", "key"],
  "behind-proxy": ["behindProxy"],
  "log-level": ["logLevel"],
};

type Values = Readonly<Record<string, string | boolean | undefined>>;

/**
 * Settings from a JSON file, over which the environment (`SLUICE_COLLECTOR_PUBLIC_URL`) goes, over which the command
 * line (`--public-url`) goes. @throws CollectorError that names what is wrong.
 */
export function settingsFrom(
  given: Values,
  environment: Readonly<Record<string, string | undefined>>,
  readFile: (file: string) => string,
): CollectorOptions {
  const inEnvironment = (name: string): string | undefined =>
    environment[`SLUICE_COLLECTOR_${name.toUpperCase().replaceAll("-", "_")}`];
  const file = given.config ?? inEnvironment("config");
  const settings = typeof file === "string" ? parsedFile(file, readFile) : {};
  for (const [name, path] of Object.entries(NAMES)) {
    const value = given[name] ?? inEnvironment(name);
    if (value !== undefined) put(settings, path, typed(name, value));
  }
  const token = inEnvironment("metrics-token");
  if (token !== undefined) put(settings, ["metricsToken"], token);
  return readOptions(settings);
}

function parsedFile(file: string, readFile: (file: string) => string): Record<string, unknown> {
  try {
    const read: unknown = JSON.parse(readFile(file));
    if (typeof read === "object" && read !== null && !Array.isArray(read)) return { ...read };
    throw new TypeError("it holds no settings");
  } catch (error) {
    throw new CollectorError(
      "settings-invalid",
      `The settings in ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
      "Correct the file: it is one JSON object; docs/collector.md lists its fields.",
    );
  }
}

function typed(name: string, value: string | boolean): string | boolean | number {
  if (name === "port") return Number(value);
  if (name === "behind-proxy") return value === true || value === "true" || value === "1";
  return value;
}

function put(
  settings: Record<string, unknown>,
  [first = "", ...rest]: readonly string[],
  value: unknown,
): void {
  if (rest.length === 0) {
    settings[first] = value;
    return;
  }
  const inner = settings[first];
  const copy: Record<string, unknown> = typeof inner === "object" && inner !== null ? { ...inner } : {};
  put(copy, rest, value);
  settings[first] = copy;
}
