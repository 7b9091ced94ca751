import { afterAll, beforeAll, expect, test } from "vitest";
import { ModelError } from "../../src/suggestions/model.ts";
import { openAiModel, whyNotAddress } from "../../src/suggestions/openAiModel.ts";
import { type Behaviour, type OpenAiServer, startOpenAiServer } from "./openAiServer.ts";

let server: OpenAiServer;
let elsewhere: OpenAiServer;
beforeAll(async () => {
  [server, elsewhere] = await Promise.all([startOpenAiServer(), startOpenAiServer()]);
});
afterAll(async () => {
  await Promise.all([server.stop(), elsewhere.stop()]);
});

const MESSAGES = [
  { role: "system", text: "You write SQL." },
  { role: "user", text: "orders" },
] as const;

async function said(behaviour: Behaviour, signal = new AbortController().signal): Promise<string> {
  server.behave(() => behaviour);
  let text = "";
  const model = openAiModel({ baseUrl: `${server.baseUrl}/`, model: "small", key: "test-key" });
  for await (const part of model.send(MESSAGES, signal)) text += part;
  return text;
}

async function failed(attempt: Promise<unknown>): Promise<string> {
  const error: unknown = await attempt.catch((thrown: unknown) => thrown);
  if (error instanceof ModelError) return error.reason;
  throw new Error(`It failed otherwise: ${String(error)}`);
}

test("an answer comes in pieces, or as a whole", async () => {
  const text = "```sql\nSELECT 'é', 1 FROM shop.orders\n```";
  expect(await said({ kind: "say", text })).toBe(text);
  expect(await said({ kind: "whole", text })).toBe(text);
  const sent = server.requests.at(-1);
  expect(sent?.authorization).toBe("Bearer test-key");
  expect(JSON.parse(sent?.body ?? "{}")).toMatchObject({
    model: "small",
    stream: true,
    messages: [
      { role: "system", content: "You write SQL." },
      { role: "user", content: "orders" },
    ],
  });
});

test("whatever a server does wrong is a reason in words", async () => {
  expect(await failed(said({ kind: "status", status: 500, text: "out of memory" }))).toMatch(
    /answered 500: out of/,
  );
  expect(await failed(said({ kind: "status", status: 401, text: "" }))).toMatch(/does not accept the key/);
  expect(await failed(said({ kind: "broken" }))).toMatch(/another protocol/);
  const nobody = openAiModel({ baseUrl: "http://127.0.0.1:9/v1", model: "x", key: undefined });
  expect(
    await failed(nobody.send(MESSAGES, new AbortController().signal)[Symbol.asyncIterator]().next()),
  ).toMatch(/cannot be reached/);
});

test("a redirect takes neither the key nor the schema elsewhere", async () => {
  const to = `${elsewhere.baseUrl}/chat/completions`;
  expect(await failed(said({ kind: "redirect", to }))).toMatch(/cannot be reached/);
  expect(elsewhere.requests).toEqual([]);
});

test("one that never ends, or never begins, is given up", async () => {
  server.behave(() => ({ kind: "endless", text: "SELECT " }));
  const model = openAiModel({ baseUrl: server.baseUrl, model: "small", key: undefined });
  let length = 0;
  for await (const part of model.send(MESSAGES, new AbortController().signal)) {
    length += part.length;
    if (length > 20_000) break;
  }
  await expect.poll(() => server.aborted()).toBe(1);
  const stop = new AbortController();
  const silent = said({ kind: "silent" }, stop.signal);
  const before = server.requests.length;
  await expect.poll(() => server.requests.length).toBeGreaterThanOrEqual(before);
  stop.abort(new ModelError("the model took longer than 1 s"));
  expect(await failed(silent)).toBe("the model took longer than 1 s");
});

test.each([
  ["https://models.example.com/v1", true],
  ["http://localhost:11434/v1", true],
  ["http://127.0.0.1:8080/v1", true],
  ["http://models.example.com/v1", false],
  ["http://127.0.0.1.example.com/v1", false],
  ["http://localhost.example.com/v1", false],
  ["ftp://localhost/v1", false],
  ["models.example.com", false],
])("a schema goes to this machine or over TLS: %s", (address, allowed) =>
  expect(whyNotAddress(address) === null).toBe(allowed),
);
