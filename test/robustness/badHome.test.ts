import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { listActivity } from "../../agent/audit/readLedger.ts";
import { verifyLedger } from "../../agent/audit/verifyLedger.ts";
import type { Engine } from "../../agent/engine.ts";
import { connectionId, sessionId } from "../../protocol/ids.ts";
import type { AgentStatus } from "../../protocol/messages.ts";
import { bundledAgent } from "../bench/bundledAgent.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { AgentProcess } from "./agentProcess.ts";
import { engineIn, memorySecrets, newHome, problemTold, profileOf, runOne } from "./engine.ts";

let server: TestPostgres;
let home: string;
const opened: Engine[] = [];
const secrets = memorySecrets();

const start = async (changes: Parameters<typeof engineIn>[1] = {}): Promise<Engine> => {
  const engine = await engineIn(home, { secrets, ...changes });
  opened.push(engine);
  await engine.rooms.identity.continueAsLocalUser();
  engine.open.passwords.use(profileOf(server).id, server.password);
  return engine;
};
const startFails = (changes: Parameters<typeof engineIn>[1] = {}) =>
  problemTold(engineIn(home, { secrets, ...changes }));
const run = (engine: Engine, text: string) => runOne(engine, profileOf(server), text);
const ledger = (): string => path.join(home, "ledger.db");

/** Everything of the ledger's files, so that a change of any byte is seen. */
const evidence = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    ["ledger.db", "ledger.db-wal"]
      .map((name) => path.join(home, name))
      // Looking at a ledger leaves an empty log beside it.
      .filter((file) => (fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0)
      .map((file) => [file, createHash("sha256").update(fs.readFileSync(file)).digest("hex")]),
  );

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
beforeEach(() => {
  home = newHome();
});
const closeAll = async (): Promise<void> => {
  for (const engine of opened.splice(0)) await engine.close().catch(() => {});
};
afterEach(async () => {
  await closeAll();
  fs.rmSync(home, { recursive: true, force: true });
});

describe("a ledger that is damaged: nothing runs, it is said how to go on, and the evidence stays", () => {
  const RECOVERY =
    "Keep the file as evidence: run `sluice audit verify`, then move ledger.db, ledger.db-wal and ledger.db-shm away together; a new ledger begins at the next start.";

  const used = async (statements = 30): Promise<void> => {
    const engine = await start();
    for (let count = 0; count < statements; count += 1) await run(engine, `SELECT ${count} AS n`);
    await engine.close();
  };
  const refused = async (what: string | RegExp): Promise<void> => {
    const before = evidence();
    const problem = await startFails();
    expect(problem.code).toBe("ledger-corrupt");
    expect(problem.message).toMatch(what);
    expect(problem.message).toContain("Nothing runs, and Sluice does not touch the file.");
    expect(problem.action).toBe(RECOVERY);
    expect(evidence()).toEqual(before);
  };
  const recovers = async (): Promise<void> => {
    for (const name of ["ledger.db", "ledger.db-wal", "ledger.db-shm"]) {
      const file = path.join(home, name);
      if (fs.existsSync(file)) fs.renameSync(file, `${file}.evidence`);
    }
    const engine = await start();
    expect(await run(engine, "SELECT 1 AS again")).toMatchObject({ kind: "rows" });
    expect(await engine.verifyLedger()).toMatchObject({ kind: "intact" });
  };
  const change = (sql: string): void => {
    const database = new Database(ledger());
    database.exec(sql);
    database.close();
  };

  test("bytes overwritten in the middle of the file", async () => {
    await used(60);
    const file = fs.openSync(ledger(), "r+");
    const { size } = fs.fstatSync(file);
    fs.writeSync(file, Buffer.alloc(16_384, 0xff), 0, 16_384, Math.floor(size / 8_192) * 4_096);
    fs.closeSync(file);
    await refused(/.*/);
    expect(await verifyLedger(ledger())).toMatchObject({ kind: "broken" });
    await recovers();
  });
  test("cut off in the middle", async () => {
    await used(60);
    fs.truncateSync(ledger(), Math.floor(fs.statSync(ledger()).size / 8_192) * 4_096);
    await refused(/.*/);
    await recovers();
  });
  test("cut off to nothing", async () => {
    await used();
    fs.truncateSync(ledger(), 0);
    await refused("it is empty, and records were written to it before");
    await recovers();
  });
  test("not a ledger at all", async () => {
    fs.writeFileSync(ledger(), "Dear auditor, ".repeat(1_000));
    await refused("it is not a valid database file");
  });
  test("somebody else's database", async () => {
    change("CREATE TABLE recipes (id int)");
    await refused("it is a database without records");
  });
  test("a word changed in a record", async () => {
    await used();
    change("UPDATE records SET canonical = replace(canonical, 'SELECT 7', 'SELECT 8')");
    await refused(/the content of record \d+ does not match its hash/);
    await recovers();
  });
  test("the newest records removed", async () => {
    await used();
    change("DELETE FROM records WHERE seq > 20");
    await refused("the records after 20 are missing");
  });
  test("the oldest records removed", async () => {
    await used();
    change("DELETE FROM records WHERE seq < 10");
    await refused("the records before 10 are missing");
  });
  test("damage found while the write-ahead log holds records that are not in the file yet", async () => {
    await used();
    const database = new Database(ledger());
    database.pragma("wal_autocheckpoint = 0");
    database.exec("UPDATE records SET hash = printf('%064d', 7) WHERE seq = 4");
    // Copied from under a living process, as a crash would leave it: nobody has folded the log into the file.
    const crashed = newHome();
    for (const name of ["ledger.db", "ledger.db-wal"])
      fs.copyFileSync(path.join(home, name), path.join(crashed, name));
    database.close();
    fs.rmSync(home, { recursive: true });
    home = crashed;
    expect(Object.keys(evidence())).toHaveLength(2);
    await refused("the content of record 4 does not match its hash");
    expect(Object.keys(evidence())).toHaveLength(2);
  });
});

test("a ledger moved away under a running agent stops it", async () => {
  const engine = await start();
  await run(engine, "CREATE TABLE untouched (id int)");
  fs.renameSync(ledger(), `${ledger()}.moved`);
  const problem = await problemTold(run(engine, "INSERT INTO untouched VALUES (1)"));
  expect(problem.code).toBe("ledger-replaced");
  expect(problem.message).toContain("Nothing runs until Sluice is restarted.");
  fs.renameSync(`${ledger()}.moved`, ledger());
  expect(await run(engine, "SELECT count(*) AS n FROM untouched")).toMatchObject({
    first: { rows: [["0"]] },
  });
});

const NOBODY = 65_534;
const root = process.getuid?.() === 0;
/** A small or read-only disk can be had where this process may mount one. */
const mayMount = root && tryMount();

function tryMount(): boolean {
  const folder = newHome();
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], { stdio: "ignore" });
    execFileSync("umount", [folder]);
    return true;
  } catch {
    return false;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

describe.skipIf(!mayMount)("a disk", () => {
  beforeEach(() => {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m,mode=700", "tmpfs", home]);
  });
  afterEach(async () => {
    await closeAll();
    execFileSync("umount", ["-l", home]);
  });

  const filled = (): void => {
    const file = fs.openSync(path.join(home, "other-files"), "a");
    try {
      for (;;) fs.writeSync(file, Buffer.alloc(4_096));
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
    } finally {
      fs.closeSync(file);
    }
  };

  test("that is full: nothing runs unrecorded, and work goes on when there is space again", async () => {
    const engine = await start();
    await run(engine, "CREATE TABLE on_full_disk (id int)");
    filled();
    let ran = 0;
    const untilFull = async (): Promise<never> => {
      for (;;) {
        await run(engine, `INSERT INTO on_full_disk VALUES (${ran})`);
        ran += 1;
      }
    };
    const problem = await problemTold(untilFull());
    expect(problem.code).toBe("disk-full");
    expect(problem.message).toContain("The disk is full, so nothing can be recorded.");
    expect(problem.action).toContain("Free some space; nothing runs until records can be written again.");
    expect((await problemTold(run(engine, "INSERT INTO on_full_disk VALUES (-1)"))).code).toBe("disk-full");
    fs.rmSync(path.join(home, "other-files"));
    const after = await run(engine, "SELECT count(*) AS n, min(id) AS least FROM on_full_disk");
    // One may have run whose outcome found no space: it says so, and its intent is on record.
    const mayHaveRun = problem.message.startsWith("The statement ran") ? ran + 1 : ran;
    expect(after).toMatchObject({ first: { rows: [[String(mayHaveRun), mayHaveRun === 0 ? null : "0"]] } });
    expect(await engine.verifyLedger()).toMatchObject({ kind: "intact" });
    const recorded = listActivity(ledger(), 10_000).filter(({ statement }) => statement.startsWith("INSERT"));
    expect(recorded.length).toBeGreaterThanOrEqual(mayHaveRun);
  });

  test("that is full at the start", async () => {
    filled();
    expect((await startFails()).code).toBe("disk-full");
  });

  test("that became read-only: nothing runs", async () => {
    const engine = await start();
    await run(engine, "CREATE TABLE IF NOT EXISTS on_read_only_disk (id int)");
    await engine.close();
    execFileSync("mount", ["-o", "remount,ro", home]);
    const problem = await startFails();
    expect(problem).toMatchObject({
      code: "home-unwritable",
      action:
        "Nothing runs while nothing can be recorded. Make the folder writable, or set SLUICE_HOME to another one.",
    });
    expect(problem.message).toContain(`Sluice cannot write to its folder ${home}`);
  });
});

test("a home that belongs to somebody else is refused", async () => {
  const file = path.join(home, "not-a-folder");
  fs.writeFileSync(file, "");
  const problem = await problemTold(engineIn(path.join(file, "home")));
  expect(problem.code).toBe("home-unwritable");
});

describe("rights that are missing", () => {
  /** What the agent tells an editor, run by a user who is not root and does not own what root made. */
  const statusFor = async (): Promise<AgentStatus["ledger"]> => {
    const agent = await AgentProcess.start({
      home,
      secrets: new Map(),
      arguments: [await bundledAgent()],
      ...(root ? { uid: NOBODY } : {}),
    });
    const { ledger: told } = await agent.ask("sluice/status", {});
    const run = { runToken: "1", sessionId: sessionId("s"), connectionId: connectionId("test") };
    await expect(
      agent.ask("sluice/run", { ...run, text: "SELECT 1", baseOffset: 0, pageRows: 1 }),
    ).rejects.toMatchObject({ data: told.kind === "refused" ? told.problem : {} });
    await agent.stop();
    return told;
  };

  test("to the home", async () => {
    fs.chmodSync(home, 0o555);
    expect(await statusFor()).toMatchObject({
      kind: "refused",
      problem: {
        code: "home-unwritable",
        action:
          "Nothing runs while nothing can be recorded. Make the folder writable, or set SLUICE_HOME to another one.",
      },
    });
    fs.chmodSync(home, 0o700);
  });

  test("to the ledger", async () => {
    await (await start()).close();
    for (const name of ["ledger.db", "ledger.db-writers"]) fs.chmodSync(path.join(home, name), 0o555);
    fs.chmodSync(home, 0o777);
    const told = await statusFor();
    expect(told).toMatchObject({ kind: "refused", problem: { code: "ledger-unwritable" } });
    expect(told.kind === "refused" && told.problem.message).toContain(ledger());
    for (const name of ["ledger.db", "ledger.db-writers"]) fs.chmodSync(path.join(home, name), 0o700);
  });
});

describe("a policy that cannot be used stops everything, and says where", () => {
  const withPolicy = (text: string) => {
    const folder = path.join(home, "workspace");
    fs.mkdirSync(path.join(folder, ".sluice"), { recursive: true });
    fs.writeFileSync(path.join(folder, ".sluice", "policy.cedar"), text);
    return startFails({ workspaceFolders: [folder] });
  };

  test("a typing mistake in the syntax", async () => {
    const problem = await withPolicy(
      'forbid (principal, action == Action::"write", resource);\n\nforbidd (principal, action, resource);',
    );
    expect(problem.code).toBe("policy-invalid");
    expect(problem.message).toContain(path.join(".sluice", "policy.cedar"));
    expect(problem.message).toContain("line 3, column 1");
    expect(problem.action).toBe("Correct the policy; until then nothing runs.");
  });
  test("an action that does not exist", async () => {
    const problem = await withPolicy('forbid (principal, action == Action::"wirte", resource);');
    expect(problem.code).toBe("policy-invalid");
    expect(problem.message).toContain("wirte");
  });
  test("a permit in a workspace", async () => {
    const problem = await withPolicy("permit (principal, action, resource);");
    expect(problem.code).toBe("policy-invalid");
    expect(problem.message).toContain("a workspace's policy may only forbid, and this one permits");
    expect(problem.action).toContain("Remove the permit");
  });
  test("no ledger is begun for a start that failed", async () => {
    await withPolicy("permit (principal, action, resource);");
    expect(fs.existsSync(ledger())).toBe(false);
  });
});

describe("other files of the home", () => {
  test("a sign-in configuration with a mistake names file and field", async () => {
    fs.writeFileSync(path.join(home, "config.json"), '{"identity": {"issuer": "http://id.example"}}');
    const problem = await startFails();
    expect(problem.code).toBe("identity-config");
    expect(problem.message).toContain(path.join(home, "config.json"));
    expect(problem.message).toContain("identity.clientId");
  });
  test("a provider without encryption is refused", async () => {
    const identity = { issuer: "http://id.example", clientId: "sluice" };
    fs.writeFileSync(path.join(home, "config.json"), JSON.stringify({ identity }));
    expect((await startFails()).message).toContain("http://id.example is not https");
  });
  test("a list of connections that is no JSON", async () => {
    const engine = await start();
    fs.writeFileSync(path.join(home, "connections.json"), '{"connections": [');
    const problem = await problemTold(Promise.resolve().then(() => engine.connections.list()));
    expect(problem.code).toBe("connections-unreadable");
    expect(problem.message).toContain(path.join(home, "connections.json"));
  });
});
