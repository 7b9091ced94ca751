import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Io } from "../../agent/cli/command.ts";
import { PolicyServer } from "../../agent/cli/policyServer.ts";
import { tryOut } from "../../agent/cli/policyTry.ts";
import type { JudgedStatements } from "../../protocol/policy/policyVersions.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { intent } from "../audit/records.ts";
import { newHome } from "../robustness/engine.ts";
import { startProvider } from "./people.ts";
import { PolicyStage } from "./policyStage.ts";
import { enrolled, onEachStore } from "./stores.ts";

/** The statements a policy is tried over: every one of a period, once, and no more at a time than fits. */

const HOUR = 3_600_000;

let provider: DemoProvider;
beforeAll(async () => {
  provider = await startProvider();
});
afterAll(() => provider.stop());

/** A member's device with so many statements of the last hours, oldest first; some of them at the same moment. */
async function filled(stage: PolicyStage, statements: number, length = 10): Promise<void> {
  const device = await enrolled(stage.collector, stage.token("member"));
  const begin = Date.now() - 20 * HOUR;
  for (let count = 0; count < statements; count += 1) {
    const at = new Date(begin + Math.floor(count / 3) * 1_000).toISOString();
    const statement = `SELECT ${count} /* ${"x".repeat(length)} */`;
    const refused = count % 5 === 0;
    const body = intent({ statement, verdict: refused ? "deny" : "allow" });
    device.write(refused ? { ...body, kind: "refused" } : body, device.signer, at);
  }
  const per = Math.max(1, Math.floor(3_000_000 / (length + 2_000)));
  for (let from = 1; from <= device.records.length; from += Math.min(per, 400)) {
    const to = Math.min(from + Math.min(per, 400) - 1, device.records.length);
    expect((await device.send(stage.collector.url, from, to)).status).toBe(200);
  }
}

async function pages(stage: PolicyStage, query = ""): Promise<readonly JudgedStatements[]> {
  const all: JudgedStatements[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const next: string = cursor === "" ? "" : `&cursor=${cursor}`;
    const { body } = await stage.ask<JudgedStatements>(
      "GET",
      `/v1/policy/statements?${query}${next}`,
      "auditor",
    );
    all.push(body);
    cursor = body.next;
  }
  return all;
}

const numbers = (all: readonly JudgedStatements[]): readonly number[] =>
  all.flatMap(({ records }) =>
    records.map(({ canonical }) => Number(/SELECT (\d+) /.exec(JSON.parse(canonical).body.statement)?.[1])),
  );

onEachStore((store) => {
  test("come newest first, each of them once, a page at a time", async () => {
    const stage = await PolicyStage.open(provider, await store.fresh());
    await filled(stage, 1_203);
    const all = await pages(stage);
    expect(all.map(({ records }) => records.length)).toEqual([500, 500, 203]);
    expect(numbers(all)).toEqual(Array.from({ length: 1_203 }, (_, at) => 1_202 - at));
    const from = new Date(Date.now() - 20 * HOUR + 200_000).toISOString();
    const since = numbers(await pages(stage, `from=${from}`));
    expect(since.length).toBeGreaterThan(500);
    expect(since.length).toBeLessThan(700);
    expect(since).toEqual(Array.from({ length: since.length }, (_, at) => 1_202 - at));
    await stage.stop();
  });

  test("no answer is larger than its reader bargained for", async () => {
    const stage = await PolicyStage.open(provider, await store.fresh());
    await filled(stage, 24, 500_000);
    const all = await pages(stage);
    for (const { records } of all)
      expect(records.reduce((sum, { canonical }) => sum + canonical.length, 0)).toBeLessThan(5_000_000);
    expect(numbers(all)).toEqual(Array.from({ length: 24 }, (_, at) => 23 - at));
    await stage.stop();
  });
});

test("a trial that is stopped tells what it has so far", async () => {
  const stage = await PolicyStage.open(provider);
  await filled(stage, 1_100);
  const home = newHome();
  const config = { collector: { url: stage.collector.url } };
  fs.writeFileSync(path.join(home, "config.json"), JSON.stringify(config));
  const engine = await stage.agent(home, [], "auditor");
  const stopping = new AbortController();
  const said: string[] = [];
  const io: Io = {
    out: (text) => {
      said.push(text);
      // As Ctrl-C does while the next page is on its way.
      setImmediate(() => stopping.abort());
    },
    err: (text) => void said.push(text),
    drained: () => Promise.resolve(),
    signal: stopping.signal,
  };
  const server = new PolicyServer(engine, io.signal);
  expect(await tryOut(server, { json: true }, io, [])).toBe(1);
  const summary: { judged: number } = JSON.parse(said.at(-1) ?? "").summary;
  expect(summary.judged).toBe(500);
  expect(said.at(-2)).toContain("Stopped");
  await stage.stop();
});
