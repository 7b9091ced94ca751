import fs from "node:fs";
import pg from "pg";
import type { PromptOrder } from "../../../protocol/suggestion/suggestion.ts";
import { startPostgres } from "../../postgres.ts";
import { engineIn, newHome, profileOf } from "../../robustness/engine.ts";

/** What everything around a model takes on a database of 2,000 tables: the prompt, and reading the answer. */
const TABLES = 2_000;
const ROUNDS = 40;
const AREAS = "sales billing stock people projects support assets travel audits plants".split(" ");
const THINGS =
  "order invoice payment customer supplier contract item price tax employee ticket message delivery return visit report".split(
    " ",
  );

function schema(): string {
  const tables: string[] = AREAS.map((area) => `CREATE SCHEMA ${area};`);
  for (let n = 0; n < TABLES; n++) {
    const area = AREAS[n % AREAS.length];
    const thing = THINGS[Math.floor(n / AREAS.length) % THINGS.length];
    const parent =
      n >= 160 ? `parent_id integer REFERENCES ${AREAS[(n - 160) % AREAS.length]}.${nameOf(n - 160)},` : "";
    tables.push(
      `CREATE TABLE ${area}.${nameOf(n)} (id integer PRIMARY KEY, ${parent} ${thing}_number text, state text,
        total numeric, created_at timestamptz, updated_at timestamptz, contact_email text, note_${n % 97} text);`,
    );
  }
  return tables.join("\n");
}

function nameOf(n: number): string {
  const thing = THINGS[Math.floor(n / AREAS.length) % THINGS.length];
  return `${thing}_${Math.floor(n / (AREAS.length * THINGS.length))}`;
}

const server = await startPostgres();
const client = new pg.Client({ connectionString: server.connectionString });
await client.connect();
await client.query(schema());
const home = newHome();
const engine = await engineIn(home);
const profile = profileOf(server);
engine.open.passwords.use(profile.id, server.password);
await engine.rooms.identity.continueAsLocalUser();
await engine.open.database(profile).catalog();

const neighbours =
  "SELECT id, total FROM sales.order_0 WHERE state = 'open';\nSELECT count(*) FROM billing.invoice_3;\n\n";
const order = (n: number): PromptOrder => {
  const question = `-- total of ${AREAS[n % AREAS.length]} ${THINGS[n % THINGS.length]} per month of the last year, number ${n}\n`;
  return { kind: "inline", text: neighbours + question, offset: neighbours.length + question.length };
};

const prompts: number[] = [];
const answers: number[] = [];
let tokens = 0;
for (let round = 0; round < ROUNDS; round++) {
  const began = performance.now();
  const asked = await engine.suggestions.prompt(profile, order(round));
  prompts.push(performance.now() - began);
  if (asked.kind === "none") throw new Error(asked.reason);
  const answering = performance.now();
  const made = await engine.suggestions.answer(
    asked.prompt,
    "scripted",
    `SELECT date_trunc('month', created_at) AS month, sum(total) FROM sales.order_${round % 10} WHERE created_at > now() - interval '1 year' GROUP BY 1`,
  );
  answers.push(performance.now() - answering);
  if (made.kind !== "suggestion") throw new Error(JSON.stringify(made));
  tokens = engine.suggestions.sent()[0]?.tokens ?? 0;
}
const [first = 0, ...warm] = prompts;
const middle = (all: readonly number[]): number =>
  all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;
const worst = (all: readonly number[]): number =>
  all.toSorted((a, b) => a - b)[Math.floor(all.length * 0.95)] ?? 0;
const [, ...warmAnswers] = answers;
console.log(`${TABLES} tables, prompt of ${tokens} tokens`);
console.log(`first prompt, vocabulary and index read: ${first.toFixed(0)} ms`);
console.log(`prompt: median ${middle(warm).toFixed(1)} ms, 95 % ${worst(warm).toFixed(1)} ms`);
console.log(`answer: median ${middle(warmAnswers).toFixed(1)} ms, 95 % ${worst(warmAnswers).toFixed(1)} ms`);
const both = middle(warm) + middle(warmAnswers);
console.log(`together: ${both.toFixed(1)} ms (goal: under 50 ms)`);
await engine.close();
await client.end();
await server.stop();
fs.rmSync(home, { recursive: true, force: true });
if (both >= 50) process.exitCode = 1;
