import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { RunningCollector } from "../../collector/start.ts";
import type { AiAgentActor } from "../../protocol/actor.ts";
import type { Overview } from "../../protocol/collector/search.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { intent } from "../audit/records.ts";
import { call, type TestDevice } from "./device.ts";
import { type Person, signIn, startProvider } from "./people.ts";
import { enrolled, onEachStore, settings, startCollector } from "./stores.ts";

/** Several AI agents of one person are one actor for every limit, and each is shown as itself. */

let provider: DemoProvider;
const tokens = new Map<Person, string>();
beforeAll(async () => {
  provider = await startProvider();
  for (const who of ["member", "other", "auditor"] as const) tokens.set(who, await signIn(provider, who));
});
afterAll(() => provider.stop());

onEachStore((store) => {
  let collector: RunningCollector;
  let device: TestDevice;
  beforeEach(async () => {
    collector = await startCollector(settings(provider, await store.fresh()));
    device = await enrolled(collector, tokens.get("member") ?? "");
  });
  afterEach(() => collector.stop());

  const agentOf = (subject: string, agent: string, model: string, host = "some host"): AiAgentActor => ({
    kind: "ai_agent",
    agent,
    model,
    host,
    onBehalfOf: { kind: "user", issuer: provider.issuer, subject, name: `Name of ${subject}`, groups: [] },
    asserted: true,
  });
  const shown = async (who: Person) =>
    (await call<Overview>("GET", `${collector.url}/v1/overview`, tokens.get(who) ?? "")).body.agents.map(
      ({ agent, model, person, statements }) => [agent, model, person, statements],
    );

  test("each by its own names, with the person, most statements first; one's own to everybody else", async () => {
    for (let n = 0; n < 3; n += 1) device.write(intent({ actor: agentOf("member", "copilot", "large-1") }));
    for (let n = 0; n < 2; n += 1) device.write(intent({ actor: agentOf("member", "copilot", "small-1") }));
    device.write(intent({ actor: agentOf("other", "copilot", "large-1") }));
    device.write(intent());
    expect((await device.send(collector.url)).status).toBe(200);
    expect(await shown("auditor")).toEqual([
      ["copilot", "large-1", "Name of member", 3],
      ["copilot", "small-1", "Name of member", 2],
      ["copilot", "large-1", "Name of other", 1],
    ]);
    expect(await shown("member")).toHaveLength(2);
    expect(await shown("other")).toEqual([["copilot", "large-1", "Name of other", 1]]);
  });

  test("names that are long, or would pass for another's, are kept apart", async () => {
    const identity = `ai_agent for user|${provider.issuer}|other`;
    device.write(intent({ actor: agentOf("member", `x","${identity}`, "m") }));
    device.write(
      intent({ actor: agentOf("member", "l".repeat(5_000), "m".repeat(5_000), "h".repeat(5_000)) }),
    );
    expect((await device.send(collector.url)).status).toBe(200);
    const all = await shown("auditor");
    expect(all).toHaveLength(2);
    expect(all.every(([, , person]) => person === "Name of member")).toBe(true);
    expect(await shown("other")).toEqual([]);
  });
});
