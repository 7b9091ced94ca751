import { createHmac } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { CollectorError } from "../../collector/collectorError.ts";
import { type CollectorSettings, readOptions } from "../../collector/options.ts";
import type { RunningCollector } from "../../collector/start.ts";
import { Hand, orderOf, type Stage, setStage, UPDATE } from "./approving.ts";
import type { TestDevice } from "./device.ts";
import { type Received, Receiver } from "./receiver.ts";
import { enrolled, onEachStore, settings, startCollector } from "./stores.ts";

const SECRET = "a secret of the receiver's";
let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.provider.stop());

onEachStore((store) => {
  let collector: RunningCollector;
  let device: TestDevice;
  let told: CollectorSettings;
  let receiver: Receiver;
  let address: string;
  let ada: Hand;
  let dana: Hand;

  beforeEach(async () => {
    receiver = new Receiver();
    address = await receiver.start();
    told = settings(stage.provider, {
      ...(await store.fresh()),
      webhooks: [{ kind: "json", url: `${address}/json`, secret: SECRET }],
    });
    await begin(told);
  });
  afterEach(async () => {
    await collector.stop();
    await receiver.stop();
  });

  const begin = async (set: CollectorSettings): Promise<void> => {
    collector = await startCollector(set);
    device = await enrolled(collector, stage.tokens.ada, "ada");
    ada = new Hand(() => collector, stage.tokens.ada);
    dana = new Hand(() => collector, stage.tokens.dana);
  };
  const again = async (set: CollectorSettings): Promise<void> => {
    await collector.stop();
    await begin(set);
  };
  const asked = async (changes = {}): Promise<string> => {
    const { status, body } = await ada.ask(orderOf(stage.provider, device, changes));
    expect(status).toBe(200);
    return body.id;
  };
  const events = (got: readonly Received[]) => got.map(({ body }) => JSON.parse(body));

  /** As a receiver checks it, in other words than the sender's. */
  const isSigned = ({ headers, body }: Received, secret = SECRET): boolean => {
    const [, time = "", signature] =
      /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers["sluice-signature"])) ?? [];
    const fresh = Math.abs(Number(time) - Date.now() / 1000) < 300;
    return (
      fresh && createHmac("sha256", secret).update(`${time}.${body}`, "utf8").digest("hex") === signature
    );
  };

  test("every step is told, signed, and without a raw literal", async () => {
    const id = await asked();
    await dana.decide(id, "approve");
    const got = await receiver.until(2);
    expect(got.every((one) => isSigned(one))).toBe(true);
    expect(got.some((one) => isSigned(one, "another secret entirely"))).toBe(false);
    const [opened, granted] = events(got).sort((one, other) => one.approval.version - other.approval.version);
    expect(opened).toMatchObject({
      v: 1,
      event: "approval.opened",
      log: collector.log,
      by: { subject: "ada" },
      approval: {
        id,
        state: "pending",
        group: "sluice-dba",
        asked: { kind: "statement", statement: UPDATE, risk: 71 },
      },
    });
    expect(granted).toMatchObject({
      event: "approval.granted",
      by: { subject: "dana" },
      approval: { id, state: "granted", approvers: [{ subject: "dana" }] },
    });
    expect(got.map(({ body }) => body).join()).not.toContain("ada@example.org");
    expect(got.every(({ headers, body }) => headers["sluice-delivery"] === JSON.parse(body).id)).toBe(true);
  });

  test("is sent again until it is taken, always the same and signed anew", async () => {
    receiver.answer = (_received, count) => [503, 302, 200][count - 1] ?? 200;
    const id = await asked();
    const got = await receiver.until(3);
    expect(new Set(got.map(({ body }) => body)).size).toBe(1);
    expect(got.every((one) => isSigned(one) && one.path === "/json")).toBe(true);
    await dana.decide(id, "deny");
    await vi.waitFor(
      () => expect(events(receiver.got).map(({ event }) => event)).toContain("approval.denied"),
      10_000,
    );
    expect(receiver.got).toHaveLength(4);
  });

  test("nobody waits for a receiver that says nothing, and a stop does not lose the message", async () => {
    receiver.answer = () => null;
    const id = await asked();
    await receiver.until(1);
    expect((await dana.decide(id, "approve")).body.state).toBe("granted");
    await receiver.until(2);
    receiver.answer = () => 200;
    await again(told);
    const after = events(await receiver.until(4)).slice(2);
    expect(after.map(({ event }) => event).sort()).toEqual(["approval.granted", "approval.opened"]);
  });

  test("what was queued while the receiver was away comes when it is back", async () => {
    await receiver.stop();
    await dana.decide(await asked(), "approve");
    receiver = new Receiver();
    await receiver.start(Number(new URL(address).port));
    const named = events(await receiver.until(2)).map(({ event }) => event);
    expect(named.sort()).toEqual(["approval.granted", "approval.opened"]);
  });

  test("one receiver that hangs holds up no other", async () => {
    receiver.answer = ({ path }) => (path === "/json" ? null : 200);
    await again({
      ...told,
      webhooks: [
        { kind: "json", url: `${address}/json`, secret: SECRET },
        { kind: "json", url: `${address}/other`, secret: SECRET },
      ],
    });
    for (let count = 0; count < 10; count += 1) await asked({ purpose: `number ${count}` });
    await vi.waitFor(
      () => expect(receiver.got.filter(({ path }) => path === "/other")).toHaveLength(10),
      9_000,
    );
  });

  test("a message for Slack holds what people wrote as plain text", async () => {
    await again({ ...told, webhooks: [{ kind: "slack", url: `${address}/slack` }] });
    const nasty = "<!channel> *now* <https://evil.example|click> ```&";
    await asked({ purpose: nasty, statement: `SELECT '${nasty}'`, connectionName: "<!here>" });
    const [got] = await receiver.until(1);
    expect(got?.headers["sluice-signature"]).toBeUndefined();
    const message: { text: string; blocks: readonly Record<string, unknown>[] } = JSON.parse(got?.body ?? "");
    expect(message.text).not.toContain("<");
    expect(message.text).toContain("&lt;!here&gt;");
    expect(JSON.stringify(message)).toContain("SELECT '<!channel>");
    expect(JSON.stringify(message)).not.toContain('"mrkdwn"');
    expect(message.blocks.map(({ type }) => type)).toEqual(["section", "rich_text", "section"]);
  });

  test("a message leads to exactly that request, where the collector knows its address", async () => {
    const publicUrl = "https://sluice.example.com";
    const webhooks: CollectorSettings["webhooks"] = [
      { kind: "json", url: `${address}/json`, secret: SECRET },
      { kind: "slack", url: `${address}/slack` },
    ];
    await again({ ...told, webhooks });
    await asked();
    const [without] = (await receiver.until(2)).filter(({ path }) => path === "/json");
    expect(JSON.parse(without?.body ?? "")).toMatchObject({ collector: null, link: null });
    await again({ ...told, webhooks, publicUrl, behindProxy: true });
    const id = await asked({ purpose: "another" });
    const got = (await receiver.until(4)).slice(2);
    const link = `${publicUrl}/#/approvals/${id}`;
    const json = got.find(({ path }) => path === "/json");
    expect(JSON.parse(json?.body ?? "")).toMatchObject({
      by: { subject: "ada" },
      collector: publicUrl,
      link,
    });
    const slack = JSON.parse(got.find(({ path }) => path === "/slack")?.body ?? "");
    expect(slack.text.endsWith(` ${link}`)).toBe(true);
    expect(slack.blocks.at(-1)).toMatchObject({
      elements: [{ elements: [{ type: "link", url: link }] }],
    });
  });

  test("a monitor sees what waits for a receiver, and what came of each try, and no address", async () => {
    receiver.answer = () => 503;
    await asked();
    await receiver.until(2);
    const metrics = async (address = collector.url) => (await fetch(`${address}/metrics`)).text();
    await vi.waitFor(
      async () =>
        expect(await metrics()).toMatch(
          /sluice_collector_webhook_deliveries_total\{hook="[0-9a-f]{16}",result="failed"\} [2-9]/,
        ),
      10_000,
    );
    const text = await metrics();
    expect(text).toMatch(/sluice_collector_webhook_waiting\{hook="[0-9a-f]{16}"\} 1\n/);
    expect(text).toMatch(/sluice_collector_webhook_failing\{hook="[0-9a-f]{16}"\} [2-9]\n/);
    expect(text).not.toContain(address);
    receiver.answer = () => 200;
    await vi.waitFor(
      async () => expect(await metrics()).toMatch(/webhook_waiting\{hook="[0-9a-f]{16}"\} 0\n/),
      20_000,
    );
    expect(await metrics()).toMatch(/deliveries_total\{hook="[0-9a-f]{16}",result="sent"\} 1\n/);
  });
});

test.each([
  ["in the clear", { kind: "json", url: "http://hooks.example/x", secret: SECRET }],
  ["no address", { kind: "json", url: "file:///etc/passwd", secret: SECRET }],
  ["no secret", { kind: "json", url: "https://hooks.example/x" }],
  ["a short secret", { kind: "json", url: "https://hooks.example/x", secret: "short" }],
])("a webhook with %s is refused", (_what, webhook) => {
  const wrong = { ...settings({ issuer: "https://login.example", clientId: "sluice" }), webhooks: [webhook] };
  expect(() => readOptions(wrong)).toThrow(CollectorError);
  const right = { ...wrong, webhooks: [{ kind: "slack", url: "https://hooks.example/x" }] };
  expect(readOptions(right).webhooks).toHaveLength(1);
});
