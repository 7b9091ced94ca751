import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { CollectorError } from "../../collector/collectorError.ts";
import { streamsCommand } from "../../collector/operations/streams.ts";
import { type CollectorSettings, readOptions } from "../../collector/options.ts";
import type { RunningCollector } from "../../collector/start.ts";
import type { StreamList, StreamStatus } from "../../protocol/collector/streams.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { DATASTORE_ACTIVITY } from "../audit/export/ocsfSchema.ts";
import { parseSyslog } from "../audit/export/syslogParser.ts";
import { intent, outcome } from "../audit/records.ts";
import { startPostgres } from "../postgres.ts";
import { CollectorProcess } from "./collectorProcess.ts";
import { call, type TestDevice } from "./device.ts";
import { hasOpenssl } from "./openssl.ts";
import { logRecordsOf } from "./otlpRequest.ts";
import { ownRecords } from "./ownRecords.ts";
import { signIn, startProvider } from "./people.ts";
import { Receiver } from "./receiver.ts";
import { enrolled, newDatabase, newFolder, onEachStore, settings, startCollector } from "./stores.ts";
import { SyslogServer } from "./syslogServer.ts";

const SECRET = "a secret of the receiver's";
let provider: DemoProvider;
const tokens = { member: "", auditor: "" };

beforeAll(async () => {
  provider = await startProvider();
  for (const who of ["member", "auditor"] as const) tokens[who] = await signIn(provider, who);
});
afterAll(() => provider.stop());

type Streams = NonNullable<CollectorSettings["streams"]>;

onEachStore((store) => {
  let told: CollectorSettings;
  let collector: RunningCollector;
  let device: TestDevice;
  let receiver: Receiver;
  let address: string;
  let syslog: SyslogServer;
  let port: number;

  beforeEach(async () => {
    receiver = new Receiver();
    address = await receiver.start();
    syslog = new SyslogServer();
    port = await syslog.start();
    told = settings(provider, await store.fresh());
  });
  afterEach(async () => {
    await collector.stop();
    await Promise.all([receiver.stop(), syslog.stop()]);
  });

  const begin = async (streams: Streams): Promise<void> => {
    told = { ...told, streams };
    collector = await startCollector(told);
    device = await enrolled(collector, tokens.member);
  };
  const again = async (streams: Streams = told.streams ?? []): Promise<void> => {
    await collector.stop();
    told = { ...told, streams };
    collector = await startCollector(told);
  };
  const status = async (name: string): Promise<StreamStatus> => {
    const { body } = await call<StreamList>("GET", `${collector.url}/v1/streams`, tokens.auditor);
    const found = body.streams.find((one) => one.name === name);
    if (found === undefined) throw new Error(`There is no stream ${name}.`);
    return found;
  };
  const untilDone = (name: string) =>
    vi.waitFor(async () => expect(await status(name)).toMatchObject({ behind: 0, problem: null }), {
      timeout: 40_000,
      interval: 100,
    });
  const otlp = (changes = {}): Streams[number] => ({
    kind: "otlp",
    name: "otel",
    url: `${address}/v1/logs`,
    ...changes,
  });
  const tcp = (changes = {}): Streams[number] => ({
    ...{ kind: "syslog", name: "siem", host: "127.0.0.1", port, tls: false },
    ...changes,
  });
  const send = async (): Promise<void> => {
    const { body } = await call<{ seq: number }>("GET", `${collector.url}/v1/devices/${device.chain}/head`);
    expect((await device.send(collector.url, body.seq + 1)).status).toBe(200);
  };
  const logged = () => receiver.got.flatMap(({ body }) => logRecordsOf(body));
  const seqsIn = (records: readonly { attributes: Record<string, unknown> }[]) =>
    records
      .filter(({ attributes }) => attributes["sluice.chain"] === device.chain)
      .map(({ attributes }) => Number(attributes["sluice.seq"]));

  test("OTLP: every record in the order of the log, as the specification has them", async () => {
    await begin([otlp({ headers: { "x-token": "a token" } })]);
    device.write(intent({ statement: "SELECT email FROM t", risk: 12.5 }));
    device.write(outcome(2));
    device.write({ ...intent(), kind: "refused", verdict: "deny" });
    await send();
    await untilDone("otel");
    expect(receiver.got.every(({ headers }) => headers["x-token"] === "a token")).toBe(true);
    const records = logged();
    expect(seqsIn(records)).toEqual([1, 2, 3, 4]);
    const mine = records.filter(({ attributes }) => attributes["sluice.chain"] === device.chain);
    expect(mine.map(({ eventName }) => eventName)).toEqual([
      "sluice.key_introduced",
      "sluice.intent",
      "sluice.outcome",
      "sluice.refused",
    ]);
    expect(mine.map(({ attributes }) => attributes["log.record.uid"])).toEqual(
      device.records.map(({ hash }) => hash),
    );
    expect(mine[1]).toMatchObject({
      timeUnixNano: `${Date.parse(JSON.parse(device.records[1]?.canonical ?? "").at)}000000`,
      attributes: { "sluice.risk": 12.5, "sluice.environment": "production" },
    });
    // The collector's own records are among them.
    expect(records.some(({ eventName }) => eventName === "sluice.device_enrolled")).toBe(true);
  });

  test("OCSF: signed batches of valid events, each statement when it has ended", async () => {
    await begin([{ kind: "ocsf", name: "lake", url: `${address}/ocsf`, secret: SECRET }]);
    const { seq } = device.write(intent());
    device.write({ ...intent(), kind: "refused", verdict: "deny" });
    await send();
    await untilDone("lake");
    device.write(outcome(seq));
    await send();
    await untilDone("lake");
    const batches = receiver.got.map(({ body, headers }) => {
      const [, time, signature] =
        /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers["sluice-signature"])) ?? [];
      expect(createHmac("sha256", SECRET).update(`${time}.${body}`).digest("hex")).toBe(signature);
      return JSON.parse(body);
    });
    const events = batches.flatMap((batch) => batch.events);
    for (const event of events) expect(DATASTORE_ACTIVITY.safeParse(event).error).toBeUndefined();
    expect(events.map(({ metadata }) => metadata.uid)).toEqual(
      [device.records[2], device.records[1]].map((record) => record?.hash),
    );
    expect(events[1].status).toBe("Success");
    expect(batches[0]).toMatchObject({ v: 1, stream: "lake", log: collector.log });
  });

  test("syslog: cut in the middle of a message, everything comes whole and in order", async () => {
    await begin([tcp()]);
    syslog.cuts.push(10, 700, 1_500, 0);
    device.work(20);
    device.write({ ...intent({ statement: "DROP TABLE a\n<110>1 2026 forged\u2028line" }), kind: "refused" });
    await send();
    await vi.waitFor(async () => expect((await status("siem")).behind).toBe(0), {
      timeout: 90_000,
      interval: 200,
    });
    expect(syslog.connections).toBeGreaterThan(4);
    expect(syslog.nonsense).toEqual([]);
    const parsed = [...new Set(syslog.messages)].map(parseSyslog);
    const mine = parsed.filter(({ data }) => data.chain === device.chain);
    expect(mine.map(({ data }) => Number(data.seq))).toEqual(device.records.map(({ seq }) => seq));
    expect(mine.map(({ data }) => data.hash)).toEqual(device.records.map(({ hash }) => hash));
    expect(mine.every(({ host }) => host === "laptop")).toBe(true);
  }, 120_000);

  test("a receiver that hangs, or is away, keeps nobody waiting; it gets everything later, in order", async () => {
    receiver.answer = () => null;
    syslog.deaf = true;
    await begin([otlp(), tcp(), otlp({ name: "other", url: `${address}/other` })]);
    const hanging = receiver.answer;
    receiver.answer = (got, count) => (got.path === "/other" ? 200 : hanging(got, count));
    for (let count = 0; count < 10; count += 1) {
      device.work(100);
      await send();
    }
    // It has one batch at most, and does not even take that.
    expect(receiver.got.filter(({ path: at }) => at === "/v1/logs").length).toBeLessThanOrEqual(1);
    expect((await status("otel")).behind).toBeGreaterThan(1_900);
    await untilDone("other");
    const health = await call<{ streams: object }>("GET", `${collector.url}/health`);
    expect(health.body).toMatchObject({ status: "ok", streams: { set: 3 } });
    const metrics = await (await fetch(`${collector.url}/metrics`)).text();
    expect(Number(/stream_behind\{stream="otel"\} (\d+)/.exec(metrics)?.[1])).toBeGreaterThan(1_900);
    expect(metrics).toContain('stream_behind{stream="other"} 0');
    receiver.answer = () => 200;
    syslog.deaf = false;
    // A stop cuts off what hangs, and what was begun is sent again.
    await again();
    await Promise.all([untilDone("otel"), untilDone("siem")]);
    const seqs = seqsIn(
      receiver.got.filter(({ path: at }) => at === "/v1/logs").flatMap(({ body }) => logRecordsOf(body)),
    );
    expect([...new Set(seqs)]).toEqual(device.records.map(({ seq }) => seq));
    for (const { body } of receiver.got) expect(logRecordsOf(body).length).toBeLessThanOrEqual(256);
  });

  test("refused, it is tried again with growing pauses, which outlast a restart", async () => {
    receiver.answer = () => 503;
    await begin([otlp()]);
    await vi.waitFor(async () => expect((await status("otel")).tries).toBeGreaterThanOrEqual(2), 30_000);
    const before = await status("otel");
    expect(before).toMatchObject({ problem: "it answers 503" });
    await again();
    const after = await status("otel");
    expect(after.tries).toBeGreaterThanOrEqual(before.tries);
    receiver.answer = () => 200;
    await untilDone("otel");
    expect((await status("otel")).tries).toBe(0);
  });

  test("one record that is never taken is found, holds up what follows, and is passed over by hand, on record", async () => {
    const poison = "SELECT poison";
    receiver.answer = ({ body }) => (body.includes(poison) ? 400 : 200);
    await begin([otlp()]);
    device.work(5);
    device.write(intent({ statement: poison }));
    device.work(5);
    await send();
    await vi.waitFor(async () => expect((await status("otel")).problem).toBe("it answers 400"), 30_000);
    await vi.waitFor(() => expect(seqsIn(sentFine()).at(-1)).toBe(11), { timeout: 40_000, interval: 100 });
    await vi.waitFor(async () => expect((await status("otel")).behind).toBe(11), 30_000);
    const { position } = await status("otel");
    const options = readOptions(told);
    await expect(streamsCommand(options, { stream: "none", to: "end" })).rejects.toThrow(CollectorError);
    await expect(streamsCommand(options, { stream: "otel", to: "-1" })).rejects.toThrow(CollectorError);
    await streamsCommand(options, { stream: "otel", to: String(position + 1) });
    await untilDone("otel");
    expect([...new Set(seqsIn(sentFine()))]).toEqual(
      device.records.map(({ seq }) => seq).filter((seq) => seq !== 12),
    );
    expect((await ownRecords(told)).filter(({ kind }) => kind === "stream_moved")).toMatchObject([
      { stream: "otel", from: position, to: position + 1, actor: { kind: "local_user" } },
    ]);
  });
  const sentFine = () =>
    receiver.got
      .filter(({ body }) => !body.includes("SELECT poison"))
      .flatMap(({ body }) => logRecordsOf(body));

  test("filters: blocked only, by environment, by level", async () => {
    await begin([
      otlp({ name: "blocked", url: `${address}/blocked`, filter: { blocked: true } }),
      otlp({ name: "staging", url: `${address}/staging`, filter: { environments: ["staging"] } }),
      otlp({ name: "high", url: `${address}/high`, filter: { level: "restricted" } }),
    ]);
    const staging = { ...intent().connection, environment: "staging" };
    const ssn = { column: "clinic.patients.ssn", infoType: "us_ssn", level: "restricted" };
    device.write(intent());
    device.write(outcome(2));
    device.write({ ...intent(), kind: "refused" });
    device.write(intent({ connection: staging }));
    device.write(outcome(5));
    device.write(intent({ labels: [ssn] }));
    device.write(outcome(7));
    await send();
    for (const name of ["blocked", "staging", "high"]) await untilDone(name);
    const of = (at: string) =>
      seqsIn(receiver.got.filter((got) => got.path === at).flatMap(({ body }) => logRecordsOf(body)));
    expect([of("/blocked"), of("/staging"), of("/high")]).toEqual([[4], [5, 6], [7, 8]]);
  });

  test("a stream that is new begins now, or with the log", async () => {
    await begin([]);
    device.work(3);
    await send();
    await again([otlp({ name: "late", url: `${address}/late` }), otlp({ from: "beginning" })]);
    device.work(1);
    await send();
    await Promise.all([untilDone("late"), untilDone("otel")]);
    const of = (at: string) =>
      seqsIn(receiver.got.filter((got) => got.path === at).flatMap(({ body }) => logRecordsOf(body)));
    expect(of("/late")).toEqual([8, 9]);
    expect(of("/v1/logs")).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test("a receiver that throws some of it away has not taken it", async () => {
    let rejecting = true;
    receiver.reply = () =>
      rejecting ? '{"partialSuccess":{"rejectedLogRecords":"1","errorMessage":"full"}}' : "{}";
    await begin([otlp()]);
    device.work(1);
    await send();
    await vi.waitFor(
      async () => expect((await status("otel")).problem).toBe("it rejects 1 log records"),
      30_000,
    );
    rejecting = false;
    await untilDone("otel");
    expect([...new Set(seqsIn(logged()))]).toEqual([1, 2, 3]);
  });

  test("killed at any moment it goes on where it stopped", async () => {
    collector = await startCollector(told);
    await collector.stop();
    told = { ...told, streams: [otlp({ from: "beginning" })] };
    let running = await CollectorProcess.start(told);
    device = await enrolled(running, tokens.member);
    receiver.answer = (_got, count) => (count % 3 === 0 ? null : 200);
    for (let round = 0; round < (store.kind === "sqlite" ? 3 : 1); round += 1) {
      device.work(100);
      const { body } = await call<{ seq: number }>("GET", `${running.url}/v1/devices/${device.chain}/head`);
      await device.send(running.url, body.seq + 1);
      await receiver.until(receiver.got.length + 1, 50_000);
      await running.kill();
      running = await CollectorProcess.start(told);
    }
    receiver.answer = () => 200;
    await vi.waitFor(
      () => expect([...new Set(seqsIn(logged()))]).toEqual(device.records.map(({ seq }) => seq)),
      { timeout: 55_000, interval: 200 },
    );
    await running.stop();
    collector = await startCollector({ ...told, streams: [] });
  }, 120_000);
});

test("two collectors over one database send a stream once", async () => {
  const server = await startPostgres();
  const receiver = new Receiver();
  const address = await receiver.start();
  const database = await newDatabase(server);
  const streams: Streams = [{ kind: "otlp", name: "otel", url: `${address}/v1/logs` }];
  const one = settings(provider, { database, log: "log.test/sluice", streams });
  // A lease that time does not end: who has the stream gives it back, or keeps it.
  const at = new Date();
  const now = () => at;
  const first = await startCollector(one, { now });
  const two = { ...one, data: newFolder() };
  for (const key of ["log.key", "chain.key"])
    fs.copyFileSync(path.join(one.data, key), path.join(two.data, key));
  const second = await startCollector(two, { now });
  const devices = [await enrolled(first, tokens.member), await enrolled(second, tokens.member)];
  for (let round = 1; round <= 8; round += 1) {
    await Promise.all(
      devices.map(async (device, place) => {
        const from = device.records.length + (round === 1 ? 0 : 1);
        device.work(60);
        await device.send([first, second][(place + round) % 2]?.url ?? "", round === 1 ? 1 : from);
      }),
    );
  }
  const uids = () =>
    receiver.got
      .flatMap(({ body }) => logRecordsOf(body))
      .map(({ attributes }) => String(attributes["log.record.uid"]));
  const all = devices.flatMap(({ records }) => records.map(({ hash }) => hash));
  await vi.waitFor(
    () => {
      const sent = new Set(uids());
      expect(all.filter((hash) => !sent.has(hash))).toEqual([]);
    },
    { timeout: 120_000, interval: 200 },
  );
  expect(uids().length).toBe(new Set(uids()).size);
  await Promise.all([first.stop(), second.stop()]);
  await receiver.stop();
  await server.stop();
}, 180_000);

test.skipIf(!hasOpenssl())(
  "syslog over TLS: only to a receiver whose certificate is vouched for",
  async () => {
    const folder = newFolder();
    const [key, cert] = [path.join(folder, "key.pem"), path.join(folder, "cert.pem")];
    execFileSync(
      "openssl",
      [
        ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"],
        ...["-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", cert],
      ],
      { stdio: "ignore" },
    );
    const server = new SyslogServer({ key, cert });
    const port = await server.start();
    const stream = { kind: "syslog", host: "localhost", port, from: "beginning" } as const;
    const collector = await startCollector(
      settings(provider, {
        streams: [
          { ...stream, name: "trusted", ca: cert },
          { ...stream, name: "unknown" },
        ],
      }),
    );
    server.cuts.push(600);
    await server.until(2);
    expect(server.nonsense).toEqual([]);
    await vi.waitFor(async () => {
      const { body } = await call<StreamList>("GET", `${collector.url}/v1/streams`, tokens.auditor);
      expect(body.streams).toMatchObject([
        { name: "trusted", behind: 0 },
        { name: "unknown", problem: expect.stringMatching(/CERT/) },
      ]);
    }, 30_000);
    await collector.stop();
    await server.stop();
  },
);

describe("settings", () => {
  const streams =
    (...all: readonly object[]) =>
    () =>
      readOptions({ ...settings({ issuer: "https://login.example", clientId: "sluice" }), streams: all });
  test.each([
    ["OTLP in the clear", { kind: "otlp", name: "a", url: "http://otel.example/v1/logs" }],
    ["OCSF in the clear", { kind: "ocsf", name: "a", url: "http://lake.example/", secret: SECRET }],
    ["syslog in the clear", { kind: "syslog", name: "a", host: "siem.example", tls: false }],
    ["no secret", { kind: "ocsf", name: "a", url: "https://lake.example/" }],
    ["a name that is none", { kind: "syslog", name: "a b", host: "siem.example" }],
    [
      "a level that is none",
      { kind: "syslog", name: "a", host: "siem.example", filter: { level: "secret" } },
    ],
    ["a filter nobody knows", { kind: "syslog", name: "a", host: "siem.example", filter: { user: "x" } }],
  ])("%s is refused", (_what, stream) => {
    expect(streams(stream)).toThrow(CollectorError);
  });
  test("two of one name are refused; what is encrypted is taken", () => {
    const one = { kind: "syslog", name: "a", host: "siem.example" };
    expect(streams(one, one)).toThrow(CollectorError);
    expect(streams(one, { ...one, name: "b" })().streams).toMatchObject([
      { port: 6514, tls: true },
      { name: "b" },
    ]);
  });
});
