import { createHash } from "node:crypto";
import http from "node:http";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { RunningCollector } from "../../collector/start.ts";
import type { AuditRecord } from "../../protocol/audit/record.ts";
import type { CollectorRefusal } from "../../protocol/collector/ingest.ts";
import type { FoundRecords } from "../../protocol/collector/search.ts";
import { intent } from "../audit/records.ts";
import { type Stage, setStage } from "./approving.ts";
import { type Decided, decideStatements } from "./decidedStatements.ts";
import { call } from "./device.ts";
import { enrolled, onEachStore, settings, startCollector } from "./stores.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.provider.stop());

onEachStore((store) => {
  let collector: RunningCollector;
  let decided: Decided;
  beforeAll(async () => {
    collector = await startCollector(settings(stage.provider, await store.fresh()));
    decided = await decideStatements(collector, stage);
  });
  afterAll(() => collector.stop());

  const exported = (query: string, who: keyof Stage["tokens"] = "auditor") =>
    call<string>("GET", `${collector.url}/v1/export?${query}`, stage.tokens[who]);
  const said = async (kind: string): Promise<FoundRecords["records"]> =>
    (
      await call<FoundRecords>(
        "GET",
        `${collector.url}/v1/search?kind=${kind}&limit=500`,
        stage.tokens.auditor,
      )
    ).body.records;
  /** Waits until the collector has said of an export how it ended. */
  const untilSaid = (words: string): Promise<void> =>
    vi.waitFor(async () => {
      expect((await said("export_closed")).map(({ summary }) => summary)).toContain(words);
    }, 30_000);

  test("JSON lines hold each record as it was signed, and nothing else than the search finds", async () => {
    const { status, body } = await exported("format=jsonl&connection=Shop&kind=intent");
    expect(status).toBe(200);
    const lines = body
      .trimEnd()
      .split("\n")
      .map((line) => ({ line, told: JSON.parse(line) }));
    expect(lines.map(({ told }) => told.seq)).toEqual([
      ...[decided.places.read, decided.places.misused, decided.places.approved],
    ]);
    for (const { line, told } of lines) {
      const text = line.slice(line.indexOf('"record":') + '"record":'.length, -1);
      expect(createHash("sha256").update(text).digest("hex")).toBe(told.hash);
      const sealed = decided.device.records[told.seq - 1];
      expect([text, told.signature, told.chain]).toEqual([
        ...[sealed?.canonical, sealed?.signature, decided.device.chain],
      ]);
    }
    await untilSaid("An export of 3 records ended");
    const [opened] = await said("export_opened");
    expect(opened?.summary).toContain("exports as jsonl what is found by connection=Shop&kind=intent");
    expect(opened?.actor?.id).toContain("|auditor");
  });

  test("in CSV no text is a formula, and decisions and changed rows have columns", async () => {
    const device = await enrolled(collector, stage.tokens.ada, "ada");
    device.write(intent({ statement: '=HYPERLINK("http://evil.example","x"),\nSELECT 1', reason: "+1" }));
    expect((await device.send(collector.url)).status).toBe(200);
    const { status, body } = await exported("format=csv&effect=read");
    expect(status).toBe(200);
    expect(body).toContain(`"'=HYPERLINK(""http://evil.example"",""x""),\nSELECT 1",'+1,`);
    const all = (await exported("format=csv")).body.split("\r\n");
    const columns = (all[0] ?? "").split(",");
    const row = (start: string) =>
      Object.fromEntries(
        (all.find((line) => line.includes(start)) ?? "").split(",").map((cell, at) => [columns[at], cell]),
      );
    expect(row(",approved,")).toMatchObject({ decision: "approved", approvedBy: "dana of the test" });
    // Its summary has commas of its own.
    const place = columns.indexOf("outcome") - columns.length;
    const came = (all.find((line) => line.includes("done, 3 rows changed")) ?? "").split(",");
    expect(came.slice(place, place + 3)).toEqual(["done", "0", "3"]);
  });

  test("members are handed what they did themselves, and it is on record too", async () => {
    const mine = (await exported("format=jsonl", "omar")).body;
    // What the collector just said of omar's own export is all there is of them.
    expect(
      mine
        .trimEnd()
        .split("\n")
        .map((line): AuditRecord["body"]["kind"] => JSON.parse(line).record.body.kind),
    ).toEqual(["export_opened"]);
    await untilSaid("An export of 1 record ended");
  });

  test("an order nobody understands exports nothing, and is not on record", async () => {
    const before = (await said("export_opened")).length;
    for (const [query, field] of [
      ["", "format"],
      ["format=xls", "format"],
      ["format=csv&actr=x", "actr"],
    ] as const) {
      const { status, body } = await call<CollectorRefusal>(
        "GET",
        `${collector.url}/v1/export?${query}`,
        stage.tokens.auditor,
      );
      expect({ status, field: body.field }).toEqual({ status: 400, field });
    }
    expect((await said("export_opened")).length).toBe(before);
  });

  test("whoever reads slowly holds nothing but a page, is cut off at the end, and more than four wait", async () => {
    const many = await startCollector(settings(stage.provider, await store.fresh()));
    const device = await enrolled(many, stage.tokens.ada, "ada");
    const statement = `SELECT '${"x".repeat(20_000)}'`;
    for (let count = 0; count < 700; count += 1) device.write(intent({ statement }));
    for (let from = 1; from <= device.records.length; from += 100)
      expect((await device.send(many.url, from, Math.min(from + 99, device.records.length))).status).toBe(
        200,
      );
    const address = `${many.url}/v1/export?format=jsonl`;
    const headers = { authorization: `Bearer ${stage.tokens.auditor}` };
    const open = (): Promise<http.IncomingMessage> =>
      new Promise((resolve, reject) => {
        http.get(address, { headers, agent: false }, resolve).on("error", reject);
      });
    const slow = [await open(), await open(), await open(), await open()];
    const refused = await fetch(address, { headers });
    expect(refused.status).toBe(429);
    for (const each of slow.slice(1)) each.destroy();
    const ends = async (): Promise<readonly (string | null)[]> => {
      const found = await fetch(`${many.url}/v1/search?kind=export_closed`, { headers });
      const { records }: FoundRecords = await found.json();
      return records.map(({ summary }) => summary);
    };
    await vi.waitFor(async () => expect((await ends()).length).toBe(3), 30_000);
    // Nobody took the 14 MB: what was read beyond the network's buffers is a page or two.
    for (const summary of await ends()) {
      const [, count = ""] = /cut short after at most (\d+) records/.exec(summary ?? "") ?? [];
      expect(Number(count)).toBeLessThan(700);
      expect(Number(count)).toBeGreaterThan(0);
    }
    const cut = new Promise((resolve) =>
      slow[0]
        ?.once("close", resolve)
        .once("error", () => {})
        .resume(),
    );
    await Promise.all([many.stop(), cut]);
  });
});
