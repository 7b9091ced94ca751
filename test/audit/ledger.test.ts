import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Ledger, openLedger } from "../../agent/audit/ledger.ts";
import { LedgerError } from "../../agent/audit/ledgerError.ts";
import { listActivity } from "../../agent/audit/readLedger.ts";
import { verifyLedger } from "../../agent/audit/verifyLedger.ts";
import { intent, ledgerFolder, newSigner, outcome } from "./records.ts";

let folder: string;
let file: string;
const opened: Ledger[] = [];

const open = async (signer = newSigner()): Promise<Ledger> => {
  const ledger = await openLedger({ path: file, signer, origin: "cli" });
  opened.push(ledger);
  return ledger;
};
const problemOf = async (attempt: Promise<unknown>): Promise<string> => {
  const error: unknown = await attempt.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof LedgerError ? error.problem.code : `not a LedgerError: ${String(error)}`;
};
const change = (sql: string): void => {
  const database = new Database(file);
  database.exec(sql);
  database.close();
};

beforeEach(() => {
  folder = ledgerFolder();
  file = path.join(folder, "ledger.db");
});
afterEach(async () => {
  for (const ledger of opened.splice(0)) await ledger.close().catch(() => {});
  fs.rmSync(folder, { recursive: true, force: true });
});

describe("the chain", () => {
  test("holds what was appended, and proves itself", async () => {
    const ledger = await open();
    const first = await ledger.append(intent());
    await ledger.append(outcome(first.seq));
    expect(await verifyLedger(file)).toMatchObject({ kind: "intact", records: 4, keys: 1 });
    const [entry] = ledger.listActivity(10);
    expect(entry).toMatchObject({
      seq: first.seq,
      outcome: "done",
      rows: 3,
      maskedColumns: 1,
      actor: "ada@id.example",
    });
  });

  test("two keys sign one chain, each after it was introduced", async () => {
    const [editor, cli] = [await open(), await open()];
    await Promise.all([editor.append(intent()), cli.append(intent()), editor.append(intent())]);
    expect(await verifyLedger(file)).toMatchObject({ kind: "intact", keys: 2 });
  });

  test("appends of one turn are all durable, in order", async () => {
    const ledger = await open();
    const refs = await Promise.all(Array.from({ length: 200 }, () => ledger.append(intent())));
    expect(refs.map(({ seq }) => seq)).toEqual(refs.map((_, position) => (refs[0]?.seq ?? 0) + position));
  });

  test("counts uses by actor and time", async () => {
    const ledger = await open();
    await ledger.append(intent({ matches: 2, inferences: 1 }));
    const { actor } = intent();
    expect(ledger.uses.count(actor, new Date(0))).toEqual({ matches: 2, inferences: 1 });
    expect(ledger.uses.count(actor, new Date(Date.now() + 60_000))).toEqual({ matches: 0, inferences: 0 });
  });
});

describe("a changed file is refused, and left as it is", () => {
  const CHANGES: Readonly<Record<string, string>> = {
    "a word changed": `UPDATE records SET canonical = replace(canonical, 'SELECT', 'DELETE') WHERE seq = 4`,
    "a record removed": `DELETE FROM records WHERE seq = 4`,
    "the first record removed": `DELETE FROM records WHERE seq = 1`,
    "a hash replaced": `UPDATE records SET hash = printf('%064d', 7) WHERE seq = 4`,
    "two records swapped": `UPDATE records SET seq = -1 WHERE seq = 4; UPDATE records SET seq = 4 WHERE seq = 5; UPDATE records SET seq = 5 WHERE seq = -1`,
    "a record that is none": `UPDATE records SET canonical = '{}' WHERE seq = 4`,
  };
  for (const [name, sql] of Object.entries(CHANGES)) {
    test(name, async () => {
      const ledger = await open();
      for (let count = 0; count < 5; count += 1) await ledger.append(intent());
      await ledger.close();
      change(sql);
      const before = fs.readFileSync(file);
      expect(await problemOf(openLedger({ path: file, signer: newSigner(), origin: "cli" }))).toBe(
        "ledger-corrupt",
      );
      expect(fs.readFileSync(file).equals(before)).toBe(true);
      expect(await verifyLedger(file)).toMatchObject({ kind: "broken" });
    });
  }

  test("a record rewritten with a right hash but another key's signature", async () => {
    const ledger = await open();
    await ledger.append(intent());
    await ledger.close();
    const database = new Database(file);
    const row = database
      .prepare<[], { canonical: string }>("SELECT canonical FROM records ORDER BY seq DESC LIMIT 1")
      .get();
    const { nodeVerifier } = await import("../../protocol/node/crypto.ts");
    const forged = (row?.canonical ?? "").replace('"ended"', '"crashed"');
    expect(forged).not.toBe(row?.canonical);
    const signature = newSigner().sign(`sluice-record-v1\n${forged}`);
    database
      .prepare(
        "UPDATE records SET canonical = ?, hash = ?, signature = ? WHERE seq = (SELECT max(seq) FROM records)",
      )
      .run(forged, nodeVerifier.sha256(forged), signature);
    database.close();
    expect(await verifyLedger(file)).toMatchObject({ kind: "broken", what: "its signature is not valid" });
  });

  test("a truncated file", async () => {
    const ledger = await open();
    for (let count = 0; count < 200; count += 1) await ledger.append(intent());
    await ledger.close();
    fs.truncateSync(file, Math.floor(fs.statSync(file).size / 2));
    expect(await problemOf(openLedger({ path: file, signer: newSigner(), origin: "cli" }))).toBe(
      "ledger-corrupt",
    );
  });

  test("no database at all", async () => {
    fs.writeFileSync(file, "this is a letter, not a ledger ".repeat(400));
    expect(await problemOf(openLedger({ path: file, signer: newSigner(), origin: "cli" }))).toBe(
      "ledger-corrupt",
    );
    expect(fs.readFileSync(file, "utf8")).toContain("this is a letter");
  });
});

test("a full disk: nothing is appended, and it is said", async () => {
  const ledger = await open();
  await ledger.append(intent());
  change("PRAGMA wal_checkpoint(TRUNCATE)");
  const full = await openLedger({
    path: file,
    signer: newSigner(),
    origin: "cli",
    maxPages: pages(file) + 8,
  });
  opened.push(full);
  const append = async (): Promise<never> => {
    for (;;) await full.append(intent({ statement: "x".repeat(4_000) }));
  };
  expect(await problemOf(append())).toBe("disk-full");
  expect(await verifyLedger(file)).toMatchObject({ kind: "intact" });
});

function pages(path: string): number {
  const database = new Database(path, { readonly: true });
  const count = Number(database.pragma("page_count", { simple: true }));
  database.close();
  return count;
}

describe("processes", () => {
  const writer = (...args: readonly string[]) =>
    spawn(process.execPath, [path.join(import.meta.dirname, "writer.ts"), file, ...args], {
      stdio: ["ignore", "pipe", "inherit"],
    });

  test("two at once write one unbroken chain", async () => {
    const ended = [writer("500"), writer("500")].map(
      (child) => new Promise<number | null>((resolve) => child.on("exit", (code) => resolve(code))),
    );
    expect(await Promise.all(ended)).toEqual([0, 0]);
    const report = await verifyLedger(file);
    expect(report).toMatchObject({ kind: "intact", keys: 2 });
    expect(report.kind === "intact" && report.records).toBeGreaterThanOrEqual(2 * 2 * 500);
  });

  test("one that is killed leaves intents that the next closes, and not those of the living", async () => {
    const living = await open();
    const mine = await living.append(intent());
    const child = writer("forever");
    await new Promise<void>((resolve) => child.stdout.once("data", () => resolve()));
    child.kill("SIGKILL");
    await new Promise((resolve) => child.on("exit", resolve));
    await open();
    const open_ = listActivity(file, 10_000).filter((entry) => entry.outcome === "running");
    expect(open_.map(({ seq }) => seq)).toEqual([mine.seq]);
    expect(listActivity(file, 10_000).some((entry) => entry.outcome === "unknown")).toBe(true);
    expect(await verifyLedger(file)).toMatchObject({ kind: "intact" });
  });
});
