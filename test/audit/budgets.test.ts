import { expect, test } from "vitest";
import { type Actor, actorIdentity } from "../../protocol/actor.ts";

const person = (subject: string, name = "Ada", groups: readonly string[] = []): Actor & { kind: "user" } => ({
  kind: "user",
  subject,
  issuer: "https://login.example.com",
  name,
  groups,
});
const agentOf = (agent: string, onBehalfOf: Actor & { kind: "user" }): Actor => ({
  kind: "ai_agent",
  agent,
  model: "unknown",
  host: "unknown",
  onBehalfOf,
  asserted: true,
});

test("people of one name are two, and a person of two names is one", () => {
  expect(actorIdentity(person("1"))).not.toBe(actorIdentity(person("2")));
  expect(actorIdentity(person("1", "Ada"))).toBe(actorIdentity(person("1", "Ada Lovelace", ["dba"])));
});

test("an agent that calls itself otherwise is the same for its person, and not the person", () => {
  const ada = person("1");
  expect(actorIdentity(agentOf("copilot", ada))).toBe(actorIdentity(agentOf("fresh-name", ada)));
  expect(actorIdentity(agentOf("copilot", ada))).not.toBe(actorIdentity(agentOf("copilot", person("2"))));
  expect(actorIdentity(agentOf("copilot", ada))).not.toBe(actorIdentity(ada));
});
