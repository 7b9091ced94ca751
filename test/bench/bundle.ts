import { performance } from "node:perf_hooks";
import process from "node:process";
import { proofCrypto } from "../../agent/audit/proofCrypto.ts";
import type { RecordBody } from "../../protocol/audit/record.ts";
import type { Signer } from "../../protocol/audit/seal.ts";
import { BundleVerifier } from "../../protocol/log/bundleVerifier.ts";
import { bundleLines } from "../../protocol/log/bundleWriter.ts";
import type { LoggedRecord } from "../../protocol/log/loggedRecord.ts";
import { nodeVerifier } from "../../protocol/node/crypto.ts";
import { intent, newSigner, outcome } from "../audit/records.ts";
import { chainOf, keyTextOf, TestLog } from "../log/logFixture.ts";

/** Writes and verifies a bundle of so many records: how fast, how large, and how much memory beside the log's own. */
const count = Number(process.argv[2] ?? 40_000);
const signer = newSigner();
const asked = intent();
const bodies: (readonly [Signer, RecordBody])[] = [
  [signer, { kind: "key_introduced", publicKey: signer.publicKey, origin: "cli" }],
];
while (bodies.length < count) bodies.push([signer, asked], [signer, outcome(bodies.length + 1)]);
const chain = chainOf(bodies);
const log = new TestLog();
log.appendInTurns([chain]);

async function* records(): AsyncGenerator<LoggedRecord> {
  for (const record of chain.records) yield { ...record, index: log.indexOf(chain.chain, record.seq) };
}
const lines = bundleLines({
  sha256: proofCrypto.sha256,
  log: {
    key: keyTextOf(log.signer),
    note: log.note(),
    head: log.head(),
    readTile: async (level, index) => log.tile(level, index),
    olderSize: 0,
  },
  range: { from: null, to: null },
  chains: (async function* () {
    yield { chain: chain.chain, records: records(), part: "range" as const };
  })(),
});
const verifier = new BundleVerifier(proofCrypto, nodeVerifier, {
  key: { kind: "given", key: keyTextOf(log.signer) },
  older: null,
});
const before = process.memoryUsage().rss;
const [began, cpu] = [performance.now(), process.cpuUsage()];
let [bytes, verifying] = [0, 0];
for await (const line of lines) {
  bytes += line.length;
  const at = performance.now();
  verifier.next(line.slice(0, -1));
  verifying += performance.now() - at;
}
const [total, used] = [performance.now() - began, process.cpuUsage(cpu)];
const { kind, records: proven } = verifier.report();
const perSecond = (milliseconds: number): string =>
  Math.round((proven / milliseconds) * 1000).toLocaleString("en");
console.log(
  `${kind}: ${proven} records, ${Math.round(bytes / proven)} bytes each; verified ${perSecond(verifying)}/s, written ${perSecond(total - verifying)}/s, ` +
    `both ${perSecond((used.user + used.system) / 1000)} per second of CPU; memory grew by ${Math.round((process.memoryUsage().rss - before) / 1e6)} MB`,
);
