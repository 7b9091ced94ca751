import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import process from "node:process";
import Database from "better-sqlite3";
import { completeLogin } from "../demo/browserless.ts";
import { cache, root, step } from "../steps.ts";
import type { DemoParts } from "./parts.ts";

interface Finished {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Walks the main job with the real command line; true where every step did what it must. */
export async function walk(parts: DemoParts): Promise<boolean> {
  step("Walking the main job in the terminal");
  let passed = 0;
  let failed = 0;
  const expect = (what: string, ok: boolean, shown: Finished): void => {
    console.log(`\n${ok ? "✔" : "✘"} ${what}`);
    const text = `${shown.out}${shown.err}`.trimEnd();
    if (text !== "") console.log(text.replace(/^/gm, "    "));
    if (ok) passed += 1;
    else failed += 1;
  };
  const sluice = (...args: string[]): Promise<Finished> => cli(parts, args);
  const query = (sql: string): Promise<Finished> => sluice("query", "-c", "northwind-production", sql);

  const early = await query("SELECT 1");
  expect("Not signed in: nothing runs", early.code === 1, early);

  const login = await cli(parts, ["login"], (url) =>
    completeLogin(url, { login: "ada", password: "ada-demo" }),
  );
  expect(
    "Sign in through the provider as Ada, a developer",
    login.code === 0 && login.out.includes("ada@"),
    login,
  );

  const who = await sluice("whoami");
  expect("Who am I", who.code === 0 && who.out.includes("developers"), who);

  const products = await query("SELECT name, category, price FROM shop.products ORDER BY price DESC LIMIT 3");
  expect("Ordinary data is shown", products.code === 0 && !products.out.includes("masked"), products);

  const raw = await rawValues(parts);
  if (raw.length < 100) throw new Error("The demo database holds too few values to look for.");
  const hidden = ({ out, err }: Finished): boolean =>
    !raw.some((value) => out.includes(value) || err.includes(value));
  const customers = await query(
    "SELECT id, first_name, email, phone FROM shop.customers ORDER BY id LIMIT 3",
  );
  expect(
    "Personal data is masked",
    customers.code === 0 && customers.out.includes("masked") && hidden(customers),
    customers,
  );

  const disguised = await query(
    "WITH c AS (SELECT id, card_number AS harmless FROM shop.cards) SELECT upper(harmless) AS x FROM c ORDER BY id LIMIT 3",
  );
  expect(
    "… also under another name, in a CTE, inside a function",
    disguised.code === 0 && hidden(disguised),
    disguised,
  );

  const view = await query("SELECT customer, contact, spent FROM shop.big_spenders LIMIT 3");
  expect("… also through a view over a view", view.code === 0 && hidden(view), view);

  const central = await sluice("connections");
  expect(
    "The collector lends a connection nobody here knows a password for",
    central.code === 0 && /Northwind leased .*collector/.test(central.out),
    central,
  );
  const leased = await sluice(
    "query",
    ...["-c", "Northwind leased"],
    "SELECT current_user AS lent, email FROM shop.customers ORDER BY id LIMIT 1",
  );
  const accounts = await leasedRoles(parts);
  expect(
    "… a role is made for the query, and gone after it",
    leased.code === 0 && /sluice_[0-9a-f]{8}_/.test(leased.out) && hidden(leased) && accounts === 0,
    leased,
  );

  const blocked = await query("DELETE FROM shop.order_items");
  expect("A DELETE without WHERE is stopped", blocked.code === 3, blocked);

  const inferred = await query("SELECT count(*) FROM people.employees WHERE ssn LIKE '1%'");
  expect("Guessing a masked value bit by bit needs approval", inferred.code === 4, inferred);

  const activity = await sluice("audit", "list", "--limit", "5");
  expect("Everything is on the record", activity.code === 0, activity);

  const verified = await sluice("audit", "verify");
  expect("The ledger proves itself", verified.code === 0, verified);

  const forged = await sluice("audit", "verify", "--ledger", tamperedCopy(parts.home));
  expect("… and a changed copy of it does not", forged.code === 1, forged);

  const change = "UPDATE shop.products SET price = price WHERE id = 1";
  const asked = await sluice("query", "-c", "northwind-production", "--ask", "Ticket 4711", change);
  const id = asked.out.trim();
  expect("A change in production needs approval, and is asked for", asked.code === 4, asked);

  const dana = { ...parts, env: { ...parts.env, SLUICE_HOME: `${parts.home}-dana` } };
  fs.rmSync(dana.env.SLUICE_HOME, { recursive: true, force: true });
  fs.mkdirSync(dana.env.SLUICE_HOME, { mode: 0o700 });
  for (const file of ["config.json", "connections.json"])
    fs.copyFileSync(path.join(parts.home, file), path.join(dana.env.SLUICE_HOME, file));
  const other = await cli(dana, ["login"], (url) =>
    completeLogin(url, { login: "dana", password: "dana-demo" }),
  );
  expect("Dana, a database administrator, signs in on a machine of her own", other.code === 0, other);
  const approved = await cli(dana, ["approvals", "approve", id, "--reason", "Looks right"]);
  expect("… and agrees", approved.code === 0, approved);

  const run = await sluice("query", "-c", "northwind-production", "--approval", id, change);
  expect("It runs, once", run.code === 0 && `${run.out}${run.err}`.includes("UPDATE 1"), run);
  const again = await sluice("query", "-c", "northwind-production", "--approval", id, change);
  expect("… and not a second time", again.code !== 0, again);

  const synced = await sluice("audit", "sync");
  expect("The collector holds every record, and proves it", synced.code === 0, synced);

  const proven = await sluice("audit", "verify", "--collector", parts.collector.url, "--take-key");
  expect("Its whole log is rebuilt and checked, and holds this ledger", proven.code === 0, proven);

  const logout = await sluice("logout");
  const late = await query("SELECT 1");
  expect("Signed out: nothing runs", logout.code === 0 && late.code === 1, late);

  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0;
}

function cli(
  parts: DemoParts,
  args: readonly string[],
  onUrl?: (url: string) => Promise<void>,
): Promise<Finished> {
  console.log(
    `\n  $ sluice ${args.map((arg) => (/^[\w@./-]+$/.test(arg) ? arg : JSON.stringify(arg))).join(" ")}`,
  );
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...parts.env, SLUICE_NO_BROWSER: "1" };
    const child = spawn(process.execPath, [path.join(root, "dist", "cli.mjs"), ...args], {
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [out, err] = ["", ""];
    let followed = false;
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      err += text;
      const url = /https?:\/\/\S+/.exec(err)?.[0];
      if (url === undefined || followed || onUrl === undefined || !err.includes("\n", err.indexOf(url)))
        return;
      followed = true;
      onUrl(url).catch(reject);
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, out, err }));
  });
}

/** What must never be seen: some of the values the queries above touch. */
async function rawValues(parts: DemoParts): Promise<readonly string[]> {
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString: parts.database.url });
  await client.connect();
  const { rows } = await client.query<{ value: string }>(
    `SELECT unnest(ARRAY[email, phone]) AS value FROM shop.customers WHERE id < 50
     UNION SELECT card_number FROM shop.cards WHERE id < 50 UNION SELECT contact FROM shop.big_spenders`,
  );
  await client.end();
  return rows.map(({ value }) => value).filter((value) => value !== null && value.length > 5);
}

/** Roles that were lent and are still there. */
async function leasedRoles(parts: DemoParts): Promise<number> {
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString: parts.database.url });
  await client.connect();
  const { rowCount } = await client.query("SELECT FROM pg_roles WHERE rolname LIKE 'sluice\\_%'");
  await client.end();
  return rowCount ?? 0;
}

/** A copy of the ledger in which somebody has blessed what was refused. */
function tamperedCopy(home: string): string {
  const copy = path.join(cache, "tampered-ledger.db");
  for (const file of [copy, `${copy}-wal`, `${copy}-shm`]) fs.rmSync(file, { force: true });
  const source = new Database(path.join(home, "ledger.db"), { readonly: true });
  source.exec(`VACUUM INTO '${copy.replaceAll("'", "''")}'`);
  source.close();
  const database = new Database(copy);
  database.exec(`UPDATE records SET canonical = replace(canonical, '"verdict":"deny"', '"verdict":"allow"')`);
  database.close();
  return copy;
}
