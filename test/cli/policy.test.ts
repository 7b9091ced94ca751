import fs from "node:fs";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunningCollector } from "../../collector/start.ts";
import { completeLogin } from "../../scripts/demo/browserless.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { type Person, startProvider } from "../collector/people.ts";
import { settings, startCollector } from "../collector/stores.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { newHome } from "../robustness/engine.ts";
import { objects, type SluiceOptions, sluice } from "./sluice.ts";

/** An administrator, an auditor and a member at their terminals, and the policy between them. */

let provider: DemoProvider;
let collector: RunningCollector;
let server: TestPostgres;
let url: string;
const homes = new Map<Person, string>();

beforeAll(async () => {
  provider = await startProvider();
  collector = await startCollector(settings(provider));
  server = await startPostgres();
  const client = new pg.Client({ connectionString: server.connectionString });
  await client.connect();
  await client.query(
    `CREATE TABLE products (id integer PRIMARY KEY, title text);
     INSERT INTO products VALUES (1, 'Lamp');
     CREATE TABLE customers (id integer PRIMARY KEY, email text, city text);
     INSERT INTO customers VALUES (1, 'ada.lovelace@example.com', 'Oslo'), (2, 'grace.hopper@example.com', 'Bergen');`,
  );
  await client.end();
  url = `${server.connectionString}?environment=staging`;
  for (const login of ["member", "auditor", "admin"] as const) {
    const home = newHome();
    homes.set(login, home);
    fs.writeFileSync(path.join(home, "config.json"), JSON.stringify({ collector: { url: collector.url } }));
    const onUrl: SluiceOptions["onUrl"] = (address) =>
      void completeLogin(address, { login, password: `${login}-test` });
    expect((await sluice({ home, onUrl }, "login")).code).toBe(0);
  }
});
afterAll(async () => {
  await collector.stop();
  await provider.stop();
  await server.stop();
  for (const home of homes.values()) fs.rmSync(home, { recursive: true, force: true });
});

const as = (who: Person, ...args: readonly string[]) => sluice({ home: homes.get(who) ?? "" }, ...args);

/** A file in the administrator's folder. */
function file(name: string, text: string): string {
  const written = path.join(homes.get("admin") ?? "", name);
  fs.writeFileSync(written, text);
  return written;
}

async function done(who: Person, ...args: readonly string[]): Promise<string> {
  const { code, out, err } = await as(who, ...args);
  expect({ args, code, err }).toEqual({ args, code: 0, err: expect.any(String) });
  return out;
}

/** As if a minute had passed since the member's machine heard of the collector. */
const later = (): void =>
  fs.rmSync(path.join(homes.get("member") ?? "", "collector", "policy.json"), { force: true });

test("tried, watched, enforced and taken back", { timeout: 600_000 }, async () => {
  await done("admin", "policy", "publish", "--comment", "The beginning");
  const texts = [
    "SELECT id, email FROM customers",
    "SELECT id, title FROM products",
    "UPDATE products SET title = 'Desk' WHERE id = 1",
    "SELECT city FROM customers WHERE id = 1",
  ];
  for (const text of texts) await done("member", "query", "-c", url, text);
  await done("member", "audit", "sync");

  const cedar = file(
    "next.cedar",
    `@id("no-writes") forbid (principal, action == Action::"write", resource);
@mask("null") forbid (principal, action == Action::"reveal", resource) when { resource.infoType == "email" };
permit (principal is User, action == Action::"reveal", resource) when { resource.level == "confidential" };\n`,
  );
  const guardrails = file(
    "next.yaml",
    'add:\n  - { id: no-cities, message: "{what} is closed", verdict: approve, when: { columns: ["*.city"] } }\n',
  );
  const files = ["--cedar", cedar, "--guardrails", guardrails];

  const tried = await done("auditor", "policy", "try", ...files);
  expect(tried).toContain("This policy would have, in 4 statements of 30 days:");
  expect(tried).toContain("  blocked 1 statement by 1 person\n");
  expect(tried).toContain("  asked approval for 1 statement by 1 person\n");
  expect(tried).toContain("  masked otherwise in 1 statement by 1 person\n");
  expect(tried).toMatch(/UPDATE products SET title/);
  const lines = objects(await as("auditor", "policy", "try", "--json", ...files));
  expect(lines.slice(0, -1)).toEqual([
    expect.objectContaining({ effects: ["asked"], from: "allow", to: "approve", statement: texts[3] }),
    expect.objectContaining({
      effects: ["blocked"],
      rules: [{ rule: "write-not-allowed", verdict: "deny" }],
      actor: "member@test.example",
    }),
    expect.objectContaining({
      effects: ["remasked"],
      masks: [{ output: 1, name: "email", from: "email", to: "null" }],
    }),
  ]);
  expect(lines.at(-1)).toMatchObject({
    summary: { days: 30, judged: 4, effects: { blocked: { statements: 1, people: 1 } }, cannotTell: [] },
  });
  expect(await done("auditor", "policy", "try", "1")).toContain("changed nothing in 4 statements of 30 days");
  expect((await as("member", "policy", "try", "1")).code).toBe(1);

  const diff = await done("auditor", "policy", "diff", ...files);
  expect(diff).toContain("version 1 → these files");
  expect(diff).toContain("cedar: added no-writes: forbid (principal");
  expect(diff).toContain("guardrails: added no-cities: ");
  expect(diff).toContain('+ @id("no-writes") forbid');

  expect((await as("auditor", "policy", "observe", "--comment", "Try", ...files)).code).toBe(1);
  await done("admin", "policy", "observe", "--comment", "Try", ...files);
  expect(await done("auditor", "policy", "diff")).toContain("version 1 → version 2");
  later();
  for (const text of texts) await done("member", "query", "-c", url, text);
  await done("member", "audit", "sync");
  const observed = await done("auditor", "policy", "observed");
  expect(observed).toContain("Version 2 is observed. It would have:\n  blocked 1 statement by 1 person\n");
  expect(observed).toMatch(/write-not-allowed +.* 1/);

  await done("admin", "policy", "enforce");
  later();
  expect((await as("member", "query", "-c", url, texts[2] ?? "")).code).toBe(3);
  expect((await as("member", "query", "-c", url, texts[3] ?? "")).code).toBe(4);

  expect(await done("admin", "policy", "rollback", "1")).toContain("Version 3, with the texts of version 1,");
  later();
  await done("member", "query", "-c", url, texts[2] ?? "");
  const history = objects(await as("auditor", "policy", "history", "--json"));
  expect(history.map(({ version, state, restores }) => [version, state, restores])).toEqual([
    [3, "in_force", 1],
    [2, "former", null],
    [1, "former", null],
  ]);
  expect(await done("auditor", "policy", "diff", "1", "3")).toContain("Nothing differs.");
  expect(await done("auditor", "policy", "try", "3")).toMatch(/let through 2 statements by 1 person/);
});

test.each([
  [["policy", "try", "x"], "numbers of versions"],
  [["policy", "try", "--days", "0"], "--days takes a number"],
  [["policy", "rollback"], "the number of a former version"],
  [["policy", "observe"], "--comment TEXT"],
  [["policy", "drop"], "--reason TEXT"],
  [["policy", "show", "99"], "There is no version 99"],
] as const)("what cannot be done is said: %j", async (args, words) => {
  const { code, err } = await as("admin", ...args);
  expect(code).toBe(2);
  expect(err).toContain(words);
});

test("publishing what is in force makes no version, and no policy lasts for seconds", async () => {
  const inForce = async () => objects(await as("admin", "policy", "show", "--json"))[0];
  await as("admin", "policy", "publish", "--comment", "For the test", "--valid-hours", "30");
  const before = await inForce();
  const again = await as("admin", "policy", "publish", "--comment", "The same", "--valid-hours", "30");
  expect(again).toMatchObject({ code: 0, out: expect.stringContaining("nothing was published") });
  for (const hours of ["0.005", "0", "-1", "2161", "1e3", "soon"]) {
    const short = await as("admin", "policy", "publish", "--comment", "Short", `--valid-hours=${hours}`);
    expect({ hours, code: short.code, err: short.err }).toEqual({
      ...{ hours, code: 2, err: expect.stringContaining("--valid-hours takes 1 to 2160 hours") },
    });
  }
  const wrong = await as(
    "admin",
    "policy",
    "publish",
    "--comment",
    "x",
    "--cedar",
    file("wrong.cedar", "permit("),
  );
  expect(wrong.err).toContain("what is in force goes on");
  expect(wrong.err).not.toContain("nothing runs");
  expect(await inForce()).toEqual(before);
});

test("files with a mistake are refused before anything is published, observed or tried", async () => {
  const wrong = file("wrong.cedar", "permit (nonsense");
  for (const what of ["publish", "observe", "try", "diff"]) {
    const { code, err } = await as("admin", "policy", what, "--comment", "x", "--cedar", wrong);
    expect(code).toBe(1);
    expect(err).toContain("wrong.cedar");
  }
});
