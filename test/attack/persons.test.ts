import fs from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Engine } from "../../agent/engine.ts";
import type { Governed } from "../../agent/govern.ts";
import type { Actor, AiAgentActor } from "../../protocol/actor.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { sessionId } from "../../protocol/ids.ts";
import { PERSON } from "../govern/governed.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { engineIn, newHome, profileOf } from "../robustness/engine.ts";

/** One after the other at the same machine, in the same document: what one has begun is not the next one's. */

const ADA = PERSON;
const BOB = { ...PERSON, subject: "bob", name: "bob" };
const helperOf = (onBehalfOf: typeof PERSON): AiAgentActor => ({
  kind: "ai_agent",
  agent: "helper",
  model: "unknown",
  host: "unknown",
  onBehalfOf,
  asserted: true,
});

let server: TestPostgres;
let home: string;
let engine: Engine;
let profile: ConnectionProfile;

beforeAll(async () => {
  server = await startPostgres();
  profile = profileOf(server);
});
beforeEach(async () => {
  home = newHome();
  engine = await engineIn(home);
  engine.open.passwords.use(profile.id, server.password);
  await run(
    ADA,
    "DROP TABLE IF EXISTS stock; CREATE TABLE stock (id integer PRIMARY KEY, pieces integer); INSERT INTO stock SELECT n, 0 FROM generate_series(1, 9) n",
  );
  return async () => {
    await engine.close();
    fs.rmSync(home, { recursive: true, force: true });
  };
});
afterAll(() => server?.stop());

async function run(actor: Actor, text: string): Promise<Governed | null> {
  let last: Governed | null = null;
  const steps = engine.run({
    sessionId: sessionId("document"),
    connection: profile,
    text,
    client: { kind: "editor", session: "document" },
    purpose: "a test",
    pageRows: 2,
    maxCellLength: 100,
    signal: new AbortController().signal,
    keepGoing: false,
    keepChanges: true,
    actor,
  });
  for await (const { governed } of steps) last = governed;
  return last;
}

const pieces = async (): Promise<unknown> => {
  const governed = await run(ADA, "SELECT sum(pieces) FROM stock");
  return governed?.kind === "rows" ? governed.first.rows[0]?.[0] : governed?.kind;
};

describe("another person in the same session", () => {
  test("does not commit what the one before left open", async () => {
    await run(ADA, "BEGIN");
    expect(await run(ADA, "UPDATE stock SET pieces = 7 WHERE id = 1")).toMatchObject({
      kind: "done",
      undo: { kind: "pending" },
    });
    expect(await run(BOB, "COMMIT")).toMatchObject({ kind: "failed", problem: { code: "transaction-lost" } });
    expect(await run(BOB, "COMMIT")).not.toHaveProperty("committed");
    expect(await pieces()).toBe("0");
  });

  test("finds none of their temporary tables, nor reads on in their rows", async () => {
    await run(ADA, "CREATE TEMP TABLE mine AS SELECT 1 AS n");
    const rows = await run(ADA, "SELECT id FROM stock ORDER BY id");
    if (rows?.kind !== "rows") throw new Error("No rows.");
    expect(await run(BOB, "SELECT n FROM mine")).toMatchObject({ kind: "blocked" });
    expect(await rows.rest.next(2)).toMatchObject({ rows: [] });
  });

  test("is somebody else, and not the same by another name", async () => {
    await run(ADA, "BEGIN");
    await run(ADA, "UPDATE stock SET pieces = 7 WHERE id = 1");
    const again = { ...ADA, name: "ada by another name", groups: ["more"] };
    expect(await run(again, "COMMIT")).toMatchObject({ kind: "done", committed: [{ kind: "offered" }] });
    expect(await pieces()).toBe("7");
  });

  test("and neither does their agent", async () => {
    await run(helperOf(ADA), "CREATE TEMP TABLE mine AS SELECT 1 AS n");
    await run(helperOf(ADA), "BEGIN");
    expect(await run(helperOf(BOB), "SELECT id FROM stock")).toMatchObject({ kind: "failed" });
    expect(await run(helperOf(BOB), "SELECT id FROM stock")).toMatchObject({ kind: "rows" });
  });
});
