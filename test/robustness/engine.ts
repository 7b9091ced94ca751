import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Engine } from "../../agent/engine.ts";
import type { Governed } from "../../agent/govern.ts";
import type { SecretStore } from "../../agent/identity/secretStore.ts";
import type { GovernedStatement } from "../../agent/runRequest.ts";
import { type StartOptions, startEngine } from "../../agent/startEngine.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { connectionId, sessionId } from "../../protocol/ids.ts";
import type { Problem } from "../../protocol/messages.ts";
import type { TestPostgres } from "../postgres.ts";

/** Secrets that live as long as the test that made them. */
export function memorySecrets(): SecretStore {
  const kept = new Map<string, string>();
  return {
    get: (key) => Promise.resolve(kept.get(key)),
    store: (key, value) => Promise.resolve(void kept.set(key, value)),
    delete: (key) => Promise.resolve(void kept.delete(key)),
  };
}

/** A folder of its own for one test's state. */
export const newHome = (): string => fs.mkdtempSync(path.join(os.tmpdir(), "sluice-home-"));

/** The whole engine in this process, as the CLI starts it. */
export const engineIn = (home: string, changes: Partial<StartOptions> = {}): Promise<Engine> =>
  startEngine({
    home,
    issuer: undefined,
    clientId: undefined,
    workspaceFolders: [],
    origin: "cli",
    secrets: memorySecrets(),
    openBrowser: () => Promise.resolve(false),
    events: { catalogChanged: () => {}, progress: () => {} },
    ...changes,
  });

/** A saved connection to the test's server; development unless said otherwise. */
export const profileOf = (
  server: TestPostgres,
  changes: Partial<ConnectionProfile> = {},
): ConnectionProfile => ({
  id: connectionId("test"),
  name: "test",
  engine: "postgres",
  host: server.host,
  port: server.port,
  database: server.database,
  user: server.user,
  environment: "development",
  tls: "disable",
  ...changes,
});

/** Every statement of `text`, governed; an open result is closed after its first page. */
export async function runAll(
  engine: Engine,
  connection: ConnectionProfile,
  text: string,
  options: { readonly signal?: AbortSignal; readonly maxCellLength?: number } = {},
): Promise<readonly GovernedStatement[]> {
  const done: GovernedStatement[] = [];
  const run = engine.run({
    sessionId: sessionId(`test:${connection.id}`),
    connection,
    text,
    client: { kind: "cli", session: "test" },
    purpose: undefined,
    pageRows: 1_000,
    maxCellLength: options.maxCellLength ?? Number.POSITIVE_INFINITY,
    signal: options.signal ?? new AbortController().signal,
    keepGoing: true,
  });
  for await (const statement of run) {
    done.push(statement);
    if (statement.governed.kind === "rows") await statement.governed.rest.close();
  }
  return done;
}

/** The one statement of `text`. */
export async function runOne(
  engine: Engine,
  connection: ConnectionProfile,
  text: string,
  options: { readonly signal?: AbortSignal; readonly maxCellLength?: number } = {},
): Promise<Governed> {
  const [only, ...more] = await runAll(engine, connection, text, options);
  if (only === undefined || more.length > 0) throw new Error(`One statement was expected in: ${text}`);
  return only.governed;
}

/** What a person is told when an attempt fails, whatever class of error carries it. */
export async function problemTold(attempt: Promise<unknown>): Promise<Problem> {
  const error: unknown = await attempt.then(
    (value) => value,
    (thrown: unknown) => thrown,
  );
  if (typeof error === "object" && error !== null && "problem" in error) return error.problem as Problem;
  throw new Error(`It did not fail with words for a person: ${String(error)}`);
}
