import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import mysql from "mysql2/promise";

export interface TestMariadb {
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

/**
 * A real MariaDB of its own for one test file, in a temporary folder. `user` may do everything and `database`
 * exists and is empty. Needs Debian's `mariadb-server`.
 */
export async function startMariadb(flags: readonly string[] = []): Promise<TestMariadb> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "sluice-mariadb-"));
  fs.chmodSync(folder, 0o777);
  const [host, port] = ["127.0.0.1", await freePort()];
  const [user, password, database] = ["sluice", "test-password", "test"];
  const asUser = process.getuid?.() === 0 ? ["--user=mysql"] : [];
  const dataDir = path.join(folder, "data");
  // A server clears another's temporary files away when it starts.
  const temporary = path.join(folder, "tmp");
  fs.mkdirSync(temporary);
  fs.chmodSync(temporary, 0o777);
  await promisify(execFile)("mariadb-install-db", [
    "--no-defaults",
    `--datadir=${dataDir}`,
    "--auth-root-authentication-method=normal",
    "--skip-test-db",
    ...asUser,
  ]);
  const initFile = path.join(folder, "init.sql");
  fs.writeFileSync(
    initFile,
    [
      `CREATE DATABASE IF NOT EXISTS ${database} CHARACTER SET utf8mb4;`,
      `CREATE USER IF NOT EXISTS '${user}'@'%' IDENTIFIED BY '${password}';`,
      `GRANT ALL PRIVILEGES ON *.* TO '${user}'@'%' WITH GRANT OPTION;`,
      "",
    ].join("\n"),
  );
  const start = async (): Promise<ChildProcess> => {
    const log = fs.openSync(path.join(folder, "log"), "a");
    const server = spawn(
      MARIADBD,
      [
        "--no-defaults",
        `--datadir=${dataDir}`,
        `--port=${port}`,
        `--socket=${path.join(folder, "socket")}`,
        `--tmpdir=${temporary}`,
        `--pid-file=${path.join(folder, "pid")}`,
        `--bind-address=${host}`,
        `--init-file=${initFile}`,
        "--skip-name-resolve",
        "--innodb-flush-log-at-trx-commit=0",
        "--innodb-buffer-pool-size=64M",
        "--innodb-log-file-size=64M",
        ...asUser,
        ...flags,
      ],
      { stdio: ["ignore", log, log] },
    );
    fs.closeSync(log);
    await answering(server, { host, port, user, password, database }, path.join(folder, "log"));
    return server;
  };
  let server = await start();
  const halt = async (): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.kill("SIGTERM");
    await once(server, "exit");
  };
  return {
    host,
    port,
    user,
    password,
    database,
    connectionString: `mysql://${user}:${password}@${host}:${port}/${database}`,
    restart: async () => {
      await halt();
      server = await start();
    },
    stop: async () => {
      await halt();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Debian puts servers where not everybody's PATH looks. */
const MARIADBD = fs.existsSync("/usr/sbin/mariadbd") ? "/usr/sbin/mariadbd" : "mariadbd";

type Account = Pick<TestMariadb, "host" | "port" | "user" | "password" | "database">;

async function answering(server: ChildProcess, account: Account, log: string): Promise<void> {
  for (;;) {
    if (server.exitCode !== null) throw new Error(`mariadbd ended: ${fs.readFileSync(log, "utf8")}`);
    try {
      const connection = await mysql.createConnection({ ...account, connectTimeout: 1_000 });
      await connection.end();
      return;
    } catch {
      await delay(50);
    }
  }
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
