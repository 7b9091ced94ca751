import fs from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { verifyLedger } from "../../agent/audit/verifyLedger.ts";
import type { Engine } from "../../agent/engine.ts";
import { sessionId } from "../../protocol/ids.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { engineIn, newHome, problemTold, profileOf, runOne } from "./engine.ts";

const TWO_MEGABYTES = 2 * 1024 * 1024;

let server: TestPostgres;
let home: string;
let engine: Engine;

beforeAll(async () => {
  server = await startPostgres();
  home = newHome();
  engine = await engineIn(home);
  await engine.rooms.identity.continueAsLocalUser();
  engine.open.passwords.use(profileOf(server).id, server.password);
  await run("CREATE TABLE numbers (id int, name text)");
});
afterAll(async () => {
  await engine.close();
  await server.stop();
  fs.rmSync(home, { recursive: true, force: true });
});

const run = (text: string, maxCellLength?: number) =>
  runOne(engine, profileOf(server), text, maxCellLength === undefined ? {} : { maxCellLength });
const told = (text: string) => problemTold(run(text));
const records = (): number => engine.rooms.ledger.count();

describe("text that is no statement is placed, and nothing is sent or recorded", () => {
  const underlined = async (text: string): Promise<string> => {
    const before = records();
    const { start, end, code } = await told(text);
    expect(records()).toBe(before);
    expect(["syntax-error", "not-unicode"]).toContain(code);
    return text.slice(start, end);
  };

  test("a word that does not belong", async () => {
    expect(await underlined("SELECT * FROMM numbers")).toBe("FROMM");
    expect(await underlined("SELEC 1")).toBe("SELEC");
  });
  test("after characters of two and four bytes", async () => {
    expect(await underlined("SELECT 'é😀😀' AS x WHERE WHERE")).toBe("WHERE");
  });
  test("in the second statement", async () => {
    expect(await underlined("SELECT 1;\nUPDATE numbers SETT id = 1")).toBe("id");
  });
  test("at the end", async () => {
    expect(await underlined("SELECT (1")).toBe("1");
  });
  test("a string left open", async () => {
    expect(await underlined("SELECT 'left open")).toBe("'left open");
  });
  test("NUL, also where a second statement hides behind it", async () => {
    expect(await underlined("SELECT 'a\0b'")).toBe("\0");
    expect(await underlined("SELECT 1\0; DROP TABLE numbers")).toBe("\0");
    const problem = await told("SELECT 1\0");
    expect(problem.message).toBe(
      "The text contains a NUL character, which PostgreSQL cannot store or read. Remove it.",
    );
  });
  test("half of a surrogate pair", async () => {
    const text = "SELECT '😀\ud83d'";
    const problem = await told(text);
    expect(problem).toMatchObject({
      code: "not-unicode",
      action: "Remove the broken character; nothing was run.",
    });
    expect(text.slice(problem.start, problem.end)).toBe("\ud83d");
  });
});

test("half of a surrogate pair beside a statement is refused before anything runs", async () => {
  const before = records();
  const profile = profileOf(server);
  const said = (changes: object) =>
    problemTold(
      engine
        .run({
          sessionId: sessionId("said"),
          connection: profile,
          text: "SELECT 1",
          client: { kind: "cli", session: "said" },
          purpose: undefined,
          pageRows: 1,
          maxCellLength: 100,
          signal: new AbortController().signal,
          keepGoing: false,
          ...changes,
        })
        .next(),
    );
  expect(await said({ purpose: "ticket \ud83d" })).toEqual({
    code: "not-unicode",
    message:
      "The purpose holds half of a surrogate pair, which is no character: it cannot be recorded as it is.",
    action: "Remove the broken character; nothing was run.",
  });
  expect(await said({ connection: { ...profile, name: "\ude00" } })).toMatchObject({ code: "not-unicode" });
  expect(records()).toBe(before);
});

test("an error the server finds while running is placed too", async () => {
  const text = "SELECT id,\n  'é😀' || name,\n  CAST('x' AS int) FROM numbers";
  const governed = await run(text);
  if (governed.kind !== "failed") throw new Error(governed.kind);
  expect(governed.problem.code).toBe("sql-22P02");
  expect(text.slice(governed.problem.start, governed.problem.end)).toBe("'x'");
});

describe("statements of two megabytes", () => {
  const repeated = (head: string, item: (position: number) => string, tail: string): string => {
    const items: string[] = [];
    for (let size = head.length + tail.length; size < TWO_MEGABYTES; size += items.at(-1)?.length ?? 0)
      items.push(item(100_000 + items.length));
    return `${head}${items.join("")}${tail}`;
  };

  test("a list of numbers", async () => {
    const text = repeated("SELECT id FROM numbers WHERE id IN (1", (i) => `,${i}`, ")");
    expect(text.length).toBeGreaterThanOrEqual(TWO_MEGABYTES);
    expect(await run(text)).toMatchObject({ kind: "rows", first: { rows: [], done: true } });
  });
  test("rows to insert", async () => {
    const text = repeated("INSERT INTO numbers (id, name) VALUES (1, 'a')", (i) => `,(${i}, 'n${i}')`, "");
    const governed = await run(text);
    expect(governed).toMatchObject({ kind: "done" });
    expect(governed.kind === "done" && governed.affected).toBeGreaterThan(50_000);
  });
  test("one long literal", async () => {
    const text = `SELECT length('${"x".repeat(TWO_MEGABYTES)}') AS n`;
    expect(await run(text)).toMatchObject({ first: { rows: [[String(TWO_MEGABYTES)]] } });
  });
  test("one nested so deeply that nobody can read it is not run without approval", async () => {
    const depth = TWO_MEGABYTES / 2;
    const governed = await run(`SELECT ${"(".repeat(depth)}1${")".repeat(depth)}`);
    expect(governed).toMatchObject({ kind: "blocked", report: { decision: { verdict: "approve" } } });
    expect(governed.report.decision.reason).toContain("nested too deeply to be understood");
    expect(await run("SELECT 1 AS one")).toMatchObject({ kind: "rows" });
  });
  test("all of it is on record, and the chain holds", async () => {
    expect(await engine.verifyLedger()).toMatchObject({ kind: "intact" });
    const longest = Math.max(
      ...engine.rooms.ledger.listActivity(100).map(({ statement }) => statement.length),
    );
    expect(longest).toBeGreaterThanOrEqual(TWO_MEGABYTES);
  });
});

describe("wide and heavy results", () => {
  const columns = (count: number, column: (position: number) => string): string =>
    Array.from({ length: count }, (_, position) => column(position)).join(", ");

  test("1,600 columns", async () => {
    expect(await run(`CREATE TABLE wide (${columns(1_600, (i) => `c${i} int`)})`)).toMatchObject({
      kind: "done",
    });
    await run("INSERT INTO wide (c7) VALUES (7)");
    const governed = await run("SELECT * FROM wide");
    if (governed.kind !== "rows") throw new Error(governed.kind);
    expect(governed.columns).toHaveLength(1_600);
    expect(governed.first.rows[0]?.[7]).toBe("7");
  });
  test("more columns than the server takes", async () => {
    expect(await run(`CREATE TABLE wider (${columns(1_601, (i) => `c${i} int`)})`)).toMatchObject({
      kind: "failed",
      problem: { code: "sql-54011", message: "Tables can have at most 1600 columns." },
    });
    expect(await run(`SELECT ${columns(1_665, (i) => `${i} AS c${i}`)}`)).toMatchObject({
      kind: "failed",
      problem: { code: "sql-54011", action: "Select fewer." },
    });
  });
  test("a row of 50 MB comes whole where it is asked for, and as a preview in the grid", async () => {
    const bytes = 50 * 1024 * 1024;
    const text = `SELECT 1 AS a, repeat('x', ${bytes}) AS big, 2 AS b`;
    const whole = await run(text);
    if (whole.kind !== "rows") throw new Error(whole.kind);
    const cell = whole.first.rows[0]?.[1];
    expect(typeof cell === "string" && cell.length).toBe(bytes);
    const preview = await run(text, 64 * 1024);
    if (preview.kind !== "rows") throw new Error(preview.kind);
    expect(preview.first.rows[0]).toEqual(["1", { preview: "x".repeat(2_000), bytes }, "2"]);
    expect(await run("SELECT 3 AS three")).toMatchObject({ first: { rows: [["3"]] } });
  });
});

test("nothing of all this broke the chain", async () => {
  expect(await verifyLedger(engine.rooms.home.ledger)).toMatchObject({ kind: "intact" });
});
