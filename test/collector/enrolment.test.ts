import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { CollectorSettings } from "../../collector/options.ts";
import type { RunningCollector } from "../../collector/start.ts";
import type { Signer } from "../../protocol/audit/seal.ts";
import { enrolmentText } from "../../protocol/collector/ingest.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { newSigner } from "../audit/records.ts";
import { call, TestDevice } from "./device.ts";
import { ownRecords } from "./ownRecords.ts";
import { signIn, startProvider } from "./people.ts";
import { onEachStore, settings, startCollector } from "./stores.ts";

let provider: DemoProvider;
let tokens: Readonly<Record<"member" | "other" | "admin" | "auditor", string>>;
beforeAll(async () => {
  provider = await startProvider();
  const people = ["member", "other", "admin", "auditor"] as const;
  const [member = "", other = "", admin = "", auditor = ""] = await Promise.all(
    people.map((who) => signIn(provider, who)),
  );
  tokens = { member, other, admin, auditor };
});
afterAll(() => provider.stop());

onEachStore((store) => {
  let collector: RunningCollector;
  let given: CollectorSettings;
  let device: TestDevice;

  beforeEach(async () => {
    given = settings(provider, await store.fresh());
    collector = await startCollector(given);
    device = new TestDevice();
  });
  afterEach(() => collector.stop());

  type Person = keyof typeof tokens;
  const put = (who: Person, enrolment: unknown, chain = device.chain) =>
    call<{ code: string; message: string; field?: string }>(
      "PUT",
      `${collector.url}/v1/devices/${chain}`,
      tokens[who],
      enrolment,
    );
  const enrolment = (who: Person, signers: readonly Signer[] = [device.signer]) =>
    device.enrolment(collector.log, who, signers);
  const mark = (state: string, who: Person = "admin") =>
    call<{ code: string }>("POST", `${collector.url}/v1/devices/${device.chain}/state`, tokens[who], {
      state,
      reason: "it was somebody else's",
    });
  const send = async () => (await device.send(collector.url)).status;

  describe("somebody who has a chain's id, which is public", () => {
    test("enrols it with no key of their own, and its owner still does", async () => {
      const mine = newSigner();
      const keys = [
        { publicKey: mine.publicKey, proof: mine.sign(enrolmentText(device.chain, collector.log, "other")) },
      ];
      expect((await put("other", { name: "mine now", keys })).body).toMatchObject({ field: "first" });
      const own = new TestDevice(mine).batch(1, 1).records[0];
      expect((await put("other", { name: "mine now", keys, first: own })).body).toMatchObject({
        field: "first",
      });
      expect((await put("member", enrolment("member"))).status).toBe(200);
      expect(await send()).toBe(200);
    });
    test("not even with its first record, which auditors may read: its key has to sign", async () => {
      const mine = newSigner();
      expect((await put("other", enrolment("other", [mine]))).body.code).toBe("forbidden");
      expect((await put("other", enrolment("member"))).body.code).toBe("bad-request");
    });
    test("a first record with another signature, or another beginning, is none", async () => {
      const [first] = device.batch(1, 1).records;
      const { keys } = enrolment("member");
      const signature = newSigner().sign("something else");
      expect((await put("member", { name: "x", keys, first: { ...first, signature } })).status).toBe(400);
      const canonical = `${first?.canonical} `;
      expect((await put("member", { name: "x", keys, first: { ...first, canonical } })).status).toBe(400);
      const later = device.work(1).batch(2, 2).records[0];
      expect((await put("member", { name: "x", keys, first: later })).status).toBe(400);
    });
    test("a second key comes after the one that began the ledger", async () => {
      const second = newSigner();
      const refused = await put("member", enrolment("member", [second]));
      expect(refused.body).toMatchObject({ code: "forbidden" });
      expect(refused.body.message).toContain("The command line");
      expect((await put("member", enrolment("member"))).status).toBe(200);
      const { keys, name } = enrolment("member", [second]);
      expect((await put("member", { keys, name })).status).toBe(200);
    });
  });

  describe("an enrolment that was wrong", () => {
    beforeEach(async () => {
      expect((await put("other", enrolment("other"))).status).toBe(200);
    });
    test("is undone by an administrator, on record; whoever has the device enrols it", async () => {
      expect((await put("member", enrolment("member"))).body.code).toBe("not-owner");
      expect(await mark("released", "member" as Person)).toMatchObject({ status: 403 });
      expect((await mark("released")).status).toBe(200);
      expect((await device.send(collector.url)).body.code).toBe("not-enrolled");
      expect((await put("member", enrolment("member"))).status).toBe(200);
      expect(await send()).toBe(200);
      const records = await ownRecords(given);
      expect(records.slice(-3).map(({ kind }) => kind)).toEqual([
        "device_enrolled",
        "device_state",
        "device_enrolled",
      ]);
      expect(records.at(-2)).toMatchObject({ to: "released", actor: { subject: "admin" } });
      expect(records.at(-1)).toMatchObject({ owner: { subject: "member" }, keys: [device.signer.keyId] });
    });
    test("with records already: they stay, and the owner is another", async () => {
      device.work(2);
      expect(await send()).toBe(200);
      await mark("released");
      const url = `${collector.url}/v1/devices/${device.chain}/records?from=1`;
      expect((await call("GET", url, tokens.other)).status).toBe(403);
      await put("member", enrolment("member"));
      device.work(1);
      expect(await send()).toBe(200);
      expect((await call("GET", url, tokens.other)).status).toBe(403);
      expect((await call("GET", url, tokens.member)).status).toBe(200);
    });
    test("leaves none of its keys that the chain has not introduced", async () => {
      const stranger = newSigner();
      const { keys, name } = enrolment("other", [stranger]);
      expect((await put("other", { keys, name })).status).toBe(200);
      await mark("released");
      await put("member", enrolment("member"));
      device.write({ kind: "key_introduced", publicKey: stranger.publicKey, origin: "cli" }, stranger);
      expect((await device.send(collector.url)).body.code).toBe("not-enrolled");
    });
    test("is not made right by marking it active", async () => {
      await mark("released");
      expect((await mark("active")).body.code).toBe("conflict");
      expect((await mark("lost")).body.code).toBe("conflict");
    });
    test("stays undone for whoever has not got the device", async () => {
      await mark("released");
      expect((await put("other", enrolment("other", [newSigner()]))).body.code).toBe("forbidden");
    });
  });
});
