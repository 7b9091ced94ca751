import fs from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Engine } from "../../agent/engine.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { connectionId } from "../../protocol/ids.ts";
import { engineIn, newHome, runOne } from "../robustness/engine.ts";
import { agreed, answered, suggested } from "./suggesting.ts";

const MARKER = "marker.person@example.org";

let home: string;
let engine: Engine;
let profile: ConnectionProfile;

beforeAll(async () => {
  home = newHome();
  const file = path.join(home, "shop.db");
  const database = new Database(file);
  database.exec(`CREATE TABLE customers (id INTEGER PRIMARY KEY, full_name TEXT, email TEXT);
    CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id), total REAL, placed_at TEXT);
    INSERT INTO customers VALUES (1, 'Ann', '${MARKER}'), (2, 'Ben', 'ben@example.org');
    INSERT INTO orders VALUES (1, 1, 10, '2025-01-01'), (2, 2, 20, '2025-02-01');`);
  database.close();
  profile = {
    id: connectionId("file"),
    name: "file",
    engine: "sqlite",
    host: "",
    port: 0,
    database: file,
    user: "",
    environment: "development",
    tls: "disable",
  };
  engine = await engineIn(home);
  await engine.rooms.identity.continueAsLocalUser();
  await engine.open.database(profile).whenClassified();
});
afterAll(async () => {
  await engine?.close();
  fs.rmSync(home, { recursive: true, force: true });
});

const ORDER = {
  kind: "ask",
  question: "total per customer",
  text: `SELECT id FROM customers WHERE email = '${MARKER}';`,
} as const;

test("a SQLite file is asked about in its own dialect, without its values", async () => {
  const asked = await engine.suggestions.prompt(profile, ORDER);
  if (asked.kind === "none") throw new Error(asked.reason);
  const text = asked.messages.map((message) => message.text).join("\n");
  expect(text).toContain("SQLite 3");
  expect(text).toMatch(/email TEXT \[email, confidential, masked\]/i);
  expect(text).not.toContain(MARKER);
});

test("a misspelt name is put right, an unknown one dropped, and what is offered runs once it was seen", async () => {
  const made = await suggested(
    engine,
    profile,
    ORDER,
    "SELECT o.customer_id, sum(o.total) AS total FROM ordrs o GROUP BY o.customer_id ORDER BY o.customer_id",
  );
  expect(made.sql).toContain("FROM orders o");
  expect(made.repaired).toEqual(["“ordrs” is “orders”"]);
  const unknown = "SELECT invoice FROM invoices";
  expect(await answered(engine, profile, ORDER, unknown, unknown)).toMatchObject({ kind: "none" });
  expect(await runOne(engine, profile, made.sql)).toMatchObject({ kind: "blocked" });
  await agreed(engine, profile, made.sql, made.id);
  expect(await runOne(engine, profile, made.sql)).toMatchObject({ kind: "rows" });
});
