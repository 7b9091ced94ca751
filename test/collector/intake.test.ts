import { randomBytes } from "node:crypto";
import net from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { networkOf } from "../../collector/http/address.ts";
import { MOST_BODY_BYTES } from "../../collector/http/body.ts";
import type { RunningCollector } from "../../collector/start.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { newSigner } from "../audit/records.ts";
import { call, postBatch, proofOf, type TestDevice } from "./device.ts";
import { signIn, startProvider } from "./people.ts";
import { enrolled, settings, startCollector } from "./stores.ts";

const strangeChain = (): string => randomBytes(32).toString("hex");

let provider: DemoProvider;
let token: string;
let collector: RunningCollector;
let device: TestDevice;
const sockets = new Set<net.Socket>();

beforeAll(async () => {
  provider = await startProvider();
  token = await signIn(provider, "member");
});
afterAll(() => provider.stop());
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await collector.stop();
});

const start = async (...[changes, surroundings]: Parameters<typeof startWith>): Promise<void> => {
  collector = await startWith(changes, surroundings);
  device = (await enrolled(collector, token)).work(2);
};
const startWith = (
  changes: Parameters<typeof settings>[1] = {},
  surroundings: Parameters<typeof startCollector>[1] = {},
) => startCollector(settings(provider, changes), surroundings);

/** A request whose body begins and goes no further by itself; `answer` is the first line it is answered with. */
function begin(chain: string, declared: number, sent: string | Buffer, from = "127.0.0.1") {
  const { port, hostname } = new URL(collector.url);
  const socket = net.connect({ port: Number(port), host: hostname, localAddress: from });
  sockets.add(socket);
  socket.on("error", () => {});
  socket.write(
    `POST /v1/devices/${chain}/records HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${declared}\r\n\r\n`,
  );
  socket.write(sent);
  const answer = new Promise<string>((resolve) => {
    socket.once("data", (data) => resolve(String(data).split("\r\n")[0] ?? ""));
    socket.once("close", () => resolve("closed"));
  });
  return { socket, answer };
}

describe("what strangers send", () => {
  test("large bodies that are declared and never come keep nobody out", async () => {
    await start();
    for (let count = 0; count < 40; count += 1) begin(device.chain, MOST_BODY_BYTES, "{");
    // The collector has read all of their heads once it has answered a later connection's question.
    expect((await fetch(`${collector.url}/v1/devices/${device.chain}/head`)).status).toBe(200);
    expect((await postBatch(collector.url, device.chain, device.batch())).status).toBe(200);
    expect((await device.work(1).send(collector.url)).status).toBe(200);
  });
  test("an unknown chain is refused before its body is there", async () => {
    await start();
    expect(await begin(strangeChain(), MOST_BODY_BYTES, "{").answer).toContain("404");
  });
  test("a proof by nobody's key, or for another chain, is refused before the body is there", async () => {
    await start();
    const body = gzipSync(JSON.stringify(device.batch()));
    const send = (headers: Record<string, string>) =>
      fetch(`${collector.url}/v1/devices/${device.chain}/records`, {
        method: "POST",
        headers: { "content-type": "application/json", "content-encoding": "gzip", ...headers },
        body: new Uint8Array(body),
      });
    expect((await send(proofOf(device.chain, body, newSigner()))).status).toBe(404);
    expect((await send(proofOf(strangeChain(), body, device.signer))).status).toBe(400);
    expect((await send(proofOf(device.chain, gzipSync("{}"), device.signer))).status).toBe(400);
    expect((await send({ "sluice-proof": "x" })).status).toBe(400);
    expect((await send(proofOf(device.chain, body, device.signer))).status).toBe(200);
  });
  test("bodies that come to a halt after many bytes: their address has a share, the others have theirs", async () => {
    await start({}, { pace: { graceMs: 600_000, bytesPerSecond: 0, mostMs: 600_000 } });
    const most = Buffer.alloc(MOST_BODY_BYTES - 1, 0x20);
    const [first, second, third] = [0, 1, 2].map(() => begin(device.chain, MOST_BODY_BYTES, most));
    const refused = await Promise.race([first?.answer, second?.answer, third?.answer]);
    expect(refused).toContain("503");
    const plain = Buffer.from(JSON.stringify(device.batch()));
    expect(await begin(device.chain, plain.length, plain, "127.0.0.2").answer).toContain("200");
    // Whoever shows that they are the device does not share with strangers, wherever they are.
    expect((await device.work(1).send(collector.url)).status).toBe(200);
  });
  test("strangers at many addresses hold together less than what devices need", async () => {
    await start({}, { pace: { graceMs: 600_000, bytesPerSecond: 0, mostMs: 600_000 } });
    const most = Buffer.alloc(MOST_BODY_BYTES - 1, 0x20);
    const answers = Array.from(
      { length: 12 },
      (_, place) => begin(device.chain, MOST_BODY_BYTES, most, `127.0.1.${place + 1}`).answer,
    );
    expect(await Promise.race(answers)).toContain("503");
    expect((await device.work(1).send(collector.url)).status).toBe(200);
    expect((await call("GET", `${collector.url}/v1/devices`, token)).status).toBe(200);
  });
  test("a body that comes too slowly ends, with its connection", async () => {
    await start({}, { pace: { graceMs: 300, bytesPerSecond: 1_000, mostMs: 60_000 } });
    const { socket, answer } = begin(device.chain, 1_000, "{");
    const drip = setInterval(() => socket.write(" "), 50);
    expect(await answer).toContain("408");
    clearInterval(drip);
    await new Promise((resolve) => (socket.closed ? resolve(null) : socket.once("close", resolve)));
    expect((await device.send(collector.url)).status).toBe(200);
  });
  test("a body that never ends, at whatever speed, ends", async () => {
    await start({}, { pace: { graceMs: 50, bytesPerSecond: 0, mostMs: 100 } });
    expect(await begin(device.chain, 1_000, "{").answer).toContain("408");
  });
});

describe("how often an address asks", () => {
  test("another chain each time gets nobody past the limit", async () => {
    await start({ limits: { unprovenPerMinute: 200 } });
    const statuses: number[] = [];
    for (let count = 0; count < 40; count += 1)
      statuses.push((await fetch(`${collector.url}/v1/devices/${strangeChain()}/head`)).status);
    expect(statuses.slice(0, 19).every((status) => status === 404)).toBe(true);
    expect(statuses.slice(-15).every((status) => status === 429)).toBe(true);
    const { headers } = await fetch(`${collector.url}/v1/devices/${strangeChain()}/head`);
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
  });
  test("devices that prove themselves are counted one by one", async () => {
    await start({ limits: { unprovenPerMinute: 5 } });
    for (let count = 0; count < 20; count += 1)
      expect((await device.work(1).send(collector.url)).status).toBe(200);
  });
  test("behind a proxy its word counts, and what a client says before it does not", async () => {
    await start({ behindProxy: true, limits: { unprovenPerMinute: 20 } });
    const ask = async (forwarded: string) =>
      (
        await fetch(`${collector.url}/v1/devices/${strangeChain()}/head`, {
          headers: { "x-forwarded-for": forwarded },
        })
      ).status;
    const lied = [];
    for (let count = 0; count < 6; count += 1) lied.push(await ask(`10.9.9.${count}, 198.51.100.7`));
    expect(lied.slice(-3)).toEqual([429, 429, 429]);
    expect(await ask("198.51.100.7, 203.0.113.9")).toBe(404);
  });
  test.each([
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"],
    ["2001:0DB8:0001:2::", "2001:db8:1:2::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["192.0.2.1", "192.0.2.1"],
  ])("%s is counted as %s", (ip, network) => {
    expect(networkOf(ip)).toBe(network);
  });
});
