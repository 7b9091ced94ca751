import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { loadMysqlCatalog } from "../../../agent/catalog/loadMysqlCatalog.ts";
import { FRESH_SESSION } from "../../../agent/sql/mysql/session.ts";
import { understandMysql } from "../../../agent/sql/mysql/understand.ts";
import { type CatalogIndex, indexCatalog } from "../../../agent/sql/postgres/catalogIndex.ts";
import { startMariadb, type TestMariadb } from "../../mariadb.ts";
import { QueryGenerator, SCHEMA_SQL, TABLES } from "./generateQuery.ts";
import { type Answer, Asker } from "./server.ts";
import { SETTINGS } from "./shop.ts";

const long = process.env.SLUICE_LONG === "1";
vi.setConfig({ testTimeout: long ? 3_600_000 : 240_000 });

/** The short run asks the same every time. */
const SEED = long ? {} : { seed: 20_261_125 };

const COLUMNS = Object.entries(TABLES).flatMap(([table, columns]) =>
  columns.map((column) => ({ table, column })),
);

/** Five rows; in a column's own world, that column holds other values, and everything else the same. */
function cell(column: string, row: number, changed: boolean): string {
  const pick = (same: readonly string[], other: readonly string[]): string =>
    (changed ? other : same)[row] ?? "NULL";
  if (column === "id") return pick(["1", "2", "3", "4", "5"], ["2", "3", "4", "1", "2"]);
  if (column === "age" || column === "person_id")
    return pick(["1", "2", "2", "30", "21"], ["3", "2", "40", "1", "25"]);
  if (column === "Price") return pick(["1", "2.5", "2.5", "10", "1"], ["9.5", "1", "1", "70", "3"]);
  return pick(["'a'", "'b'", "'s1'", "'bc'", "NULL"], ["'zz'", "'a'", "'s9'", "NULL", "'1b'"]);
}

let server: TestMariadb;
let asker: Asker;
let index: CatalogIndex;

async function makeWorld(
  name: string,
  changed?: { readonly table: string; readonly column: string },
): Promise<void> {
  await asker.run(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`, `USE ${name}`, ...SCHEMA_SQL);
  for (const [table, columns] of Object.entries(TABLES)) {
    for (let row = 0; row < 5; row++) {
      const own = (column: string): boolean => changed?.table === table && changed.column === column;
      const values = columns.map((column) => cell(column, row, own(column)));
      await asker.run(`INSERT INTO ${table} VALUES (${values.join(", ")})`);
    }
  }
}

beforeAll(async () => {
  server = await startMariadb();
  asker = await Asker.open(server);
  await asker.run("SET sql_mode = ''", "SET SESSION max_statement_time = 5");
  await makeWorld("world");
  for (const [number, column] of COLUMNS.entries()) await makeWorld(`world${number}`, column);
  await asker.run("USE world");
  const catalog = await loadMysqlCatalog(asker);
  index = indexCatalog({ ...catalog, relations: catalog.relations.filter((one) => one.schema === "world") });
});
afterAll(async () => {
  await asker?.close();
  await server?.stop();
});

const understandIn = (sql: string) =>
  understandMysql({ text: sql, span: { start: 0, end: sql.length } }, index, {
    settings: { ...SETTINGS, database: "world" },
    memory: FRESH_SESSION,
  });

const columnOf = (answer: Extract<Answer, { kind: "rows" }>, position: number): readonly string[] =>
  answer.rows.map((row) => JSON.stringify(row[position])).sort();

/** How many of the queries the server runs were not understood. */
const counts = { ran: 0, refused: 0 };

/**
 * Two databases that differ in one column: a query whose facts don't name that column answers the same in both, and an
 * output whose sources don't name it shows the same.
 */
async function holds(seed: number): Promise<void> {
  const sql = new QueryGenerator(seed).query();
  await asker.run("USE world");
  const here = await asker.ask(sql);
  const found = understandIn(sql);
  if (here.kind === "error") {
    if (here.code === 1064) expect({ sql, kind: found.kind }).not.toEqual({ sql, kind: "understood" });
    return;
  }
  counts.ran++;
  if (found.kind !== "understood") {
    counts.refused++;
    return;
  }
  const { outputs, reads } = found.facts;
  // Which case a name is shown in depends on how the server runs the query.
  const lower = (names: readonly string[]): readonly string[] => names.map((name) => name.toLowerCase());
  expect({ sql, names: lower(outputs.map((one) => one.name)) }).toEqual({ sql, names: lower(here.names) });
  for (const [number, { table, column }] of COLUMNS.entries()) {
    const isIt = (id: { readonly table: string; readonly column: string }): boolean =>
      id.table === table && id.column === column;
    if (reads.some((use) => use.role !== "output" && isIt(use.column))) continue;
    await asker.run(`USE world${number}`);
    const there = await asker.ask(sql);
    if (there.kind === "error" && there.code === 1969) continue;
    if (there.kind === "error") throw new Error(`${there.message}: ${sql}`);
    expect({ sql, column, rows: there.rows.length }).toEqual({ sql, column, rows: here.rows.length });
    for (const [position, output] of outputs.entries()) {
      if (output.sources.some(isIt)) continue;
      const shown = columnOf(there, position);
      expect({ sql, column, output: output.name, shown }).toEqual({
        sql,
        column,
        output: output.name,
        shown: columnOf(here, position),
      });
    }
  }
}

test("what the facts don't name makes no difference", async () => {
  await fc.assert(fc.asyncProperty(fc.nat(), holds), { numRuns: long ? 100_000 : 1_500, ...SEED });
  process.stdout.write(`MariaDB: ${counts.refused} of ${counts.ran} generated queries were not understood\n`);
  expect(counts.refused / counts.ran).toBeLessThan(0.01);
});

const REFILL = ["TRUNCATE sink", "INSERT INTO sink VALUES (1, 'p', 'q'), (2, 'r', 's')"];

/** Two databases that differ in one column: a write whose facts don't lead from it to `sink` leaves the same there. */
async function stores(seed: number): Promise<void> {
  const sql = new QueryGenerator(seed).write();
  const written = async (database: string): Promise<Answer> => {
    await asker.run(`USE ${database}`, ...REFILL);
    const answer = await asker.ask(sql);
    return answer.kind === "error" ? answer : asker.ask("SELECT a, b FROM sink");
  };
  const here = await written("world");
  const found = understandIn(sql);
  if (here.kind === "error") return;
  counts.ran++;
  if (found.kind !== "understood") {
    counts.refused++;
    return;
  }
  const { flows, reads } = found.facts;
  for (const [number, { table, column }] of COLUMNS.entries()) {
    const isIt = (id: { readonly table: string; readonly column: string }): boolean =>
      id.table === table && id.column === column;
    const shapes = reads.some(
      (use) => use.role !== "output" && use.role !== "assignment" && isIt(use.column),
    );
    if (shapes) continue;
    const there = await written(`world${number}`);
    if (there.kind === "error" && there.code === 1969) continue;
    if (there.kind === "error") throw new Error(`${there.message}: ${sql}`);
    for (const [position, target] of ["a", "b"].entries()) {
      const leads = flows.some(
        (flow) => flow.target.column === target && (flow.opaque || flow.sources.some(isIt)),
      );
      if (leads) continue;
      const kept = columnOf(there, position);
      expect({ sql, column, target, kept }).toEqual({ sql, column, target, kept: columnOf(here, position) });
    }
  }
}

test("what flows don't lead to stays the same", async () => {
  await fc.assert(fc.asyncProperty(fc.nat(), stores), { numRuns: long ? 50_000 : 800, ...SEED });
});

/** What EXPLAIN EXTENDED names, by the tables' aliases. */
function namedBy(note: string): {
  readonly tables: ReadonlySet<string>;
  readonly columns: ReadonlySet<string>;
} {
  const aliases = new Map<string, string>();
  for (const [, table = "", alias] of note.matchAll(/`world`\.`(\w+)`(?: `(\w+)`)?(?![.`])/g)) {
    if (table in TABLES) aliases.set(alias ?? table, table);
  }
  const columns = [...note.matchAll(/`world`\.`(\w+)`\.`(\w+)`/g)].flatMap(([, alias = "", column = ""]) => {
    const table = aliases.get(alias);
    return table === undefined ? [] : [`${table}.${column}`.toLowerCase()];
  });
  return { tables: new Set(aliases.values()), columns: new Set(columns) };
}

test("the server's own account of names holds nothing the facts don't", async () => {
  await asker.run("USE world");
  let compared = 0;
  const check = async (seed: number): Promise<void> => {
    const sql = new QueryGenerator(seed).query();
    const found = understandIn(sql);
    if (found.kind !== "understood") return;
    const plan = await asker.ask(`EXPLAIN EXTENDED ${sql}`);
    if (plan.kind === "error") return;
    const notes = await asker.rows("SHOW WARNINGS");
    const note = notes.find(([level, code]) => level === "Note" && code === "1003")?.[2];
    if (note === undefined || note === null) return;
    compared++;
    const { tables, columns } = namedBy(note);
    const { relations, reads, outputs } = found.facts;
    const ours = new Set(relations.map((one) => one.name));
    for (const table of tables)
      expect({ sql, table, found: ours.has(table) }).toEqual({ sql, table, found: true });
    // A derived table computes columns that nobody asks for.
    if (/\(SELECT .* AS d1|WITH w|EXISTS|spent|grown/i.test(sql)) return;
    const own = new Set(
      [...reads.map((use) => use.column), ...outputs.flatMap((one) => one.sources)].map((id) =>
        `${id.table}.${id.column}`.toLowerCase(),
      ),
    );
    for (const column of columns)
      expect({ sql, column, found: own.has(column) }).toEqual({ sql, column, found: true });
  };
  await fc.assert(fc.asyncProperty(fc.nat(), check), { numRuns: long ? 30_000 : 2_000, ...SEED });
  expect(compared).toBeGreaterThan(500);
});
