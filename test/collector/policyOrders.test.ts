import { afterAll, beforeAll, expect, test } from "vitest";
import type { CentralPolicy } from "../../protocol/policy/centralPolicy.ts";
import type { PolicyAnswer } from "../../protocol/policy/policyAnswer.ts";
import type { PolicyHistory, PolicyTexts } from "../../protocol/policy/policyVersions.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { startProvider } from "./people.ts";
import { PolicyStage, policyText } from "./policyStage.ts";
import { onEachStore } from "./stores.ts";

/** What administrators do to the policy: publish, observe, enforce, drop, roll back. */

let provider: DemoProvider;
beforeAll(async () => {
  provider = await startProvider();
});
afterAll(() => provider.stop());

const FORBID = (what: string): string => `forbid (principal, action == Action::"${what}", resource);`;

onEachStore((store) => {
  let stage: PolicyStage;
  const standing = async () => {
    const { body } = await stage.ask<PolicyAnswer>("GET", "/v1/policy", "member");
    const lease: { version: number; observed?: { version: number } } = JSON.parse(body.lease);
    const policy: CentralPolicy | null = body.policy === null ? null : JSON.parse(body.policy);
    return { version: lease.version, cedar: policy?.cedar, observed: lease.observed?.version ?? null };
  };
  const states = async () => {
    const { body } = await stage.ask<PolicyHistory>("GET", "/v1/policy/history", "auditor");
    return body.versions.map(({ version, state, restores }) => [version, state, restores]);
  };
  const refused = async (method: "PUT" | "POST", at: string, body: unknown) =>
    (await stage.ask(method, at, "admin", body)).status;

  test("watched, then enforced under its own number", async () => {
    stage = await PolicyStage.open(provider, await store.fresh());
    await stage.publish(1, { cedar: FORBID("ddl") });
    expect(await standing()).toMatchObject({ version: 1, observed: null });
    await stage.observe(2, { cedar: FORBID("write") });
    expect(await standing()).toEqual({ version: 1, cedar: FORBID("ddl"), observed: 2 });
    expect(await refused("POST", "/v1/policy/enforce", { version: 1 })).toBe(409);
    await stage.order("POST", "/v1/policy/enforce", { version: 2 });
    expect(await standing()).toEqual({ version: 2, cedar: FORBID("write"), observed: null });
    expect(await refused("POST", "/v1/policy/enforce", { version: 2 })).toBe(409);
    expect(await states()).toEqual([
      [2, "in_force", null],
      [1, "former", null],
    ]);
    await stage.stop();
  });

  test("watched and dropped, or overtaken: never in force, and its number is used up", async () => {
    stage = await PolicyStage.open(provider, await store.fresh());
    await stage.observe(1, { cedar: FORBID("write") });
    expect(await standing()).toEqual({ version: 0, observed: 1 });
    await stage.order("POST", "/v1/policy/drop", { version: 1, reason: "too strict" });
    expect(await standing()).toEqual({ version: 0, observed: null });
    expect(await refused("POST", "/v1/policy/enforce", { version: 1 })).toBe(409);
    expect(await refused("PUT", "/v1/policy", policyText(1))).toBe(409);
    await stage.observe(2, { cedar: FORBID("admin") });
    await stage.publish(3, { cedar: FORBID("ddl") });
    expect(await standing()).toEqual({ version: 3, cedar: FORBID("ddl"), observed: null });
    expect(await states()).toEqual([
      [3, "in_force", null],
      [2, "dropped", null],
      [1, "dropped", null],
    ]);
    await stage.stop();
  });

  test("back to a former version, whichever, in one order and on the record", async () => {
    stage = await PolicyStage.open(provider, await store.fresh());
    for (let version = 1; version <= 25; version += 1)
      await stage.publish(version, {
        cedar: version === 2 ? FORBID("ddl") : "",
        comment: `number ${version}`,
      });
    const order = { version: 26, to: 2, comment: "24 versions were a mistake" };
    expect((await stage.ask("POST", "/v1/policy/rollback", "auditor", order)).status).toBe(403);
    expect(await refused("POST", "/v1/policy/rollback", { ...order, version: 27 })).toBe(409);
    expect(await refused("POST", "/v1/policy/rollback", { ...order, to: 99 })).toBe(404);
    await stage.order("POST", "/v1/policy/rollback", order);
    expect(await standing()).toMatchObject({ version: 26, cedar: FORBID("ddl") });
    expect((await states())[0]).toEqual([26, "in_force", 2]);
    const found = await stage.ask<PolicyTexts>("GET", "/v1/policy/versions/26", "auditor");
    expect(found.body.policy).toEqual(
      policyText(26, { cedar: FORBID("ddl"), comment: "24 versions were a mistake" }),
    );
    expect((await stage.ask("GET", "/v1/policy/versions/99", "auditor")).status).toBe(404);
    await stage.stop();
  });

  test("of several orders at once one is carried out", async () => {
    stage = await PolicyStage.open(provider, await store.fresh());
    await stage.observe(1);
    const answers = await Promise.all([
      stage.ask("PUT", "/v1/policy", "admin", policyText(2)),
      stage.ask("PUT", "/v1/policy/observed", "admin", policyText(2)),
      stage.ask("POST", "/v1/policy/enforce", "admin", { version: 1 }),
      stage.ask("POST", "/v1/policy/drop", "admin", { version: 1, reason: "no" }),
      stage.ask("POST", "/v1/policy/rollback", "admin", { version: 2, to: 1, comment: "back" }),
    ]);
    // What follows the first may still be right: an order says what it takes for granted.
    const done = answers.filter(({ status }) => status === 200).length;
    expect(done).toBeGreaterThanOrEqual(1);
    expect(answers.filter(({ status }) => status !== 200 && status !== 409)).toEqual([]);
    const { body } = await stage.ask<PolicyHistory>("GET", "/v1/policy/history", "auditor");
    const numbers = body.versions.map(({ version }) => version);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(body.versions.filter(({ state }) => state === "in_force").length).toBeLessThanOrEqual(1);
    await stage.stop();
  });
});
