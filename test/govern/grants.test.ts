import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough } from "node:stream";
import { createGunzip } from "node:zlib";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Engine } from "../../agent/engine.ts";
import type { Governed } from "../../agent/govern.ts";
import type { RunRequest } from "../../agent/runRequest.ts";
import type { AiAgentActor } from "../../protocol/actor.ts";
import {
  APPROVAL_ORDER,
  type Approval,
  type ApprovalOrder,
  type Grant,
  grantText,
  type SignedGrant,
} from "../../protocol/approval/approval.ts";
import { REDEMPTION } from "../../protocol/approval/redemption.ts";
import { shownHash } from "../../protocol/approval/shownHash.ts";
import { canonicalJson } from "../../protocol/audit/seal.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { connectionId, sessionId, sha256 } from "../../protocol/ids.ts";
import { noteKeyText } from "../../protocol/log/checkpoint.ts";
import { nodeVerifier, sha256Bytes, signerFromPem } from "../../protocol/node/crypto.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { engineIn, memorySecrets, newHome, profileOf, runOne } from "../robustness/engine.ts";

/** What a grant is good for, held against everything somebody might try with one. */

const LOG = "collector.test/sluice";
const key = newKey();
let server: TestPostgres;
let client: pg.Client;
let collector: http.Server;
let url: string;
let home: string;
let engine: Engine;
let connection: ConnectionProfile;
/** What the collector got, and what it gives. */
let order: ApprovalOrder | null = null;
let given: ((nonce: string) => SignedGrant) | null = null;
/** Of the last order. */
let asked = "";

function newKey() {
  const pem = generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" }).toString();
  const signer = signerFromPem(pem);
  return { pem, raw: new Uint8Array(Buffer.from(signer.publicKey, "base64")) };
}

const ADA = { kind: "user", subject: "ada", issuer: "https://login.test", name: "Ada", groups: [] } as const;
const DANA = { issuer: ADA.issuer, subject: "dana", name: "Dana" };
const EVE = { issuer: ADA.issuer, subject: "eve", name: "Eve" };

async function engineOf(person: string, folder = home): Promise<Engine> {
  const secrets = memorySecrets();
  const session = {
    kind: "user",
    issuer: ADA.issuer,
    clientId: "sluice",
    accessToken: "a",
    idToken: `id token of ${person}`,
    expiresAt: Date.now() + 3_600_000,
    actor: { ...ADA, subject: person, name: person },
  };
  await secrets.store("session", JSON.stringify(session));
  const opened = await engineIn(folder, { secrets, issuer: ADA.issuer, clientId: "sluice", collector: url });
  opened.rooms.ledger.collectors.pin(url, {
    log: LOG,
    logKey: noteKeyText(sha256Bytes, { name: LOG, publicKey: key.raw }),
    identity: { issuer: ADA.issuer, clientId: "sluice" },
  });
  opened.open.passwords.use(connection.id, server.password);
  return opened;
}

/** A grant as the collector would sign it for the last order, with what is to be otherwise. */
function grantOf(changes: Partial<Grant> = {}, signing = key.pem, log = LOG): (nonce: string) => SignedGrant {
  return (nonce) => signedGrant(nonce, changes, signing, log);
}

function signedGrant(nonce: string, changes: Partial<Grant>, signing: string, log: string): SignedGrant {
  if (order === null) throw new Error("Nothing was asked for.");
  const grant: Grant = {
    v: 2,
    id: asked,
    subject: order.subject,
    shown: shownHash(order, nodeVerifier),
    group: order.group,
    approvers: [DANA],
    maxAffectedRows: order.maxAffectedRows,
    nonce,
    notAfter: new Date(Date.now() + 60_000).toISOString(),
    ...changes,
  };
  const canonical = canonicalJson(grant);
  const signature = sign(null, Buffer.from(grantText(log, canonical)), signing).toString("base64");
  return { canonical, signature };
}

async function ask(text: string, target = connection): Promise<void> {
  await engine.asking.group({
    sessionId: sessionId(`test:${target.id}`),
    connection: target,
    text,
    purpose: "to see it work",
  });
}

/** Runs a text under the grant the collector gives. */
async function runGranted(
  text: string,
  by = engine,
  target = connection,
  changes: Partial<RunRequest> = {},
): Promise<Governed> {
  const run = by.run({
    sessionId: sessionId(`test:${target.id}`),
    connection: target,
    text,
    client: { kind: "cli", session: "test" },
    purpose: undefined,
    pageRows: 100,
    maxCellLength: 1_000,
    signal: new AbortController().signal,
    keepGoing: false,
    approval: asked,
    ...changes,
  });
  for await (const { governed } of run) {
    if (governed.kind === "rows") await governed.rest.close();
    return governed;
  }
  throw new Error("Nothing ran.");
}

const why = (governed: Governed): string =>
  governed.kind === "blocked"
    ? (governed.problem?.message ?? governed.report.decision.reason)
    : governed.kind;

beforeAll(async () => {
  server = await startPostgres();
  client = new pg.Client({ connectionString: server.connectionString });
  await client.connect();
  collector = http.createServer((request, response) => {
    let body = "";
    const gunzipped = request.pipe(zlibOf(request));
    gunzipped.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    gunzipped.on("end", () => {
      response.setHeader("content-type", "application/json");
      const answer = answerTo(request.method ?? "", request.url ?? "", body);
      response.statusCode = answer === null ? 404 : 200;
      response.end(JSON.stringify(answer ?? { code: "not-found", message: "Nothing.", action: "None." }));
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await client.end();
  collector.close();
  await server.stop();
});
beforeEach(async () => {
  await client.query(
    `DROP SCHEMA IF EXISTS shop CASCADE; DROP SCHEMA IF EXISTS other CASCADE; CREATE SCHEMA shop; CREATE SCHEMA other;
     CREATE TABLE shop.products AS SELECT n AS id, 'Product ' || n AS title FROM generate_series(1, 3000) n;
     CREATE TABLE other.products AS SELECT * FROM shop.products; ANALYZE`,
  );
  home = newHome();
  connection = profileOf(server, { environment: "production" });
  engine = await engineOf("ada");
  [order, given, asked] = [null, null, "0".repeat(32)];
});
afterEach(async () => {
  await engine.close();
  fs.rmSync(home, { recursive: true, force: true });
});

function zlibOf(request: http.IncomingMessage): NodeJS.ReadWriteStream {
  return request.headers["content-encoding"] === "gzip" ? createGunzip() : new PassThrough();
}

function answerTo(method: string, path: string, body: string): unknown {
  if (method === "POST" && path === "/v1/approvals") {
    order = APPROVAL_ORDER.parse(JSON.parse(body));
    asked = randomBytes(16).toString("hex");
    return approvalOf(order);
  }
  if (path === `/v1/approvals/${asked}` && order !== null) return approvalOf(order);
  if (path === `/v1/approvals/${asked}/redeem` && given !== null)
    return given(REDEMPTION.parse(JSON.parse(body)).nonce);
  return null;
}

const approvalOf = (shown: ApprovalOrder): Approval => ({
  id: asked,
  version: 1,
  state: "pending",
  order: shown,
  requester: { issuer: ADA.issuer, subject: ADA.subject, name: ADA.name },
  decisions: [],
  createdAt: new Date().toISOString(),
  expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
  notAfter: null,
  redeemedAt: null,
  takenBack: null,
  mayTakeBack: false,
  mayDecide: false,
});

const UPDATE = "UPDATE shop.products SET title = title || '!' WHERE id <= 5";
const titles = async (): Promise<number> =>
  (await client.query("SELECT count(*)::int AS n FROM shop.products WHERE title LIKE '%!'")).rows[0].n;

describe("what needs approval", () => {
  test("waits without one, is asked for on the record, and runs once with one", async () => {
    expect((await runOne(engine, connection, UPDATE)).kind).toBe("blocked");
    await ask(UPDATE);
    expect(order).toMatchObject({
      group: "sluice-dba",
      needed: 1,
      statement: UPDATE,
      writes: ["shop.products"],
      effect: "write",
      purpose: "to see it work",
      connectionName: connection.name,
    });
    given = grantOf();
    const done = await runGranted(UPDATE);
    expect(done).toMatchObject({ kind: "done", affected: 5 });
    expect(done.report.decision.reason).toBe("Approved by Dana.");
    await expect(runGranted(UPDATE)).rejects.toMatchObject({ problem: { code: "approval-used" } });
    expect(await titles()).toBe(5);
    const records = engine.rooms.ledger
      .sealedAfter(0, 100, 1e9)
      .map(({ canonical }) => JSON.parse(canonical).body);
    expect(records.map(({ kind }) => kind)).toContain("approval_requested");
    expect(records.find(({ grant }) => grant !== undefined && grant !== null)).toMatchObject({
      kind: "intent",
      verdict: "approve",
      grant: { approvers: ["Dana"] },
    });
    expect(await engine.verifyLedger()).toMatchObject({ kind: "intact" });
  });

  test("is asked for by a program under its task's name, and is neither another task's nor its person's", async () => {
    const agent: AiAgentActor = {
      kind: "ai_agent",
      agent: "helper",
      model: "unknown",
      host: "unknown",
      onBehalfOf: ADA,
      asserted: true,
    };
    const [task, other] = [
      await engine.tasks.take(agent, "update the titles", connection),
      await engine.tasks.take(agent, "something else", connection),
    ];
    await engine.asking.group({
      sessionId: sessionId("agent"),
      connection,
      text: UPDATE,
      purpose: "update the titles",
      actor: agent,
      task,
    });
    const asked = engine.rooms.ledger
      .sealedAfter(0, 100, 1e9)
      .map(({ canonical }) => JSON.parse(canonical).body)
      .find(({ kind }) => kind === "approval_requested");
    expect(asked).toMatchObject({ task, actor: { kind: "ai_agent" } });
    given = grantOf();
    expect(why(await runGranted(UPDATE))).toContain("cannot be used");
    expect(
      why(
        await runGranted(UPDATE, engine, connection, {
          actor: agent,
          task: other,
          purpose: "something else",
        }),
      ),
    ).toContain("cannot be used");
    const mine = { actor: agent, task, purpose: "update the titles" };
    expect(await runGranted(UPDATE, engine, connection, mine)).toMatchObject({ kind: "done", affected: 5 });
  });

  test("is used once by whichever of two processes comes first", async () => {
    await ask(UPDATE);
    given = grantOf();
    const other = await engineOf("ada");
    const both = await Promise.allSettled([runGranted(UPDATE), runGranted(UPDATE, other)]);
    await other.close();
    expect(both.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect((await client.query("SELECT title FROM shop.products WHERE id = 1")).rows[0].title).toBe(
      "Product 1!",
    );
  });

  test("needs two people where it is grave", async () => {
    await client.query("CREATE VIEW shop.titles AS SELECT title FROM shop.products");
    await engine.open.database(connection).refresh(false);
    const grave = "DROP VIEW shop.titles CASCADE";
    await ask(grave);
    expect(order?.needed).toBe(2);
    given = grantOf({ approvers: [DANA] });
    expect(why(await runGranted(grave))).toContain("2 people");
    given = grantOf({ approvers: [DANA, DANA] });
    expect(why(await runGranted(grave))).toContain("2 people");
    given = grantOf({ approvers: [DANA, EVE] });
    expect(await runGranted(grave)).toMatchObject({ kind: "done" });
  });

  test("may change as many rows as the approvers were told, and no more", async () => {
    const wide = "UPDATE shop.products SET title = title || '!' WHERE id <= 2500";
    await ask(wide);
    expect(order?.maxAffectedRows).toBeGreaterThanOrEqual(2_500);
    given = grantOf({ maxAffectedRows: 2_000 });
    expect(await runGranted(wide)).toMatchObject({ kind: "failed", problem: { code: "too-many-rows" } });
    expect(await titles()).toBe(0);
    await ask(wide);
    given = grantOf();
    expect(await runGranted(wide)).toMatchObject({ kind: "done", affected: 2_500 });
  });
});

describe("a grant is refused", () => {
  const refused = async (text = UPDATE, by = engine, target = connection): Promise<string> => {
    const governed = await runGranted(text, by, target);
    expect(governed.kind).toBe("blocked");
    expect(await titles()).toBe(0);
    return why(governed);
  };

  test("for a statement that differs in one byte", async () => {
    await ask(UPDATE);
    given = grantOf();
    for (const text of [UPDATE.replace("5", "6"), `${UPDATE} `.replace("id", "id "), UPDATE.toLowerCase()])
      expect(await refused(text)).toContain("another statement");
    expect(await runGranted(UPDATE)).toMatchObject({ kind: "done" });
  });

  test("where its names stand for something else now", async () => {
    const text = "UPDATE products SET title = title || '!' WHERE id <= 5";
    await runOne(engine, connection, "SET search_path = other");
    await ask(text);
    given = grantOf();
    await runOne(engine, connection, "SET search_path = shop");
    expect(await refused(text)).toContain("meaning");
  });

  test("where it was changed, or another signed it, or it is another collector's", async () => {
    await ask(UPDATE);
    const changedTo =
      (from: string, to: string) =>
      (nonce: string): SignedGrant => {
        const right = grantOf()(nonce);
        return { ...right, canonical: right.canonical.replace(from, to) };
      };
    given = changedTo('"maxAffectedRows":', '"maxAffectedRows": ');
    expect(await refused()).toContain("signature");
    given = changedTo("dana", "anna");
    expect(await refused()).toContain("signature");
    given = grantOf({}, newKey().pem);
    expect(await refused()).toContain("signature");
    given = grantOf({}, key.pem, "collector.evil/sluice");
    expect(await refused()).toContain("signature");
  });

  test("for another connection, device or person", async () => {
    await ask(UPDATE);
    if (order === null) throw new Error("Nothing was asked for.");
    const { subject } = order;
    const target = { ...subject.connection, database: "another" };
    given = grantOf({ subject: { ...subject, connection: target } });
    expect(await refused()).toContain("another connection");
    given = grantOf({ subject: { ...subject, chain: sha256("f".repeat(64)) } });
    expect(await refused()).toContain("another device");
    given = grantOf({ subject: { ...subject, requester: { ...subject.requester, subject: "omar" } } });
    expect(await refused()).toContain("another person");
    given = grantOf();
    const omar = await engineOf("omar");
    expect(await refused(UPDATE, omar)).toContain("another person");
    await omar.close();
    const copy = profileOf(server, {
      id: connectionId("copy"),
      environment: "production",
      host: "localhost",
    });
    engine.open.passwords.use(copy.id, server.password);
    expect(await refused(UPDATE, engine, copy)).toContain("another connection");
  });

  test("after its time, of another group, or by the requester alone", async () => {
    await ask(UPDATE);
    given = grantOf({ notAfter: new Date(Date.now() - 1_000).toISOString() });
    expect(await refused()).toContain("expired");
    given = grantOf({ notAfter: "whenever" });
    expect(await refused()).toContain("expired");
    given = grantOf({ group: "developers" });
    expect(await refused()).toContain("sluice-dba has to agree");
    given = grantOf({ approvers: [{ issuer: ADA.issuer, subject: ADA.subject, name: "Dana" }] });
    expect(await refused()).toContain("other than the requester");
  });

  test("where those who agreed were shown something else than was sent, or it is of another request or run", async () => {
    await ask(UPDATE);
    if (order === null) throw new Error("Nothing was asked for.");
    given = grantOf({ shown: shownHash({ ...order, purpose: "another" }, nodeVerifier) });
    expect(await refused()).toContain("were shown another request");
    given = grantOf({ nonce: "e".repeat(64) });
    expect(await refused()).toContain("another run");
    given = grantOf({ id: "e".repeat(32) });
    expect(await refused()).toContain("another request");
    given = grantOf();
    expect(await runGranted(UPDATE)).toMatchObject({ kind: "done" });
  });

  test("for what policy denies to everybody", async () => {
    const denied = "SELECT pg_read_file('/etc/passwd')";
    await expect(ask(denied)).rejects.toMatchObject({ problem: { code: "approval-denied" } });
    await ask(UPDATE);
    given = grantOf();
    expect((await runGranted(denied)).kind).toBe("blocked");
  });
});

describe("asking", () => {
  test.each([
    ["SELECT 1", "approval-not-needed"],
    [`${UPDATE}; ${UPDATE}`, "approval-one-statement"],
  ])("for %s is told to be of no use", async (text, code) => {
    await expect(ask(text)).rejects.toMatchObject({ problem: { code } });
  });

  test("shows no literal that meets a hidden column", async () => {
    await client.query("CREATE TABLE shop.people AS SELECT 1 AS id, 'ada@example.org' AS email, 'x' AS note");
    await engine.open.database(connection).refresh(false);
    await ask("UPDATE shop.people SET note = 'y' WHERE email = 'ada@example.org'");
    expect(JSON.stringify(order)).not.toContain("ada@example.org");
    expect(order?.statement).toContain("'…'");
  });
});

test("the digest of a grant's statement is that of the text itself", async () => {
  await ask(UPDATE);
  expect(order?.subject.statement).toBe(nodeVerifier.sha256(UPDATE));
});
