import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { CollectorSettings } from "../../collector/options.ts";
import type { RunningCollector } from "../../collector/start.ts";
import { completeLogin } from "../../scripts/demo/browserless.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { intent, outcome } from "../audit/records.ts";
import type { TestDevice } from "../collector/device.ts";
import { type Person, signIn, startProvider } from "../collector/people.ts";
import { askStore } from "../collector/storeSql.ts";
import { enrolled, settings, startCollector } from "../collector/stores.ts";
import { newHome } from "../robustness/engine.ts";
import { objects, type SluiceOptions, sluice } from "./sluice.ts";

/** An administrator, an auditor and a member at their terminals, and a collector that drops what is 30 days old. */

const DAY = 86_400_000;
const IDENTITY = "user|https://id.example|u1";
let provider: DemoProvider;
let told: CollectorSettings;
let collector: RunningCollector;
let device: TestDevice;
let days = 0;
const now = () => new Date(Date.now() + days * DAY);
const homes = new Map<Person, string>();

beforeAll(async () => {
  provider = await startProvider();
  told = settings(provider, { retention: { days: 30 } });
  collector = await startCollector(told, { now, retentionEveryMs: 150 });
  device = await enrolled(collector, await signIn(provider, "member"));
  device.write(intent());
  device.write(outcome(2));
  device.write(
    intent({
      actor: { kind: "user", issuer: "https://id.example", subject: "u2", name: "Grace", groups: [] },
    }),
  );
  device.write(outcome(4));
  expect((await device.send(collector.url)).status).toBe(200);
  for (const login of ["member", "auditor", "admin"] as const) {
    const home = newHome();
    homes.set(login, home);
    fs.writeFileSync(path.join(home, "config.json"), JSON.stringify({ collector: { url: collector.url } }));
    const onUrl: SluiceOptions["onUrl"] = (address) =>
      void completeLogin(address, { login, password: `${login}-test` });
    expect((await sluice({ home, onUrl }, "login")).code).toBe(0);
  }
});
afterAll(async () => {
  await collector.stop();
  await provider.stop();
  for (const home of homes.values()) fs.rmSync(home, { recursive: true, force: true });
});

const as = (who: Person, ...args: readonly string[]) =>
  sluice({ home: homes.get(who) ?? "" }, "collector", ...args);

const holds = async () => objects(await as("auditor", "holds", "--json"));

const untilGone = (seqs: readonly number[]) =>
  vi.waitFor(
    async () => {
      const rows = await askStore<{ seq: number }>(
        told,
        `SELECT r.seq FROM records r JOIN devices d ON d.id = r.device
         WHERE d.chain = '${device.chain}' AND r.canonical IS NULL ORDER BY r.seq`,
      );
      expect(rows.map(({ seq }) => Number(seq))).toEqual(seqs);
    },
    { timeout: 40_000, interval: 200 },
  );

test("a forgotten option is no hold on all, and a wrong line asks nobody", async () => {
  for (const [args, words] of [
    [["set", "--reason", "case"], "covers everything there is: say --everything"],
    [["set", "--reason", "case", "--everything", "--connection", "Shop"], "--everything leaves nothing"],
    [["set", "--connection", "Shop"], "Say why: --reason TEXT."],
    [["set", "--connection", "Shop", "--reason", " "], "Say why: --reason TEXT."],
    [["set", "--reason", "case", "--from", "2026-02-31"], "--from takes a time"],
    [["set", "--reason", "case", "--from", "yesterday"], "--from takes a time"],
    [["set", "Shop", "--reason", "case"], 'takes no "Shop"'],
    [["lift", "abc", "--reason", "case"], "takes the id of a hold"],
    [["lift", "a".repeat(32)], "Say why: --reason TEXT."],
    [["lift", "a".repeat(32), "--reason", "x", "--actor", IDENTITY], "--actor is for"],
    [["list", "--everything"], "--everything is for"],
    [["drop"], "takes list, set or lift"],
  ] as const) {
    const { code, err } = await as("admin", "holds", ...args);
    expect({ args, code, err }).toMatchObject({ args, code: 2, err: expect.stringContaining(words) });
  }
  // A variable of a script that is not set is no hold on all either.
  const { code, err } = await as("admin", "holds", "set", "--reason", "case", "--connection", "");
  expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining("A connection is named by") });
  const named = await as("admin", "holds", "set", "--reason", "case", "--actor", "ada@id.example");
  expect({ code: named.code, err: named.err }).toEqual({
    code: 1,
    err: expect.stringContaining("would hold nothing"),
  });
  expect(await holds()).toEqual([]);
  expect((await as("auditor", "holds")).out).toBe("No hold was ever set.\n");
});

test("only administrators set and lift, auditors look, members do not, and no program's terminal does", async () => {
  const order = ["holds", "set", "--reason", "mine", "--everything"];
  for (const [who, args] of [
    ["auditor", order],
    ["member", order],
    ["member", ["holds"]],
    ["member", ["retention"]],
  ] as const) {
    const { code, out, err } = await as(who, ...args);
    expect({ code, out, err }).toEqual({ code: 1, out: "", err: expect.stringMatching(/with the role/) });
  }
  const home = homes.get("admin") ?? "";
  const program = await sluice({ home, env: { SLUICE_AGENT: "copilot" } }, "collector", ...order);
  expect([program.code, program.out]).toEqual([3, ""]);
  expect(await holds()).toEqual([]);
  const nobody = await sluice(
    { home: newHome(), env: { SLUICE_COLLECTOR: collector.url } },
    "collector",
    "holds",
  );
  expect(nobody.code).toBe(1);
});

test("a hold set at a terminal keeps texts, tells of itself, and is lifted for good", async () => {
  const before = await as("auditor", "retention");
  expect(before.out).toMatch(
    /^Texts of records are dropped 30 days after they came\.\nNone was dropped so far\.\nIt waits for the next record to be old, on .+\n0 holds are in force/,
  );
  const reason = "case \u001b[31m4711\u202e";
  const set = await as("admin", "holds", "set", "--actor", IDENTITY, "--reason", reason);
  const id = set.out.trim();
  expect(set).toMatchObject({ code: 0, out: expect.stringMatching(/^[0-9a-f]{32}\n$/) });
  expect(set.err).toBe(`Kept from now on, however old: what ada@id.example (${IDENTITY}) did.\n`);
  days = 40;
  await untilGone([4, 5]);
  const kept = await as("auditor", "retention");
  expect(kept.out).toContain("2 texts were dropped so far");
  expect(kept.out).toContain("are old, and some of their texts are kept: by a hold");
  expect(kept.out).toContain("1 hold is in force: sluice collector holds\n");
  // What says that it dropped something is a record as well.
  expect(objects(await as("auditor", "retention", "--json"))).toMatchObject([
    { days: 30, dropped: 2, next: { kind: "waits" }, holdsInForce: 1 },
  ]);
  const list = await as("auditor", "holds");
  expect(list.out).toMatch(new RegExp(`^${id} +in force +\\S+ +admin@test\\.example +what ada@id`, "m"));
  expect(list.out).toContain("; because: case \ufffd[31m4711\ufffd\n");

  const lifted = await as("admin", "holds", "lift", id, "--reason", "settled");
  expect(lifted).toMatchObject({ code: 0, out: `${id}\n` });
  expect(lifted.err).toContain("What only it has kept is dropped soon after, for good");
  await untilGone([2, 3, 4, 5]);
  expect(await holds()).toMatchObject([
    { id, reason, liftedBy: "admin@test.example", liftReason: "settled" },
  ]);
  expect((await as("auditor", "holds")).out).toMatch(
    / lifted .+; lifted \S+ by admin@test\.example: settled/,
  );
  const again = await as("admin", "holds", "lift", id, "--reason", "twice");
  expect({ code: again.code, err: again.err }).toEqual({
    code: 1,
    err: "No such hold is in force.\nLook at the list of holds.\n",
  });
});

test("a day is held to its last moment, what nothing is found by is said, and everything is everything", async () => {
  const scope = ["--connection", "Shopp", "--column", "clinic.patients"];
  const times = ["--from", "2026-01-01", "--to", "2026-03-31"];
  const set = await as("admin", "holds", "set", "--reason", "case", ...scope, ...times, "--json");
  expect(objects(set)).toMatchObject([
    {
      scope: {
        actor: null,
        connection: "Shopp",
        column: "clinic.patients",
        from: "2026-01-01T00:00:00.000Z",
        to: "2026-03-31T23:59:59.999Z",
      },
    },
  ]);
  expect(set.err).toContain("No record is found by that so far.");
  const everything = await as("admin", "holds", "set", "--reason", "stop", "--everything");
  expect(everything.err).toBe("Kept from now on, however old: everything.\n");
});
