import { beforeAll, describe, expect, test } from "vitest";
import { proofCrypto } from "../../agent/audit/proofCrypto.ts";
import type { RecordBody, SealedRecord } from "../../protocol/audit/record.ts";
import type { Signer } from "../../protocol/audit/seal.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import { type BundleReport, BundleVerifier } from "../../protocol/log/bundleVerifier.ts";
import { leafText } from "../../protocol/log/leaf.ts";
import { leafHash } from "../../protocol/log/merkle.ts";
import { nodeVerifier } from "../../protocol/node/crypto.ts";
import { DroppedDigest } from "../../protocol/retention/droppedDigest.ts";
import { intent, newSigner, outcome } from "../audit/records.ts";
import { type BundleWish, bundleOf, chainOf, keyTextOf, type TestChain, TestLog } from "./logFixture.ts";
import { verifyBundle } from "./secondVerifier.ts";

type Body = RecordBody;
type Drop = Extract<Body, { kind: "bodies_dropped" }>;
const ADMIN = intent().actor;
const NOWHERE = { actor: null, connection: null, column: null, from: null, to: null };
const TIMES = { from: "2025-01-01T00:00:00.000Z", to: "2025-06-30T00:00:00.000Z" };

let device: TestChain;
let signer: Signer;

beforeAll(() => {
  signer = newSigner();
  const bodies: Body[] = [{ kind: "key_introduced", publicKey: signer.publicKey, origin: "cli" }];
  for (let count = 0; count < 20; count += 1) bodies.push(intent(), outcome(bodies.length + 1));
  device = chainOf(bodies.map((body) => [signer, body] as const));
});

/** Places in ranges, with the digest of their leaves. */
function part(chain: TestChain, ...places: (readonly [number, number])[]): Drop["dropped"][number] {
  const digest = new DroppedDigest(proofCrypto.sha256);
  for (const [from, to] of places)
    for (const { seq, hash, signature } of chain.records.slice(from - 1, to))
      digest.add(
        leafHash(proofCrypto.sha256, Buffer.from(leafText({ chain: chain.chain, seq, hash, signature }))),
      );
  return { chain: chain.chain, places: places.map(([from, to]) => ({ from, to })), digest: digest.hex };
}

const drop = (dropped: Drop["dropped"], changes: Partial<Drop> = {}): Drop => ({
  kind: "bodies_dropped",
  olderThanDays: 30,
  ...TIMES,
  count: dropped.reduce(
    (sum, { places }) => sum + places.reduce((all, { from, to }) => all + to - from + 1, 0),
    0,
  ),
  dropped,
  holds: [],
  ...changes,
});

/** A collector's own chain that says this. */
function collector(...said: Body[]): TestChain {
  const own = newSigner();
  const begin: Body[] = [
    { kind: "key_introduced", publicKey: own.publicKey, origin: "collector" },
    { kind: "log_started", log: "log.example/sluice", previous: null, kept: 0 },
  ];
  return chainOf([...begin, ...said].map((body) => [own, body] as const));
}

async function verified(
  own: TestChain,
  gone: (seq: number) => boolean,
  wish: Partial<BundleWish> & { readonly alone?: true } = {},
): Promise<BundleReport> {
  const log = new TestLog();
  log.appendInTurns([own, device]);
  const ownGone = (record: SealedRecord): boolean => own.records.includes(record);
  const { alone, ...rest } = wish;
  const lines = await bundleOf({
    log,
    chains: alone ? [device] : [own, device],
    dropped: (record) => !ownGone(record) && gone(record.seq),
    partOf: (chain) => (chain === own ? "whole" : "range"),
    ...rest,
  });
  const key = keyTextOf(log.signer);
  const verifier = new BundleVerifier(proofCrypto, nodeVerifier, {
    key: { kind: "given", key },
    older: null,
  });
  for (const line of lines) verifier.next(line);
  const report = verifier.report();
  expect(verifyBundle(lines, { key, older: null })).toEqual(
    report.faults.map(({ line, kind }) => ({ line, kind })),
  );
  return report;
}

const between = (from: number, to: number) => (seq: number) => seq >= from && seq <= to;
const evidence = (own: TestChain): Partial<BundleWish> => ({
  partOf: (chain) => (chain === own ? "evidence" : "range"),
});

describe("a text that was dropped by retention", () => {
  test("is told with its time, counted, and everything else is proven", async () => {
    const own = collector(drop([part(device, [2, 9], [12, 13])]), drop([part(device, [10, 11])]));
    const report = await verified(own, between(2, 13));
    expect(report).toMatchObject({ kind: "intact", complete: true, dropped: 12, notices: [] });
    const [first, second] = [3, 4].map((seq) => JSON.parse(own.records[seq - 1]?.canonical ?? "").at);
    expect(report.chains[1]?.dropped).toEqual([
      { from: 2, to: 9, at: first },
      { from: 10, to: 11, at: second },
      { from: 12, to: 13, at: first },
    ]);
  });

  test("is explained by the records of the collector's chain that say so, without the others", async () => {
    const own = collector(
      {
        kind: "hold_set",
        hold: "h",
        actor: ADMIN,
        scope: { ...NOWHERE, actor: "somebody" },
        reason: "a secret",
      },
      drop([part(device, [2, 9])], { holds: ["h"] }),
      { kind: "hold_lifted", hold: "h", actor: ADMIN, reason: "over" },
    );
    const report = await verified(own, between(2, 9), evidence(own));
    expect(report).toMatchObject({ kind: "intact", complete: false, dropped: 8 });
    expect(report.notices).toMatchObject([{ kind: "holds-not-shown" }]);
    expect(report.chains).toHaveLength(1);
  });

  test("in a part of a chain", async () => {
    const own = collector(drop([part(device, [2, 31])]));
    const at = (seq: number): string => JSON.parse(device.records[seq - 1]?.canonical ?? "").at;
    const report = await verified(own, between(2, 31), { from: at(34), to: at(36), ...evidence(own) });
    expect(report).toMatchObject({ kind: "intact", dropped: 0 });
  });

  test("a text that is here although it may be gone is no fault", async () => {
    const own = collector(drop([part(device, [2, 9])]));
    expect(await verified(own, between(2, 5))).toMatchObject({ kind: "intact", dropped: 4 });
  });
});

describe("a collector that only pretends, and both verifiers say where", () => {
  const scope = (changes: Partial<typeof NOWHERE> | object = {}) => ({ ...NOWHERE, ...changes });
  const held = (changes: object = {}): Body => ({
    kind: "hold_set",
    hold: "h",
    actor: ADMIN,
    scope: scope(changes),
    reason: "case 1",
  });
  const CASES: readonly (readonly [string, string, () => TestChain])[] = [
    ["no record of it at all", "not-dropped", () => collector()],
    ["a record that names fewer", "not-dropped", () => collector(drop([part(device, [2, 8])]))],
    ["a record that names a neighbour", "not-dropped", () => collector(drop([part(device, [3, 10])]))],
    [
      "a record about another chain",
      "not-dropped",
      () => collector(drop([{ ...part(device, [2, 9]), chain: "a".repeat(64) }])),
    ],
    [
      "a record of other texts at these places",
      "not-dropped",
      () => collector(drop([{ ...part(device, [2, 9]), digest: "0".repeat(64) }])),
    ],
    ["a wrong number", "not-dropped", () => collector(drop([part(device, [2, 9])], { count: 7 }))],
    [
      "the same twice",
      "not-dropped",
      () => collector(drop([part(device, [2, 9])]), drop([part(device, [9, 9])])),
    ],
    ["places out of order", "not-dropped", () => collector(drop([part(device, [5, 9], [2, 4])]))],
    ["record 1 among them", "not-dropped", () => collector(drop([part(device, [1, 9])]))],
    ["a hold on everything", "held", () => collector(held(), drop([part(device, [2, 9])], { holds: ["h"] }))],
    [
      "a hold on that time",
      "held",
      () => collector(held({ from: TIMES.to }), drop([part(device, [2, 9])], { holds: ["h"] })),
    ],
    [
      "a hold that it keeps silent about",
      "held",
      () => collector(held({ actor: "somebody" }), drop([part(device, [2, 9])])),
    ],
    [
      "a hold that was lifted before, named",
      "held",
      () =>
        collector(
          held(),
          { kind: "hold_lifted", hold: "h", actor: ADMIN, reason: "over" },
          drop([part(device, [2, 9])], { holds: ["h"] }),
        ),
    ],
  ];
  test.each(CASES)("%s: %s", async (_name, kind, own) => {
    const report = await verified(own(), between(2, 9));
    expect(report.kind).toBe("broken");
    expect(report.faults[0]).toMatchObject({ kind });
  });

  test("its record is left out", async () => {
    const own = collector(drop([part(device, [2, 9])]));
    const report = await verified(own, between(2, 9), { alone: true });
    expect(report.faults).toMatchObject([{ kind: "not-dropped", seq: 2 }]);
  });

  test("its record comes from a chain that is a device's", async () => {
    const liar = chainOf(
      (
        [
          { kind: "key_introduced", publicKey: signer.publicKey, origin: "editor" },
          drop([part(device, [2, 9])]),
        ] satisfies Body[]
      ).map((body) => [signer, body] as const),
    );
    expect((await verified(liar, between(2, 9))).faults[0]).toMatchObject({ kind: "not-dropped" });
    expect((await verified(liar, between(2, 9), evidence(liar))).faults[0]).toMatchObject({ kind: "format" });
  });

  test("a text of its own chain is gone", async () => {
    const empty: Sha256 = device.chain;
    const own = collector(drop([part(device, [2, 9])]), drop([part({ ...device, chain: empty }, [12, 12])]));
    const gone = own.records[1];
    const report = await verified(own, between(2, 9), {
      dropped: (record) => record === gone || (!own.records.includes(record) && between(2, 9)(record.seq)),
    });
    expect(report.faults[0]).toMatchObject({ kind: "not-dropped", seq: 2 });
  });

  test("without a log nothing proves it", async () => {
    const own = collector(drop([part(device, [2, 9])]));
    const lines = await bundleOf({
      chains: [own, device],
      dropped: (record) => !own.records.includes(record) && between(2, 9)(record.seq),
    });
    expect(verifyBundle(lines, { key: "unknown", older: null })).toMatchObject([{ kind: "unproven" }]);
  });
});
