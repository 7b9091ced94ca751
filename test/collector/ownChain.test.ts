import path from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readOptions } from "../../collector/options.ts";
import { ChainVerifier, parseRecord } from "../../protocol/audit/chain.ts";
import { sha256 } from "../../protocol/ids.ts";
import { nodeVerifier } from "../../protocol/node/crypto.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { newSigner } from "../audit/records.ts";
import { call } from "./device.ts";
import { signIn, startProvider } from "./people.ts";
import { enrolled, settings, startCollector } from "./stores.ts";

let provider: DemoProvider;
beforeAll(async () => {
  provider = await startProvider();
});
afterAll(() => provider.stop());

test("the collector's own chain verifies, and tells of everything that was done to it", async () => {
  const given = settings(provider);
  const [token, admin] = [await signIn(provider, "member"), await signIn(provider, "admin")];
  let collector = await startCollector(given);
  const device = (await enrolled(collector, token)).work(3);
  await device.send(collector.url);
  const second = newSigner();
  const url = `${collector.url}/v1/devices/${device.chain}`;
  await call("PUT", url, token, device.enrolment(collector.log, "member", [second]));
  await call("PUT", url, token, device.enrolment(collector.log, "member", [second]));
  await device.forkAt(3).work(2).send(collector.url);
  await collector.stop();
  collector = await startCollector(given);
  const state = { state: "revoked", reason: "left the company" };
  await call("POST", `${collector.url}/v1/devices/${device.chain}/state`, admin, state);
  await collector.stop();

  const database = new Database(path.join(readOptions(given).data, "collector.db"), { readonly: true });
  const rows = database
    .prepare<[], { seq: number; canonical: string; hash: Buffer; signature: Buffer }>(
      `SELECT r.* FROM records r JOIN devices d ON d.id = r.device WHERE d.issuer IS NULL ORDER BY seq`,
    )
    .all();
  database.close();
  const chain = new ChainVerifier(nodeVerifier);
  for (const { seq, canonical, hash, signature } of rows) {
    const sealed = {
      seq,
      canonical,
      hash: sha256(hash.toString("hex")),
      signature: signature.toString("base64"),
    };
    expect(chain.next(sealed)).toBeNull();
  }
  const bodies = rows.map(({ canonical }) => parseRecord(canonical)?.body);
  expect(bodies.map((body) => body?.kind)).toEqual([
    "key_introduced",
    "log_started",
    "device_enrolled",
    "device_enrolled",
    "alert_raised",
    "device_state",
  ]);
  expect(bodies[3]).toMatchObject({
    chain: device.chain,
    keys: [second.keyId],
    owner: { subject: "member" },
  });
  expect(bodies[4]).toMatchObject({ alert: "fork", chain: device.chain, seq: 4 });
  expect(bodies[5]).toMatchObject({ from: "active", to: "revoked", reason: "left the company" });
  expect(bodies[5]).toMatchObject({ actor: { kind: "user", subject: "admin" } });
});
