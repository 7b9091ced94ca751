import { fakerEN as faker } from "@faker-js/faker";
import { afterAll, beforeAll, expect, test } from "vitest";
import { REPORTS } from "../../collector/reports/reportRoutes.ts";
import type { RunningCollector } from "../../collector/start.ts";
import type { Actor } from "../../protocol/actor.ts";
import type { Report, ReportList } from "../../protocol/collector/report.ts";
import type { FoundRecords } from "../../protocol/collector/search.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { elevationOf, Hand, orderOf } from "./approving.ts";
import { call, type TestDevice } from "./device.ts";
import { type Person, signIn, startProvider } from "./people.ts";
import { ask } from "./statements.ts";
import { enrolled, onEachStore, settings, startCollector } from "./stores.ts";

let provider: DemoProvider;
const tokens = new Map<Person, string>();

beforeAll(async () => {
  provider = await startProvider();
  for (const person of ["member", "auditor", "admin"] as const)
    tokens.set(person, await signIn(provider, person));
});
afterAll(() => provider.stop());

onEachStore((store) => {
  let collector: RunningCollector;
  let device: TestDevice;
  let lost: TestDevice;

  beforeAll(async () => {
    faker.seed(3);
    collector = await startCollector(settings(provider, await store.fresh()));
    device = await enrolled(collector, tokens.get("member") ?? "");
    lost = await enrolled(collector, tokens.get("member") ?? "");
    const member: Actor = {
      kind: "user",
      issuer: provider.issuer,
      subject: "member",
      name: "<b>member</b> & co",
      groups: [],
    };
    device.write({ kind: "session_opened", writer: "w1", origin: "cli" });
    for (let count = 0; count < 100; count += 1) ask(device, member);
    ask(device, { kind: "local_user", account: "root", host: "box" });
    ask(device, member, undefined, {
      verdict: "allow",
      effect: "ddl",
      statement: "DROP TABLE shop.t /* customer 4711 */",
      connection: { ...connection, environment: "production" },
    });
    await device.send(collector.url);
    await lost.send(collector.url);
    await call("POST", `${collector.url}/v1/devices/${lost.chain}/state`, tokens.get("admin") ?? "", {
      state: "lost",
      reason: "left in a <train>",
    });
  });
  afterAll(() => collector.stop());

  const bodies = () => device.records.map(({ canonical }) => JSON.parse(canonical).body);
  const report = async (id: string, query = ""): Promise<Report> => {
    const { status, body } = await call<Report>(
      "GET",
      `${collector.url}/v1/reports/${id}${query}`,
      tokens.get("auditor") ?? "",
    );
    expect({ status, body }).toMatchObject({ status: 200 });
    return body;
  };
  const control = (made: Report, id: string) => made.controls.find((each) => each.id === id);
  const figure = (made: Report, id: string, name: string) =>
    control(made, id)?.figures.find((each) => each.name === name)?.value;
  const exception = (made: Report, id: string, name: string) =>
    control(made, id)?.exceptions.find((each) => each.name === name);

  test("figures are those of the records", async () => {
    const made = await report("soc2");
    const judged = bodies().filter(({ verdict }) => verdict !== undefined);
    expect(figure(made, "CC6.1", "Statements recorded")).toBe(judged.length);
    expect(figure(made, "CC6.1", "Different people and programs")).toBe(2);
    expect(figure(made, "CC6.1", "Local users, whom no provider vouches for")).toBe(1);
    expect(figure(made, "CC6.2", "Lost devices")).toBe(1);
    expect(figure(made, "CC6.2", "Active devices")).toBe(1);
    const blocked = judged.filter(({ verdict }) => verdict === "deny").length;
    expect(figure(made, "CC6.3", "Statements blocked")).toBe(blocked);
    expect(exception(made, "CC6.3", "Blocked statements")?.count).toBe(blocked);
    expect(exception(made, "CC8.1", "Changes of structure in production that ran")?.records).toMatchObject([
      { hit: { summary: "DROP TABLE shop.t /* customer 4711 */" } },
    ]);
    expect(exception(made, "CC6.2", "Devices marked by an administrator")?.count).toBe(1);
    const masked = bodies().reduce((sum, { maskedCells }) => sum + (maskedCells ?? 0), 0);
    expect(figure(made, "CC6.7", "Cells masked")).toBe(masked);
  });

  test("every record listed is in the log where the report says, and every search can be asked again", async () => {
    for (const { id } of REPORTS) {
      const made = await report(id, "?subject=customer%204711");
      for (const { exceptions } of made.controls)
        for (const { count, query, records } of exceptions) {
          const again = await call<FoundRecords>(
            "GET",
            `${collector.url}${query}&limit=500`,
            tokens.get("auditor") ?? "",
          );
          expect({ query, status: again.status }).toEqual({ query, status: 200 });
          expect(again.body.records).toHaveLength(count);
          for (const { hit, hash, leaf } of records) {
            const proof = await call<{ hash: string; index: number }>(
              "GET",
              `${collector.url}/v1/proof/inclusion?chain=${hit.chain}&seq=${hit.seq}`,
            );
            expect(proof.body).toMatchObject({ hash, index: leaf });
          }
        }
    }
  });

  test("approvals, rights for a while and logins that were lent are figures, and the records of them are listed", async () => {
    const asked = await startCollector(settings(provider, await store.fresh()));
    const other = await enrolled(asked, tokens.get("member") ?? "");
    const requester = { issuer: provider.issuer, subject: "member" };
    const group = "sluice-approvers";
    const member = new Hand(() => asked, tokens.get("member") ?? "");
    const approver = await signIn(provider, "approver");
    const order = orderOf(provider, other, { group }, { requester });
    const first = await member.ask(order);
    await new Hand(() => asked, approver).decide(first.body.id, "approve");
    const second = await member.ask({ ...order, subject: { ...order.subject, meaning: "f".repeat(64) } });
    await new Hand(() => asked, approver).decide(second.body.id, "deny");
    const right = elevationOf(provider, other, undefined, { group });
    const rights = new Hand(() => asked, tokens.get("member") ?? "", "/v1/elevations");
    expect((await rights.ask({ ...right, subject: { ...right.subject, requester } })).status).toBe(200);
    const made = async (id: string): Promise<Report> =>
      (await call<Report>("GET", `${asked.url}/v1/reports/${id}`, tokens.get("auditor") ?? "")).body;
    const granted = "Requests granted, for statements and for rights for a while";
    const expected = [
      ["soc2", "CC6.3"],
      ["soc2", "CC8.1"],
      ["hipaa", "§ 164.312(a)(1)"],
      ["fedramp", "AC-5"],
      ["pci", "10.2.1.5"],
    ] as const;
    for (const [id, at] of expected) {
      const report = await made(id);
      expect({
        id,
        at,
        granted: figure(report, at, granted),
        denied: figure(report, at, "Requests denied"),
      }).toEqual({
        ...{ id, at, granted: 1, denied: 1 },
      });
    }
    const soc2 = await made("soc2");
    const asksFor = "Rights for a while that were asked for";
    expect(figure(soc2, "CC6.3", asksFor)).toBe(1);
    expect(exception(soc2, "CC6.3", asksFor)?.records).toMatchObject([{ hit: { kind: "elevation_opened" } }]);
    expect(figure(soc2, "CC6.2", "Logins lent for a while")).toBe(0);
    await asked.stop();
  });

  test("a data subject's report lists the statements that name them, and none without a name", async () => {
    const name = "Statements that name the person";
    const made = await report("gdpr", "?subject=CUSTOMER%204711");
    expect(exception(made, "Art. 15(1)(c)", name)).toMatchObject({ count: 1 });
    expect(exception(await report("gdpr"), "Art. 15(1)(c)", name)).toBeUndefined();
  });

  test("a period before everything is empty", async () => {
    const made = await report("pci", "?from=2020-01-01&to=2020-02-01");
    expect(figure(made, "10.4", "Statements recorded")).toBe(0);
    for (const { exceptions } of made.controls) for (const { count } of exceptions) expect(count).toBe(0);
  });

  test("as a page it holds no markup that people wrote", async () => {
    for (const { id } of REPORTS) {
      const { status, body } = await call<string>(
        "GET",
        `${collector.url}/v1/reports/${id}?format=html`,
        tokens.get("auditor") ?? "",
      );
      expect(status).toBe(200);
      expect(body).toContain("<!doctype html>");
      expect(body).not.toMatch(/<b>|<train>|<script/);
    }
  });

  test("the list names them all, and what is none of them is refused", async () => {
    const { body } = await call<ReportList>(
      "GET",
      `${collector.url}/v1/reports`,
      tokens.get("auditor") ?? "",
    );
    expect(body.reports.map(({ id }) => id)).toEqual(["soc2", "hipaa", "fedramp", "pci", "gdpr"]);
    for (const path of ["none", "soc2?from=2026-02-01&to=2026-01-01", "soc2?format=pdf", "gdpr?subject=%00x"])
      expect(
        (await call("GET", `${collector.url}/v1/reports/${path}`, tokens.get("auditor") ?? "")).status,
      ).toBeGreaterThanOrEqual(400);
  });
});

const connection = {
  id: "c1",
  name: "Northwind",
  engine: "postgres",
  host: "db",
  port: 5432,
  database: "shop",
  environment: "production",
  environmentSet: true,
};
