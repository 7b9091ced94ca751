import fs from "node:fs";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../agent/engine.ts";
import { type Evaluation, evaluate } from "../bench/suggest/evaluate.ts";
import { mannerOf, scriptedModel } from "../bench/suggest/scripted.ts";
import { SUBJECTS } from "../bench/suggest/subjects.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { engineIn, newHome, profileOf } from "../robustness/engine.ts";

let server: TestPostgres;
let client: pg.Client;
let home: string;
let engine: Engine;

beforeAll(async () => {
  server = await startPostgres();
  client = new pg.Client({ connectionString: server.connectionString });
  await client.connect();
  home = newHome();
  engine = await engineIn(home);
  await engine.rooms.identity.continueAsLocalUser();
});
afterAll(async () => {
  await engine?.close();
  await client?.end();
  await server?.stop();
  fs.rmSync(home, { recursive: true, force: true });
});

test("there are at least 120 questions over 6 databases", () => {
  expect(SUBJECTS).toHaveLength(6);
  expect(SUBJECTS.flatMap(({ pairs }) => pairs).length).toBeGreaterThanOrEqual(120);
  expect(SUBJECTS.flatMap(({ markers }) => markers).length).toBeGreaterThanOrEqual(18);
});

describe.each(SUBJECTS)("with a model that is wrong by rule: $name", (subject) => {
  let evaluation: Evaluation;
  beforeAll(async () => {
    const profile = profileOf(server, { environment: "staging" });
    engine.open.passwords.use(profile.id, server.password);
    await client.query(subject.ddl);
    await engine.open.database(profile).refresh(false);
    await engine.open.database(profile).whenClassified();
    evaluation = await evaluate(subject, engine, profile, client, (pair, position) =>
      scriptedModel(subject, pair, mannerOf(position)),
    );
  });
  const by = (manner: ReturnType<typeof mannerOf>) =>
    evaluation.answers.filter((_answer, position) => mannerOf(position) === manner);

  test("nothing that was sent holds a value", () => {
    expect(evaluation.messages).toBeGreaterThan(subject.pairs.length);
    expect(evaluation.leaks).toEqual([]);
  });

  test("nothing is offered that names what is not there", () => {
    expect(evaluation.ungrounded).toEqual([]);
    for (const { kind } of by("invents")) expect(kind).toBe("none");
    for (const { kind } of by("refuses")) expect(kind).toBe("none");
  });

  test("right answers stay right, and wrong names are put right", () => {
    for (const manner of ["plain", "fenced", "prose", "misspelt", "corrected", "several"] as const) {
      for (const answer of by(manner))
        expect(answer, manner).toMatchObject({ kind: "suggestion", right: true });
    }
    expect(by("misspelt").every(({ repaired }) => repaired)).toBe(true);
  });

  test("what destroys is not allowed, and differs from what was asked", () => {
    for (const { verdict, differs } of by("destroys")) {
      expect(verdict).not.toBe("allow");
      expect(differs).toContain("writes-unasked");
    }
  });
});
