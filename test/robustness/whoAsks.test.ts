import fs from "node:fs";
import net from "node:net";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Engine } from "../../agent/engine.ts";
import { loadSession, storeSession } from "../../agent/identity/storedSession.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { connectionId } from "../../protocol/ids.ts";
import { completeLogin } from "../../scripts/demo/browserless.ts";
import { type DemoProvider, startDemoProvider } from "../../scripts/demo/provider.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { engineIn, memorySecrets, newHome, problemTold, profileOf, runOne } from "./engine.ts";

const NEVER = new AbortController().signal;

let server: TestPostgres;
let provider: DemoProvider;
let watcher: pg.Client;
let home: string;
let secrets = memorySecrets();
const opened: Engine[] = [];

beforeAll(async () => {
  server = await startPostgres();
  provider = await startDemoProvider();
  watcher = new pg.Client({ connectionString: server.connectionString });
  await watcher.connect();
  await watcher.query(`CREATE SCHEMA shop;
    CREATE TABLE shop.customers (id int PRIMARY KEY, email text NOT NULL, city text);
    INSERT INTO shop.customers VALUES (1, 'ada.lindqvist@mail.example', 'Lund'), (2, 'omar.haddad@mail.example', 'Cairo')`);
});
afterAll(async () => {
  await watcher.end();
  await provider.stop();
  await server.stop();
});
beforeEach(() => {
  home = newHome();
  secrets = memorySecrets();
});
afterEach(async () => {
  for (const engine of opened.splice(0)) await engine.close();
  fs.rmSync(home, { recursive: true, force: true });
});

async function start(signInWith: DemoProvider | null): Promise<Engine> {
  const engine = await engineIn(home, {
    secrets,
    issuer: signInWith?.issuer,
    clientId: signInWith?.clientId,
    openBrowser: async (url) => {
      await completeLogin(url, { login: "ada", password: "ada-demo" });
      return true;
    },
  });
  opened.push(engine);
  engine.open.passwords.use(profileOf(server).id, server.password);
  engine.open.passwords.use(connectionId("other"), server.password);
  return engine;
}

describe("not signed in, nothing runs", () => {
  let visitors = 0;
  let door: net.Server;
  let watched: ConnectionProfile;
  beforeAll(async () => {
    door = net.createServer((socket) => {
      visitors += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => door.listen(0, "127.0.0.1", resolve));
    const address = door.address();
    watched = profileOf(server, {
      port: typeof address === "object" && address !== null ? address.port : 0,
    });
  });
  afterAll(() => void door.close());

  test("and somebody who is would be seen at this door", async () => {
    const engine = await start(null);
    await engine.rooms.identity.continueAsLocalUser();
    await problemTold(runOne(engine, watched, "SELECT 1 AS one"));
    expect(visitors).toBeGreaterThan(0);
    visitors = 0;
  });

  const refused = async (engine: Engine, code: string, action: string): Promise<void> => {
    const before = engine.rooms.ledger.count();
    for (const text of ["SELECT 1 AS one", "DROP TABLE shop.customers", "not SQL at all"]) {
      expect(await problemTold(runOne(engine, watched, text))).toMatchObject({ code, action });
    }
    expect((await problemTold(engine.check(watched, "SELECT 1 AS one"))).code).toBe(code);
    expect(engine.rooms.ledger.count()).toBe(before);
    expect(visitors).toBe(0);
  };

  test("where a provider is configured", async () => {
    await refused(await start(provider), "not-signed-in", "Sign in first (`sluice login`).");
  });

  test("where none is", async () => {
    await refused(await start(null), "not-signed-in", "Sign in first, or continue as a local user.");
  });

  test("after signing out", async () => {
    const engine = await start(provider);
    await engine.rooms.identity.signIn({ signal: NEVER });
    await engine.rooms.identity.signOut();
    await refused(engine, "not-signed-in", "Sign in first (`sluice login`).");
  });

  test("after the session has ended and its refresh was refused", async () => {
    const first = await start(provider);
    await first.rooms.identity.signIn({ signal: NEVER });
    await first.close();
    opened.pop();
    const session = await loadSession(secrets);
    if (session === null || session === "unreadable" || session.kind !== "user") throw new Error("none");
    await storeSession(secrets, { ...session, refreshToken: "revoked", expiresAt: Date.now() - 1 });
    const engine = await start(provider);
    await refused(engine, "session-expired", "Sign in again.");
  });
});

test("what a signed-in person runs is on record under the provider's name for them", async () => {
  const engine = await start(provider);
  await engine.rooms.identity.signIn({ signal: NEVER });
  expect(await runOne(engine, profileOf(server), "SELECT city FROM shop.customers")).toMatchObject({
    kind: "rows",
  });
  expect(engine.rooms.ledger.listActivity(1)).toMatchObject([
    { actor: "ada@northwind-demo.example", outcome: "done", rows: 2 },
  ]);
});

describe("a local user", () => {
  test("is refused on production, read or write, and it is on record", async () => {
    const engine = await start(null);
    await engine.rooms.identity.continueAsLocalUser();
    const production = profileOf(server, { id: connectionId("other"), environment: "production" });
    for (const text of ["SELECT 1 AS one", "UPDATE shop.customers SET city = 'x' WHERE id = 1"]) {
      const governed = await runOne(engine, production, text);
      expect(governed).toMatchObject({ kind: "blocked", report: { decision: { verdict: "deny" } } });
      expect(governed.report.decision.reason).toBe(
        "This connection is marked production, and a local user is not verified by anyone. Sign in with your company's provider.",
      );
    }
    const [entry] = engine.rooms.ledger.listActivity(1);
    expect(entry).toMatchObject({ verdict: "deny", outcome: "blocked" });
    expect(entry?.actor).toContain("(unverified)");
  });

  test("works on a connection with no environment, guarded as if it were production", async () => {
    const engine = await start(null);
    await engine.rooms.identity.continueAsLocalUser();
    const { environment: _unset, ...unset } = profileOf(server, { id: connectionId("other") });
    await engine.open.database(unset).whenClassified();
    const rows = await runOne(engine, unset, "SELECT id, email FROM shop.customers ORDER BY id");
    if (rows.kind !== "rows") throw new Error(rows.report.decision.reason);
    expect(rows.columns[1]?.mask).not.toBeNull();
    expect(JSON.stringify(rows.first)).not.toContain("lindqvist");
    const changed = await runOne(engine, unset, "UPDATE shop.customers SET city = 'x' WHERE id = 1");
    expect(changed).toMatchObject({ kind: "blocked", report: { decision: { verdict: "approve" } } });
    expect(changed.report.decision.reason).toContain(
      "an environment nobody has set (treated like production) needs the approval of sluice-dba",
    );
    expect(changed.report.decision.reason).toContain("If this is a development database, say so");
    const dropped = await runOne(engine, unset, "DROP TABLE shop.customers");
    expect(dropped).toMatchObject({ kind: "blocked", report: { decision: { verdict: "deny" } } });
    expect(engine.rooms.ledger.listActivity(1)).toMatchObject([{ environment: "production" }]);
    const { rows: kept } = await watcher.query("SELECT city FROM shop.customers ORDER BY id");
    expect(kept).toEqual([{ city: "Lund" }, { city: "Cairo" }]);
  });

  test("may change a development database", async () => {
    const engine = await start(null);
    await engine.rooms.identity.continueAsLocalUser();
    const text = "CREATE TABLE shop.scratch (id int)";
    expect(await runOne(engine, profileOf(server), text)).toMatchObject({ kind: "done" });
  });
});
