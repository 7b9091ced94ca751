import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { proofCrypto } from "../../agent/audit/proofCrypto.ts";
import { canonicalJson, type Signer, signedText } from "../../protocol/audit/seal.ts";
import { sha256 } from "../../protocol/ids.ts";
import { LONGEST_LINE } from "../../protocol/log/bundle.ts";
import { type BundleReport, BundleVerifier } from "../../protocol/log/bundleVerifier.ts";
import type { LogTrust } from "../../protocol/log/logTrust.ts";
import { nodeVerifier } from "../../protocol/node/crypto.ts";
import { intent, newSigner } from "../audit/records.ts";
import { ledgerChain } from "./ledgerChain.ts";
import { bundleOf, chainOf, keyTextOf, newLogSigner, type TestChain, TestLog } from "./logFixture.ts";
import { type SecondFault, verifyBundle } from "./secondVerifier.ts";

let one: TestChain;
let other: TestChain;
let log: TestLog;
let trust: LogTrust;
/** Lines of the whole log's bundle. */
let whole: readonly string[];

beforeAll(async () => {
  one = await ledgerChain(220);
  other = await ledgerChain(60);
  log = new TestLog();
  log.appendInTurns([one, other]);
  trust = { key: { kind: "given", key: keyTextOf(log.signer) }, older: null };
  whole = await bundleOf({ log, chains: [one, other] });
});

/** What both verifiers say; they have to agree on every fault and its line. */
function verified(lines: readonly string[], trusted: LogTrust = trust): BundleReport {
  const verifier = new BundleVerifier(proofCrypto, nodeVerifier, trusted);
  for (const line of lines) verifier.next(line);
  const report = verifier.report();
  const { key, older } = trusted;
  const second: readonly SecondFault[] = verifyBundle(lines, {
    key: key.kind === "given" ? key.key : key.kind,
    older,
  });
  expect(second).toEqual(report.faults.map(({ line, kind }) => ({ line, kind })));
  return report;
}

const parsed = (line: string): Record<string, unknown> => JSON.parse(line);
const lineOf = (lines: readonly string[], seq: number, chain = one.chain): number => {
  const begin = lines.findIndex((line) => parsed(line).chain === chain);
  const at = lines.findIndex((line, index) => {
    const { kind, seq: found } = parsed(line);
    return index > begin && kind === "record" && found === seq;
  });
  expect(at).toBeGreaterThan(0);
  return at;
};
/** The lines with one of them changed. */
function changed(
  lines: readonly string[],
  at: number,
  change: (line: Record<string, unknown>) => Record<string, unknown>,
): string[] {
  const line = lines[at];
  if (line === undefined) throw new RangeError(`There is no line ${at}.`);
  const after = canonicalJson(change(parsed(line)));
  expect(after).not.toBe(line);
  return lines.with(at, after);
}
const without = (lines: readonly string[], at: number): string[] => lines.toSpliced(at, 1);
const hashOf = (text: string): string => nodeVerifier.sha256(text);

describe("intact", () => {
  test("the whole log: complete, and nothing is left open", async () => {
    expect(verified(whole)).toMatchObject({
      kind: "intact",
      complete: true,
      records: log.entries.length,
      log: { origin: "log.example/sluice", size: log.entries.length },
      chains: [
        { chain: one.chain, from: 1, to: one.records.length, keys: 2, dropped: [] },
        { chain: other.chain, from: 1, to: other.records.length, keys: 2 },
      ],
      notices: [],
    });
  });

  test("one chain of many is not complete", async () => {
    expect(verified(await bundleOf({ log, chains: [other] }))).toMatchObject({
      kind: "intact",
      complete: false,
    });
  });

  test.each([1, 2, 3, 255, 256, 257, 300, 511, 512, 513])(
    "under a checkpoint of %d entries",
    async (size) => {
      const report = verified(await bundleOf({ log, chains: [one, other], size }));
      expect(report).toMatchObject({ kind: "intact", complete: true, records: size });
    },
  );

  test("a ledger without a log: its chain, and no more", async () => {
    const lines = await bundleOf({ chains: [one] });
    const alone: LogTrust = { key: { kind: "unknown" }, older: null };
    expect(verified(lines, alone)).toMatchObject({ kind: "intact", log: null, complete: false });
  });

  test("a part of a chain, with its keys and its neighbours", async () => {
    const [from, to] = [timeOf(one, 200), timeOf(one, 220)];
    const lines = await bundleOf({ log, chains: [one], from, to });
    const report = verified(lines);
    expect(report).toMatchObject({ kind: "intact", complete: false });
    expect(report.chains).toMatchObject([{ from: 199, to: 221, keys: 2 }]);
  });

  test("times before, after and around everything", async () => {
    const far = ["2020-01-01T00:00:00.000Z", "2030-01-01T00:00:00.000Z"] as const;
    for (const [from, to] of [
      [far[0], far[1]],
      [null, far[0]],
      [far[1], null],
    ] as const) {
      expect(verified(await bundleOf({ log, chains: [one], from, to }))).toMatchObject({ kind: "intact" });
    }
  });

  test("goes on from every checkpoint somebody may hold", async () => {
    const size = log.entries.length;
    for (const olderSize of [0, 1, 100, 256, 300, size - 1, size]) {
      const lines = await bundleOf({ log, chains: [other], olderSize });
      expect(verified(lines, { ...trust, older: log.note(olderSize) })).toMatchObject({ kind: "intact" });
    }
  });

  test("what began and did not end is told, and is no fault", async () => {
    const signer = newSigner();
    const chain = chainOf([
      [signer, { kind: "key_introduced", publicKey: signer.publicKey, origin: "cli" }],
      [signer, { kind: "session_opened", writer: "w1", origin: "cli" }],
      [signer, intent()],
    ]);
    const { kind, notices } = verified(await bundleOf({ chains: [chain] }), {
      key: { kind: "unknown" },
      older: null,
    });
    expect(kind).toBe("intact");
    expect(notices).toMatchObject([
      { kind: "open-session", seq: 2 },
      { kind: "open-intent", seq: 3 },
    ]);
  });
});

/** Of two short chains, with a proof from an older checkpoint. */
async function smallBundle() {
  const chains = [await ledgerChain(9), await ledgerChain(3)];
  const small = new TestLog();
  small.appendInTurns(chains);
  const told: LogTrust = { key: { kind: "given", key: keyTextOf(small.signer) }, older: small.note(11) };
  return { small, told, lines: await bundleOf({ log: small, chains, olderSize: 11 }) };
}

const timeOf = (chain: TestChain, seq: number): string =>
  JSON.parse(chain.records[seq - 1]?.canonical ?? "{}").at;

describe("tampered with, and both verifiers say where", () => {
  const SEQ = 150;
  type Tampering = (lines: readonly string[], at: number) => readonly string[] | Promise<readonly string[]>;
  const record =
    (change: (line: Record<string, unknown>) => Record<string, unknown>): Tampering =>
    (lines, at) =>
      changed(lines, at, change);
  const text = (change: (canonical: string) => string): Tampering =>
    record((line) => {
      const canonical = change(String(line.canonical));
      return { ...line, canonical, hash: hashOf(canonical) };
    });
  /** Signed by somebody who holds a key, with a right hash: only chain and tree can tell. */
  const resigned = (change: (canonical: string) => string): Tampering =>
    record((line) => {
      const canonical = change(String(line.canonical));
      const signature = newSigner().sign(signedText(canonical));
      return { ...line, canonical, hash: hashOf(canonical), signature };
    });
  const leaf = (change: (leaf: { index: number; path: string[] }) => unknown): Tampering =>
    record((line) => ({ ...line, leaf: change(line.leaf as { index: number; path: string[] }) }));

  /** Base64 of the same bytes, with a bit set that none of them has. */
  const respelled = (text: string): string =>
    text.replace(/.=$/, (last) => `${String.fromCharCode(last.charCodeAt(0) + 1)}=`);

  const CASES: readonly (readonly [string, string, Tampering])[] = [
    [
      "a word of a text",
      "altered",
      record((l) => ({
        ...l,
        canonical: String(l.canonical).replace("Allowed", "Refused").replace("done", "fail"),
      })),
    ],
    [
      "a text with its hash",
      "bad-signature",
      text((t) => t.replace(/"at":"2026-01-05T0/, '"at":"2026-01-05T1')),
    ],
    [
      "a text, its hash and its signature",
      "bad-signature",
      resigned((t) => t.replace(/"at":"2026-01-05T0/, '"at":"2026-01-05T1')),
    ],
    ["the hash alone", "altered", record((l) => ({ ...l, hash: "0".repeat(64) }))],
    [
      "the signature alone",
      "bad-signature",
      record((l) => ({ ...l, signature: Buffer.alloc(64, 1).toString("base64") })),
    ],
    [
      "another spelling of the signature",
      "bad-signature",
      record((l) => ({ ...l, signature: `${String(l.signature)}\n` })),
    ],
    [
      "the signature of another record",
      "bad-signature",
      (lines, at) => changed(lines, at, (l) => ({ ...l, signature: parsed(lines[at + 1] ?? "").signature })),
    ],
    ["a record taken out", "missing-record", without],
    ["a record twice", "repeated-record", (lines, at) => lines.toSpliced(at, 0, lines[at] ?? "")],
    [
      "two records swapped",
      "missing-record",
      (lines, at) => lines.with(at, lines[at + 1] ?? "").with(at + 1, lines[at] ?? ""),
    ],
    ["another sequence number", "missing-record", record((l) => ({ ...l, seq: SEQ + 1 }))],
    [
      "another record under this number",
      "wrong-place",
      (lines, at) => changed(lines, at, (l) => ({ ...parsed(lines[at + 2] ?? ""), seq: l.seq })),
    ],
    ["a space in a text", "not-canonical", text((t) => t.replace(",", ", "))],
    [
      "fields of a text in another order",
      "not-canonical",
      text((t) => `{"v":1,${t.slice(1).replace(',"v":1', "")}`),
    ],
    ["a field nobody knows", "not-canonical", text((t) => t.replace(/,"v":1\}$/, ',"v":1,"w":1}'))],
    ["a number in another form", "not-canonical", text((t) => t.replace(/"v":1\}$/, '"v":1.0}'))],
    ["a number with an exponent", "not-canonical", text((t) => t.replace(`"seq":${SEQ}`, '"seq":1.5e2'))],
    ["a field twice", "not-canonical", text((t) => t.replace(/"v":1\}$/, '"v":1,"v":1}'))],
    ["letters written as escapes", "not-canonical", text((t) => t.replace('"kind"', '"\\u006bind"'))],
    ["half a character", "not-canonical", text((t) => t.replace(/"key":"[0-9a-f]{16}"/, '"key":"\\ud800"'))],
    ["a text that is no JSON", "not-a-record", text(() => "a letter")],
    ["a text that is no record", "not-a-record", text(() => "{}")],
    ["a time that is none", "not-a-record", text((t) => t.replace(/"at":"[^"]*"/, '"at":"9"'))],
    [
      "a link to another record",
      "broken-link",
      text((t) => t.replace(/"prev":"[0-9a-f]{64}"/, `"prev":"${"1".repeat(64)}"`)),
    ],
    [
      "a key nobody introduced",
      "unknown-key",
      text((t) => t.replace(/"key":"[0-9a-f]{16}"/, '"key":"0123456789abcdef"')),
    ],
    ["a proof of another entry", "not-in-tree", leaf(({ path, index }) => ({ path, index: index + 1 }))],
    [
      "a hash of the proof",
      "not-in-tree",
      leaf(({ path, index }) => ({ index, path: path.with(0, `${"A".repeat(43)}=`) })),
    ],
    [
      "another spelling of a hash of the proof",
      "format",
      leaf(({ path, index }) => ({ index, path: path.with(0, respelled(path[0] ?? "")) })),
    ],
    ["a longer proof", "not-in-tree", leaf(({ path, index }) => ({ index, path: [...path, path[0]] }))],
    ["a shorter proof", "not-in-tree", leaf(({ path, index }) => ({ index, path: path.slice(1) }))],
    [
      "a proof of the neighbour",
      "not-in-tree",
      (lines, at) => changed(lines, at, (l) => ({ ...l, leaf: parsed(lines[at + 1] ?? "").leaf })),
    ],
    ["no proof", "not-in-tree", record((l) => ({ ...l, leaf: null }))],
    [
      "a dropped text under another hash",
      "not-in-tree",
      record((l) => ({ ...l, canonical: null, hash: "2".repeat(64) })),
    ],
    [
      "a dropped text under no signature",
      "bad-signature",
      record((l) => ({ ...l, canonical: null, signature: "" })),
    ],
    ["an entry beyond the tree", "not-in-tree", leaf(({ path }) => ({ path, index: 9_007_199_254_740_991 }))],
    ["an index that is none", "format", leaf(({ path }) => ({ path, index: 1.5 }))],
    ["a line with spaces", "format", (lines, at) => lines.with(at, (lines[at] ?? "").replace('","', '", "'))],
    [
      "a line with a field twice",
      "format",
      (lines, at) => lines.with(at, (lines[at] ?? "").replace(/\}$/, `,"signature":""}`)),
    ],
    ["a line with a field nobody knows", "format", record((l) => ({ ...l, zz: 1 }))],
    ["an empty line", "format", (lines, at) => lines.toSpliced(at, 0, "")],
    ["a line without an end", "format", (lines, at) => lines.with(at, `{"a":"${"x".repeat(LONGEST_LINE)}"}`)],
    [
      "a chain within the chain",
      "format",
      (lines, at) => lines.toSpliced(at, 0, canonicalJson({ kind: "chain", chain: "a".repeat(64) })),
    ],
    ["a second header", "format", (lines, at) => lines.toSpliced(at, 0, lines[0] ?? "")],
    ["the file cut here", "cut", (lines, at) => lines.slice(0, at)],
  ];

  test.each(CASES)("%s: %s", async (_name, kind, tamper) => {
    const at = lineOf(whole, SEQ);
    const report = verified(await tamper(whole, at));
    expect(report.kind).toBe("broken");
    expect(report.complete).toBe(false);
    expect(report.faults[0]).toMatchObject({ kind });
    const line = report.faults[0]?.line ?? 0;
    expect(line - 1 - at).toBeGreaterThanOrEqual(0);
    expect(line - 1 - at).toBeLessThanOrEqual(1);
    // What lies before is proven, and the other chain does not suffer unless the file itself is broken.
    expect(report.chains[0]?.to).toBeGreaterThanOrEqual(SEQ - 1);
    expect(report.chains[0]?.to).toBeLessThanOrEqual(SEQ);
    if (report.faults[0]?.seq !== null) {
      expect(report.chains[1]).toMatchObject({ from: 1, to: other.records.length });
    }
  });

  test("every line taken out, one at a time, is noticed", async () => {
    const { small, told, lines } = await smallBundle();
    for (let at = 0; at < lines.length; at += 1) {
      const report = verified(without(lines, at), told);
      expect(report.kind, lines[at]).toBe("broken");
    }
    expect(small.entries).toHaveLength(verified(lines, told).records);
  });

  test("a character changed anywhere, and never do the two verifiers disagree", async () => {
    const { told, lines } = await smallBundle();
    fc.assert(
      fc.property(
        fc.nat(lines.length - 1),
        fc.nat(),
        fc.constantFrom(...'0123456789abcdefAB"\\{}[]:,+=/ \ud800é'),
        (at, place, character) => {
          const line = lines[at] ?? "";
          const [before, after] = [line.slice(0, place % line.length), line.slice((place % line.length) + 1)];
          const { kind } = verified(lines.with(at, before + character + after), told);
          // The header's own word for the log's key is not asked for where somebody gave it.
          if (at > 0 && before + character + after !== line) expect(kind).toBe("broken");
        },
      ),
      { numRuns: 400 },
    );
  });

  test("the last records and their count taken away: the next lines are not what they should be", async () => {
    const lines = await bundleOf({ log, chains: [one] });
    const cut = [...lines.slice(0, -4), ...lines.slice(-2)];
    expect(verified(cut)).toMatchObject({ faults: [{ kind: "cut", chain: one.chain }] });
  });

  test("a part that begins later than the range says", async () => {
    const lines = await bundleOf({ log, chains: [one], from: timeOf(one, 200), to: timeOf(one, 220) });
    const report = verified(without(lines, lineOf(lines, 199)));
    expect(report.faults[0]).toMatchObject({ kind: "missing-record", seq: 199, chain: one.chain });
  });

  test("a part without the records of its keys", async () => {
    const lines = await bundleOf({ log, chains: [one], from: timeOf(one, 200) });
    const bare = lines.filter((line) => parsed(line).kind !== "key");
    expect(verified(bare).faults[0]).toMatchObject({ kind: "missing-record", seq: 1 });
    const first = lines.findIndex((line) => parsed(line).kind === "key");
    expect(verified(without(lines, first)).faults[0]).toMatchObject({ kind: "format" });
  });

  test("a key line that is about no key", async () => {
    const lines = await bundleOf({ log, chains: [one], from: timeOf(one, 200) });
    const begin = lineOf(lines, 199);
    const asKey = changed(lines, begin, (line) => ({ ...line, kind: "key" }));
    expect(verified(asKey).faults[0]).toMatchObject({ kind: "format", seq: 199 });
  });

  test("a dropped text where no log proves it", async () => {
    const lines = await bundleOf({ chains: [one], dropped: ({ seq }) => seq === 9 });
    const report = verified(lines, { key: { kind: "unknown" }, older: null });
    expect(report.faults).toMatchObject([{ kind: "unproven", seq: 9, chain: one.chain }]);
  });

  test("a whole chain twice", async () => {
    expect(verified(await bundleOf({ log, chains: [one, one] })).faults).toMatchObject([
      { kind: "format", chain: one.chain },
    ]);
  });

  test("another history under a chain's name", async () => {
    const forged = await ledgerChain(5);
    const lines = await bundleOf({ chains: [{ chain: one.chain, records: forged.records }] });
    const report = verified(lines, { key: { kind: "unknown" }, older: null });
    expect(report.faults).toMatchObject([{ kind: "wrong-chain", seq: 1 }]);
  });

  test("records that the log never took, in place of those it has", async () => {
    const forged = await ledgerChain(5);
    const evil = new TestLog(log.signer);
    evil.appendInTurns([forged]);
    const lines = await bundleOf({ log: evil, chains: [forged] });
    const swapped = changed(lines, 0, (line) => ({
      ...line,
      log: { key: keyTextOf(log.signer), checkpoint: log.note() },
    }));
    expect(verified(swapped).faults).toMatchObject([{ kind: "not-in-tree", seq: 1, chain: forged.chain }]);
  });

  test("texts of one chain under the leaves of another", async () => {
    const lines = await bundleOf({ log, chains: [one] });
    const begin = lines.findIndex((line) => parsed(line).kind === "chain");
    const renamed = changed(lines, begin, (line) => ({ ...line, chain: other.chain }));
    expect(verified(renamed).faults).toMatchObject([{ kind: "wrong-chain", seq: 1 }]);
  });
});

describe("whose checkpoint it is", () => {
  test("the file's own word for the key counts only where somebody says so", async () => {
    const evil = new TestLog();
    evil.appendInTurns([one]);
    const lines = await bundleOf({ log: evil, chains: [one] });
    expect(verified(lines, { ...trust, key: { kind: "as-written" } })).toMatchObject({ kind: "intact" });
    expect(verified(lines).faults).toMatchObject([{ kind: "checkpoint", line: 1 }]);
    expect(verified(lines, { ...trust, key: { kind: "unknown" } }).faults).toMatchObject([
      { kind: "checkpoint", what: expect.stringContaining("which key the log has") },
    ]);
  });

  test("another log's, or a changed one", async () => {
    const lines = await bundleOf({ log, chains: [one] });
    const header = (checkpoint: string) =>
      changed(lines, 0, (line) => ({ ...line, log: { key: keyTextOf(log.signer), checkpoint } }));
    const stranger = new TestLog(newLogSigner("other.example/log"));
    stranger.appendInTurns([one]);
    for (const note of [
      stranger.note(),
      log.note().replace(/\n\d+\n/, "\n3\n"),
      "",
      "log.example/sluice\n\n",
    ]) {
      expect(verified(header(note)).faults).toMatchObject([{ kind: "checkpoint", line: 1 }]);
    }
  });

  test("proofs that were taken away are missed where a key was given", async () => {
    const lines = await bundleOf({ chains: [one] });
    expect(verified(lines).faults).toMatchObject([{ kind: "checkpoint" }]);
    const held: LogTrust = { key: { kind: "unknown" }, older: log.note(5) };
    expect(verified(lines, held).faults).toMatchObject([{ kind: "history" }]);
  });
});

describe("an older checkpoint", () => {
  test("of another history", async () => {
    const former = new TestLog(log.signer);
    former.appendInTurns([other]);
    for (const size of [1, 100, former.entries.length]) {
      const lines = await bundleOf({ log, chains: [one], olderSize: size });
      const report = verified(lines, { ...trust, older: former.note(size) });
      expect(report.faults).toMatchObject([{ kind: "history" }]);
    }
  });
  test("that no proof leads from", async () => {
    const lines = await bundleOf({ log, chains: [one], olderSize: 100 });
    const report = verified(lines, { ...trust, older: log.note(99) });
    expect(report.faults[0]?.what).toContain("no proof that the log goes on from");
  });
  test("that is newer than the bundle", async () => {
    const lines = await bundleOf({ log, chains: [other], size: 100 });
    expect(verified(lines, { ...trust, older: log.note(101) }).faults).toMatchObject([{ kind: "history" }]);
  });
  test("of the same size and another root", async () => {
    const twin = new TestLog(log.signer);
    twin.appendInTurns([other, one]);
    const lines = await bundleOf({ log, chains: [other] });
    const report = verified(lines, { ...trust, older: twin.note() });
    expect(report.faults[0]?.what).toContain("two different trees");
  });
  test("that another key has signed", async () => {
    const lines = await bundleOf({ log, chains: [other], olderSize: 5 });
    const report = verified(lines, { ...trust, older: new TestLog().note() });
    expect(report.faults).toMatchObject([{ kind: "checkpoint", what: expect.stringContaining("older") }]);
  });
});

describe("keys", () => {
  const alone: LogTrust = { key: { kind: "unknown" }, older: null };
  const [mine, theirs] = [newSigner(), newSigner()];
  const introduced = ({ publicKey }: Signer) =>
    ({ kind: "key_introduced", publicKey, origin: "cli" }) as const;

  test("one that somebody introduces for another's", async () => {
    const chain = chainOf([
      [mine, introduced(mine)],
      [mine, introduced(theirs)],
    ]);
    expect(verified(await bundleOf({ chains: [chain] }), alone).faults).toMatchObject([
      { kind: "wrong-key-name", seq: 2 },
    ]);
  });
  test("another's key, introduced under its name by somebody without it", async () => {
    const impostor = { ...mine, keyId: theirs.keyId };
    const chain = chainOf([
      [mine, introduced(mine)],
      [impostor, introduced(theirs)],
    ]);
    expect(verified(await bundleOf({ chains: [chain] }), alone).faults).toMatchObject([
      { kind: "bad-signature", seq: 2 },
    ]);
  });
  test("one that is none", async () => {
    for (const publicKey of ["", "!!!", "AAAA", `${mine.publicKey}=`, `${mine.publicKey} `]) {
      const chain = chainOf([[mine, { kind: "key_introduced", publicKey, origin: "cli" }]]);
      expect(verified(await bundleOf({ chains: [chain] }), alone).faults).toMatchObject([
        { kind: "wrong-key-name", seq: 1 },
      ]);
    }
  });
  test("one that signs after it was revoked", async () => {
    const chain = chainOf([
      [mine, introduced(mine)],
      [theirs, introduced(theirs)],
      [mine, { kind: "key_revoked", key: theirs.keyId, reason: "lost" }],
      [theirs, intent()],
    ]);
    expect(verified(await bundleOf({ chains: [chain] }), alone).faults).toMatchObject([
      { kind: "revoked-key", seq: 4 },
    ]);
  });
  test("any, after the chain was closed", async () => {
    const actor = { kind: "local_user", account: "ada", host: "laptop" } as const;
    const closed = [
      [mine, introduced(mine)],
      [mine, { kind: "ledger_closed", actor, reason: "another one goes on" }],
    ] as const;
    expect(verified(await bundleOf({ chains: [chainOf([...closed])] }), alone)).toMatchObject({
      kind: "intact",
    });
    for (const after of [
      [mine, intent()],
      [theirs, introduced(theirs)],
    ] as const)
      expect(verified(await bundleOf({ chains: [chainOf([...closed, after])] }), alone).faults).toMatchObject(
        [{ kind: "wrong-place", seq: 3 }],
      );
  });
  test("one that revokes itself, or one nobody knows", async () => {
    for (const key of [mine.keyId, theirs.keyId]) {
      const chain = chainOf([
        [mine, introduced(mine)],
        [mine, { kind: "key_revoked", key, reason: "" }],
      ]);
      expect(verified(await bundleOf({ chains: [chain] }), alone).faults).toMatchObject([
        { kind: "unknown-key", seq: 2 },
      ]);
    }
  });
  test("a revocation before the range counts within it", async () => {
    const chain = chainOf([
      [mine, introduced(mine)],
      [theirs, introduced(theirs)],
      [mine, { kind: "key_revoked", key: theirs.keyId, reason: "lost" }],
      [mine, intent()],
      [theirs, intent()],
    ]);
    const small = new TestLog(log.signer);
    small.appendInTurns([chain]);
    const lines = await bundleOf({ log: small, chains: [chain], from: timeOf(chain, 5) });
    expect(verified(lines).faults).toMatchObject([{ kind: "revoked-key", seq: 5 }]);
  });
  test("a lease is named by what was sent, and by nothing else", async () => {
    const [lease, { connection }] = ["0".repeat(32), intent()];
    const good = chainOf([
      [mine, introduced(mine)],
      [mine, { kind: "login_asked", lease, connection }],
      [mine, { kind: "login_lent", lease, connection }],
      [mine, intent({ lease })],
    ]);
    expect(verified(await bundleOf({ chains: [good] }), alone)).toMatchObject({ kind: "intact" });
    const refused = { ...intent({ lease }), kind: "refused" } as const;
    const bad = chainOf([
      [mine, introduced(mine)],
      [mine, refused],
    ]);
    expect(verified(await bundleOf({ chains: [bad] }), alone).faults).toMatchObject([
      { kind: "not-canonical", seq: 2 },
    ]);
  });
  test("texts of the widest range are read alike", async () => {
    const odd = [`\u0000\u001f\u007f"\\/`, "\u2028\u2029\ufeff", "é e\u0301", "😀\u{10ffff}", "\ue000\uffff"];
    const chain = chainOf([
      [mine, introduced(mine)],
      ...odd.map((purpose) => [mine, intent({ purpose, risk: -0, matches: 0 })] as const),
      [mine, intent({ risk: 1e21 })],
      [mine, intent({ risk: 5e-324 })],
      [mine, intent({ risk: Number.MAX_SAFE_INTEGER + 3 })],
    ]);
    expect(sha256(chain.chain)).toBe(chain.chain);
    expect(verified(await bundleOf({ chains: [chain] }), alone)).toMatchObject({ kind: "intact" });
  });
});
