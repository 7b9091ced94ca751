import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { World } from "./governed.ts";

let world: World;
let sessions = 0;
let session: string;

beforeAll(async () => {
  world = await World.open();
  await world.classified();
});
afterAll(() => world?.close());
beforeEach(() => {
  session = `state-${sessions++}`;
});

const ask = (text: string) => world.ask(text, { session });
const last = (text: string) => world.last(text, { session });
const elsewhere = (text: string) => world.last(text, { session: `${session}-other` });
const leaks = (cells: readonly (readonly unknown[])[]): readonly string[] =>
  world.leaksIn(JSON.stringify(cells));

describe("a temporary table", () => {
  test("is known in its session, with the labels of what was put into it, and nowhere else", async () => {
    const made = await ask(
      "CREATE TEMP TABLE kept AS SELECT id, email AS a, title AS b FROM shop.customers JOIN shop.products USING (id)",
    );
    expect(made.map(({ problem }) => problem)).toEqual([null]);
    const seen = await last("SELECT a, b, id FROM kept ORDER BY id LIMIT 3");
    expect(seen.masks).toMatchObject({ a: "email", b: null, id: null });
    expect(seen.rows).toHaveLength(3);
    expect(seen.rows[0]?.[1]).toBe("Product 1");
    expect(leaks(seen.rows)).toEqual([]);
    expect((await elsewhere("SELECT a FROM kept")).rules).toContain("unresolved-name");
  });

  test("of one session is none of another's with the same name", async () => {
    await ask("CREATE TEMP TABLE twin AS SELECT full_name AS v FROM shop.customers");
    await world.ask("CREATE TEMP TABLE twin AS SELECT title AS v FROM shop.products", {
      session: "twin-other",
    });
    expect((await last("SELECT v FROM twin")).masks).toEqual({ v: "initials" });
    const other = await world.last("SELECT v FROM twin", { session: "twin-other" });
    expect(other.masks).toEqual({ v: null });
  });

  test("that hides a table behind its name is what is read", async () => {
    await ask(
      "CREATE TEMP TABLE products AS SELECT phone AS title FROM shop.customers; SET search_path = shop, public",
    );
    const seen = await last("SELECT title FROM products");
    expect(seen.masks).toEqual({ title: "phone" });
    expect(leaks(seen.rows)).toEqual([]);
  });

  test("is gone with DISCARD ALL", async () => {
    await ask("CREATE TEMP TABLE short AS SELECT 1 AS n; SELECT n FROM short");
    expect((await last("SELECT n FROM short")).rows).toEqual([["1"]]);
    expect((await last("DISCARD ALL")).kind).toBe("done");
    const gone = await last("SELECT n FROM short");
    expect(gone.kind).not.toBe("rows");
    expect((await last("SELECT title FROM shop.products ORDER BY id LIMIT 1")).rows).toEqual([["Product 1"]]);
  });
});

describe("a table made in an open transaction", () => {
  test("is used before COMMIT, with labels, and known to others after it", async () => {
    await ask("BEGIN; CREATE TABLE shop.fresh AS SELECT id, full_name AS who FROM shop.customers");
    const inside = await last("SELECT id, who FROM shop.fresh ORDER BY id LIMIT 2");
    expect(inside.masks).toEqual({ id: null, who: "initials" });
    expect(leaks(inside.rows)).toEqual([]);
    expect((await elsewhere("SELECT id FROM shop.fresh")).kind).toBe("blocked");
    await ask("COMMIT");
    expect((await elsewhere("SELECT who FROM shop.fresh")).masks).toEqual({ who: "initials" });
    await ask("DROP TABLE shop.fresh");
  });

  test("is gone after ROLLBACK, and after ROLLBACK TO a savepoint", async () => {
    await ask("BEGIN; CREATE TABLE shop.never (id int); INSERT INTO shop.never VALUES (1)");
    expect((await last("SELECT id FROM shop.never")).rows).toEqual([["1"]]);
    await ask("ROLLBACK");
    expect((await last("SELECT id FROM shop.never")).rules).toContain("unresolved-name");
    await ask("BEGIN; SAVEPOINT s; CREATE TABLE shop.never (id int); ROLLBACK TO s");
    expect((await last("SELECT id FROM shop.never")).rules).toContain("unresolved-name");
    await ask("COMMIT");
  });

  test("leaves the transaction as the person has it: a failed one takes only ROLLBACK", async () => {
    const seen = await ask("BEGIN; SELECT 1 / 0; SELECT 1; ROLLBACK; SELECT 2");
    expect(seen.map(({ kind }) => kind)).toEqual(["done", "failed", "rows", "done", "rows"]);
  });
});

describe("a kept query", () => {
  test("is masked when it is executed, whatever it is called", async () => {
    await ask(
      "PREPARE find (int) AS SELECT id, email, full_name AS n FROM shop.customers WHERE id < $1 ORDER BY id",
    );
    const seen = await last("EXECUTE find (4)");
    expect(seen.masks).toEqual({ id: null, email: "email", n: "initials" });
    expect(seen.rows).toHaveLength(3);
    expect(leaks(seen.rows)).toEqual([]);
    await ask("DEALLOCATE find");
    expect((await last("EXECUTE find (4)")).kind).not.toBe("rows");
  });

  test("is masked when it is fetched from a cursor, forwards and again", async () => {
    await ask("BEGIN; DECLARE c SCROLL CURSOR FOR SELECT phone, id FROM shop.customers ORDER BY id");
    for (const fetch of ["FETCH 2 FROM c", "FETCH PRIOR FROM c", "FETCH ALL c"]) {
      const seen = await last(fetch);
      expect(seen.masks).toEqual({ phone: "phone", id: null });
      expect(seen.rows.length).toBeGreaterThan(0);
      expect(leaks(seen.rows)).toEqual([]);
    }
    await ask("COMMIT");
    expect((await last("FETCH 1 FROM c")).kind).not.toBe("rows");
  });

  test("means what its names meant when it was kept", async () => {
    await world.client.query(
      "CREATE SCHEMA IF NOT EXISTS other; CREATE TABLE IF NOT EXISTS other.things AS SELECT full_name AS v FROM shop.customers; CREATE TABLE IF NOT EXISTS shop.things AS SELECT title AS v FROM shop.products",
    );
    await ask("SET search_path = shop; PREPARE things AS SELECT v FROM things; SET search_path = other");
    // The server plans a kept query anew where the path has changed; either way nothing is shown raw.
    const seen = await last("EXECUTE things");
    expect(leaks(seen.rows)).toEqual([]);
  });
});

describe("the search path", () => {
  test("decides what a name means, at once and for this session alone", async () => {
    await world.client.query(
      "CREATE SCHEMA IF NOT EXISTS hidden; CREATE TABLE IF NOT EXISTS hidden.products AS SELECT email AS title FROM shop.customers",
    );
    await ask("SET search_path = shop");
    expect((await last("SELECT title FROM products")).masks).toEqual({ title: null });
    await ask("SET search_path = hidden, shop");
    // Nobody has told the agent of the new table: the server's word against the plan shuts the door once.
    expect((await last("SELECT title FROM products")).problem).toContain("plan-mismatch");
    await world.classified();
    const seen = await last("SELECT title FROM products");
    expect(seen.kind).toBe("rows");
    expect(seen.masks.title).not.toBeNull();
    expect(leaks(seen.rows)).toEqual([]);
    await ask("RESET search_path");
    expect((await last("SELECT title FROM products")).rules).toContain("unresolved-name");
  });

  test("set in a transaction is what it was after ROLLBACK", async () => {
    await ask("SET search_path = shop; BEGIN; SET LOCAL search_path = hidden; ROLLBACK");
    expect((await last("SELECT title FROM products")).masks).toEqual({ title: null });
  });
});
