import fs from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { newHome } from "../robustness/engine.ts";
import { objects, sluice } from "./sluice.ts";

let server: TestPostgres;
let home: string;

beforeAll(async () => {
  server = await startPostgres();
  home = newHome();
  const url = `${server.connectionString}?environment=development`;
  const text =
    "CREATE TABLE notes (id int, body text); SELECT 1/0; SELECT '=1+1' AS formula; SELECT pg_sleep(9)";
  await sluice({ home }, "query", "-c", url, "--keep-going", text);
});
afterAll(async () => {
  await server.stop();
  fs.rmSync(home, { recursive: true, force: true });
});

const audit = (...args: readonly string[]) => sluice({ home }, "audit", ...args);
const copy = (name: string): string => {
  const file = path.join(home, name);
  fs.copyFileSync(path.join(home, "ledger.db"), file);
  return file;
};

describe("list", () => {
  test("newest first, with what was decided and what came of it", async () => {
    const { out, code } = await audit("list");
    expect(code).toBe(0);
    const lines = out.split("\n").slice(2);
    expect(lines[0]).toMatch(/deny\s+blocked\s+SELECT pg_sleep\(9\)/);
    expect(lines[2]).toMatch(/allow\s+failed\s+SELECT 1\/0/);
  });
  test("as JSON, so many", async () => {
    const finished = await audit("list", "--json", "--limit", "2");
    expect(objects(finished)).toMatchObject([{ outcome: "blocked" }, { outcome: "done", rows: 1 }]);
  });
  test("a limit that is none", async () => {
    const { code, err } = await audit("list", "--limit", "all");
    expect(code).toBe(2);
    expect(err).toContain('--limit takes a number of statements, not "all".');
  });
});

describe("verify", () => {
  test("an intact ledger", async () => {
    const { out, code } = await audit("verify");
    expect(code).toBe(0);
    expect(out).toMatch(/^Intact: \d+ records, 1 keys?, head \d+ [0-9a-f]{64}\n$/);
    expect(objects(await audit("verify", "--json"))).toMatchObject([{ kind: "intact" }]);
  });
  test("a changed copy, and where", async () => {
    const file = copy("changed.db");
    const database = new Database(file);
    database.exec(`UPDATE records SET canonical = replace(canonical, '"deny"', '"allow"')`);
    const denied = database
      .prepare<[], { seq: number }>("SELECT max(seq) AS seq FROM statements WHERE outcome IS NULL")
      .get();
    database.close();
    const { err, out, code } = await audit("verify", "--ledger", file);
    expect(code).toBe(1);
    expect(out).toBe("");
    expect(err).toContain(`Broken at record ${denied?.seq}: its content does not match its hash`);
    expect(err).toContain(`Records before ${denied?.seq} are proven.`);
  });
  test("no ledger at all", async () => {
    const file = path.join(home, "nowhere.db");
    for (const what of ["verify", "list", "export"]) {
      const { err, code } = await audit(what, "--ledger", file);
      expect(code).toBe(1);
      expect(err).toContain(`There is no ledger at ${file}.`);
      expect(fs.existsSync(file)).toBe(false);
    }
  });
  test("reads only: the files stay as they are", async () => {
    const before = fs.readFileSync(path.join(home, "ledger.db"));
    await audit("verify");
    await audit("list");
    expect(fs.readFileSync(path.join(home, "ledger.db")).equals(before)).toBe(true);
  });
});

describe("export", () => {
  test("every record with its hash and signature, as JSON lines", async () => {
    const records = objects(await audit("export"));
    const database = new Database(path.join(home, "ledger.db"), { readonly: true });
    const count = database.prepare<[], { n: number }>("SELECT count(*) AS n FROM records").get()?.n;
    database.close();
    expect(records).toHaveLength(count ?? 0);
    expect(records[0]).toMatchObject({
      record: { seq: 1, v: 1 },
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      signature: expect.any(String),
    });
  });
  test("statements as CSV in which no cell is a formula", async () => {
    const { out, code } = await audit("export", "--format", "csv");
    expect(code).toBe(0);
    const [header, ...rows] = out.trimEnd().split("\r\n");
    expect(header?.split(",").slice(0, 3)).toEqual(["seq", "at", "actor"]);
    expect(rows).toHaveLength(4);
    for (const cell of rows.flatMap((row) => row.split(","))) expect(cell).not.toMatch(/^"?[=+@]/);
  });
  test("statements as OCSF events, records as syslog lines", async () => {
    const events = objects(await audit("export", "--format", "ocsf"));
    expect(events).toMatchObject([
      { class_uid: 6005, status: "Success", activity_name: "create_table" },
      { status: "Failure", status_code: "22012" },
      { status: "Success", activity_name: "Query" },
      { action: "Denied", query_info: { query_string: "SELECT pg_sleep(9)" } },
    ]);
    const { out } = await audit("export", "--format", "syslog");
    expect(out.split("\n").filter((line) => line !== "")).toHaveLength(objects(await audit("export")).length);
    expect(out).toMatch(/^<110>1 /);
  });
  test("a format that is none", async () => {
    expect((await audit("export", "--format", "xlsx")).code).toBe(2);
  });
});
