import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach } from "vitest";
import { type DemoCollector, startDemoCollector } from "../../scripts/demo/collector.ts";
import { type DemoDatabase, freePort, startDemoDatabase } from "../../scripts/demo/database.ts";
import { type DemoProvider, startDemoProvider } from "../../scripts/demo/provider.ts";
import { cache, root } from "../../scripts/steps.ts";
import { type Host, startHost } from "./host.ts";

/** The demo's database and, where wanted, its provider, with an editor that works against them. */
export interface World {
  readonly database: DemoDatabase;
  readonly provider: DemoProvider | null;
  /** Where others are asked, where wanted. */
  readonly collector: PausableCollector | null;
  readonly home: string;
  readonly host: Host;
  /** Runs `sluice` with the same home and answers its exit code and output. */
  cli(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string }>;
  stop(): Promise<void>;
}

export interface WorldOptions {
  readonly provider: boolean;
  /** With somebody to ask through, who names the provider. */
  readonly collector?: boolean;
  /** Whether the connections of the demo are there already. */
  readonly connections: boolean;
  readonly files: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Another extension, unpacked, that is there too. */
  readonly beside?: string;
}

export const { version } = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8")) as {
  readonly version: string;
};
/** What `npm test` packaged before it came here. */
export const VSIX = path.join(cache, `sluice-${version}.vsix`);

/** Starts everything a person's machine would have. */
export async function startWorld(options: WorldOptions): Promise<World> {
  const database = await startDemoDatabase({ dataDir: path.join(cache, "e2e-postgres"), scale: 0.2 });
  const provider = options.provider ? await startDemoProvider() : null;
  const collector = provider !== null && options.collector === true ? await startCollector(provider) : null;
  const home = fs.mkdtempSync(path.join(os.tmpdir(), "sluice-home-"));
  if (provider !== null) {
    const { issuer, clientId } = provider;
    const config =
      collector === null ? { identity: { issuer, clientId } } : { collector: { url: collector.url } };
    write(home, "config.json", config);
  }
  if (options.connections) write(home, "connections.json", { connections: connectionsOf(database) });
  const env = {
    SLUICE_HOME: home,
    SLUICE_PASSWORD_NORTHWIND_PRODUCTION: database.password,
    SLUICE_PASSWORD_NORTHWIND_DEVELOPMENT: database.password,
  };
  const { files, settings, beside } = options;
  const host = await startHost({
    vsix: VSIX,
    env,
    files,
    ...(settings === undefined ? {} : { settings }),
    ...(beside === undefined ? {} : { beside }),
  });
  return {
    database,
    provider,
    collector,
    home,
    host,
    cli: (...args) => sluice(args, env),
    stop: async () => {
      await host.stop();
      await collector?.stop();
      await provider?.stop();
      await database.stop();
      fs.rmSync(home, { recursive: true, force: true });
    },
  };
}

/** A real collector, which can go away for a while. */
export interface PausableCollector {
  readonly url: string;
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
}

async function startCollector(provider: DemoProvider): Promise<PausableCollector> {
  const data = fs.mkdtempSync(path.join(os.tmpdir(), "sluice-collector-"));
  const port = await freePort();
  const start = (): Promise<DemoCollector> => startDemoCollector({ data, fresh: false, port, provider });
  let running = await start();
  return {
    url: running.url,
    pause: () => running.stop(),
    resume: async () => {
      running = await start();
    },
    stop: async () => {
      await running.stop();
      fs.rmSync(data, { recursive: true, force: true });
    },
  };
}

/** Leaves a picture of the screen in test-results for each test that fails. */
export const pictureFailures = (world: () => World | undefined): void =>
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") await world()?.host.screenshot(`failed ${task.name.slice(0, 60)}`);
  });

function connectionsOf({ host, port, user, database }: DemoDatabase): readonly object[] {
  const common = { engine: "postgres", host, port, user, database, tls: "disable" };
  return [
    { id: "northwind-production", name: "Northwind", environment: "production", ...common },
    { id: "northwind-development", name: "Northwind copy", environment: "development", ...common },
  ];
}

const write = (home: string, name: string, content: unknown): void =>
  fs.writeFileSync(path.join(home, name), JSON.stringify(content), { mode: 0o600 });

function sluice(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ readonly code: number; readonly out: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(root, "dist/cli.mjs"), ...args], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let out = "";
    child.stdout.on("data", (chunk: Buffer) => {
      out += chunk.toString("utf8");
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, out }));
  });
}
