import fs from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Governed } from "../../agent/govern.ts";
import { sessionId } from "../../protocol/ids.ts";
import { problemTold } from "../robustness/engine.ts";
import { type Desk, ElevatedWorld, standing, until } from "./elevatedWorld.ts";

/** A right that others give for a while: what it allows, to whom, and when it is over. */

const EMAIL = { kind: "reveal", columns: ["shop.people.email"] } as const;
const WRITE = { kind: "write" } as const;
const SEEN = "person7@mail.test";
const SELECT = "SELECT email FROM shop.people WHERE id = 7";
const UPDATE = "UPDATE shop.products SET title = title || '!' WHERE id <= 5";

let world: ElevatedWorld;
let ada: Desk;

beforeAll(async () => {
  world = await ElevatedWorld.open();
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.begin();
  ada = await world.desk("ada", ["developers"]);
});
afterEach(() => world.end());

const changed = async (): Promise<number> =>
  (await world.client.query("SELECT count(*)::int AS n FROM shop.products WHERE title LIKE '%!'")).rows[0].n;
/** What is not seen, in whatever form. */
const hidden = async (text: string, desk = ada): Promise<void> => {
  const shown = JSON.stringify(await world.first(desk, text));
  expect(shown).not.toMatch(/person\d+@|-45-6789|sk_live/);
};

describe("to see columns", () => {
  test("exactly these, once others agreed, and on the record", async () => {
    await hidden(SELECT);
    const asked = await world.ask(ada, EMAIL);
    expect(asked).toMatchObject({
      state: "pending",
      order: { group: "sluice-dba", needed: 1, subject: { right: EMAIL } },
    });
    await hidden(SELECT);
    await world.hand("dana").decide(asked.id, "approve");
    await until(() => standing(ada, asked.id) === "in_force");
    expect(await world.first(ada, SELECT)).toEqual([SEEN]);
    expect(
      await world.first(ada, "SELECT upper(email) FROM shop.people WHERE email LIKE 'person7@%'"),
    ).toEqual([SEEN.toUpperCase()]);
    await hidden("SELECT ssn FROM shop.people WHERE id = 7");
    await hidden("SELECT email || ssn FROM shop.people WHERE id = 7");
    await hidden("SELECT p FROM shop.people p WHERE id = 7");
    await hidden("SELECT email FROM other.people WHERE id = 7");
    await hidden(
      "SELECT s.email FROM shop.people s JOIN other.people o USING (id) WHERE o.email = '' OR s.ssn > '1'",
    );
    const intents = world.bodies(ada).filter((body) => body.kind === "intent");
    const tags = (text: string) =>
      intents.filter(({ statement }) => statement === text).map((one) => one.elevations);
    expect(tags(SELECT)).toEqual([undefined, undefined, [asked.id]]);
    expect(tags("SELECT ssn FROM shop.people WHERE id = 7")).toEqual([undefined]);
    expect(world.bodies(ada)).toContainEqual(
      expect.objectContaining({
        kind: "elevation_requested",
        elevation: asked.id,
        columns: EMAIL.columns,
        minutes: 60,
      }),
    );
    expect(await ada.engine.verifyLedger()).toMatchObject({ kind: "intact" });
  });

  test("through a view over them, and not through one that holds more", async () => {
    await world.given(ada, EMAIL);
    expect(await world.first(ada, "SELECT email FROM shop.contacts WHERE id = 7")).toEqual([SEEN]);
    await hidden("SELECT email FROM shop.mixed WHERE id = 7");
    await world.client.query(
      "CREATE OR REPLACE VIEW shop.contacts AS SELECT id, ssn AS email FROM shop.people",
    );
    await hidden("SELECT email FROM shop.contacts WHERE id = 7");
  });

  test("what they were asked for, and not what took their name", async () => {
    await world.given(ada, EMAIL);
    expect(await world.first(ada, SELECT)).toEqual([SEEN]);
    await world.client.query(
      "ALTER TABLE shop.people RENAME COLUMN email TO mail; ALTER TABLE shop.people RENAME COLUMN ssn TO email",
    );
    await hidden(SELECT);
    await world.client.query(
      "ALTER TABLE shop.people RENAME TO former; CREATE TABLE shop.people AS SELECT id, ssn AS email FROM other.people",
    );
    await hidden(SELECT);
    await world.client.query(
      "DROP TABLE shop.people; CREATE TABLE shop.people AS SELECT id, email, ssn, api_key, note FROM other.people",
    );
    await hidden(SELECT);
  });

  test("restricted ones in production by two people", async () => {
    const { id, order } = await world.ask(ada, { kind: "reveal", columns: ["shop.people.ssn"] });
    expect(order.needed).toBe(2);
    await world.hand("dana").decide(id, "approve");
    await hidden("SELECT ssn FROM shop.people WHERE id = 7");
    await world.hand("erin").decide(id, "approve");
    await until(() => standing(ada, id) === "in_force");
    expect(await world.first(ada, "SELECT ssn FROM shop.people WHERE id = 7")).toEqual(["117-45-6789"]);
  });

  test("what is copied from them stays hidden", async () => {
    await world.given(ada, EMAIL);
    const session = { sessionId: sessionId("copy") };
    await world.run(ada, "CREATE TEMP TABLE t AS SELECT email FROM shop.people WHERE id = 7", session);
    const shown = await world.first(ada, "SELECT email FROM t", session);
    expect(JSON.stringify(shown)).not.toContain(SEEN);
  });

  test.each([
    ["what policy denies to everybody", ["shop.people.api_key"], "elevation-denied"],
    ["what is shown anyway", ["shop.people.id"], "elevation-not-needed"],
    ["what is not there", ["shop.people.nothing"], "elevation-column"],
    ["a view's column", ["shop.contacts.email"], "elevation-column"],
    ["nothing", [], "elevation-no-column"],
  ])("are not asked for: %s", async (_what, columns, code) => {
    expect(await problemTold(world.ask(ada, { kind: "reveal", columns }))).toMatchObject({ code });
  });
});

describe("to write", () => {
  test("without asking for each statement, within every limit", async () => {
    expect((await world.run(ada, UPDATE)).kind).toBe("blocked");
    const id = await world.given(ada, WRITE);
    expect(await world.run(ada, UPDATE)).toMatchObject({ kind: "done", affected: 5 });
    expect(
      world
        .bodies(ada)
        .filter((body) => body.kind === "intent")
        .at(-1),
    ).toMatchObject({
      elevations: [id],
      effect: "write",
    });
    for (const text of [
      "DELETE FROM shop.products",
      "DROP TABLE shop.products",
      "CREATE TABLE shop.more (id int)",
      "GRANT ALL ON shop.products TO PUBLIC",
      "UPDATE shop.people SET note = 'x'",
    ])
      expect([text, (await world.run(ada, text)).kind]).not.toEqual([text, "done"]);
    await hidden(SELECT);
  });
});

describe("nobody else's", () => {
  test("another person's, at the same machine or another", async () => {
    const id = await world.given(ada, EMAIL);
    const omar = await world.desk("omar", ["developers"], { home: ada.home });
    await hidden(SELECT, omar);
    expect(standing(omar, id)).toBe("none");
    await hidden(SELECT, await world.desk("omar", ["developers"]));
  });

  test("another device's of the same person", async () => {
    const id = await world.given(ada, EMAIL);
    const elsewhere = await world.desk("ada", ["developers"]);
    await hidden(SELECT, elsewhere);
    fs.cpSync(`${ada.home}/elevations`, `${elsewhere.home}/elevations`, { recursive: true });
    await hidden(SELECT, elsewhere);
    expect(elsewhere.told.at(-1)).toMatchObject({ standing: "over", elevation: { id } });
  });

  test("another connection's, or of the same under another environment", async () => {
    await world.given(ada, EMAIL);
    for (const changes of [{ host: "localhost" }, { environment: "staging" as const }]) {
      const connection = { ...world.connection, ...changes };
      const shown = await world.first(ada, SELECT, { connection, sessionId: sessionId("other") });
      expect(JSON.stringify(shown)).not.toContain(SEEN);
    }
  });

  test("an agent's or a service's that acts for the person", async () => {
    await world.given(ada, EMAIL);
    await world.given(ada, WRITE);
    const person = ada.engine.rooms.identity.requireActor();
    if (person.kind !== "user") throw new Error("Ada is a person.");
    const programs = [
      {
        kind: "ai_agent",
        agent: "helper",
        model: "unknown",
        host: "unknown",
        onBehalfOf: person,
        asserted: true,
      },
      { kind: "service", issuer: person.issuer, subject: person.subject, name: "ada", groups: [] },
    ] as const;
    for (const actor of programs) {
      const asking = { actor, sessionId: sessionId(actor.kind), purpose: "to call people back" };
      const shown = await world.first(ada, SELECT, asking);
      expect(JSON.stringify(shown)).not.toContain(SEEN);
      expect((await world.run(ada, UPDATE, asking)).kind).toBe("blocked");
    }
    expect(await changed()).toBe(0);
  });
});

describe("over", () => {
  /** A statement that is at work for a very long time, and the way to see that it is. */
  const LONG =
    "SELECT email FROM shop.people WHERE id = 7 AND (SELECT count(*) FROM generate_series(1, 100000000000)) > 0";
  async function running(desk = ada): Promise<{ readonly ended: Promise<Governed> }> {
    const ended = world.run(desk, LONG, { sessionId: sessionId("long") });
    await until(async () => (await atWork()) === 1);
    return { ended };
  }
  const atWork = async (): Promise<number> =>
    (
      await world.client.query(
        `SELECT count(*)::int AS n FROM pg_stat_activity
         WHERE state = 'active' AND query LIKE '%100000000000%' AND pid <> pg_backend_pid()`,
      )
    ).rows[0].n;

  test.each([["dana"], ["erin"], ["admin"], ["ada"]] as const)(
    "by %s's hand: at once, also for what runs and what is still to come",
    async (who) => {
      const id = await world.given(ada, EMAIL);
      const paged = await world.run(ada, "SELECT email FROM shop.people ORDER BY id", {
        sessionId: sessionId("paged"),
      });
      const { ended } = await running();
      await world.hand(who).end(id);
      expect(await ended).toMatchObject({ kind: "failed", problem: { code: "elevation-ended" } });
      await until(async () => (await atWork()) === 0);
      if (paged.kind !== "rows") throw new Error("There were rows.");
      expect(paged.first.rows[6]).toEqual([SEEN]);
      expect(await paged.rest.next(100)).toMatchObject({
        rows: [],
        done: true,
        truncated: expect.stringContaining("ended"),
      });
      await hidden(SELECT);
      expect(ada.told.at(-1)).toMatchObject({ standing: "over", elevation: { id } });
      expect(world.bodies(ada)).toContainEqual(
        expect.objectContaining({ kind: "outcome", outcome: "cancelled", errorClass: "elevation-ended" }),
      );
    },
  );

  test("by time, to the second by the collector's clock", async () => {
    const { id } = await world.ask(ada, EMAIL, 5);
    await world.hand("dana").decide(id, "approve");
    world.ahead = 5 * 60_000 - 15_000;
    const later = await world.desk("ada", ["developers"], { home: ada.home });
    await later.engine.rooms.elevations?.held.ready();
    expect(standing(later, id)).toBe("in_force");
    const { ended } = await running(later);
    // Nobody can tell it any more: it ends by itself.
    world.reachable = false;
    expect(await ended).toMatchObject({ kind: "failed", problem: { code: "elevation-ended" } });
    await hidden(SELECT, later);
  });

  test("for now, where the collector has not been heard for a minute, and on again with its word", async () => {
    const offset = { wall: 0, monotonic: 0 };
    const clocks = {
      wall: () => Date.now() + offset.wall,
      monotonic: () => performance.now() + offset.monotonic,
    };
    const desk = await world.desk("ada", ["developers"], { clocks });
    const id = await world.given(desk, EMAIL);
    const paged = await world.run(desk, "SELECT email FROM shop.people ORDER BY id", {
      sessionId: sessionId("paged"),
    });
    world.reachable = false;
    expect(await world.first(desk, SELECT)).toEqual([SEEN]);
    // A clock that was set stands for a machine that slept: no timer has fired.
    offset.wall = 61_000;
    if (paged.kind !== "rows") throw new Error("There were rows.");
    expect(await paged.rest.next(100)).toMatchObject({
      rows: [],
      truncated: expect.stringContaining("suspended"),
    });
    await hidden(SELECT, desk);
    expect(desk.told.at(-1)).toMatchObject({ standing: "suspended", elevation: { id } });
    offset.wall = 0;
    offset.monotonic = 61_000;
    await hidden(SELECT, desk);
    world.reachable = true;
    await until(() => standing(desk, id) === "in_force");
    expect(await world.first(desk, SELECT)).toEqual([SEEN]);
  });

  test("no later where the machine's clock is set back", async () => {
    const offset = { wall: 0, monotonic: 0 };
    const clocks = {
      wall: () => Date.now() + offset.wall,
      monotonic: () => performance.now() + offset.monotonic,
    };
    const desk = await world.desk("ada", ["developers"], { clocks });
    await world.given(desk, EMAIL, 5);
    expect(await world.first(desk, SELECT)).toEqual([SEEN]);
    world.reachable = false;
    offset.wall = -3_600_000;
    await hidden(SELECT, desk);
    world.reachable = true;
    // Five minutes later by the clock nobody can set; the collector's stands still.
    offset.monotonic = 5 * 60_000;
    await hidden(SELECT, desk);
    expect(desk.told.at(-1)).toMatchObject({ standing: "over" });
  });

  test("by the person's own hand also where the collector cannot be told", async () => {
    const id = await world.given(ada, EMAIL);
    world.reachable = false;
    await expect(ada.engine.elevations.end(id)).rejects.toMatchObject({
      problem: { code: "collector-unreachable" },
    });
    await hidden(SELECT);
    world.reachable = true;
    await hidden(SELECT);
  });

  test("what was written in a transaction that is still open is not kept", async () => {
    const id = await world.given(ada, WRITE);
    await world.run(ada, "BEGIN");
    expect(await world.run(ada, UPDATE)).toMatchObject({ kind: "done", affected: 5 });
    await world.hand("dana").end(id);
    await until(() => standing(ada, id) === "none");
    expect(await world.run(ada, "COMMIT")).toMatchObject({
      kind: "failed",
      problem: { code: "transaction-lost" },
    });
    expect(await changed()).toBe(0);
  });

  test("a write that runs is rolled back", async () => {
    const id = await world.given(ada, WRITE);
    await world.client.query("BEGIN; UPDATE shop.products SET id = id WHERE id = 1");
    const ended = world.run(ada, UPDATE);
    await until(
      async () =>
        (await world.client.query("SELECT count(*)::int AS n FROM pg_locks WHERE NOT granted")).rows[0].n ===
        1,
    );
    await world.hand("dana").end(id);
    expect(await ended).toMatchObject({ kind: "failed", problem: { code: "elevation-ended" } });
    await world.client.query("ROLLBACK");
    expect(await changed()).toBe(0);
  });

  test("again after a restart, from what lies on the disk, only with the collector's word", async () => {
    await world.given(ada, EMAIL);
    world.reachable = false;
    const cut = await world.desk("ada", ["developers"], { home: ada.home }).catch(() => null);
    expect(cut).toBeNull();
    world.reachable = true;
    const again = await world.desk("ada", ["developers"], { home: ada.home });
    expect(await world.first(again, SELECT)).toEqual([SEEN]);
  });
});

describe("what lies on the disk", () => {
  test("is worth what the collector signed, and nothing else", async () => {
    const id = await world.given(ada, EMAIL);
    const file = path.join(ada.home, "elevations", `${id}.json`);
    await until(() => JSON.parse(fs.readFileSync(file, "utf8")).signed !== null);
    const kept = JSON.parse(fs.readFileSync(file, "utf8"));
    const tampered = {
      ...kept,
      signed: {
        ...kept.signed,
        canonical: kept.signed.canonical.replace("shop.people.email", "shop.people.ssn"),
      },
    };
    fs.writeFileSync(file, JSON.stringify(tampered));
    const again = await world.desk("ada", ["developers"], { home: ada.home });
    await hidden(SELECT, again);
    await hidden("SELECT ssn FROM shop.people WHERE id = 7", again);
    expect(again.told.at(-1)).toMatchObject({ standing: "over", why: expect.stringContaining("signature") });
  });

  test("is not used again once it is over", async () => {
    const id = await world.given(ada, EMAIL);
    const file = path.join(ada.home, "elevations", `${id}.json`);
    await until(() => JSON.parse(fs.readFileSync(file, "utf8")).signed !== null);
    const kept = fs.readFileSync(file, "utf8");
    await world.hand("dana").end(id);
    await until(() => standing(ada, id) === "none");
    expect(fs.existsSync(file)).toBe(false);
    fs.writeFileSync(file, kept);
    await hidden(SELECT);
    const again = await world.desk("ada", ["developers"], { home: ada.home });
    await hidden(SELECT, again);
  });

  test("of one elevation is none for another", async () => {
    const email = await world.given(ada, EMAIL);
    const file = path.join(ada.home, "elevations", `${email}.json`);
    await until(() => JSON.parse(fs.readFileSync(file, "utf8")).signed !== null);
    const kept = JSON.parse(fs.readFileSync(file, "utf8"));
    const write = await world.given(ada, WRITE);
    fs.writeFileSync(
      path.join(ada.home, "elevations", `${write}.json`),
      JSON.stringify({ ...kept, id: write }),
    );
    await world.hand("dana").end(email);
    await until(() => standing(ada, email) === "none");
    const again = await world.desk("ada", ["developers"], { home: ada.home });
    await hidden(SELECT, again);
    expect((await world.run(again, UPDATE)).kind).toBe("blocked");
  });
});
