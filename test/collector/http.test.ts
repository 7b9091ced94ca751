import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import type { IncomingMessage } from "node:http";
import https from "node:https";
import net from "node:net";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CollectorError } from "../../collector/collectorError.ts";
import { readOptions } from "../../collector/options.ts";
import { settingsFrom } from "../../collector/settings.ts";
import type { RunningCollector } from "../../collector/start.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { CollectorProcess } from "./collectorProcess.ts";
import { call, type TestDevice } from "./device.ts";
import { hasOpenssl } from "./openssl.ts";
import { signIn, startProvider } from "./people.ts";
import { enrolled, newFolder, settings, startCollector } from "./stores.ts";
import { seqsOf, verifyWholeLog } from "./verifyLog.ts";

let provider: DemoProvider;
let collector: RunningCollector;
let device: TestDevice;
let token: string;

beforeAll(async () => {
  provider = await startProvider();
  token = await signIn(provider, "member");
  collector = await startCollector(settings(provider));
  device = (await enrolled(collector, token)).work(2);
});
afterAll(async () => {
  await collector.stop();
  await provider.stop();
});

const records = (): string => `${collector.url}/v1/devices/${device.chain}/records`;
const post = (body: Uint8Array | string, headers: Record<string, string> = {}, url = records()) =>
  fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : new Uint8Array(body),
  });
const codeOf = async (answer: Promise<Response>): Promise<unknown> =>
  JSON.parse(await (await answer).text()).code;
const GZIP = { "content-encoding": "gzip" };

describe("bodies", () => {
  test("plain and gzip are read", async () => {
    expect((await post(JSON.stringify(device.batch()))).status).toBe(200);
    expect((await post(gzipSync(JSON.stringify(device.batch())), GZIP)).status).toBe(200);
  });
  test("a small gzip that unfolds to hundreds of megabytes is refused", async () => {
    const bomb = gzipSync(Buffer.alloc(300 * 1024 * 1024, 0x20), { level: 9 });
    expect(bomb.length).toBeLessThan(400 * 1024);
    expect(await codeOf(post(bomb, GZIP))).toBe("too-large");
  });
  test("a body beyond the limit is refused, with a length and without", async () => {
    const large = Buffer.alloc(12 * 1024 * 1024, 0x20);
    expect((await post(large)).status).toBe(413);
    const answer = await fetch(records(), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: new ReadableStream({
        start: (controller) => {
          controller.enqueue(new Uint8Array(large));
          controller.close();
        },
      }),
      duplex: "half",
    } as RequestInit).catch(() => null);
    // The connection may be closed before all of it was taken.
    expect(answer === null || answer.status === 413).toBe(true);
  });
  test("other routes take small bodies only", async () => {
    const url = `${collector.url}/v1/devices/${device.chain}`;
    const answer = await call("PUT", url, token, { name: "x".repeat(100_000), keys: [] });
    expect(answer.status).toBe(413);
  });
  test("more records than a batch has, or more bytes", async () => {
    const many = { ...device.batch(), records: Array.from({ length: 501 }, () => device.batch().records[0]) };
    expect(await codeOf(post(gzipSync(JSON.stringify(many)), GZIP))).toBe("bad-request");
    const [record] = device.batch().records;
    const large = Array.from({ length: 5 }, () => ({ ...record, canonical: "x".repeat(1024 * 1024) }));
    expect(await codeOf(post(gzipSync(JSON.stringify({ records: large, seen: 0 })), GZIP))).toBe("too-large");
  });
  test.each([
    ["nothing", "", {}],
    ["half of JSON", '{"records":[', {}],
    ["no gzip", "plain", GZIP],
    ["another encoding", "x", { "content-encoding": "br" }],
    ["another type", "x", { "content-type": "text/xml" }],
    ["a list", "[]", {}],
    ["a number where text belongs", '{"records":[{"canonical":1,"signature":2}],"seen":0}', {}],
    ["no records", '{"records":[],"seen":0}', {}],
    ["a prototype", '{"__proto__":{"records":[]},"seen":-1}', {}],
    ["depth", `${"[".repeat(100_000)}${"]".repeat(100_000)}`, {}],
  ])("%s is a bad request", async (_name, body, headers) => {
    expect(await codeOf(post(body, headers as Record<string, string>))).toBe("bad-request");
  });
  test.each(["short", "A".repeat(64), `${"a".repeat(64)}/../x`, "%00".repeat(64)])(
    "the chain %s is none",
    async (chain) => {
      const answer = await fetch(`${collector.url}/v1/devices/${chain}/head`);
      expect([400, 404]).toContain(answer.status);
    },
  );
});

describe("every answer", () => {
  test.each(["/v1/info", "/checkpoint", "/v1/devices", "/nowhere", "/tile/0/000.p/1", "/tile/x"])(
    "%s carries the headers that keep browsers out of it",
    async (path) => {
      const { headers } = await fetch(`${collector.url}${path}`);
      expect(headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("x-frame-options")).toBe("DENY");
      expect(headers.get("access-control-allow-origin")).toBeNull();
      expect(headers.get("cache-control")).not.toBeNull();
    },
  );
  test("a tile is kept forever, a checkpoint asked for again, a refusal never kept", async () => {
    const kept = async (path: string) =>
      (await fetch(`${collector.url}${path}`)).headers.get("cache-control");
    expect(await kept("/tile/0/000.p/1")).toContain("immutable");
    expect(await kept("/checkpoint")).toBe("no-cache");
    expect(await kept("/tile/0/999")).toBe("no-store");
  });
  test("a tile beyond the log is not there", async () => {
    for (const path of ["tile/0/000", "tile/1/000", "tile/63/000", "tile/0/000.p/255", "tile/entries/000"])
      expect((await fetch(`${collector.url}/${path}`)).status).toBe(404);
  });
});

test("10,000 malformed requests: the collector goes on, and the log verifies", async () => {
  const valid = gzipSync(JSON.stringify(device.batch()));
  const address = new URL(collector.url);
  const raw = (bytes: Uint8Array): Promise<void> =>
    new Promise((resolve) => {
      const socket = net.connect(Number(address.port), address.hostname, () => socket.end(bytes));
      socket.on("error", () => resolve());
      socket.on("close", () => resolve());
      socket.resume();
    });
  const send = async (count: number): Promise<void> => {
    const cut = Buffer.from(valid);
    cut[count % cut.length] = (cut[count % cut.length] ?? 0) ^ 0xff;
    if (count % 10 === 0) await raw(randomBytes(64));
    else if (count % 10 === 1)
      await raw(Buffer.from(`POST ${new URL(records()).pathname} HTTP/1.1\r\nContent-Le`));
    else {
      const answer = await post(count % 2 === 0 ? cut : randomBytes(40), count % 3 === 0 ? {} : GZIP);
      await answer.arrayBuffer();
      // A bit that gzip carries beside the data may change nothing.
      expect([200, 400, 413, 422]).toContain(answer.status);
    }
  };
  for (let from = 0; from < 10_000; from += 50)
    await Promise.all(Array.from({ length: 50 }, (_, place) => send(from + place)));
  device.work(2);
  expect((await post(gzipSync(JSON.stringify(device.batch())), GZIP)).status).toBe(200);
  const { leaves } = await verifyWholeLog(collector.url);
  expect(seqsOf(leaves, device.chain)).toHaveLength(device.records.length);
}, 180_000);

test("too many requests of one address are put off; another device's records are not", async () => {
  const limited = await startCollector(
    settings(provider, { limits: { perMinute: 20, perDevicePerMinute: 5 } }),
  );
  try {
    const [one, two] = [await enrolled(limited, token), await enrolled(limited, token)];
    const answers = [];
    for (let count = 0; count < 8; count += 1) answers.push((await one.send(limited.url)).status);
    expect(answers).toEqual([200, 200, 200, 200, 200, 429, 429, 429]);
    expect((await two.send(limited.url)).status).toBe(200);
    const others = await Promise.all(Array.from({ length: 30 }, () => fetch(`${limited.url}/v1/info`)));
    const refused = others.find(({ status }) => status === 429);
    expect(refused?.headers.get("retry-after")).not.toBeNull();
    expect(JSON.parse((await refused?.text()) ?? "")).toMatchObject({ code: "too-many" });
  } finally {
    await limited.stop();
  }
});

test("nothing that was asked, and no token, is in the logs", async () => {
  const process = await CollectorProcess.start({ ...settings(provider), logLevel: "debug" });
  const mine = (await enrolled(process, token)).work(2);
  await mine.send(process.url);
  await mine.forkAt(2).work(1).send(process.url);
  await post(
    "{",
    { authorization: `Bearer ${token}` },
    `${process.url}/v1/devices/${mine.chain}/records?token=${token}`,
  );
  await process.stop();
  const log = process.output();
  expect(log).toContain('"route":"/v1/devices/:chain/records"');
  for (const secret of [
    token,
    "SELECT",
    "Ada",
    "shop.",
    mine.signer.publicKey,
    mine.batch().records[1]?.signature ?? "",
  ])
    expect(log).not.toContain(secret);
});

describe("metrics", () => {
  test("are for monitors of this machine", async () => {
    await post("[]");
    const metrics = await (await fetch(`${collector.url}/metrics`)).text();
    expect(metrics).toMatch(/sluice_collector_log_size \d+/);
    expect(metrics).toContain('sluice_collector_refusals_total{code="bad-request"}');
    const forwarded = await fetch(`${collector.url}/metrics`, {
      headers: { "x-forwarded-for": "127.0.0.1" },
    });
    expect(forwarded.status).toBe(403);
  });
  test("are for whoever holds the token where there is one", async () => {
    const guarded = await startCollector(settings(provider, { metricsToken: "a-token-for-monitors" }));
    const ask = (authorization: string) => fetch(`${guarded.url}/metrics`, { headers: { authorization } });
    expect((await fetch(`${guarded.url}/metrics`)).status).toBe(403);
    expect((await ask("Bearer another-token-of-mine")).status).toBe(403);
    expect((await ask("Bearer a-token-for-monitors")).status).toBe(200);
    await guarded.stop();
  });
});

test.skipIf(!hasOpenssl())("with a certificate it speaks TLS, and nothing else", async () => {
  const folder = newFolder();
  const [key, cert] = [path.join(folder, "key.pem"), path.join(folder, "cert.pem")];
  execFileSync(
    "openssl",
    ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", key, "-out", cert],
    { stdio: "ignore" },
  );
  const secure = await startCollector(settings(provider, { host: "0.0.0.0", tls: { key, cert } }));
  try {
    const { port } = new URL(secure.url);
    expect(secure.url.startsWith("https://")).toBe(true);
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = { port, path: "/health", ca: fs.readFileSync(cert), servername: "localhost" };
      https.get(options, resolve).on("error", reject);
    });
    answer.resume();
    expect(answer.statusCode).toBe(200);
    expect(answer.headers["strict-transport-security"]).toBe("max-age=31536000");
    expect((await fetch(`${collector.url}/health`)).headers.has("strict-transport-security")).toBe(false);
    await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow();
  } finally {
    await secure.stop();
  }
});

describe("settings", () => {
  const given = { data: "/tmp/x", issuer: "https://id.example", clientId: "sluice" };
  const problem = (settings: unknown): CollectorError => {
    try {
      readOptions(settings);
    } catch (error) {
      if (error instanceof CollectorError) return error;
      throw error;
    }
    throw new Error("The settings were taken.");
  };
  test("beyond loopback only with TLS or behind a proxy, and it says what to do", () => {
    for (const host of ["0.0.0.0", "::", "10.1.2.3", "collector.example"]) {
      const { code, action } = problem({ ...given, host });
      expect(code).toBe("not-encrypted");
      expect(action).toContain("tls.cert");
      expect(action).toContain("behindProxy");
    }
    expect(readOptions({ ...given, host: "0.0.0.0", behindProxy: true }).host).toBe("0.0.0.0");
    expect(readOptions({ ...given, host: "::1" }).host).toBe("::1");
  });
  test.each([
    [{ ...given, port: 70_000 }, "port"],
    [{ ...given, isuer: "x" }, "isuer"],
    [{ ...given, issuer: "ftp://x" }, "issuer"],
    [{ ...given, issuer: "http://id.example" }, "not https"],
    [{ ...given, database: "mysql://x" }, "database"],
    [{ ...given, log: "a log" }, "log"],
    [{ issuer: given.issuer }, "clientId"],
  ])("%o names what is wrong", (settings, name) => {
    expect(problem(settings).message).toContain(name);
  });
  test("the command line goes over the environment, which goes over the file", () => {
    const file = JSON.stringify({ ...given, port: 1, log: "from.file/x", roles: { admin: ["ops"] } });
    const environment = { SLUICE_COLLECTOR_PORT: "2", SLUICE_COLLECTOR_CONFIG: "c.json" };
    const read = settingsFrom({ "client-id": "cli" }, environment, () => file);
    expect(read).toMatchObject({ port: 2, clientId: "cli", log: "from.file/x" });
    expect(read.roles).toEqual({
      approver: ["sluice-approvers"],
      auditor: ["sluice-auditors"],
      admin: ["ops"],
    });
    expect(() => settingsFrom({ config: "c.json" }, {}, () => "{")).toThrow("c.json");
  });
});
