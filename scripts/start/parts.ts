import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { type DemoCollector, startDemoCollector } from "../demo/collector.ts";
import { type DemoDatabase, freePort, startDemoDatabase } from "../demo/database.ts";
import { lendDemoDatabase } from "../demo/lending.ts";
import { type DemoProvider, startDemoProvider } from "../demo/provider.ts";
import { cache, progress, progressDone, step } from "../steps.ts";

/** The real parts the demo runs against, and the Sluice home that knows them. */
export interface DemoParts {
  readonly database: DemoDatabase;
  readonly provider: DemoProvider;
  readonly collector: DemoCollector;
  readonly home: string;
  /** What the agent and the CLI need in their environment. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const PORTS = { database: 54_329, provider: 54_330, collector: 54_331 };

/** Starts database and provider, and writes the home. `home` is emptied of old sign-ins where it is to be fresh. */
export async function startParts(options: { readonly freshHome: boolean }): Promise<DemoParts> {
  step("Starting PostgreSQL with a shop, a clinic and their people in it");
  const database = await startDemoDatabase({
    dataDir: path.join(cache, "demo-postgres"),
    port: await portOf(PORTS.database),
    progress,
  }).catch((error: unknown) => {
    const why = error instanceof Error ? `: ${error.message}` : "";
    throw new Error(`PostgreSQL did not start${why}. Is another \`npm start\` running here? Stop it first.`);
  });
  progressDone(`PostgreSQL listens at ${database.host}:${database.port}`);
  step("Starting the OpenID provider");
  const provider = await startDemoProvider({
    port: await portOf(PORTS.provider),
    keyFile: path.join(cache, "demo-provider-key.json"),
  });
  progressDone(`The provider is ${provider.issuer}`);
  step("Starting the collector");
  const collector = await startDemoCollector({
    data: path.join(cache, options.freshHome ? "headless-collector" : "demo-collector"),
    fresh: options.freshHome,
    port: await portOf(PORTS.collector),
    provider,
  });
  progressDone(`The collector is ${collector.url}, its log ${collector.log}`);
  await lendDemoDatabase(database, provider, collector);
  const home = path.join(cache, options.freshHome ? "headless-home" : "demo-home");
  if (options.freshHome) fs.rmSync(home, { recursive: true, force: true });
  writeHome(home, database, collector);
  return {
    database,
    provider,
    collector,
    home,
    env: {
      SLUICE_HOME: home,
      SLUICE_PASSWORD_NORTHWIND_PRODUCTION: database.password,
      SLUICE_PASSWORD_NORTHWIND_DEVELOPMENT: database.password,
    },
    stop: async () => {
      await collector.stop();
      await provider.stop();
      await database.stop();
    },
  };
}

/** The port that is wanted, the same at every start, or a free one where somebody else has it. */
async function portOf(wanted: number): Promise<number> {
  const free = await new Promise<boolean>((resolve) => {
    const probe = net.createServer();
    probe.once("error", () => resolve(false));
    probe.listen(wanted, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
  return free ? wanted : freePort();
}

function writeHome(home: string, database: DemoDatabase, collector: DemoCollector): void {
  fs.mkdirSync(home, { recursive: true, mode: 0o700 });
  const { host, port, user } = database;
  const common = { engine: "postgres", host, port, user, database: database.database, tls: "disable" };
  const connections = [
    { id: "northwind-production", name: "Northwind", environment: "production", ...common },
    { id: "northwind-development", name: "Northwind copy", environment: "development", ...common },
  ];
  const write = (name: string, content: unknown): void =>
    fs.writeFileSync(path.join(home, name), `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  write("connections.json", { connections });
  // The one address a person types: the collector names the provider.
  write("config.json", { collector: { url: collector.url } });
}
