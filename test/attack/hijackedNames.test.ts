import fs from "node:fs";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Engine } from "../../agent/engine.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { engineIn, newHome, profileOf } from "../robustness/engine.ts";
import { change, undo } from "../undo/changes.ts";

/**
 * Somebody with a schema in everybody's path makes functions, aggregates and operators that fit better than the
 * server's own, casts of their own types, and policies that call them. What the agent asks for itself, in the
 * background and with the rights of whoever is connected, runs none of it.
 */

/** Types the agent's own questions are about. */
const TYPES = [
  "text",
  "name",
  "oid",
  "int2",
  "int4",
  "int8",
  "bool",
  '"char"',
  "json",
  "jsonb",
  "regclass",
  "regnamespace",
  "int2[]",
  "oid[]",
  "text[]",
  "name[]",
  "int2vector",
  "xid",
  "tid",
  "float4",
  "numeric",
  "pg_node_tree",
  "shop.mood",
  "shop.pair",
  "shop.short",
];
const POLYMORPHIC = ["any", "anyelement", "anyarray", "anynonarray", "anycompatible"];

let server: TestPostgres;
let client: pg.Client;
let home: string;
let engine: Engine;
let connection: ConnectionProfile;

/** A trap that is sprung stays so, also in a transaction that is rolled back or may not write. */
const TRAP = "PERFORM pg_catalog.pg_advisory_lock(4242)";

/** `CREATE` for each overload that the server takes. */
async function trapFunctions(): Promise<number> {
  const { rows } = await client.query<{ name: string; kind: string; args: readonly string[] }>(
    `SELECT DISTINCT p.proname AS name, p.prokind AS kind,
       ARRAY(SELECT pg_catalog.format_type(t, NULL) FROM unnest(p.proargtypes) WITH ORDINALITY AS u(t, n) ORDER BY n) AS args
     FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
     WHERE n.nspname = 'pg_catalog' AND p.prokind IN ('f', 'a') AND p.pronargs BETWEEN 1 AND 3 AND NOT p.proretset
       AND EXISTS (SELECT FROM unnest(p.proargtypes) t WHERE t::regtype::text IN (${POLYMORPHIC.map((one) => `'"${one}"', '${one}'`).join(", ")}))`,
  );
  const isFree = (type: string): boolean => POLYMORPHIC.includes(type.replaceAll('"', ""));
  let made = 0;
  for (const { name, kind, args } of rows) {
    for (const type of TYPES) {
      const own = args.map((arg) => (isFree(arg) ? type : arg));
      const text =
        kind === "a"
          ? `CREATE AGGREGATE public."${name}"(${own.join(", ")}) (SFUNC = public.trap_state, STYPE = text)`
          : `CREATE FUNCTION public."${name}"(${own.join(", ")}) RETURNS text LANGUAGE plpgsql AS $$ BEGIN ${TRAP}; RETURN ''; END $$`;
      if (kind === "a")
        await client
          .query(
            `CREATE OR REPLACE FUNCTION public.trap_state(text, ${own.join(", ")}) RETURNS text LANGUAGE plpgsql AS $$ BEGIN ${TRAP}; RETURN ''; END $$`,
          )
          .catch(() => {});
      made += await client.query(text).then(
        () => 1,
        () => 0,
      );
    }
  }
  return made;
}

async function trapOperators(): Promise<number> {
  let made = 0;
  const symbols = ["=", "<>", "<", ">", "<=", ">=", "~", "!~", "~~", "!~~", "||", "+", "-"];
  for (const left of TYPES)
    for (const right of TYPES) {
      const trap = `CREATE OR REPLACE FUNCTION public.trap_pair(${left}, ${right}) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN ${TRAP}; RETURN true; END $$`;
      await client.query(trap);
      for (const symbol of symbols)
        made += await client
          .query(
            `CREATE OPERATOR public.${symbol} (LEFTARG = ${left}, RIGHTARG = ${right}, FUNCTION = public.trap_pair)`,
          )
          .then(
            () => 1,
            () => 0,
          );
    }
  return made;
}

beforeAll(async () => {
  server = await startPostgres();
  client = new pg.Client({ connectionString: server.connectionString });
  await client.connect();
  await client.query(
    `CREATE SCHEMA shop;
     CREATE TYPE shop.mood AS ENUM ('calm', 'ada@example.org'); CREATE TYPE shop.pair AS (a text, b int); CREATE DOMAIN shop.short AS text;
     CREATE TABLE shop.people (id int PRIMARY KEY, email text, mood shop.mood, pair shop.pair, short shop.short, moods shop.mood[],
       extra jsonb, photo bytea, born date);
     INSERT INTO shop.people SELECT n, 'person' || n || '@mail.test', 'calm'::shop.mood, ROW('x', n)::shop.pair, 'short', '{calm}'::shop.mood[], '{"a": 1}'::jsonb, 'x', now()
       FROM generate_series(1, 50) n;
     CREATE TABLE shop.secured (id int, email text);
     INSERT INTO shop.secured SELECT n, 'person' || n || '@mail.test' FROM generate_series(1, 50) n;
     CREATE VIEW shop.contacts AS SELECT id, email FROM shop.people;
     CREATE FUNCTION shop.sprung() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN ${TRAP}; RETURN true; END $$;
     CREATE ROLE mallory; ALTER FUNCTION shop.sprung() OWNER TO mallory;
     ALTER TABLE shop.secured ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON shop.secured USING (shop.sprung());
     CREATE FUNCTION shop.told(shop.mood) RETURNS text LANGUAGE plpgsql AS $$ BEGIN ${TRAP}; RETURN 'x'; END $$;
     CREATE CAST (shop.mood AS text) WITH FUNCTION shop.told(shop.mood) AS ASSIGNMENT;
     CREATE FUNCTION shop.told_pair(shop.pair) RETURNS text LANGUAGE plpgsql AS $$ BEGIN ${TRAP}; RETURN 'x'; END $$;
     CREATE CAST (shop.pair AS text) WITH FUNCTION shop.told_pair(shop.pair) AS ASSIGNMENT;
     CREATE FUNCTION shop.told_moods(shop.mood[]) RETURNS text LANGUAGE plpgsql AS $$ BEGIN ${TRAP}; RETURN 'x'; END $$;
     CREATE CAST (shop.mood[] AS text) WITH FUNCTION shop.told_moods(shop.mood[]) AS ASSIGNMENT;
     CREATE ROLE reader LOGIN PASSWORD 'reader'; GRANT USAGE ON SCHEMA shop TO reader;
     GRANT SELECT, UPDATE ON ALL TABLES IN SCHEMA shop TO reader; ANALYZE`,
  );
  expect(await trapFunctions()).toBeGreaterThan(500);
  expect(await trapOperators()).toBeGreaterThan(2_000);
}, 300_000);
afterAll(async () => {
  await client.end();
  await server.stop();
});

async function sprung(): Promise<boolean> {
  const { rows } = await client.query(
    "SELECT FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND objid OPERATOR(pg_catalog.=) 4242::oid",
  );
  return rows.length > 0;
}

test("the traps are traps", async () => {
  const victim = new pg.Client({ connectionString: server.connectionString });
  await victim.connect();
  for (const text of [
    "SELECT json_agg(oid) FROM pg_class",
    "SELECT FROM pg_class WHERE relname !~ 'x'",
    "SELECT mood::text FROM shop.people",
  ]) {
    await victim.query(text).catch(() => {});
    expect([text, await sprung()]).toEqual([text, true]);
    await victim.query("SELECT pg_catalog.pg_advisory_unlock_all()");
  }
  await victim.end();
});

test.each([["postgres"], ["reader"]])("nothing of it runs for %s", async (user) => {
  home = newHome();
  engine = await engineIn(home);
  connection = { ...profileOf(server), user };
  engine.open.passwords.use(connection.id, user === "reader" ? "reader" : server.password);
  const database = engine.open.database(connection);
  await database.whenClassified();
  expect(await sprung()).toBe(false);
  const email = { schema: "shop", table: "people", column: "email" };
  expect(database.labelOf(email)?.infoType).toBe("email");
  const place = { engine, profile: connection };
  for (const text of [
    "SELECT id, email FROM shop.people WHERE id = 1",
    "SELECT id FROM shop.contacts LIMIT 3",
    "BEGIN; UPDATE shop.people SET born = born WHERE id = 2; ROLLBACK",
  ]) {
    const { kind, problem } = await change(place, text);
    expect([text, kind, problem]).toEqual([text, expect.stringMatching(/^(?:done|rows)$/), null]);
  }
  const made = await change(place, "UPDATE shop.people SET photo = 'y' WHERE id = 3");
  expect(made).toMatchObject({ kind: "done", affected: 1 });
  if (made.undo?.kind === "offered") expect(await undo(place, made.seq)).toMatchObject({ kind: "done" });
  await database.refresh(false);
  await database.refresh(true);
  await database.rescan();
  await database.whenClassified();
  expect(await sprung()).toBe(false);
  await engine.close();
  fs.rmSync(home, { recursive: true, force: true });
});
