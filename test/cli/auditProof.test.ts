import fs from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { readLedgerFile, sealedRecords } from "../../agent/audit/ledgerFile.ts";
import { LONGEST_LINE } from "../../protocol/log/bundle.ts";
import { chainInFile, ledgerChain, writeLedger } from "../log/ledgerChain.ts";
import { bundleOf, keyTextOf, newLogSigner, type TestChain, TestLog } from "../log/logFixture.ts";
import { type LogServer, startLogServer, TOKEN } from "../log/logServer.ts";
import { verifyBundle } from "../log/secondVerifier.ts";
import { newHome } from "../robustness/engine.ts";
import { objects, sluice } from "./sluice.ts";

let home: string;
let own: TestChain;
let other: TestChain;
let log: TestLog;
let server: LogServer;
let key: string;

beforeAll(async () => {
  home = newHome();
  await writeLedger(path.join(home, "ledger.db"), 220);
  own = chainInFile(path.join(home, "ledger.db"));
  other = await ledgerChain(40);
  log = new TestLog();
  log.appendInTurns([own, other]);
  server = await startLogServer(log, [own, other]);
  key = keyTextOf(log.signer);
});
afterEach(() => {
  server.lies.clear();
  server.log = log;
});
afterAll(async () => {
  await server.stop();
  fs.rmSync(home, { recursive: true, force: true });
});

const audit = (...args: readonly string[]) =>
  sluice({ home, env: { SLUICE_TOKEN: TOKEN } }, "audit", ...args);
const inHome = (name: string, text?: string): string => {
  const file = path.join(home, name);
  if (text !== undefined) fs.writeFileSync(file, text);
  return file;
};
const linesOf = (file: string): readonly string[] => fs.readFileSync(file, "utf8").trimEnd().split("\n");

describe("a bundle of a collector's log", () => {
  test("is written, verifies offline, and a stranger's verifier agrees", async () => {
    const held = inHome("held.txt", log.note(300));
    const file = inHome("all.ndjson");
    const wish = ["--chain", "all", "--checkpoint", held, "--out", file];
    expect(await audit("bundle", "--collector", server.url, ...wish)).toMatchObject({ code: 0, err: "" });
    expect(verifyBundle(linesOf(file), { key, older: log.note(300) })).toEqual([]);
    const { code, out } = await audit("verify", "--bundle", file, "--log-key", key, "--checkpoint", held);
    expect(code).toBe(0);
    expect(out).toContain(`Intact: ${log.entries.length} records of 2 chains`);
    expect(out).toContain("Every entry of the log is in this file.");
    const asked = server.asked.length;
    const told = await audit(
      "verify",
      "--bundle",
      file,
      "--log-key",
      `@${inHome("key.txt", `${key}\n`)}`,
      "--json",
    );
    expect(objects(told)).toMatchObject([{ kind: "intact", complete: true, faults: [], notices: [] }]);
    expect(server.asked).toHaveLength(asked);
  });

  test("is of one's own chain unless another is named, and of a range", async () => {
    const file = inHome("part.ndjson");
    const [from, to] = ["2026-01-05T09:03:20Z", "2026-01-05T09:03:40Z"];
    await audit("bundle", "--collector", server.url, "--from", from, "--to", to, "--out", file);
    const [report] = objects(await audit("verify", "--bundle", file, "--log-key", key, "--json"));
    expect(report).toMatchObject({
      kind: "intact",
      complete: false,
      chains: [{ chain: own.chain, keys: 2 }],
    });
    const ats = linesOf(file)
      .map((line) => JSON.parse(line))
      .filter(({ kind }) => kind === "record")
      .map(({ canonical }) => JSON.parse(canonical).at);
    expect(ats[0] < "2026-01-05T09:03:20.000Z" && ats[1] >= "2026-01-05T09:03:20.000Z").toBe(true);
    expect(ats.at(-1) > "2026-01-05T09:03:40.000Z" && ats.at(-2) <= "2026-01-05T09:03:40.000Z").toBe(true);
  });

  test("leaves nothing behind where it cannot be finished", async () => {
    const file = inHome("half.ndjson");
    server.lies.set("/records", { status: 403, body: "" });
    const { code, err } = await audit("bundle", "--collector", server.url, "--out", file);
    expect(code).toBe(1);
    expect(err).toContain("The collector refused");
    expect(err).toContain("SLUICE_TOKEN");
    expect(fs.readdirSync(home).filter((name) => name.startsWith("half"))).toEqual([]);
  });

  test("somebody without a token gets no texts, and the token goes nowhere else", async () => {
    const { code, err } = await sluice(
      { home },
      "audit",
      "bundle",
      "--collector",
      server.url,
      "--out",
      inHome("no"),
    );
    expect(code).toBe(1);
    expect(err).toContain("sign in");
    server.lies.set("/records", {
      status: 302,
      body: "",
      headers: { location: "http://127.0.0.1:9/steal" },
    });
    expect((await audit("bundle", "--collector", server.url, "--out", inHome("no"))).code).toBe(1);
  });

  test("a full disk or a folder that is none is said", async () => {
    const { code, err } = await audit("bundle", "--out", path.join(home, "nowhere", "x.ndjson"));
    expect(code).toBe(1);
    expect(err).toContain("cannot be written");
  });
});

describe("a bundle of a ledger alone", () => {
  test("proves the chain, and says that no log stands behind it", async () => {
    const file = inHome("alone.ndjson");
    const made = await audit("bundle", "--out", file);
    expect(made.out).toContain("No log stands behind it");
    const { code, out } = await audit("verify", "--bundle", file);
    expect(code).toBe(0);
    expect(out).toContain("No log stands behind them");
    expect(verifyBundle(linesOf(file), { key: "unknown", older: null })).toEqual([]);
    const asked = await audit("verify", "--bundle", file, "--log-key", key);
    expect(asked.code).toBe(1);
    expect(asked.err).toContain("line 1: the bundle holds no checkpoint of a log");
  });
});

describe("a bundle that was tampered with", () => {
  test("says what is wrong and where", async () => {
    const lines = [...(await bundleOf({ log, chains: [own, other] }))];
    const at = lines.findIndex((line) => line.includes('"kind":"record"') && line.includes('"seq":77,'));
    lines[at] = (lines[at] ?? "").replace("SELECT", "DELETE").replace("done", "fail");
    const { code, out, err } = await audit(
      "verify",
      "--bundle",
      inHome("bad", `${lines.join("\n")}\n`),
      "--log-key",
      key,
    );
    expect(code).toBe(1);
    expect(out).toBe("");
    expect(err).toContain(
      `line ${at + 1}, record 77, chain ${own.chain}: its content does not match its hash`,
    );
    expect(err).toContain("Keep ");
  });

  test("bytes that are no text, and a line without an end", async () => {
    const [header = ""] = await bundleOf({ log, chains: [own] });
    const file = inHome("odd");
    for (const rest of [
      Buffer.from([0xff, 0x0a]),
      Buffer.alloc(LONGEST_LINE * 3 + 1, "x"),
      Buffer.from("\r\n"),
    ]) {
      fs.writeFileSync(file, Buffer.concat([Buffer.from(`${header}\n`), rest]));
      const { code, err } = await audit("verify", "--bundle", file, "--log-key", key);
      expect(code).toBe(1);
      expect(err).toContain("line 2: it is not canonical JSON");
    }
  });

  test("a bundle that is there is not written over, unless somebody says so", async () => {
    const file = inHome("evidence", "kept");
    const refused = await audit("bundle", "--out", file);
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining("--force") });
    expect(fs.readFileSync(file, "utf8")).toBe("kept");
    expect((await audit("bundle", "--out", file, "--force")).code).toBe(0);
    expect(fs.readFileSync(file, "utf8")).not.toBe("kept");
  });

  test("no key, no file, an empty file", async () => {
    const file = inHome("ok", `${(await bundleOf({ log, chains: [own] })).join("\n")}\n`);
    const unknown = await audit("verify", "--bundle", file);
    expect(unknown.code).toBe(1);
    expect(unknown.err).toContain("Not verified: nobody said which key the log has");
    expect(unknown.err).toContain("--log-key");
    expect(unknown.err).not.toMatch(/Broken|security/);
    const taken = await audit("verify", "--bundle", file, "--take-key");
    expect(taken.code).toBe(0);
    expect(taken.out).toContain("not whose log it is");
    expect((await audit("verify", "--bundle", path.join(home, "none"), "--log-key", key)).err).toContain(
      "cannot be read",
    );
    expect((await audit("verify", "--bundle", inHome("empty", ""), "--log-key", key)).err).toContain(
      "line 1: the file ends before its last line",
    );
  });
});

describe("a collector's log", () => {
  const verify = (...args: readonly string[]) =>
    audit("verify", "--collector", server.url, "--log-key", key, ...args);

  test("intact: the tree is built again, and this ledger is in it", async () => {
    const { code, out, err } = await verify("--checkpoint", inHome("held", log.note(7)));
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain(`Intact: log.example/sluice, ${log.entries.length} entries of 2 chains`);
    expect(out).toContain(`${own.records.length} of ${own.records.length} records are in the log, and equal`);
  });

  test("records it has not yet are told, and are no fault", async () => {
    const late = new TestLog(log.signer);
    late.appendInTurns([{ ...own, records: own.records.slice(0, 300) }, other]);
    server.log = late;
    const { code, out } = await verify();
    expect(code).toBe(0);
    expect(out).toContain("Waiting: record 301");
  });

  test("records that the ledger has lost", async () => {
    const file = inHome("short.db");
    fs.copyFileSync(path.join(home, "ledger.db"), file);
    const copy = new Database(file);
    copy.exec("DELETE FROM records WHERE seq > 100");
    copy.close();
    const { code, err } = await verify("--ledger", file);
    expect(code).toBe(1);
    expect(err).toContain(`record 101, chain ${own.chain}: the log has it and the ledger has not`);
  });

  test("another history than the ledger's", async () => {
    const twin = new TestLog(log.signer);
    const forged = own.records.map((record) =>
      record.seq === 50 ? { ...record, signature: own.records[50]?.signature ?? "" } : record,
    );
    twin.appendInTurns([{ chain: own.chain, records: forged }]);
    server.log = twin;
    const { code, err } = await verify();
    expect(code).toBe(1);
    expect(err).toContain("record 50");
    expect(err).toContain("hold different records");
  });

  test("an older checkpoint that it does not go on from, or that is beyond it", async () => {
    const former = new TestLog(log.signer);
    former.appendInTurns([other]);
    expect((await verify("--checkpoint", inHome("former", former.note(30)))).err).toContain(
      "its first 30 entries are not those the older checkpoint was signed for",
    );
    server.log = former;
    const { code, err } = await verify("--checkpoint", inHome("held", log.note()));
    expect(code).toBe(1);
    expect(err).toContain(`the older checkpoint is of ${log.entries.length} entries`);
  });

  test("entries that were changed, taken out, doubled or are none", async () => {
    const whole = log.entriesOf(0, 256);
    const changed = Buffer.from(whole);
    const digit = 2 + 20;
    changed.write(changed.toString("latin1", digit, digit + 1) === "7" ? "8" : "7", digit);
    server.lies.set("/tile/entries/000", { body: changed });
    expect((await verify()).err).toContain("are not those the checkpoint was signed for");
    server.lies.set("/tile/entries/000", { body: Buffer.concat([whole.subarray(0, 300), whole]) });
    expect((await verify()).code).toBe(1);
    server.lies.set("/tile/entries/000", { body: whole.subarray(0, -1) });
    const cut = await verify();
    expect(cut.code).toBe(1);
    expect(cut.err).toContain("cannot be used");
  });

  test("a log that has a place of a chain twice, or a hole, though it signed for it", async () => {
    const [first, second] = [other.records[0], other.records[1]];
    if (first === undefined || second === undefined) throw new Error("The chain is too short.");
    for (const records of [
      [first, second, second],
      [first, { ...second, seq: 3 }],
      [{ ...first, hash: second.hash }],
    ]) {
      const bad = new TestLog(log.signer);
      for (const record of records) bad.append(other.chain, record);
      server.log = bad;
      const { code, err } = await verify();
      expect(code).toBe(1);
      expect(err).toContain(`chain ${other.chain}: entry ${records.length - 1}`);
    }
  });

  test("another log's checkpoint, nonsense, and nobody there", async () => {
    const stranger = new TestLog(newLogSigner("other.example"));
    server.lies.set("/checkpoint", { body: stranger.note() });
    expect((await verify()).err).toContain(
      "the checkpoint is refused: it is not signed by log.example/sluice",
    );
    server.lies.set("/checkpoint", { body: "<html>" });
    expect((await verify()).err).toContain("it is no signed note");
    server.lies.set("/checkpoint", { status: 404, body: "" });
    expect((await verify()).err).toContain("which a log has to have");
    const nobody = await audit("verify", "--collector", "http://127.0.0.1:9", "--log-key", key);
    expect(nobody.code).toBe(1);
    expect(nobody.err).toContain("did not answer");
  });

  test("a part of a tile that was forgotten is read from the whole", async () => {
    const size = 300;
    const big = new TestLog(log.signer);
    big.appendInTurns([own]);
    server.log = big;
    server.lies.set("/checkpoint", { body: big.note(size) });
    server.lies.set(`/tile/entries/001.p/${size - 256}`, { status: 404, body: "" });
    server.lies.set("/tile/entries/001", { body: big.entriesOf(1, own.records.length - 256) });
    const { code, out } = await verify();
    expect(code).toBe(0);
    expect(out).toContain(`${size} of ${own.records.length} records are in the log`);
  });

  test("an auditor without a ledger, and the key's name taken on trust", async () => {
    const elsewhere = newHome();
    const { out, code } = await sluice(
      { home: elsewhere },
      "audit",
      "verify",
      "--collector",
      server.url,
      "--take-key",
    );
    expect(code).toBe(0);
    expect(out).toContain("No ledger was held against it.");
    expect(out).toContain("--take-key");
    fs.rmSync(elsewhere, { recursive: true, force: true });
  });

  test.each(
    [
      ["--collector", "http://collector.example"],
      ["--collector", "ftp://collector.example"],
      ["--collector", "https://me:secret@collector.example"],
      ["--bundle", "x", "--collector", "https://collector.example"],
      ["--collector", "https://collector.example"],
      ["--log-key", "nonsense", "--bundle", "x"],
      ["--log-key", "@/nowhere", "--bundle", "x"],
      ["--take-key"],
      ["extra"],
    ].map((args) => [args.join(" "), args] as const),
  )("verify %s is no way to ask", async (_line, args) => {
    expect((await audit("verify", ...args)).code).toBe(2);
  });

  test.each(
    [
      [],
      ["--out", "x", "--chain", "all"],
      ["--out", "x", "--from", "2026-01-01"],
      ["--out", "x", "--collector", "https://collector.example", "--from", "yesterday"],
      ["--out", "x", "--collector", "https://collector.example", "--chain", "mine"],
    ].map((args) => [args.join(" "), args] as const),
  )("bundle %s is no way to ask", async (_line, args) => {
    expect((await audit("bundle", ...args)).code).toBe(2);
  });
});

test("what is open in a ledger is told, and is no fault", async () => {
  const elsewhere = newHome();
  const file = path.join(elsewhere, "ledger.db");
  await writeLedger(file, 3);
  const database = readLedgerFile(file);
  const count = [...sealedRecords(database)].length;
  database.close();
  const copy = new Database(file);
  copy.exec(`DELETE FROM records WHERE seq > ${count - 2}`);
  copy.close();
  const { code, out } = await sluice({ home: elsewhere }, "audit", "verify");
  expect(code).toBe(0);
  expect(out).toMatch(/Open: record \d+ of chain [0-9a-f]{64}: the session opened at .* has no end/);
  fs.rmSync(elsewhere, { recursive: true, force: true });
});
