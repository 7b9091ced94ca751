import fs from "node:fs";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connectionId, sessionId } from "../../protocol/ids.ts";
import type { StatementEvent } from "../../protocol/messages.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { AgentProcess } from "../robustness/agentProcess.ts";
import { newHome, profileOf } from "../robustness/engine.ts";

let server: TestPostgres;
let client: pg.Client;
let agent: AgentProcess;
const home = newHome();
const events: StatementEvent[] = [];

beforeAll(async () => {
  server = await startPostgres();
  client = new pg.Client({ connectionString: server.connectionString });
  await client.connect();
  await client.query(
    "CREATE TABLE tasks (id integer PRIMARY KEY, title text); INSERT INTO tasks VALUES (1, 'a'), (2, 'b')",
  );
  agent = await AgentProcess.start({ home, secrets: new Map(), onStatement: (event) => events.push(event) });
  await agent.ask("sluice/continueAsLocalUser", {});
  await agent.ask("sluice/connections/save", { profile: profileOf(server), password: server.password });
});
afterAll(async () => {
  await agent?.stop();
  await client?.end();
  await server?.stop();
  fs.rmSync(home, { recursive: true, force: true });
});

const run = async (text: string) => {
  await agent.ask("sluice/run", {
    runToken: "run",
    sessionId: sessionId("document"),
    connectionId: connectionId("test"),
    text,
    baseOffset: 0,
    pageRows: 100,
    keepChanges: true,
  });
  return events.at(-1)?.state;
};

test("an editor is offered to undo a change, in the result and in the activity, once", async () => {
  const state = await run("DELETE FROM tasks WHERE id = 2");
  if (state?.kind !== "done" || state.undo?.kind !== "offered") throw new Error(JSON.stringify(state));
  const { recordSeq } = state.undo;
  expect(state.undo).toEqual({ kind: "offered", recordSeq, rows: 1, table: "public.tasks" });
  const entryOf = async (seq: number) =>
    (await agent.ask("sluice/activity", { limit: 50 })).find((entry) => entry.seq === seq);
  expect(await entryOf(recordSeq)).toMatchObject({ undo: state.undo, outcome: "done" });

  const undone = await agent.ask("sluice/undo", { recordSeq });
  expect(undone).toMatchObject({ rows: 1, table: "public.tasks" });
  expect((await client.query("SELECT * FROM tasks ORDER BY id")).rows).toEqual([
    { id: 1, title: "a" },
    { id: 2, title: "b" },
  ]);
  expect((await entryOf(recordSeq))?.undo).toBeUndefined();
  const told = await agent.ask("sluice/undo", { recordSeq }).catch((error: unknown) => error);
  expect(told).toMatchObject({ data: { code: "undone-already" } });
});

test("an editor is told why a change is not undone", async () => {
  const state = await run("UPDATE tasks SET title = 'c' WHERE id = 1");
  if (state?.kind !== "done" || state.undo?.kind !== "offered") throw new Error(JSON.stringify(state));
  await client.query("UPDATE tasks SET title = 'd' WHERE id = 1");
  const told = await agent
    .ask("sluice/undo", { recordSeq: state.undo.recordSeq })
    .catch((error: unknown) => error);
  expect(told).toMatchObject({
    data: { code: "changed-since", message: expect.stringMatching(/^The row has/) },
  });
});

test("an editor is offered to undo what a transaction changed once it is committed", async () => {
  await run("BEGIN");
  const pending = await run("UPDATE tasks SET title = 'e' WHERE id = 2");
  if (pending?.kind !== "done" || pending.undo?.kind !== "pending") throw new Error(JSON.stringify(pending));
  const { recordSeq } = pending.undo;
  const offerOf = async () =>
    (await agent.ask("sluice/activity", { limit: 50 })).find(({ seq }) => seq === recordSeq)?.undo;
  expect(await offerOf()).toBeUndefined();
  const committed = await run("COMMIT");
  const offer = { kind: "offered", recordSeq, rows: 1, table: "public.tasks" };
  expect(committed).toMatchObject({ kind: "done", tag: "COMMIT", committed: [offer] });
  expect(await offerOf()).toEqual(offer);
  expect(await agent.ask("sluice/undo", { recordSeq })).toMatchObject({ rows: 1 });
  expect((await client.query("SELECT title FROM tasks WHERE id = 2")).rows).toEqual([{ title: "b" }]);
});
