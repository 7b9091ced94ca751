import { execFileSync } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { gzipSync } from "node:zlib";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Checkpoint } from "../../protocol/log/checkpoint.ts";
import { Frontier, leafHash, sameHash } from "../../protocol/log/merkle.ts";
import { sha256Bytes } from "../../protocol/node/crypto.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { intent } from "../audit/records.ts";
import { startPostgres } from "../postgres.ts";
import { CollectorProcess } from "./collectorProcess.ts";
import type { TestDevice } from "./device.ts";
import { signIn, startProvider } from "./people.ts";
import { enrolled, newDatabase, newFolder, onEachStore, settings, startCollector } from "./stores.ts";
import { checkpointOf, seqsOf, verifyWholeLog } from "./verifyLog.ts";

let provider: DemoProvider;
let token: string;

beforeAll(async () => {
  provider = await startProvider();
  token = await signIn(provider, "member");
});
afterAll(() => provider.stop());

/** A device that sends in small batches for as long as somebody answers, as an agent's sync does. */
class Sender {
  readonly device: TestDevice;
  acknowledged = 0;
  readonly notes: string[] = [];

  constructor(device: TestDevice) {
    this.device = device;
  }

  /** Sends the next records; false where no answer came. */
  async send(url: string, most = 7): Promise<boolean> {
    const { device } = this;
    if (this.acknowledged >= device.records.length) device.work(10);
    const to = Math.min(this.acknowledged + most, device.records.length);
    const answer = await device.send(url, this.acknowledged + 1, to).catch(() => null);
    if (answer === null || answer.status === 503) return false;
    expect(answer.status).toBe(200);
    this.acknowledged = answer.body.seq;
    this.notes.push(answer.body.checkpoint);
    return true;
  }
}

/** What comes before a batch on the wire. */
const requestHead = (
  host: string,
  { chain }: TestDevice,
  length: number,
  more: Readonly<Record<string, string>> = {},
): string =>
  [
    `POST /v1/devices/${chain}/records HTTP/1.1`,
    `Host: ${host}`,
    "Content-Type: application/json",
    "Content-Encoding: gzip",
    `Content-Length: ${length}`,
    ...Object.entries(more).map(([name, value]) => `${name}: ${value}`),
    "",
    "",
  ].join("\r\n");

/** The log verifies, goes on from every checkpoint that was given out, and holds what was acknowledged, once. */
async function expectWhole(url: string, senders: readonly Sender[]): Promise<void> {
  const { leaves } = await verifyWholeLog(url);
  const checkpoints: Checkpoint[] = [];
  for (const { notes } of senders) for (const note of notes) checkpoints.push(await checkpointOf(url, note));
  const frontier = new Frontier(sha256Bytes);
  const roots = new Map<number, Uint8Array>();
  const sizes = new Set(checkpoints.map(({ size }) => size));
  for (const leaf of leaves) {
    frontier.append(leafHash(sha256Bytes, Buffer.from(leaf)));
    if (sizes.has(frontier.size)) roots.set(frontier.size, frontier.root);
  }
  for (const { size, root } of checkpoints) {
    const here = roots.get(size);
    expect(here !== undefined && sameHash(here, root)).toBe(true);
  }
  for (const { device, acknowledged } of senders) {
    const seqs = seqsOf(leaves, device.chain);
    expect(seqs).toEqual(seqs.map((_, place) => place + 1));
    expect(seqs.length).toBeGreaterThanOrEqual(acknowledged);
  }
}

onEachStore((store) => {
  const ROUNDS = Number(process.env.SLUICE_KILLS ?? (store.kind === "sqlite" ? 20 : 8));

  test(
    `killed ${ROUNDS} times in the middle of batches: the tree verifies, and nothing acknowledged is missing`,
    async () => {
      const given = settings(provider, await store.fresh());
      let collector = await CollectorProcess.start(given);
      const senders: Sender[] = [];
      for (let count = 0; count < 8; count += 1) senders.push(new Sender(await enrolled(collector, token)));
      for (let round = 0; round < ROUNDS; round += 1) {
        const { url } = collector;
        let answers = 0;
        const enough = Promise.withResolvers<void>();
        const sending = senders.map(async (sender) => {
          while (await sender.send(url)) {
            answers += 1;
            if (answers === 3 + ((round * 13) % 29)) enough.resolve();
          }
        });
        await enough.promise;
        await collector.kill();
        await Promise.all(sending);
        collector = await CollectorProcess.start(given);
      }
      for (const sender of senders) expect(await sender.send(collector.url)).toBe(true);
      await expectWhole(collector.url, senders);
      expect(await collector.stop()).toBe(0);
    },
    60_000 + ROUNDS * 10_000,
  );

  test("stopped by its service manager: what is under way is answered", async () => {
    const given = settings(provider, await store.fresh());
    const collector = await CollectorProcess.start(given);
    const sender = new Sender((await enrolled(collector, token)).work(100));
    const body = gzipSync(JSON.stringify(sender.device.batch()));
    const { hostname, port } = new URL(collector.url);
    const socket = net.connect(Number(port), hostname);
    const answer: string[] = [];
    const ended = new Promise<void>((resolve) => socket.on("close", () => resolve()));
    const begun = new Promise<void>((resolve) =>
      socket.setEncoding("utf8").on("data", (text: string) => {
        answer.push(text);
        if (text.includes("100 Continue")) resolve();
      }),
    );
    const expecting = { Expect: "100-continue", Connection: "close" };
    socket.write(requestHead(hostname, sender.device, body.length, expecting));
    await begun;
    const stopping = collector.stop();
    socket.write(body);
    await ended;
    expect(answer.join("")).toContain("HTTP/1.1 200 OK");
    expect(answer.join("")).toContain('"seq":201');
    expect(await stopping).toBe(0);
    sender.acknowledged = 201;
    const again = await CollectorProcess.start(given);
    await expectWhole(again.url, [sender]);
    await again.stop();
  });

  test("the network is cut half-way through a batch, and half-way through an answer", async () => {
    const collector = await startCollector(settings(provider, await store.fresh()));
    try {
      const device = (await enrolled(collector, token)).work(40);
      const body = gzipSync(JSON.stringify(device.batch()));
      const { hostname, port } = new URL(collector.url);
      const head = requestHead(hostname, device, body.length);
      const cut = (bytes: Uint8Array, untilAnswered: boolean): Promise<void> =>
        new Promise((resolve) => {
          const socket = net.connect(Number(port), hostname, () => {
            socket.write(head);
            socket.write(bytes, () => {
              if (!untilAnswered) socket.destroy();
            });
          });
          // The first byte of the answer: the rest never arrives.
          socket.on("data", () => socket.destroy());
          socket.on("close", () => resolve());
        });
      await cut(body.subarray(0, body.length / 2), false);
      expect(seqsOf((await verifyWholeLog(collector.url)).leaves, device.chain)).toEqual([]);
      await cut(body, true);
      expect(seqsOf((await verifyWholeLog(collector.url)).leaves, device.chain)).toHaveLength(81);
      expect(await device.send(collector.url)).toMatchObject({ status: 200, body: { seq: 81 } });
      expect(seqsOf((await verifyWholeLog(collector.url)).leaves, device.chain)).toHaveLength(81);
    } finally {
      await collector.stop();
    }
  });
});

describe("postgres", () => {
  test("restarted under load: batches are put off, not lost", async () => {
    const server = await startPostgres();
    const collector = await startCollector(settings(provider, { database: await newDatabase(server) }));
    const senders: Sender[] = [];
    for (let count = 0; count < 6; count += 1) senders.push(new Sender(await enrolled(collector, token)));
    let stopped = false;
    let failures = 0;
    const sending = senders.map(async (sender) => {
      while (!stopped) if (!(await sender.send(collector.url))) failures += 1;
    });
    const progress = async (): Promise<void> => {
      const before = senders.map(({ acknowledged }) => acknowledged);
      while (senders.some(({ acknowledged }, place) => acknowledged <= (before[place] ?? 0)))
        await new Promise((resolve) => setTimeout(resolve, 20));
    };
    await progress();
    for (let count = 0; count < 2; count += 1) {
      await server.restart();
      await progress();
    }
    stopped = true;
    await Promise.all(sending);
    expect(failures).toBeGreaterThan(0);
    await expectWhole(collector.url, senders);
    await collector.stop();
    await server.stop();
  }, 120_000);

  test("two collectors over one database, and a third that is killed: one log", async () => {
    const server = await startPostgres();
    const database = await newDatabase(server);
    const given = settings(provider, { database });
    const one = await CollectorProcess.start(given);
    // Each has the same keys; what it has published it notes by itself.
    const folders = [newFolder(), newFolder()];
    for (const folder of folders)
      for (const key of ["log.key", "chain.key"])
        fs.copyFileSync(path.join(given.data, key), path.join(folder, key));
    const [two, three] = await Promise.all(folders.map((data) => CollectorProcess.start({ ...given, data })));
    if (two === undefined || three === undefined) throw new Error("They did not start.");
    const senders: Sender[] = [];
    for (let count = 0; count < 8; count += 1) senders.push(new Sender(await enrolled(one, token)));
    const urls = [one.url, two.url, three.url];
    await Promise.all(
      senders.map(async (sender, place) => {
        // Whichever the balancer gives; one of them dies on the way.
        for (let count = 0; count < 30; count += 1) {
          if (place === 0 && count === 10) await three.kill();
          await sender.send(urls[(place + count) % 3] ?? one.url);
        }
      }),
    );
    await expectWhole(one.url, senders);
    await expectWhole(two.url, senders);
    // The same batch to both at once.
    const [device] = senders.map(({ device }) => device);
    device?.work(5);
    const answers = await Promise.all([one.url, two.url, one.url, two.url].map((url) => device?.send(url)));
    expect(answers.map((answer) => answer?.status)).toEqual([200, 200, 200, 200]);
    await expectWhole(two.url, senders);
    await Promise.all([one.stop(), two.stop()]);
    await server.stop();
  }, 120_000);

  test("a collector with another key does not join", async () => {
    const server = await startPostgres();
    const database = await newDatabase(server);
    const one = await startCollector(settings(provider, { database }));
    await expect(startCollector(settings(provider, { database }))).rejects.toMatchObject({
      code: "log-key-differs",
    });
    await one.stop();
    await server.stop();
  });
});

test("one record that the store cannot take keeps nobody else's out", async () => {
  const given = settings(provider);
  const collector = await startCollector(given);
  try {
    const devices = [];
    for (let count = 0; count < 6; count += 1) devices.push((await enrolled(collector, token)).work(2));
    devices[3]?.write(intent({ purpose: "poison" }));
    const database = new Database(path.join(given.data, "collector.db"));
    database.exec(`CREATE TRIGGER poison BEFORE INSERT ON records WHEN NEW.canonical LIKE '%"poison"%'
      BEGIN SELECT raise(ABORT, 'not here'); END`);
    database.close();
    const answers = await Promise.all(devices.map((device) => device.send(collector.url)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 503, 200, 200]);
    const { leaves } = await verifyWholeLog(collector.url);
    expect(devices.map(({ chain }) => seqsOf(leaves, chain).length)).toEqual([5, 5, 5, 0, 5, 5]);
  } finally {
    await collector.stop();
  }
});

/** A small disk can be had where this process may mount one. */
const mayMount = process.getuid?.() === 0 && tryMount();

function tryMount(): boolean {
  const folder = newFolder();
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], { stdio: "ignore" });
    execFileSync("umount", [folder]);
    return true;
  } catch {
    return false;
  }
}

test.skipIf(!mayMount)(
  "a full disk: nothing is acknowledged until there is space, and nothing is lost",
  async () => {
    const data = newFolder();
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=6m,mode=700", "tmpfs", data]);
    const collector = await startCollector(settings(provider, { data }));
    try {
      const senders = [
        new Sender(await enrolled(collector, token)),
        new Sender(await enrolled(collector, token)),
      ];
      const filler = fs.openSync(path.join(data, "other-files"), "a");
      fs.writeSync(filler, Buffer.alloc(3 * 1024 * 1024));
      let full = false;
      while (!full) for (const sender of senders) full = !(await sender.send(collector.url, 100)) || full;
      for (const sender of senders) expect(await sender.send(collector.url, 100)).toBe(false);
      // Still read, from before.
      expect((await verifyWholeLog(collector.url)).size).toBeGreaterThan(0);
      fs.ftruncateSync(filler, 0);
      fs.closeSync(filler);
      for (const sender of senders) expect(await sender.send(collector.url)).toBe(true);
      await expectWhole(collector.url, senders);
    } finally {
      await collector.stop();
      execFileSync("umount", ["-l", data]);
    }
  },
);
