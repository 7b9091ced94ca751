import fs from "node:fs";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { newHome, profileOf } from "../robustness/engine.ts";
import { type Finished, objects, sluice } from "./sluice.ts";

let server: TestPostgres;
let home: string;
let url: string;

beforeAll(async () => {
  server = await startPostgres();
  home = newHome();
  url = `${server.connectionString}?environment=development`;
  const client = new pg.Client({ connectionString: server.connectionString });
  await client.connect();
  await client.query(`CREATE SCHEMA shop;
    CREATE TABLE shop.customers (id int PRIMARY KEY, email text NOT NULL, city text NOT NULL);
    INSERT INTO shop.customers SELECT i, 'person' || i || '@mail.example', 'Lund' FROM generate_series(1, 2500) i;
    CREATE TABLE shop.notes (id int, body text);
    ANALYZE`);
  await client.end();
});
afterAll(async () => {
  await server.stop();
  fs.rmSync(home, { recursive: true, force: true });
});

const query = (...args: readonly string[]): Promise<Finished> =>
  sluice({ home }, "query", "-c", url, ...args);

describe("sluice query --json prints one object for each statement, and nothing else", () => {
  test("rows, masked, with who may not see what and why", async () => {
    const finished = await query("--json", "SELECT id, email FROM shop.customers ORDER BY id LIMIT 2");
    expect(finished.code).toBe(0);
    const [result, ...more] = objects(finished);
    expect(more).toEqual([]);
    expect(result).toMatchObject({
      statement: "SELECT id, email FROM shop.customers ORDER BY id LIMIT 2",
      decision: "allow",
      risk: { score: expect.any(Number), factors: expect.any(Array) },
      columns: [
        { name: "id", mask: null, sources: ["shop.customers.id"] },
        {
          name: "email",
          label: { infoType: "email", category: "PII", level: "confidential" },
          mask: "email",
          sources: ["shop.customers.email"],
        },
      ],
      rowCount: 2,
      error: null,
      record: { seq: expect.any(Number), hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    expect(finished.out).not.toContain("person1@mail.example");
  });

  test("several statements in order, all rows of each, beyond a page", async () => {
    const finished = await query("--json", "SELECT id FROM shop.customers; SELECT 2 AS two");
    const [first, second] = objects(finished);
    expect(first).toMatchObject({ rowCount: 2500, truncated: null, error: null });
    expect(second).toMatchObject({ rows: [["2"]] });
  });

  test("a change", async () => {
    const finished = await query("--json", "INSERT INTO shop.notes VALUES (1, 'x'), (2, 'y')");
    expect(objects(finished)).toMatchObject([{ rows: [], rowCount: 2, tag: "INSERT 0 2", error: null }]);
  });

  test("what is not SQL, with the place", async () => {
    const finished = await query("--json", "SELECT 1;\nSELEC 2");
    expect(finished.code).toBe(1);
    expect(objects(finished)).toMatchObject([
      { error: { code: "syntax-error", start: 10, end: 15 }, record: null, rows: [], rowCount: 0 },
    ]);
  });

  test("a server that cannot be reached", async () => {
    const finished = await sluice(
      { home },
      "query",
      "-c",
      "postgres://u:p@127.0.0.1:1/x?environment=development",
      "--json",
      "SELECT 1 AS one",
    );
    expect(finished.code).toBe(1);
    expect(objects(finished)).toMatchObject([{ decision: null, error: { code: "connection-refused" } }]);
    expect(finished.err).toContain("Nothing listens for PostgreSQL at 127.0.0.1:1.");
  });
});

describe("exit codes", () => {
  const codes: readonly (readonly [string, readonly string[], number])[] = [
    ["done", ["SELECT 1 AS one"], 0],
    ["failed on the server", ["SELECT 1/0"], 1],
    ["a name that does not exist", ["SELECT * FROM shop.nowhere"], 1],
    ["not SQL", ["SELEC 1"], 1],
    ["usage", ["--as", "somebody", "SELECT 1 AS one"], 2],
    ["denied", ["SELECT pg_read_file('/etc/passwd')"], 3],
    ["the worst of several, all run", ["--keep-going", "SELECT 1/0; SELECT pg_sleep(9); SELECT 3 AS n"], 3],
  ];
  for (const [name, args, code] of codes)
    test(`${name}: ${code}`, async () => expect((await query(...args)).code).toBe(code));

  test("waits for approval: 4", async () => {
    const unset = sluice(
      { home },
      "query",
      "-c",
      server.connectionString,
      "DELETE FROM shop.notes WHERE id = 1",
    );
    expect((await unset).code).toBe(4);
  });
  test("no connection, no such connection, no such command: 2, 1, 2", async () => {
    expect((await sluice({ home }, "query", "SELECT 1")).code).toBe(2);
    const unknown = await sluice({ home }, "query", "-c", "nowhere", "SELECT 1");
    expect(unknown.code).toBe(1);
    expect(unknown.err).toContain('There is no connection called "nowhere".');
    expect((await sluice({ home }, "frobnicate")).code).toBe(2);
  });
});

describe("at a terminal", () => {
  test("a mistake is underlined, and it is said that nothing ran", async () => {
    const { err, out, code } = await query("SELECT id\nFROM shop.customers\nWHERE WHERE id = 1");
    expect(code).toBe(1);
    expect(out).toBe("");
    expect(err).toContain("    WHERE WHERE id = 1\n          ^^^^^\n");
    expect(err).toContain("Correct the underlined place; nothing was run.");
  });
  test("a long line is cut around the mistake", async () => {
    const { err } = await query(`SELECT ${"1 AS a, ".repeat(100)} FROMM x y z`);
    const [line = "", carets = ""] = err.split("\n").slice(1, 3);
    expect(line.length).toBeLessThanOrEqual(210);
    expect(line).toContain("…");
    expect(line.slice(carets.indexOf("^"), carets.lastIndexOf("^") + 1)).toMatch(/^\w+$/);
  });
  test("a stopped statement names the rule, underlines what triggered it and says what to do", async () => {
    const { err, code } = await sluice(
      { home },
      "query",
      "-c",
      server.connectionString,
      "DELETE FROM shop.notes",
    );
    expect(code).toBe(3);
    expect(err).toContain("Blocked: This deletes every row of shop.notes.");
    expect(err).toContain("no-where-delete");
    expect(err).toContain("^^^^^^");
    expect(err).toMatch(/Not run; record \d+\./);
  });
  test("data cannot steer the terminal", async () => {
    const { out } = await query("SELECT 'a' || chr(27) || '[31m' || chr(155) || 'b' AS c, E'x\\u202Ey' AS d");
    expect(out).toContain("a\ufffd[31m\ufffdb");
    expect(out).toContain("x\ufffdy");
    expect(out).not.toMatch(/(?![\n])[\p{Cc}\p{Bidi_Control}]/u);
  });
});

describe("text that is no text", () => {
  test("a file that is not UTF-8 is not run", async () => {
    const file = path.join(home, "latin1.sql");
    fs.writeFileSync(file, Buffer.from("SELECT 'caf\xe9' AS é", "latin1"));
    const { code, err, out } = await query("--file", file);
    expect(code).toBe(1);
    expect(out).toBe("");
    expect(err).toContain(`${file} is not valid UTF-8: the byte at offset 11 belongs to no character.`);
    expect(err).toContain("Save it as UTF-8 and run it again; nothing was run.");
  });
  test("nor is standard input", async () => {
    const input = Buffer.concat([Buffer.from("SELECT 'é"), Buffer.from([0xf0, 0x9f])]);
    const { code, err } = await sluice({ home, input }, "query", "-c", url);
    expect(code).toBe(1);
    expect(err).toContain(
      "Standard input is not valid UTF-8: the byte at offset 10 belongs to no character.",
    );
  });
  test("a byte order mark is no part of the text", async () => {
    const file = path.join(home, "bom.sql");
    fs.writeFileSync(file, "\ufeffSELECT 1 AS one");
    expect((await query("--json", "-f", file)).code).toBe(0);
  });
  test("a NUL in a file", async () => {
    const file = path.join(home, "nul.sql");
    fs.writeFileSync(file, "SELECT 1\0; DROP TABLE shop.customers");
    const { code, err } = await query("-f", file);
    expect(code).toBe(1);
    expect(err).toContain("The text contains a NUL character");
  });
  test("a file that is not there", async () => {
    const { code, err } = await query("-f", path.join(home, "missing.sql"));
    expect(code).toBe(2);
    expect(err).toContain("missing.sql cannot be read");
  });
});

test("a saved connection's password is never part of what is printed or kept", async () => {
  const own = newHome();
  const saved = profileOf(server, { name: "Shop" });
  fs.writeFileSync(path.join(own, "connections.json"), JSON.stringify({ connections: [saved] }));
  const env = { SLUICE_PASSWORD_TEST: server.password };
  const finished = await sluice({ home: own, env }, "query", "-c", "shop", "SELECT 1 AS one");
  expect(finished.code).toBe(0);
  const files = fs
    .readdirSync(own, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => fs.readFileSync(path.join(entry.parentPath, entry.name), "latin1"));
  for (const text of [finished.out, finished.err, ...files]) expect(text).not.toContain(server.password);
  fs.rmSync(own, { recursive: true });
});
