import fs from "node:fs";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { audit } from "../../agent/cli/audit.ts";
import { classify } from "../../agent/cli/classify.ts";
import { type Command, EXIT, UsageError } from "../../agent/cli/command.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { newHome } from "../robustness/engine.ts";

let server: TestPostgres;
const home = newHome();
const before = process.env.SLUICE_HOME;

beforeAll(async () => {
  process.env.SLUICE_HOME = home;
  server = await startPostgres();
  const client = new pg.Client({ connectionString: server.connectionString });
  await client.connect();
  await client.query(`CREATE TABLE people (email text, kind text, "a.b" text)`);
  await client.query(
    "INSERT INTO people SELECT 'person' || n || '@example.org', 'x', 'y' FROM generate_series(1, 30) n",
  );
  await client.end();
});
afterAll(async () => {
  if (before === undefined) delete process.env.SLUICE_HOME;
  else process.env.SLUICE_HOME = before;
  await server?.stop();
  fs.rmSync(home, { recursive: true, force: true });
});

/** One command as a process of its own would run it. */
async function run(command: Command, ...argv: readonly string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await command(argv, {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    drained: () => Promise.resolve(),
    signal: new AbortController().signal,
  });
  return { code, out: out.join(""), err: err.join("") };
}

const correct = (...argv: readonly string[]) =>
  run(classify, "correct", "-c", server.connectionString, ...argv);

async function labelled(column: string) {
  const { out } = await run(classify, "-c", server.connectionString, "--json");
  const { columns } = JSON.parse(out) as {
    columns: { column: string; infoType: string; evidence: string[] }[];
  };
  return columns.find((one) => one.column === column);
}

it("says what a column is, and the next command knows it and why", async () => {
  const made = await correct(
    "public.people.kind",
    "--is",
    "diagnosis_code",
    "--reason",
    "seen in the clinic's app",
  );
  expect(made).toMatchObject({ code: EXIT.done, err: expect.stringContaining("(unverified)") });
  expect(made.out).toContain("public.people.kind is diagnosis_code (restricted)");
  const label = await labelled("kind");
  expect(label?.infoType).toBe("diagnosis_code");
  expect(label?.evidence.join()).toContain("seen in the clinic's app");
  const dotted = await correct(
    "public.people.a.b",
    "--is",
    "phone",
    "--level",
    "restricted",
    "--reason",
    "r",
    "--json",
  );
  expect(JSON.parse(dotted.out)).toMatchObject({ column: "a.b", infoType: "phone", level: "restricted" });
  expect((await run(audit, "list")).out).toContain("Label of public.people.kind corrected");
});

it("is refused with exit 3 where it would protect less, and nothing changes", async () => {
  const refused = await correct("public.people.email", "--is", "ordinary", "--reason", "generated");
  expect(refused).toMatchObject({ code: EXIT.denied, out: "" });
  expect(refused.err).toContain("sluice-stewards");
  expect((await correct("public.people.kind", "--undo", "--reason", "r")).code).toBe(EXIT.denied);
  expect((await labelled("email"))?.infoType).toBe("email");
});

it.each([
  ["no column", ["--is", "email", "--reason", "r"], /schema\.table\.column/],
  ["no reason", ["public.people.kind", "--is", "email"], /--reason/],
  ["nothing it is", ["public.people.kind", "--reason", "r"], /--is TYPE/],
  ["both", ["public.people.kind", "--is", "email", "--undo", "--reason", "r"], /--is TYPE/],
  [
    "another level",
    ["public.people.kind", "--is", "email", "--level", "secret", "--reason", "r"],
    /not "secret"/,
  ],
])("wants all it needs: %s", async (_what, argv, words) => {
  const attempt = async () => correct(...argv);
  await expect(attempt()).rejects.toThrow(UsageError);
  await expect(attempt()).rejects.toThrow(words);
});
