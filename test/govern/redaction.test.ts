import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../agent/engine.ts";
import type { Actor } from "../../protocol/actor.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { connectionId, sessionId } from "../../protocol/ids.ts";
import { type DemoDatabase, startDemoDatabase } from "../../scripts/demo/database.ts";
import { engineIn, newHome } from "../robustness/engine.ts";
import { PERSON } from "./governed.ts";

const AGENT: Actor = {
  kind: "ai_agent",
  agent: "helper",
  model: "unknown",
  host: "unknown",
  onBehalfOf: PERSON,
  asserted: true,
};
const HIDDEN = "••••••";

let folder: string;
let demo: DemoDatabase;
let engine: Engine;
let client: pg.Client;

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "sluice-redaction-"));
  demo = await startDemoDatabase({ dataDir: path.join(folder, "postgres"), scale: 0.05 });
  client = new pg.Client({ connectionString: demo.url });
  await client.connect();
  engine = await engineIn(newHome());
  await classified(engine);
});
afterAll(async () => {
  await engine?.close();
  await client?.end();
  await demo?.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

const profile = (): ConnectionProfile => ({
  id: connectionId("demo"),
  name: "demo",
  engine: "postgres",
  host: demo.host,
  port: demo.port,
  database: demo.database,
  user: demo.user,
  environment: "development",
  tls: "disable",
});

async function classified(one: Engine): Promise<void> {
  one.open.passwords.use(profile().id, demo.password);
  await one.open.database(profile()).whenClassified();
}

/** The rows of one statement as this actor sees them, with the masks of its columns. */
async function ask(text: string, { actor = PERSON, by = engine }: { actor?: Actor; by?: Engine } = {}) {
  const run = by.run({
    sessionId: sessionId(`redaction-${actor.kind}`),
    connection: profile(),
    text,
    client: { kind: "cli", session: "redaction" },
    purpose: "a test",
    pageRows: 1_000,
    maxCellLength: Number.POSITIVE_INFINITY,
    signal: new AbortController().signal,
    keepGoing: false,
    actor,
  });
  for await (const { governed } of run) {
    if (governed.kind === "rows") {
      return {
        rows: governed.first.rows.map((row) => row.map(String)),
        masks: governed.columns.map(({ mask }) => mask),
      };
    }
    if (governed.kind === "done") return { rows: [], masks: [] };
    throw new Error(JSON.stringify(governed));
  }
  throw new Error("no statement");
}

/** What the seed puts into tickets beside their wording: a name in each, with a card and an address, a phone, a street. */
async function planted(): Promise<readonly string[]> {
  const { rows } = await client.query<{ message: string }>("SELECT message FROM shop.support_tickets");
  return rows.flatMap(({ message }) => [
    ...(/this is (.+?)\. My card (\S+) was charged twice\. Please write to (\S+)\.$/
      .exec(message)
      ?.slice(1) ?? []),
    ...(/back at (.+?) about my last order\. (.+)$/.exec(message)?.slice(1) ?? []),
    ...(/moved to (.+), .+\. Can you change it\? Regards, (.+)$/.exec(message)?.slice(1) ?? []),
  ]);
}

describe("a support ticket", () => {
  test("shows its text to a person, with cards, addresses, phones and names gone", async () => {
    const { rows, masks } = await ask(
      "SELECT id, subject, message FROM shop.support_tickets ORDER BY id LIMIT 1000",
    );
    expect(masks).toEqual([null, "redact", "redact"]);
    const all = rows.map((row) => row.join("\n")).join("\n");
    const values = await planted();
    expect(values.length).toBeGreaterThan(300);
    expect(values.filter((value) => all.includes(value))).toEqual([]);
    for (const wording of [
      "My card ‹payment card› was charged twice. Please write to ‹email›.",
      "Please call me back at ‹phone› about my last order.",
      "The parcel was open when it arrived.",
      "Where is my order?",
    ]) {
      expect(all).toContain(wording);
    }
    expect(rows.filter(([, , message]) => message === HIDDEN)).toEqual([]);
  });

  test("is hidden from programs, before it leaves the server", async () => {
    const { rows, masks } = await ask("SELECT message FROM shop.support_tickets LIMIT 5", { actor: AGENT });
    expect(masks).toEqual(["full"]);
    expect(new Set(rows.flat())).toEqual(new Set([HIDDEN]));
  });

  test("is hidden whole where something was made of it, or beside another in one column", async () => {
    for (const sql of [
      "SELECT lower(message) FROM shop.support_tickets LIMIT 5",
      "SELECT left(message, 40) FROM shop.support_tickets LIMIT 5",
      "SELECT message FROM shop.support_tickets UNION ALL SELECT last_name FROM shop.customers LIMIT 5",
      "SELECT string_agg(message, ' ') FROM shop.support_tickets",
    ]) {
      expect(await ask(sql)).toMatchObject({ masks: ["full"] });
    }
  });

  test("is shown without what other columns of its row hold", async () => {
    await client.query(
      "UPDATE shop.support_tickets t SET message = 'the order of ' || lower(c.last_name) || ' never came, says ' || c.first_name FROM shop.customers c WHERE c.id = t.customer_id AND t.id = 4",
    );
    const { rows } = await ask(
      "SELECT t.message, c.first_name, c.last_name FROM shop.support_tickets t JOIN shop.customers c ON c.id = t.customer_id WHERE t.id = 4",
    );
    expect(rows[0]?.[0]).toBe("the order of ‹family name› never came, says ‹given name›");
  });
});

test("a clinical note stays hidden", async () => {
  expect(await ask("SELECT notes FROM clinic.diagnoses WHERE id = 1")).toEqual({
    rows: [[HIDDEN]],
    masks: ["full"],
  });
});

test("a profile shows what is harmless and hides who is to be called", async () => {
  const { rows, masks } = await ask("SELECT profile FROM shop.customers ORDER BY id LIMIT 200");
  expect(masks).toEqual(["redact"]);
  for (const [text = ""] of rows) {
    expect(JSON.parse(text)).toEqual({
      language: expect.stringMatching(/^(?:en|de|fr)$/),
      theme: expect.stringMatching(/^(?:dark|light)$/),
      emergency_contact: { name: HIDDEN, phone: HIDDEN },
      secondary_email: HIDDEN,
    });
  }
});

test("a workspace can have texts hidden whole", async () => {
  const workspace = path.join(folder, "workspace");
  fs.mkdirSync(path.join(workspace, ".sluice"), { recursive: true });
  fs.writeFileSync(
    path.join(workspace, ".sluice", "policy.cedar"),
    'forbid (principal, action == Action::"redact", resource);',
  );
  const strict = await engineIn(newHome(), { workspaceFolders: [workspace] });
  await classified(strict);
  const { masks } = await ask("SELECT subject, message FROM shop.support_tickets LIMIT 1", { by: strict });
  expect(masks).toEqual(["full", "full"]);
  await strict.close();
});

test("a text into which something hidden was put alone is hidden from then on", async () => {
  await client.query(
    "INSERT INTO shop.support_tickets VALUES (9001, 1, 'Where is my order?', 'x', 'low', now())",
  );
  await ask(
    "UPDATE shop.support_tickets t SET subject = c.last_name FROM shop.customers c WHERE c.id = 1 AND t.id = 9001",
  );
  expect(await ask("SELECT subject, message FROM shop.support_tickets WHERE id = 9001")).toMatchObject({
    rows: [[HIDDEN, expect.any(String)]],
    masks: ["full", "redact"],
  });
});
