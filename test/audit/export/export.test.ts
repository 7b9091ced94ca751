import fs from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ExportFormat, exportLedger } from "../../../agent/audit/exportLedger.ts";
import { openLedger } from "../../../agent/audit/ledger.ts";
import type { Actor } from "../../../protocol/actor.ts";
import { ocsfEvent } from "../../../protocol/audit/export/ocsf.ts";
import { StatementJoin } from "../../../protocol/audit/export/statementJoin.ts";
import { syslogLine } from "../../../protocol/audit/export/syslog.ts";
import { RECORD_BODY, type RecordBody } from "../../../protocol/audit/record.ts";
import { sha256 } from "../../../protocol/ids.ts";
import { writeLedger } from "../../log/ledgerChain.ts";
import { intent, ledgerFolder, newSigner, outcome } from "../records.ts";
import { DATASTORE_ACTIVITY } from "./ocsfSchema.ts";
import { parseSyslog } from "./syslogParser.ts";

const chain = sha256("c".repeat(64));
const source = { chain, version: "1.2.3" };
const placed = (body: RecordBody, seq = 1) => ({
  seq,
  hash: sha256("d".repeat(64)),
  at: "2026-01-05T09:00:00.000Z",
  body,
});
const line = (body: RecordBody): string => syslogLine({ chain, host: "db host" }, placed(body));

let folder: string;
let file: string;
beforeAll(async () => {
  folder = ledgerFolder();
  file = path.join(folder, "ledger.db");
  await writeLedger(file, 40);
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const exported = (format: ExportFormat, of = file): readonly string[] => [
  ...exportLedger(of, { format, host: "here", version: "1.2.3" }),
];

const person = {
  kind: "user",
  subject: "u1",
  issuer: "https://id.example",
  name: "Ada",
  groups: ["dev"],
} as const;
const ACTORS: readonly Actor[] = [
  person,
  { ...person, email: "ada@id.example" },
  { kind: "local_user", account: "ada", host: "laptop" },
  { kind: "service", subject: "s1", issuer: "https://id.example", name: "etl", groups: [] },
  {
    kind: "ai_agent",
    agent: "copilot",
    model: "unknown",
    host: "unknown",
    onBehalfOf: person,
    asserted: true,
  },
  {
    kind: "ai_agent",
    agent: "copilot",
    model: "unknown",
    host: "unknown",
    onBehalfOf: { kind: "local_user", account: "ada", host: "laptop" },
    asserted: true,
  },
];

describe("OCSF", () => {
  const mapped = (body: Parameters<typeof ocsfEvent>[1]["body"], ended: ReturnType<typeof outcome> | null) =>
    DATASTORE_ACTIVITY.parse(ocsfEvent(source, { ...placed(body), body, outcome: ended }));

  test("a real ledger's statements are events of the schema", () => {
    const events = exported("ocsf").map((text) => DATASTORE_ACTIVITY.parse(JSON.parse(text)));
    expect(events).toHaveLength(40);
    expect(events.filter(({ action }) => action === "Denied")).toHaveLength(4);
    expect(new Set(events.map(({ metadata }) => metadata.original_event_uid)).size).toBe(40);
  });

  test("every actor, and the agent beside the person it acts for", () => {
    const users = ACTORS.map((actor) => mapped({ ...intent(), actor }, outcome(1)).actor);
    expect(users.map(({ user }) => user?.type)).toEqual([
      "User",
      "User",
      expect.stringContaining("Unverified"),
      "Service",
      "User",
      expect.stringContaining("Unverified"),
    ]);
    expect(users[4]).toMatchObject({ app_name: "copilot", user: { uid: "u1" } });
  });

  test.each([
    ["read", "select", 4, "Query"],
    ["write", "insert", 6, "Create"],
    ["write", "update", 2, "Update"],
    ["write", "delete", 7, "Delete"],
    ["write", "merge", 5, "Write"],
    ["ddl", "drop_table", 99, "drop_table"],
    ["unknown", "do", 99, "do"],
  ])("%s %s is activity %d, %s", (effect, statementKind, id, name) => {
    expect(mapped(intent({ effect, statementKind }), null)).toMatchObject({
      activity_id: id,
      activity_name: name,
    });
  });

  test.each(["done", "failed", "cancelled", "rolled_back", "unknown"] as const)("an outcome %s", (ended) => {
    const { status } = mapped(
      intent(),
      outcome(1, { outcome: ended, errorClass: ended === "failed" ? "22012" : null }),
    );
    expect(status).toBe(ended === "done" ? "Success" : ended === "unknown" ? "Unknown" : "Failure");
  });

  test("what was refused, what waits, what was approved, what has no outcome", () => {
    const { kind: _kind, ...judgement } = intent();
    const refused = (verdict: "deny" | "approve") => mapped({ kind: "refused", ...judgement, verdict }, null);
    expect(refused("deny")).toMatchObject({
      action: "Denied",
      disposition: "Blocked",
      is_alert: true,
      status: "Failure",
    });
    expect(refused("approve")).toMatchObject({ action: "Denied", is_alert: false });
    expect(mapped(intent({ verdict: "approve" }), outcome(1))).toMatchObject({
      action: "Allowed",
      disposition: "Approved",
    });
    expect(mapped(intent(), null)).toMatchObject({ status: "Unknown" });
  });

  test("every score and every kind of address", () => {
    const { connection } = intent();
    for (const risk of [0, 24.9, 25, 50, 75, 100]) mapped(intent({ risk }), null);
    for (const host of ["", "db.example", "10.0.0.7", "::1", "2001:db8::7"])
      mapped(
        intent({
          connection: {
            ...connection,
            host,
            port: host === "" ? 0 : 5432,
            database: host === "" ? "" : "shop",
          },
        }),
        null,
      );
    expect(
      mapped(intent({ connection: { ...connection, host: "10.0.0.7" } }), null).dst_endpoint,
    ).toMatchObject({ ip: "10.0.0.7" });
  });

  test("a table where there is one, and only then", () => {
    const one = intent({
      reads: [{ column: "shop.orders.id", role: "output" }],
      writes: ["shop.orders.total"],
    });
    expect(mapped(one, null).table).toEqual({ name: "shop.orders" });
    expect(mapped({ ...one, writes: ["shop.items.total"] }, null).table).toBeUndefined();
    expect(mapped({ ...one, reads: [], writes: [] }, null).table).toBeUndefined();
  });

  test("the test's schema refuses what the schema refuses", () => {
    const event = ocsfEvent(source, { ...placed(intent()), body: intent(), outcome: null });
    for (const wrong of [
      { ...event, type_uid: 600_599 },
      { ...event, extra: 1 },
      { ...event, actor: {} },
      { ...event, severity: "Fatal" },
      { ...event, src_endpoint: { port: 1 } },
      { ...event, metadata: { version: "1.7.0" } },
    ])
      expect(DATASTORE_ACTIVITY.safeParse(wrong).success).toBe(false);
  });
});

describe("syslog", () => {
  test("every record of a real ledger is a line of RFC 5424", () => {
    const lines = exported("syslog");
    expect(lines).toHaveLength(exported("jsonl").length);
    for (const text of lines) {
      expect(text.endsWith("\n")).toBe(true);
      const { facility, app, host, data } = parseSyslog(text.slice(0, -1));
      expect({ facility, app, host }).toEqual({ facility: 13, app: "sluice", host: "here" });
      expect(data.chain).toMatch(/^[0-9a-f]{64}$/);
    }
  });

  test("whoever writes a statement writes no line, and no field, of their own", () => {
    const attack =
      'SELECT 1\n<8>1 2026-01-01T00:00:00Z evil sluice - intent - nothing\r\n\u0085\u2028"] [fake@1 verdict="allow"]\\';
    const text = line({ ...intent({ statement: attack, purpose: attack }), verdict: "deny" });
    expect(text.split(/[\n\r\u0085\u2028]/)).toHaveLength(2);
    const { data, message, id } = parseSyslog(text.slice(0, -1));
    expect(data).toMatchObject({ verdict: "deny", purpose: attack.replaceAll(/[\n\r\u0085\u2028]/g, " ") });
    expect(message).toContain("[fake@1");
    expect(id).toBe("intent");
  });

  test("any text at all", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary-ascii" }), (statement, name) => {
        const { connection } = intent();
        const text = line(intent({ statement, purpose: name, connection: { ...connection, name } }));
        expect(text.indexOf("\n")).toBe(text.length - 1);
        expect(parseSyslog(text.slice(0, -1)).data.verdict).toBe("allow");
      }),
    );
  });

  test("graver things are graver", () => {
    const { kind: _kind, ...judgement } = intent();
    const alert = {
      kind: "alert_raised",
      alert: "fork",
      chain,
      seq: 3,
      what: "two histories",
      evidence: "e",
    } as const;
    const severities = [
      alert,
      { kind: "refused", ...judgement } as const,
      outcome(1, { outcome: "failed" }),
      intent(),
    ].map((body) => parseSyslog(line(body).slice(0, -1)).severity);
    expect(severities).toEqual([1, 4, 5, 6]);
  });

  test("every kind of record fits the header", () => {
    for (const { shape } of RECORD_BODY.options) expect(shape.kind.value.length).toBeLessThanOrEqual(32);
  });
});

describe("CSV", () => {
  test("statements with their outcomes, and corrections; what still runs comes last", async () => {
    const own = path.join(folder, "own.db");
    const ledger = await openLedger({ path: own, signer: newSigner(), origin: "cli" });
    const first = await ledger.append(intent({ statement: "=cmd|'x'" }));
    const second = await ledger.append(intent({ statement: 'a "quoted",\nline' }));
    await ledger.append(outcome(second.seq));
    const rows = exported("csv", own);
    await ledger.close();
    expect(rows).toHaveLength(3);
    expect(rows[1]).toContain('"a ""quoted"",\nline"');
    expect(rows[1]).toContain(",done,3,");
    expect(rows[2]).toMatch(new RegExp(`^${first.seq},`));
    expect(rows[2]).toContain(",'=cmd|'x',");
    expect(rows[2]).toContain(",running,");
    expect(exported("csv").filter((row) => row.includes("-- Label of"))).toHaveLength(2);
  });
});

test("an outcome that names no open statement hands nothing on", () => {
  const join = new StatementJoin();
  expect(join.take(placed(outcome(9), 10))).toBeNull();
  join.take(placed(intent(), 11));
  expect(join.take(placed(outcome(11), 12))).toMatchObject({ seq: 11 });
  expect(join.take(placed(outcome(11), 13))).toBeNull();
  expect(join.open()).toEqual([]);
});
