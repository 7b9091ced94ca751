import fs from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Ledger, openLedger } from "../../agent/audit/ledger.ts";
import { createPolicy, type Policy } from "../../agent/policy/policy.ts";
import { Tasks } from "../../agent/tasks.ts";
import type { AiAgentActor, UserActor } from "../../protocol/actor.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { connectionId } from "../../protocol/ids.ts";
import { ledgerFolder, newSigner } from "../audit/records.ts";

const HOUR = 3_600_000;
const ADA: UserActor = { kind: "user", subject: "ada", issuer: "https://id.test", name: "Ada", groups: [] };
const robot = (agent = "helper"): AiAgentActor => ({
  ...{ kind: "ai_agent", agent, model: "m", host: "h", asserted: true },
  onBehalfOf: ADA,
});
const profile: ConnectionProfile = {
  ...{ id: connectionId("shop"), name: "Shop", engine: "postgres", host: "db", port: 5432 },
  ...{ database: "shop", user: "ada", tls: "require", environment: "production" },
};

let folder: string;
let ledger: Ledger;
let policy: Policy;
/** Of the clock by which tasks become idle. */
let ahead = 0;
let tasks: Tasks;

beforeEach(async () => {
  folder = ledgerFolder();
  ledger = await openLedger({ path: `${folder}/ledger.db`, signer: newSigner(), origin: "cli" });
  policy = await createPolicy({ adminPolicies: [] });
  ahead = 0;
  tasks = new Tasks(
    ledger,
    () => policy,
    () => new Date(Date.now() + ahead),
  );
});
afterEach(async () => {
  await ledger.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

const stopped = async (cause: string): Promise<string> => {
  const task = await tasks.take(robot(), "to look", profile);
  await tasks.stop(task, cause, "7 denied statements in 2 minutes.");
  return task;
};

describe("an agent that was stopped and waits", () => {
  test.each(["probing", "looping", "enumeration", "asks-too-often"])(
    "begins no other task before its person has let it, however long it waits: %s",
    async (cause) => {
      const task = await stopped(cause);
      for (const hours of [0, 2, 30, 400]) {
        ahead = hours * HOUR;
        await expect(tasks.take(robot(), "something else", profile)).rejects.toMatchObject({
          problem: { code: "task-stopped" },
        });
        await expect(tasks.take(robot("other"), "something else", profile)).rejects.toMatchObject({
          problem: { code: "task-stopped" },
        });
        expect(await tasks.take(robot(), "to look", profile)).toBe(task);
        expect(tasks.standingOfNext(robot(), "something else", profile).state).toMatchObject({ cause });
        // Its person sees what holds it up.
        expect(tasks.stoppedOf(ADA).map(({ id }) => id)).toEqual([task]);
      }
      await tasks.end(task, ADA);
      expect(await tasks.take(robot(), "something else", profile)).not.toBe(task);
    },
  );

  test("over its budget alone, begins another after an hour: what it may in an hour holds then too", async () => {
    const task = await stopped("budget-rows");
    await expect(tasks.take(robot(), "something else", profile)).rejects.toMatchObject({
      problem: { code: "task-stopped" },
    });
    ahead = 2 * HOUR;
    expect(await tasks.take(robot(), "something else", profile)).not.toBe(task);
  });
});
