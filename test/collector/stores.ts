import { randomBytes } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe } from "vitest";
import type { CollectorSettings } from "../../collector/options.ts";
import type { RunningCollector } from "../../collector/start.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { call, TestDevice } from "./device.ts";

export { startCollector } from "../../collector/start.ts";

/** A folder of its own for one test. */
export const newFolder = (): string => fs.mkdtempSync(path.join(os.tmpdir(), "sluice-collector-"));

/** What a test's collector is told unless it says otherwise. */
export const settings = (
  provider: Pick<DemoProvider, "issuer" | "clientId">,
  changes: Partial<CollectorSettings> = {},
): CollectorSettings => ({
  data: newFolder(),
  port: 0,
  issuer: provider.issuer,
  clientId: provider.clientId,
  logLevel: "silent",
  limits: { perMinute: 1_000_000, perDevicePerMinute: 1_000_000, unprovenPerMinute: 100_000_000 },
  ...changes,
});

export interface StoreForTest {
  readonly kind: "sqlite" | "postgres";
  /** Settings of a store nobody has used. */
  fresh(): Promise<Partial<CollectorSettings>>;
}

/** Runs the same tests over each store. */
export function onEachStore(tests: (store: StoreForTest) => void): void {
  describe("sqlite", () => tests({ kind: "sqlite", fresh: async () => ({}) }));
  describe("postgres", () => {
    let server: TestPostgres;
    beforeAll(async () => {
      server = await startPostgres();
    });
    afterAll(() => server.stop());
    tests({ kind: "postgres", fresh: async () => ({ database: await newDatabase(server) }) });
  });
}

/** A device that its owner has enrolled. */
export async function enrolled(
  { url, log }: Pick<RunningCollector, "url" | "log">,
  token: string,
  subject = "member",
): Promise<TestDevice> {
  const device = new TestDevice();
  const answer = await call(
    "PUT",
    `${url}/v1/devices/${device.chain}`,
    token,
    device.enrolment(log, subject),
  );
  if (answer.status !== 200) throw new Error(`Not enrolled: ${JSON.stringify(answer.body)}`);
  return device;
}

/** An empty database; its address. */
export async function newDatabase(server: TestPostgres): Promise<string> {
  const name = `collector_${randomBytes(6).toString("hex")}`;
  const client = new pg.Client({ connectionString: server.connectionString });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  return server.connectionString.replace(/[^/]*$/, name);
}
