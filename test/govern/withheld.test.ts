import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { World } from "./governed.ts";

let world: World;

beforeAll(async () => {
  world = await World.open();
  await world.client.query(`
    CREATE FUNCTION shop.tell(wanted integer) RETURNS integer LANGUAGE plpgsql AS $$
    DECLARE found text;
    BEGIN
      SELECT email INTO found FROM shop.customers WHERE id = wanted;
      RAISE NOTICE 'it is %', found;
      RETURN length(found) * 0;
    END $$;
    CREATE FUNCTION shop.spell(wanted integer) RETURNS integer LANGUAGE plpgsql AS $$
    DECLARE found text;
    BEGIN
      SELECT 'K' || upper(substr(md5(email), 1, 4)) INTO found FROM shop.customers WHERE id = wanted;
      RAISE EXCEPTION 'it is %', (SELECT email FROM shop.customers WHERE id = wanted) USING ERRCODE = found;
    END $$;
    CREATE FUNCTION shop.greet() RETURNS integer LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'welcome'; RETURN 1; END $$`);
  await world.classified();
});
afterAll(() => world?.close());

const cells = async (sql: string): Promise<string> => {
  const seen = await world.last(sql);
  expect(seen.problem).toBeNull();
  return seen.rows.map((row) => row.join(" | ")).join("\n");
};

describe("plans", () => {
  test("of hidden columns are told without numbers, in every format", async () => {
    for (const options of ["", "ANALYZE ", "(ANALYZE, BUFFERS, SETTINGS) ", "(VERBOSE) "]) {
      const plan = await cells(`EXPLAIN ${options}SELECT email FROM shop.customers WHERE email = 'x@y.z'`);
      expect(plan).toMatch(/customers/);
      expect(plan).not.toMatch(/rows=|cost=|time=|width=|Rows Removed|Buffers:|Time:/);
    }
    for (const format of ["JSON", "YAML", "XML"]) {
      const plan = await cells(
        `EXPLAIN (FORMAT ${format}) SELECT email FROM shop.customers WHERE email = 'x@y.z'`,
      );
      expect(plan).not.toMatch(/Rows|Cost|\d{2}/);
    }
  });

  test("of others are told whole", async () => {
    expect(await cells("EXPLAIN SELECT title FROM shop.products WHERE id < 5")).toMatch(/rows=\d+ width=\d+/);
  });
});

describe("notices", () => {
  test("that may quote what is hidden are withheld, and counted", async () => {
    const seen = await world.last("SELECT shop.tell(3)");
    expect(seen.kind).toBe("rows");
    expect(seen.notices).toHaveLength(1);
    expect(seen.notices[0]).toMatch(/^1 notice.*withheld/);
    expect(world.leaksIn(JSON.stringify(seen))).toEqual([]);
  });

  test("of the server itself are shown", async () => {
    const seen = await world.last("DROP TABLE IF EXISTS shop.nothing_there");
    expect(seen.notices).toEqual([expect.stringMatching(/^NOTICE: table "nothing_there" does not exist/)]);
  });
});

describe("failures", () => {
  test("of code that reads what is hidden tell neither its words nor a code of its making", async () => {
    const { rows } = await world.client.query<{ code: string }>(
      "SELECT 'K' || upper(substr(md5(email), 1, 4)) AS code FROM shop.customers WHERE id = 3",
    );
    const seen = await world.last("SELECT shop.spell(3)");
    expect(seen.kind).toBe("failed");
    expect(seen.problem).toMatch(/^sql-XX000: /);
    expect(JSON.stringify(seen)).not.toContain(rows[0]?.code);
    expect(world.leaksIn(JSON.stringify(seen))).toEqual([]);
  });

  test("of a constraint name it and not the value", async () => {
    const seen = await world.last(
      "INSERT INTO shop.customers (id, full_name, email) SELECT id + 1000, full_name, email FROM shop.customers WHERE id = 5",
    );
    expect(seen.problem).toMatch(/^sql-23505: .*customers_email_key/);
    expect(world.leaksIn(JSON.stringify(seen))).toEqual([]);
  });

  test("of a cast do not quote what could not be cast", async () => {
    const seen = await world.last("SELECT id FROM shop.customers WHERE full_name::integer = 3");
    expect(seen.kind).toBe("failed");
    expect(world.leaksIn(JSON.stringify(seen))).toEqual([]);
  });
});

describe("returned rows", () => {
  test.each([
    [
      "UPDATE",
      "UPDATE shop.customers SET loyalty_points = 7 WHERE id = 1 RETURNING email, loyalty_points, full_name AS n",
    ],
    [
      "INSERT",
      "INSERT INTO shop.customers SELECT id + 2000, full_name, 'x' || email, phone, 7 FROM shop.customers WHERE id = 1 RETURNING email, loyalty_points, full_name AS n",
    ],
    ["DELETE", "DELETE FROM shop.customers WHERE id = 2001 RETURNING email, loyalty_points, full_name AS n"],
    [
      "MERGE",
      "MERGE INTO shop.customers c USING shop.products p ON p.id = c.id AND p.id = 2 WHEN MATCHED THEN UPDATE SET loyalty_points = 7 RETURNING c.email, c.loyalty_points, c.full_name AS n",
    ],
  ])("of %s are masked", async (kind, sql) => {
    const seen = await world.last(sql);
    expect(seen.problem).toBeNull();
    // A row just inserted is also what it was made of.
    const masks = kind === "INSERT" ? { email: "full", n: "full" } : { email: "email", n: "initials" };
    expect(seen.masks).toEqual({ ...masks, loyalty_points: null });
    expect(seen.rows).toHaveLength(1);
    expect(seen.rows[0]?.[1]).toBe("7");
    expect(world.leaksIn(JSON.stringify(seen))).toEqual([]);
  });
});

test("nothing of all this is in any file", () => {
  const files = fs
    .readdirSync(world.home, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile());
  expect(files.length).toBeGreaterThan(1);
  for (const file of files) {
    expect(world.leaksIn(fs.readFileSync(path.join(file.parentPath, file.name), "latin1"))).toEqual([]);
  }
});
