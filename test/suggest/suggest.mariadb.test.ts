import fs from "node:fs";
import mysql from "mysql2/promise";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseConnectionUrl } from "../../agent/connect/connectionUrl.ts";
import type { Engine } from "../../agent/engine.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { startMariadb, type TestMariadb } from "../mariadb.ts";
import { engineIn, newHome, runOne } from "../robustness/engine.ts";
import { agreed, answered, suggested } from "./suggesting.ts";

const MARKER = "marker.person@example.org";
const SCHEMA = [
  `CREATE TABLE customers (id INT PRIMARY KEY, full_name VARCHAR(80), email VARCHAR(80) COMMENT 'first was ${MARKER}')`,
  "CREATE TABLE orders (id INT PRIMARY KEY, customer_id INT, state ENUM('new', 'paid'), total DECIMAL(10, 2), placed_at DATETIME, FOREIGN KEY (customer_id) REFERENCES customers (id))",
  `INSERT INTO customers VALUES (1, 'Ann', '${MARKER}'), (2, 'Ben', 'ben@example.org')`,
  "INSERT INTO orders VALUES (1, 1, 'new', 10, now()), (2, 2, 'paid', 20, now())",
];

let server: TestMariadb;
let home: string;
let engine: Engine;
let profile: ConnectionProfile;

beforeAll(async () => {
  server = await startMariadb();
  const client = await mysql.createConnection(server.connectionString);
  for (const statement of SCHEMA) await client.query(statement);
  await client.end();
  home = newHome();
  engine = await engineIn(home);
  await engine.rooms.identity.continueAsLocalUser();
  const parsed = parseConnectionUrl(`${server.connectionString}?environment=development`);
  profile = parsed.profile;
  if (parsed.password !== undefined) engine.open.passwords.use(profile.id, parsed.password);
  await engine.open.database(profile).whenClassified();
});
afterAll(async () => {
  await engine?.close();
  await server?.stop();
  fs.rmSync(home, { recursive: true, force: true });
});

const ORDER = {
  kind: "ask",
  question: "total per customer of paid orders",
  text: `SELECT id FROM customers WHERE email = "${MARKER}"; SELECT 'it\\'s ${MARKER}' FROM orders; # ${MARKER}\n`,
} as const;

test("MariaDB is asked about in its own dialect, without its values, however they are quoted", async () => {
  const asked = await engine.suggestions.prompt(profile, ORDER);
  if (asked.kind === "none") throw new Error(asked.reason);
  const text = asked.messages.map((message) => message.text).join("\n");
  expect(text).toContain("MariaDB");
  expect(text).toContain("email varchar(80) [email, confidential, masked]");
  expect(text).not.toContain(MARKER);
  expect(text).not.toContain("marker.person");
});

test("a misspelt name is put right, an unknown one dropped, and what is offered runs once it was seen", async () => {
  const made = await suggested(
    engine,
    profile,
    ORDER,
    "SELECT o.customer_id, SUM(o.total) AS total FROM ordrs o WHERE o.state = 'paid' GROUP BY o.customer_id",
  );
  expect(made.sql).toContain("orders o");
  const unknown = "SELECT invoice FROM invoices";
  expect(await answered(engine, profile, ORDER, unknown, unknown)).toMatchObject({ kind: "none" });
  expect(await runOne(engine, profile, made.sql)).toMatchObject({ kind: "blocked" });
  await agreed(engine, profile, made.sql, made.id);
  expect(await runOne(engine, profile, made.sql)).toMatchObject({ kind: "rows" });
});
