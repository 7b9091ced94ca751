import { spawn } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { call, proofOf, TestDevice } from "../collector/device.ts";
import { signIn, startProvider } from "../collector/people.ts";
import { verifyWholeLog } from "../collector/verifyLog.ts";
import { startPostgres } from "../postgres.ts";

/**
 * Ingest of many devices whose chains were signed before: records committed a second, time to acknowledge, memory.
 * `--rate 0` sends as fast as answers come.
 */
const { values } = parseArgs({
  options: {
    store: { type: "string", default: "sqlite" },
    processes: { type: "string", default: "1" },
    devices: { type: "string", default: "200" },
    batch: { type: "string", default: "30" },
    seconds: { type: "string", default: "60" },
    rate: { type: "string", default: "3000" },
  },
});
const [devices, batch, seconds, rate, processes] = [
  Number(values.devices),
  Number(values.batch),
  Number(values.seconds),
  Number(values.rate),
  Number(values.processes),
];

interface Running {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

function startProcess(args: readonly string[]): Promise<Running> {
  const script = path.join(import.meta.dirname, "../../collector/main.ts");
  const child = spawn(process.execPath, [script, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`The collector ended with ${code}.`)));
    child.stdout.setEncoding("utf8").once("data", (text: string) => {
      const { listening }: { listening: string } = JSON.parse(text);
      resolve({
        url: listening,
        pid: child.pid ?? 0,
        stop: () =>
          new Promise((ended) => {
            child.removeAllListeners("exit").once("exit", () => ended());
            child.kill("SIGTERM");
          }),
      });
    });
  });
}

const memoryOf = (pid: number): number => {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Math.round(Number(kilobytes ?? 0) / 1024);
};

/** Seconds of processor the process has used; it says what a machine without other work could do. */
function processorOf(pid: number): number {
  const fields = fs
    .readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** The same of a PostgreSQL server and its backends, by the port it was started with. */
function databaseProcessor(port: number): number {
  const pids = fs.readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const read = (pid: string, name: string): string => {
    try {
      return fs.readFileSync(`/proc/${pid}/${name}`, "utf8");
    } catch {
      return "";
    }
  };
  const server = pids.find((pid) => read(pid, "cmdline").includes(`\0-p\0${port}\0`));
  const children = pids.filter(
    (pid) =>
      read(pid, "stat")
        .replace(/^.*\) /, "")
        .split(" ")[1] === server,
  );
  return children.reduce((sum, pid) => sum + processorOf(Number(pid)), 0);
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 1_000 });

interface Sent {
  readonly body: Buffer;
  /** The device's word that it sends this. */
  readonly proof: Readonly<Record<string, string>>;
}

function post(url: string, { body, proof }: Sent): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = {
      "content-type": "application/json",
      "content-encoding": "gzip",
      "content-length": body.length,
      ...proof,
    };
    const request = http.request(url, { method: "POST", agent, headers }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode ?? 0));
    });
    request.on("error", reject);
    request.end(body);
  });
}

const provider = await startProvider();
const postgres = values.store === "postgres" ? await startPostgres(["-c", "fsync=on"]) : null;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "sluice-bench-"));
const config = path.join(folder, "config.json");
const limits = { perMinute: 10_000_000, perDevicePerMinute: 10_000_000, unprovenPerMinute: 10_000_000 };
fs.writeFileSync(config, JSON.stringify({ limits, logLevel: "error", port: 0 }));
const args = [
  ...["--config", config],
  ...["--issuer", provider.issuer, "--client-id", provider.clientId],
  ...(postgres === null ? [] : ["--database", postgres.connectionString]),
];
const collectors: Running[] = [];
for (let count = 0; count < processes; count += 1) {
  const data = path.join(folder, `data-${count}`);
  fs.mkdirSync(data);
  // All processes over one database have the same keys.
  for (const key of count === 0 ? [] : ["log.key", "chain.key"])
    fs.copyFileSync(path.join(folder, "data-0", key), path.join(data, key));
  collectors.push(await startProcess([...args, "--data", data]));
}
const urls = collectors.map(({ url }) => url);
const info: { log: string } = JSON.parse(await (await fetch(`${urls[0]}/v1/info`)).text());
const token = await signIn(provider, "member");

const perDevice = Math.ceil(((rate === 0 ? 6_000 : rate) * seconds) / devices / batch);
console.log(`signing ${devices} chains of ${perDevice * batch} records`);
const load: { readonly chain: string; readonly bodies: readonly Sent[] }[] = [];
for (let count = 0; count < devices; count += 1) {
  const device = new TestDevice();
  await call("PUT", `${urls[0]}/v1/devices/${device.chain}`, token, device.enrolment(info.log, "member"));
  const bodies: Sent[] = [];
  for (let part = 0; part < perDevice; part += 1) {
    while (device.records.length < (part + 1) * batch) device.work(1);
    const sent = device.batch(part * batch + 1, (part + 1) * batch, 1);
    const body = gzipSync(JSON.stringify(sent), { level: 1 });
    bodies.push({ body, proof: proofOf(device.chain, body, device.signer) });
  }
  load.push({ chain: device.chain, bodies });
}

const latencies: number[] = [];
const statuses = new Map<number, number>();
const memory: number[][] = collectors.map(() => []);
const databaseBefore = postgres === null ? 0 : databaseProcessor(postgres.port);
const usedBefore = collectors.map(({ pid }) => processorOf(pid));
const started = performance.now();
const until = started + seconds * 1000;
let taken = 0;
const watch = setInterval(() => {
  for (const [place, { pid }] of collectors.entries()) memory[place]?.push(memoryOf(pid));
}, 1_000);

await Promise.all(
  load.map(async ({ chain, bodies }, place) => {
    const between = rate === 0 ? 0 : (batch * devices * 1000) / rate;
    for (const [part, body] of bodies.entries()) {
      const due = started + between * (part + place / devices);
      if (due > performance.now())
        await new Promise((resolve) => setTimeout(resolve, due - performance.now()));
      const sent = performance.now();
      if (sent > until) return;
      const status = await post(`${urls[place % urls.length]}/v1/devices/${chain}/records`, body);
      latencies.push(performance.now() - sent);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status === 200) taken += batch;
    }
  }),
);
const elapsed = (performance.now() - started) / 1000;
clearInterval(watch);
latencies.sort((one, other) => one - other);
const quantile = (part: number): string => `${latencies[Math.floor(latencies.length * part)]?.toFixed(0)} ms`;
console.log(`${values.store}, ${processes} process(es), ${devices} devices, batches of ${batch}`);
console.log(`${Math.round(taken / elapsed)} records/s over ${elapsed.toFixed(0)} s (${taken} records)`);
console.log(`acknowledged: median ${quantile(0.5)}, p99 ${quantile(0.99)}, longest ${quantile(0.9999)}`);
console.log(`answers: ${[...statuses].map(([status, count]) => `${status}: ${count}`).join(", ")}`);
const used = collectors.reduce((sum, { pid }, place) => sum + processorOf(pid) - (usedBefore[place] ?? 0), 0);
console.log(`processor: ${((used / taken) * 1e6).toFixed(0)} µs of the collectors' for a record`);
if (postgres !== null) {
  const database = databaseProcessor(postgres.port) - databaseBefore;
  console.log(`processor: ${((database / taken) * 1e6).toFixed(0)} µs of the database's for a record`);
}
for (const samples of memory)
  console.log(
    `memory: ${samples.filter((_, place) => place % Math.ceil(samples.length / 8) === 0).join(", ")} MB`,
  );
const { size } = await verifyWholeLog(urls[0] ?? "");
console.log(`the log of ${size} records verifies`);

for (const collector of collectors) await collector.stop();
agent.destroy();
await postgres?.stop();
await provider.stop();
fs.rmSync(folder, { recursive: true, force: true });
