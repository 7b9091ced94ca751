import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Engine } from "../../agent/engine.ts";
import { connectionId, sessionId } from "../../protocol/ids.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { engineIn, newHome, problemTold, profileOf, runAll, runOne } from "./engine.ts";

const LONG_QUERY = "SELECT count(*) FROM generate_series(1, 1000000) a, generate_series(1, 1000000) b";

let server: TestPostgres;
let home: string;
let engine: Engine;

/** Trust is not set up for this role: it may come in encrypted only. */
const ENCRYPTED_ONLY = "hostnossl all encrypted_only all reject";

beforeAll(async () => {
  server = await startPostgres();
  const admin = new pg.Client({ connectionString: server.connectionString });
  await admin.connect();
  const { rows } = await admin.query<{ hba: string }>("SELECT current_setting('hba_file') AS hba");
  const hba = rows[0]?.hba ?? "";
  fs.writeFileSync(hba, `${ENCRYPTED_ONLY}\n${fs.readFileSync(hba, "utf8")}`);
  await admin.query("CREATE ROLE encrypted_only LOGIN PASSWORD 'x'");
  await admin.query("SELECT pg_reload_conf()");
  await admin.query("CREATE TABLE marker (id int)");
  await admin.end();
});
afterAll(() => server.stop());
beforeEach(async () => {
  home = newHome();
  engine = await engineIn(home);
  await engine.rooms.identity.continueAsLocalUser();
  engine.open.passwords.use(profileOf(server).id, server.password);
  return async () => {
    await engine.close();
    fs.rmSync(home, { recursive: true, force: true });
  };
});

describe("a server that cannot be reached says which of its reasons it is, and what to do", () => {
  const told = (changes: Parameters<typeof profileOf>[1], password: string | null = server.password) => {
    const profile = profileOf(server, { id: connectionId("other"), name: "Shop", ...changes });
    if (password !== null) engine.open.passwords.use(profile.id, password);
    return problemTold(runOne(engine, profile, "SELECT 1 AS one"));
  };

  test("wrong host", async () => {
    expect(await told({ host: "no-such-host.invalid" })).toEqual({
      code: "host-not-found",
      message: 'The host name "no-such-host.invalid" cannot be resolved.',
      action: "Check the host for a typing mistake; if it is internal, check that your VPN is connected.",
    });
  });

  test("wrong port", async () => {
    expect(await told({ port: 1 })).toEqual({
      code: "connection-refused",
      message: `Nothing listens for PostgreSQL at ${server.host}:1.`,
      action: "Check host and port, and that the server is running.",
    });
  });

  test("wrong password", async () => {
    expect(await told({}, "not-the-password")).toEqual({
      code: "wrong-password",
      message: `The server refused user "${server.user}": wrong password, or no access to "${server.database}".`,
      action: "Edit the connection and enter the password again, or ask for access to this database.",
    });
  });

  test("no password at all", async () => {
    expect(await told({}, null)).toEqual({
      code: "password-missing",
      message: `The server asks for the password of user "${server.user}", and none is stored for "Shop".`,
      action:
        "Edit the connection and enter the password; in a terminal, give it in the address or in PGPASSWORD.",
    });
  });

  test("missing database", async () => {
    expect(await told({ database: "nowhere" })).toEqual({
      code: "database-missing",
      message: `There is no database "nowhere" on ${server.host}:${server.port}.`,
      action: "Edit the connection and choose an existing database.",
    });
  });

  test("TLS refused by the server", async () => {
    expect(await told({ tls: "require" })).toEqual({
      code: "tls-refused",
      message: `${server.host}:${server.port} does not offer TLS, and this connection asks for it.`,
      action:
        'Turn TLS on at the server, or set TLS to "disable" for this connection if the network is trusted.',
    });
  });

  test("TLS demanded by the server", async () => {
    const problem = await told({ user: "encrypted_only" }, "x");
    expect(problem.code).toBe("access-not-configured");
    expect(problem.message).toContain('lets user "encrypted_only" into "postgres" from this machine only');
    expect(problem.action).toContain('Set TLS to "require"');
  });

  test("nobody is told the password", async () => {
    const problem = await told({ database: "nowhere" }, server.password);
    expect(JSON.stringify(problem)).not.toContain(server.password);
    expect(fs.readFileSync(path.join(home, "ledger.db-wal"), "latin1")).not.toContain(server.password);
  });
});

const openssl = (() => {
  try {
    execFileSync("openssl", ["version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

test.skipIf(!openssl)("a certificate nobody vouches for is refused where it is to be verified", async () => {
  const folder = newHome();
  fs.chmodSync(folder, 0o755);
  const [key, certificate] = [path.join(folder, "server.key"), path.join(folder, "server.crt")];
  const subject = ["-subj", "/CN=localhost", "-days", "2"];
  const files = ["-keyout", key, "-out", certificate];
  execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", ...subject, ...files], {
    stdio: "ignore",
  });
  if (process.getuid?.() === 0) execFileSync("chown", ["postgres", key, certificate]);
  fs.chmodSync(key, 0o600);
  const ssl = ["-c", "ssl=on", "-c", `ssl_cert_file=${certificate}`, "-c", `ssl_key_file=${key}`];
  const encrypted = await startPostgres(ssl);
  try {
    const profile = profileOf(encrypted, { id: connectionId("encrypted"), tls: "verify" });
    engine.open.passwords.use(profile.id, encrypted.password);
    const problem = await problemTold(runOne(engine, profile, "SELECT 1 AS one"));
    expect(problem.code).toBe("tls-not-trusted");
    expect(problem.action).toContain("NODE_EXTRA_CA_CERTS");
    const unverified = await engine.open.test({ ...profile, tls: "require" }, encrypted.password);
    expect(unverified.encrypted).toBe(true);
  } finally {
    await encrypted.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
});

describe("a server that restarts in the middle", () => {
  const untilItRuns = async (start: string): Promise<void> => {
    const watcher = new pg.Client({ connectionString: server.connectionString });
    await watcher.connect();
    for (;;) {
      const { rows } = await watcher.query(
        "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE $1 AND pid <> pg_backend_pid()",
        [`${start}%`],
      );
      if (rows.length > 0) break;
    }
    // The restart ends this connection too.
    watcher.on("error", () => {});
    watcher.end().catch(() => {});
  };

  test("of a read: told, recorded as failed, and the next statement finds a new connection", async () => {
    const connection = profileOf(server);
    const running = runOne(engine, connection, LONG_QUERY);
    await untilItRuns(LONG_QUERY);
    await server.restart();
    const governed = await running;
    expect(governed).toMatchObject({
      kind: "failed",
      problem: {
        code: "connection-lost",
        action:
          "Run the statement again; Sluice reconnects by itself. Check first whether a write took effect.",
      },
    });
    expect(engine.rooms.ledger.listActivity(1)).toMatchObject([{ outcome: "failed" }]);
    expect(await runOne(engine, connection, "SELECT 2 AS two")).toMatchObject({ kind: "rows" });
  });

  test("of a change: whether it took effect is unknown, and that is what the record says", async () => {
    const connection = profileOf(server);
    const insert = `INSERT INTO marker ${LONG_QUERY}`;
    const running = runOne(engine, connection, insert);
    await untilItRuns("INSERT");
    await server.restart();
    expect(await running).toMatchObject({ kind: "failed", problem: { code: "connection-lost" } });
    expect(engine.rooms.ledger.listActivity(1)).toMatchObject([{ outcome: "unknown" }]);
  });

  test("inside a transaction: nothing meant for inside runs outside", async () => {
    const connection = profileOf(server);
    await runAll(engine, connection, "BEGIN; INSERT INTO marker VALUES (1)");
    await server.restart();
    const meant = await runOne(engine, connection, "INSERT INTO marker VALUES (2)");
    expect(meant).toMatchObject({ kind: "failed" });
    const problem = meant.kind === "failed" ? meant.problem : null;
    expect(problem?.code).toBe("transaction-lost");
    expect(problem?.message).toContain("the server has undone it. This statement was not sent.");
    expect(await runOne(engine, connection, "SELECT count(*) AS n FROM marker")).toMatchObject({
      first: { rows: [["0"]] },
    });
  });

  test("between two pages of a result: told once, recorded, and nothing hangs", async () => {
    const connection = profileOf(server);
    const [statement] = await (async () => {
      const run = engine.run({
        sessionId: sessionId("paged"),
        connection,
        text: "SELECT i FROM generate_series(1, 100000) i",
        client: { kind: "cli", session: "test" },
        purpose: undefined,
        pageRows: 10,
        maxCellLength: 100,
        signal: new AbortController().signal,
        keepGoing: false,
      });
      return [(await run.next()).value] as const;
    })();
    if (statement === undefined || statement.governed.kind !== "rows") throw new Error("No rows came.");
    await server.restart();
    expect((await problemTold(statement.governed.rest.next(10))).code).toBe("connection-lost");
    expect(engine.rooms.ledger.listActivity(1)).toMatchObject([{ outcome: "failed", rows: 10 }]);
  });
});
