import fs from "node:fs";
import pg from "pg";
import { openAiModel } from "../../../src/suggestions/openAiModel.ts";
import { startPostgres } from "../../postgres.ts";
import { engineIn, newHome, profileOf } from "../../robustness/engine.ts";
import { type Evaluation, evaluate } from "./evaluate.ts";
import { mannerOf, scriptedModel } from "./scripted.ts";
import { SUBJECTS } from "./subjects.ts";
import { rowsOf } from "./table.ts";

/**
 * How good suggestions are: grounded, right, judged, and free of values. With SLUICE_EVAL_URL (up to `/v1`),
 * SLUICE_EVAL_MODEL and, where needed, SLUICE_EVAL_KEY a real model answers; else one that is wrong by rule.
 * Run: node test/bench/suggest/run.ts
 */
const { SLUICE_EVAL_URL: baseUrl, SLUICE_EVAL_MODEL: model, SLUICE_EVAL_KEY: key } = process.env;
const real = baseUrl === undefined ? null : openAiModel({ baseUrl, model: model ?? "default", key });

const server = await startPostgres();
const client = new pg.Client({ connectionString: server.connectionString });
await client.connect();
const home = newHome();
const engine = await engineIn(home);
await engine.rooms.identity.continueAsLocalUser();
const profile = profileOf(server, { environment: "staging" });
engine.open.passwords.use(profile.id, server.password);
const evaluations: Evaluation[] = [];
for (const subject of SUBJECTS) {
  await client.query(subject.ddl);
  await engine.open.database(profile).refresh(false);
  await engine.open.database(profile).whenClassified();
  evaluations.push(
    await evaluate(subject, engine, profile, client, (pair, at) =>
      real === null ? scriptedModel(subject, pair, mannerOf(at)) : real,
    ),
  );
}
console.log(real === null ? "a scripted model" : `${real.name} at ${baseUrl}`);
console.table(rowsOf(evaluations));
for (const { ungrounded, leaks } of evaluations)
  for (const one of [...ungrounded, ...leaks]) console.log(one);
await engine.close();
await client.end();
await server.stop();
fs.rmSync(home, { recursive: true, force: true });
if (evaluations.some(({ ungrounded, leaks }) => ungrounded.length + leaks.length > 0)) process.exitCode = 1;
