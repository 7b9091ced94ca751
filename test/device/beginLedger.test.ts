import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Ledger, openLedger } from "../../agent/audit/ledger.ts";
import { readLedgerFile, sealedRecords } from "../../agent/audit/ledgerFile.ts";
import type { LedgerSync } from "../../agent/audit/sync/ledgerSync.ts";
import { verifyLedger } from "../../agent/audit/verifyLedger.ts";
import { Behaviour } from "../../agent/behaviour/behaviour.ts";
import { DeviceKeys } from "../../agent/device/deviceKeys.ts";
import { ledgerInUse } from "../../agent/device/ledgerInUse.ts";
import { ledgersBefore } from "../../agent/device/ledgersBefore.ts";
import { openLedgerOf } from "../../agent/device/openLedgerOf.ts";
import { type Home, openHome } from "../../agent/home.ts";
import { fileSecrets } from "../../agent/identity/fileSecrets.ts";
import { createPolicy } from "../../agent/policy/policy.ts";
import { Tasks } from "../../agent/tasks.ts";
import type { RunningCollector } from "../../collector/start.ts";
import { type AiAgentActor, actorIdentity, type UserActor } from "../../protocol/actor.ts";
import type { SealedRecord } from "../../protocol/audit/record.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { connectionId } from "../../protocol/ids.ts";
import type { SyncState } from "../../protocol/sync.ts";
import { markWords, type TaskStanding } from "../../protocol/task.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { intent, ledgerFolder, newSigner, outcome } from "../audit/records.ts";
import { call, TestDevice } from "../collector/device.ts";
import { signIn, startProvider } from "../collector/people.ts";
import { settings, startCollector } from "../collector/stores.ts";
import { syncTo } from "./syncing.ts";

const ADA: UserActor = {
  kind: "user",
  subject: "member",
  issuer: "https://id.test",
  name: "Ada",
  groups: ["dev"],
};
/** What can be compared of it. */
const shownOf = ({ state, untrusted, rowsLeft }: TaskStanding) => ({ state, untrusted, rowsLeft });
const EMPTY_BASIS = {
  ...{ central: 0, unclassified: [], relations: [], functions: [], limit: null, maxRows: null },
  inferencesBefore: 0,
};
const open: { close(): Promise<void> }[] = [];
const homes: string[] = [];
let home: Home;

beforeEach(() => {
  home = newHome();
});
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close().catch(() => {});
  for (const root of homes.splice(0)) fs.rmSync(root, { recursive: true, force: true });
});

function newHome(): Home {
  const root = ledgerFolder();
  homes.push(root);
  return openHome(root);
}

async function opened(where = home): Promise<Ledger> {
  const keys = new DeviceKeys(fileSecrets(where.secrets), where.secretsLock);
  const ledger = await openLedgerOf(where, {
    signer: await keys.current(),
    renewSigner: (isRevoked) => keys.renewed(isRevoked),
    origin: "cli",
  });
  open.push(ledger);
  return ledger;
}

/** Everything that is over in this process, as if it had ended. */
async function ended(): Promise<void> {
  for (const one of open.splice(0).reverse()) await one.close();
}

function recordsOf(file: string): readonly SealedRecord[] {
  const database = readLedgerFile(file);
  try {
    return [...sealedRecords(database)];
  } finally {
    database.close();
  }
}
const bodyOf = (record: SealedRecord | undefined) => JSON.parse(record?.canonical ?? "{}").body;
const kinds = (file: string): readonly string[] => recordsOf(file).map((record) => bodyOf(record).kind);

describe("closing a ledger for another", () => {
  test("the old one is kept and verifies, the new one names its last record, who and why", async () => {
    const ledger = await opened();
    await ledger.append(outcome((await ledger.append(intent())).seq));
    await ledger.closeForGood(ADA, "restored from a backup");
    await ended();
    const next = await opened();
    await next.append(intent());
    expect(next.path).not.toBe(ledger.path);
    const [old, fresh] = [recordsOf(ledger.path), recordsOf(next.path)];
    const last = old.at(-1);
    expect(bodyOf(last)).toMatchObject({
      kind: "ledger_closed",
      actor: ADA,
      reason: "restored from a backup",
    });
    expect(bodyOf(fresh[0])).toMatchObject({
      kind: "key_introduced",
      follows: { chain: old[0]?.hash, seq: last?.seq, hash: last?.hash, reason: "restored from a backup" },
    });
    expect(await verifyLedger(ledger.path)).toMatchObject({ kind: "intact", notices: [] });
    expect(await verifyLedger(next.path)).toMatchObject({ kind: "intact" });
    expect(openHome(home.root).ledger).toBe(next.path);
  });

  test("nothing follows the closing, in no process that still has it open", async () => {
    const [ledger, other] = [await opened(), await opened()];
    await ledger.closeForGood(ADA, "a copy");
    for (const write of [
      () => ledger.append(intent()),
      () => other.append(intent()),
      () => other.appendIf({ grant: "g" }, intent()),
      () => other.appendSoon(outcome(1)),
      () => other.closeForGood(ADA, "again"),
    ])
      await expect(write()).rejects.toMatchObject({ problem: { code: "ledger-closed" } });
    await other.close();
    expect(kinds(ledger.path).slice(-3)).toEqual(["session_closed", "session_closed", "ledger_closed"]);
    expect(await verifyLedger(ledger.path)).toMatchObject({ kind: "intact" });
  });

  test("not while a statement is at work whose outcome is to come", async () => {
    const [ledger, other] = [await opened(), await opened()];
    const { seq } = await other.append(intent());
    await expect(ledger.closeForGood(ADA, "a copy")).rejects.toMatchObject({
      problem: { code: "statements-at-work" },
    });
    await other.append(outcome(seq));
    await ledger.closeForGood(ADA, "a copy");
  });

  test("again and again, each beside the others; a note that is out of date leads to the newest", async () => {
    const files: string[] = [];
    for (let times = 0; times < 3; times += 1) {
      const ledger = await opened();
      files.push(ledger.path);
      await ledger.closeForGood(ADA, `the ${times}th time`);
      await ended();
    }
    const newest = await opened();
    expect(new Set([...files, newest.path]).size).toBe(4);
    await ended();
    fs.rmSync(path.join(home.root, "ledger-in-use"));
    expect((await opened()).path).toBe(newest.path);
    for (const file of files) expect(await verifyLedger(file)).toMatchObject({ kind: "intact" });
  });

  test("is no other budget: uses of masked columns within the hour go on counting, in each that follows", async () => {
    const used = { matches: 2, inferences: 3 };
    const counted = async () => {
      const ledger = await opened();
      const counts = ledger.uses.count(intent().actor, new Date(Date.now() - 3_600_000));
      return { ledger, counts };
    };
    const first = await opened();
    await first.append(outcome((await first.append(intent(used))).seq));
    await first.closeForGood(ADA, "to count anew");
    await ended();
    const second = await counted();
    expect(second.counts).toEqual(used);
    await second.ledger.append(outcome((await second.ledger.append(intent(used))).seq));
    await second.ledger.closeForGood(ADA, "once more");
    await ended();
    // A note that was put back leads here again, and counts nothing twice.
    fs.rmSync(path.join(home.root, "ledger-in-use"));
    const third = await counted();
    expect(third.counts).toEqual({ matches: 4, inferences: 6 });
    expect(third.ledger.uses.count(intent().actor, new Date(Date.now() + 60_000))).toEqual({
      matches: 0,
      inferences: 0,
    });
    expect(third.ledger.listActivity(10)).toEqual([]);
    await ended();
    expect((await counted()).counts).toEqual({ matches: 4, inferences: 6 });
    await ended();
    expect(await verifyLedger(third.ledger.path)).toMatchObject({ kind: "intact", notices: [] });
  });

  test("lifts no stop, clears no task of what it was shown, and begins no budget anew", async () => {
    const robot: AiAgentActor = {
      ...{ kind: "ai_agent", agent: "helper", model: "m", host: "h", asserted: true },
      onBehalfOf: ADA,
    };
    const budget = { statements: 100, rows: 100, minutes: 60 };
    const { connection } = intent();
    const profile: ConnectionProfile = {
      ...{ id: connectionId(connection.id), name: "Shop", engine: "postgres", host: "db", port: 5432 },
      ...{ database: "shop", user: "ada", tls: "require", environment: "production" },
    };
    const policy = await createPolicy({ adminPolicies: [] });
    const programs = (ledger: Ledger) => new Tasks(ledger, () => policy);
    const standing = (ledger: Ledger, task: string) => programs(ledger).standing(task, robot, profile);
    const worked = async (ledger: Ledger, task: string) => {
      const shown = intent({
        ...{ actor: robot, task, effect: "read" },
        findings: [{ rule: "reads-untrusted-text", verdict: "allow" }],
        basis: { ...EMPTY_BASIS, limit: 5 },
        reads: [{ column: "shop.reviews.body", role: "output" }],
      });
      await ledger.append(outcome((await ledger.append(shown)).seq, { rows: 30 }));
    };
    const first = await opened();
    await first.append({ kind: "task_opened", task: "shown", actor: robot, purpose: "to look", budget });
    await worked(first, "shown");
    await first.append({ kind: "task_opened", task: "over", actor: robot, purpose: "to probe", budget });
    await first.append({
      ...{ kind: "task_stopped", task: "over", actor: robot, cause: "probing" },
      words: "7 denied statements in 2 minutes.",
    });
    const before = [standing(first, "shown"), standing(first, "over")].map(shownOf);
    expect(before).toMatchObject([
      { state: { kind: "open" }, untrusted: true, rowsLeft: 70 },
      { state: { kind: "stopped", cause: "probing" }, untrusted: true },
    ]);
    await first.closeForGood(ADA, "to begin anew");
    await ended();
    for (let times = 0; times < 2; times += 1) {
      const next = await opened();
      const tasks = programs(next);
      expect([standing(next, "shown"), standing(next, "over")].map(shownOf)).toEqual(before);
      const { mark } = tasks.find("shown");
      expect(mark === null ? "" : markWords(mark)).toBe(
        "1 statement showed it text that anybody may have written (in a ledger before this one)",
      );
      expect(next.tasks.countsSince(actorIdentity(robot), new Date(0))).toMatchObject({
        statements: 1,
        rows: 30,
      });
      // Neither its own purpose nor another one begins it anew, nor does another name.
      expect(await tasks.take(robot, "to probe", profile)).toBe("over");
      await expect(tasks.take(robot, "something else", profile)).rejects.toMatchObject({
        problem: { code: "task-stopped" },
      });
      await expect(tasks.take({ ...robot, agent: "other" }, "x", profile)).rejects.toMatchObject({
        problem: { code: "task-stopped" },
      });
      for (const [task, touched] of [
        ["shown", true],
        ["over", false],
      ] as const)
        expect(standing(next, task).touched(connection.id, "shop.reviews.body")).toBe(touched);
      await next.closeForGood(ADA, `again, ${times}`);
      await ended();
      // A note that was put back leads here again, and changes nothing.
      fs.rmSync(path.join(home.root, "ledger-in-use"));
    }
    const last = await opened();
    const { mark } = programs(last).find("shown");
    expect(mark === null ? "" : markWords(mark)).toBe(
      "1 statement showed it text that anybody may have written (in a ledger before this one)",
    );
    await worked(last, "shown");
    const since = programs(last).find("shown").mark;
    expect(since === null ? "" : markWords(since)).toMatch(
      /^2 statements .* \(from a ledger before this one to record \d+\)$/,
    );
    expect(await programs(last).resume("over", ADA, "looked at it")).toMatchObject({
      state: { kind: "open" },
      purpose: "to probe",
    });
    expect(standing(last, "over").state).toEqual({ kind: "open" });
    await last.closeForGood(ADA, "once more");
    await ended();
    const after = await opened();
    expect(standing(after, "over").state).toEqual({ kind: "open" });
    await ended();
    expect(await verifyLedger(after.path)).toMatchObject({ kind: "intact", notices: [] });
  });

  test("forgets nothing of what its actors usually do, nor of what they were just denied", async () => {
    const knowing = (ledger: Ledger, folder = home.root) =>
      new Behaviour({ source: ledger, before: () => ledgersBefore(ledger.path), folder });
    const worked = async (ledger: Ledger, table: string) => {
      const reads = [{ column: `shop.${table}.id`, role: "output" }];
      await ledger.append(outcome((await ledger.append(intent({ actor: ADA, reads }))).seq));
      const findings = [{ rule: "read-not-allowed", verdict: "deny" }];
      const denied = intent({ actor: ADA, reads, findings, verdict: "deny" });
      await ledger.append({ ...denied, kind: "refused" });
    };
    // The second one ends without keeping what it knew, as a process that is killed does.
    for (const [n, table] of ["orders", "reviews", "stock"].entries()) {
      const ledger = await opened();
      const behaviour = knowing(ledger);
      await behaviour.ready();
      await worked(ledger, table);
      await behaviour.ready();
      for (const before of ["orders", "reviews", "stock"].slice(0, n + 1))
        expect(behaviour.known()).toContain(`shop.${before}`);
      if (n !== 1) await behaviour.close();
      await ledger.closeForGood(ADA, `no. ${n}`);
      await ended();
    }
    const last = await opened();
    await worked(last, "customers");
    const [kept, anew, alone] = [
      knowing(last),
      knowing(last, newHome().root),
      new Behaviour({ source: last, folder: newHome().root }),
    ];
    for (const one of [kept, anew, alone]) await one.ready();
    expect(kept.known()).toBe(anew.known());
    expect(anew.known()).toContain("shop.orders");
    expect(alone.known()).not.toContain("shop.orders");
    await kept.close();
    const again = knowing(last);
    await again.ready();
    expect(again.known()).toBe(anew.known());
    await ended();
    // What cannot be read of a closed one teaches nothing, and stops nobody.
    for (const name of fs.readdirSync(home.root).filter((one) => /^ledger.*\.db$/.test(one)))
      if (path.join(home.root, name) !== last.path) fs.writeFileSync(path.join(home.root, name), "damaged");
    const left = knowing(await opened(), newHome().root);
    await left.ready();
    expect(left.known()).toBe(alone.known());
  });

  test("a note that leads out of the home is not followed", async () => {
    await opened();
    await ended();
    for (const name of ["../other.db", "/etc/passwd", "ledger-zz.db", ""]) {
      fs.writeFileSync(path.join(home.root, "ledger-in-use"), name);
      expect(ledgerInUse(home.root)).toBe(path.join(home.root, "ledger.db"));
    }
  });

  test("many processes that find it closed begin one ledger between them, also where some are killed", async () => {
    const ledger = await opened();
    await ledger.closeForGood(ADA, "a copy");
    await ended();
    const script = path.join(import.meta.dirname, "rotatingProcess.ts");
    const runs = [0, 1, 2, 3, 4].map((index) => {
      const child = spawn(process.execPath, [script, home.root, "0"], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      // Some are killed as soon as they have begun, wherever they are by then.
      if (index < 2) setTimeout(() => child.kill("SIGKILL"), 350 + index * 60);
      return new Promise<number | null>((resolve) => child.on("close", resolve));
    });
    const codes = await Promise.all(runs);
    expect(codes.slice(2)).toEqual([0, 0, 0]);
    const found = fs.readdirSync(home.root).filter((name) => /^ledger-[0-9a-f]{16}\.db$/.test(name));
    expect(found).toHaveLength(1);
    const next = await opened();
    expect(bodyOf(recordsOf(next.path)[0]).follows.chain).toBe(recordsOf(ledger.path)[0]?.hash);
    expect(await verifyLedger(next.path)).toMatchObject({ kind: "intact" });
  }, 30_000);

  test("a new one that was begun and not noted is the one that is taken up", async () => {
    const ledger = await opened();
    await ledger.closeForGood(ADA, "a copy");
    await ended();
    const last = recordsOf(ledger.path).at(-1);
    const file = path.join(home.root, `ledger-${last?.hash.slice(0, 16)}.db`);
    // As a process leaves it that dies before its first record, or before the note.
    fs.writeFileSync(file, "");
    const next = await opened();
    expect(next.path).toBe(file);
    expect(bodyOf(recordsOf(file)[0]).follows.hash).toBe(last?.hash);
    await ended();
    fs.rmSync(path.join(home.root, "ledger-in-use"));
    expect((await opened()).path).toBe(file);
  });

  test("a first record alone names a ledger before it", async () => {
    const device = new TestDevice().work(1);
    const follows = { chain: "0".repeat(64), seq: 1, hash: "0".repeat(64), actor: ADA, reason: "x" } as const;
    device.write({ kind: "key_introduced", publicKey: device.signer.publicKey, origin: "cli", follows });
    const { ChainVerifier } = await import("../../protocol/audit/chain.ts");
    const { nodeVerifier } = await import("../../protocol/node/crypto.ts");
    const verifier = new ChainVerifier(nodeVerifier);
    expect(device.records.map((record) => verifier.next(record)?.kind ?? null)).toEqual([
      ...[null, null, null],
      "wrong-place",
    ]);
  });
});

describe("at the collector", () => {
  let provider: DemoProvider;
  let collector: RunningCollector;
  let [token, auditor] = ["", ""];

  beforeAll(async () => {
    provider = await startProvider();
    collector = await startCollector(settings(provider));
    [token, auditor] = [await signIn(provider, "member"), await signIn(provider, "auditor")];
  });
  afterAll(async () => {
    await collector.stop();
    await provider.stop();
  });

  function syncOf(ledger: Ledger): LedgerSync {
    const sync = syncTo(collector.url, ledger, token);
    open.push({ close: () => sync.close(0) });
    return sync;
  }
  const chainOf = (ledger: Ledger): string => ledger.sealedAfter(0, 1, 1)[0]?.hash ?? "";
  const actionOf = (state: SyncState): string =>
    state.kind === "refused" || state.kind === "behind" ? (state.problem?.action ?? "") : "";
  interface SeenAlert {
    readonly chain: string;
    readonly kind: string;
    readonly what: string;
    readonly evidence: string;
  }
  const alerts = async (chain: string): Promise<readonly SeenAlert[]> => {
    const answer = await call<{ alerts: readonly SeenAlert[] }>("GET", `${collector.url}/v1/alerts`, auditor);
    return answer.body.alerts.filter((alert) => alert.chain === chain);
  };
  const copy = (): Home => {
    const root = ledgerFolder();
    homes.push(root);
    fs.cpSync(home.root, root, { recursive: true });
    return openHome(root);
  };

  test("a folder that was restored from a backup is told, shown as evidence, and has a way on", async () => {
    await (await opened()).append(intent());
    await ended();
    const backup = copy();
    // What was worked after the backup was made reached the collector.
    const ledger = await opened();
    for (let count = 0; count < 3; count += 1)
      await ledger.append(outcome((await ledger.append(intent())).seq));
    expect((await syncOf(ledger).now()).kind).toBe("synced");
    const [chain, met] = [chainOf(ledger), ledger.collectors.find(collector.url)];
    await ended();
    const restored = await opened(backup);
    const state = await syncOf(restored).now();
    expect(state).toMatchObject({ kind: "refused", problem: { code: "ledger-differs" } });
    expect(actionOf(state)).toContain("sluice device begin-ledger");
    const [fork] = await alerts(chain);
    expect(fork).toMatchObject({ kind: "fork" });
    // The evidence is the restored ledger's own record, signed by the device.
    expect(recordsOf(restored.path).map(({ canonical }) => canonical)).toContain(
      JSON.parse(fork?.evidence ?? "{}").canonical,
    );
    await restored.closeForGood(ADA, "disk replaced, restored from Monday");
    await ended();
    const next = await opened(backup);
    await next.append(intent());
    expect((await syncOf(next).now()).kind).toBe("synced");
    const [told] = await alerts(chainOf(next));
    expect(told).toMatchObject({ kind: "new-ledger", what: expect.stringContaining("restored from Monday") });
    expect(told?.what).toContain("another record stands here in that place");
    expect(next.collectors.find(collector.url)?.info).toEqual(met?.info);
  });

  test("a copied folder: the first goes on, the copy is refused and begins its own", async () => {
    const ledger = await opened();
    expect((await syncOf(ledger).now()).kind).toBe("synced");
    await ended();
    const other = copy();
    const [here, there] = [await opened(), await opened(other)];
    await here.append(intent());
    expect((await syncOf(here).now()).kind).toBe("synced");
    await there.append(intent());
    const state = await syncOf(there).now();
    expect(state.kind).toBe("refused");
    expect(actionOf(state)).toContain("sluice device begin-ledger");
    await there.append(outcome(there.count()));
    await there.closeForGood(ADA, "this is a copy").catch(() => {});
  });

  test("a ledger that was closed with everything sent says so in the alert", async () => {
    const ledger = await opened();
    const sync = syncOf(ledger);
    await ledger.closeForGood(ADA, "tidying up");
    expect((await sync.now()).kind).toBe("synced");
    await ended();
    const next = await opened();
    expect((await syncOf(next).now()).kind).toBe("synced");
    const [told] = await alerts(chainOf(next));
    expect(told).toMatchObject({ kind: "new-ledger", what: expect.stringContaining("all of which is here") });
  });

  describe("a device that says so of a ledger which nobody closed", () => {
    const follower = async (owner: "member" | "other", of: Ledger): Promise<SeenAlert | undefined> => {
      const signer = newSigner();
      const last = of.sealedAfter(of.count() - 1, 1, 1)[0];
      const follows = {
        chain: chainOf(of),
        seq: last?.seq ?? 0,
        hash: last?.hash ?? "",
        actor: { ...ADA, groups: [] },
        reason: "covering my tracks",
      };
      const device = new TestDevice(signer);
      device.records.splice(0);
      device.write({ kind: "key_introduced", publicKey: signer.publicKey, origin: "cli", follows });
      const [by, url] = [await signIn(provider, owner), `${collector.url}/v1/devices/${device.chain}`];
      expect((await call("PUT", url, by, device.enrolment(collector.log, owner))).status).toBe(200);
      expect((await device.send(collector.url)).status).toBe(200);
      const [told] = await alerts(device.chain);
      return told;
    };

    test("of somebody else's: the alert says whose word it is, and whose ledger", async () => {
      const ledger = await opened();
      await ledger.append(intent());
      expect((await syncOf(ledger).now()).kind).toBe("synced");
      const told = await follower("other", ledger);
      expect(told?.what).toMatch(/^a device of other of the test says that Ada closed/);
      expect(told?.what).toContain("which is a device of member of the test here");
      expect(told?.what).not.toContain("all of which is here");
    });

    test("of one's own: what stands there closes nothing", async () => {
      const ledger = await opened();
      await ledger.append(intent());
      expect((await syncOf(ledger).now()).kind).toBe("synced");
      const told = await follower("member", ledger);
      expect(told?.what).toContain("what stands here in that place does not close it");
    });
  });

  test("what a collector showed before holds in the new ledger as well", async () => {
    const ledger = await opened();
    await syncOf(ledger).now();
    await ledger.closeForGood(ADA, "to be rid of what it had seen");
    await ended();
    expect((await opened()).collectors.find(collector.url)).toMatchObject({
      checkpoint: expect.any(String),
      acknowledged: 0,
    });
  });

  test("a ledger whose first record is too large for an enrolment is not made: groups stay in the closing", async () => {
    const ledger = await opened();
    const groups = Array.from({ length: 2_000 }, (_, index) => `group-${index}-of-a-large-company`);
    await ledger.closeForGood({ ...ADA, groups }, "many groups");
    await ended();
    const next = await opened();
    expect((await syncOf(next).now()).kind).toBe("synced");
  });
});

test("a ledger without keys to hand over to is no other way in: the same path opens closed", async () => {
  const ledger = await opened();
  await ledger.closeForGood(ADA, "x");
  await ended();
  await expect(openLedger({ path: ledger.path, signer: newSigner(), origin: "cli" })).rejects.toMatchObject({
    problem: { code: "ledger-closed" },
  });
});
