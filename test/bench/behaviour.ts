import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { openLedger } from "../../agent/audit/ledger.ts";
import { newBaseline } from "../../agent/behaviour/baseline.ts";
import { Behaviour } from "../../agent/behaviour/behaviour.ts";
import { learn } from "../../agent/behaviour/learn.ts";
import { observe } from "../../agent/behaviour/observation.ts";
import { intent, newSigner, outcome } from "../audit/records.ts";
import { percentile, timed } from "./measure.ts";

/**
 * What knowing what actors usually do costs: a statement with its two records learnt and the next one held against it,
 * beside a history as large as it is let to become; and a ledger read from its beginning, which happens once.
 */
const folder = fs.mkdtempSync(
  path.join(fs.existsSync("/dev/shm") ? "/dev/shm" : os.tmpdir(), "sluice-bench-"),
);
const signer = newSigner();
let now = Date.UTC(2026, 0, 5, 9);
const ledger = await openLedger({
  path: path.join(folder, "ledger.db"),
  signer,
  origin: "cli",
  now: () => new Date(now),
});

const STATEMENTS = 6_000;
let count = 0;
async function ran(): Promise<void> {
  count += 1;
  now += 60_000;
  const table = `shop.table_${count % 600}`;
  const body = intent({
    reads: [
      { column: `${table}.email`, role: "output" },
      { column: `${table}.id_${count % 7}`, role: "filter_equality" },
    ],
    labels: [{ column: `${table}.email`, infoType: "email", level: "confidential" }],
  });
  const { seq } = await ledger.append(body);
  await ledger.append(outcome(seq, { rows: count % 900 }));
}
for (let n = 0; n < STATEMENTS; n++) await ran();

const behaviour = new Behaviour({ source: ledger, folder, now: () => new Date(now) });
const began = performance.now();
await behaviour.ready();
const rebuilt = performance.now() - began;

const body = intent();
const statement = { ...body, connection: { id: "c1" } };
const asked = await timed(1_000, 50, async () => behaviour.signals(statement, 100));
const followed: number[] = [];
for (let n = 0; n < 500; n++) {
  await ran();
  const start = performance.now();
  await behaviour.ready();
  behaviour.signals(statement, 100);
  followed.push(performance.now() - start);
}

const records = ledger.sealedAfter(0, 2_000, Number.POSITIVE_INFINITY);
const baseline = newBaseline();
const alone = performance.now();
for (const { canonical } of records) {
  const observation = observe(canonical);
  if (observation !== null) learn(baseline, observation);
}
const perRecord = (performance.now() - alone) / records.length;

const keeping = performance.now();
behaviour.keep();
const kept = performance.now() - keeping;
const file = fs.readdirSync(folder).find((name) => name.startsWith("behaviour-")) ?? "";
const bytes = fs.statSync(path.join(folder, file)).size;
const restoring = performance.now();
new Behaviour({ source: ledger, folder, now: () => new Date(now) });
const restored = performance.now() - restoring;

const row = (name: string, times: readonly number[]): string =>
  `${name.padEnd(52)} ${percentile(times, 0.5).toFixed(3).padStart(9)} ${percentile(times, 0.99).toFixed(3).padStart(9)}`;
console.log(`${"milliseconds".padEnd(52)} ${"p50".padStart(9)} ${"p99".padStart(9)}`);
console.log(row("a statement held against what is usual", asked));
console.log(row("two new records learnt, then the same", followed));
console.log(`${"one record learnt".padEnd(52)} ${perRecord.toFixed(3).padStart(9)}`);
console.log(
  `${`${2 * STATEMENTS} records read from the beginning`.padEnd(52)} ${rebuilt.toFixed(0).padStart(9)}`,
);
console.log(`${`kept (${(bytes / 1024).toFixed(0)} KiB)`.padEnd(52)} ${kept.toFixed(1).padStart(9)}`);
console.log(`${"taken up again by the next process".padEnd(52)} ${restored.toFixed(1).padStart(9)}`);
await ledger.close();
fs.rmSync(folder, { recursive: true, force: true });
