import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { faker } from "@faker-js/faker";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { exportLedger } from "../../agent/audit/exportLedger.ts";
import { listActivity } from "../../agent/audit/readLedger.ts";
import type { Engine } from "../../agent/engine.ts";
import { correctLabel, type LabelCorrection, takeBackCorrection } from "../../agent/labels/correctLabel.ts";
import type { Actor, UserActor } from "../../protocol/actor.ts";
import { parseRecord } from "../../protocol/audit/chain.ts";
import type { RecordBody } from "../../protocol/audit/record.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { connectionId } from "../../protocol/ids.ts";
import type { Label } from "../../protocol/label.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { engineIn, newHome, problemTold, profileOf, runOne } from "../robustness/engine.ts";

const TABLES = `
CREATE SCHEMA shop;
CREATE TABLE shop.people (id integer PRIMARY KEY, email text, nickname text, badge text UNIQUE, kind text);
CREATE TABLE shop.visits (id integer, badge text REFERENCES shop.people (badge), note text);
CREATE VIEW shop.contacts AS SELECT id, email FROM shop.people;
CREATE TABLE shop.blanks (id integer, remarx text);
CREATE TABLE shop.old_people (id integer, email text);
`;

const person = (name: string, ...groups: string[]): UserActor => ({
  kind: "user",
  subject: name,
  issuer: "https://login.test",
  name,
  groups,
});
const STEWARD = person("Stella", "sluice-stewards");
const DEVELOPER = person("Dora");

let server: TestPostgres;
let home: string;
let workspace: string;
let engine: Engine;
const engines: Engine[] = [];
let ignored: readonly string[];

beforeAll(async () => {
  server = await startPostgres();
  faker.seed(4);
  const client = new pg.Client({ connectionString: server.connectionString });
  await client.connect();
  await client.query(TABLES);
  for (let id = 1; id <= 40; id++) {
    const [email, badge] = [faker.internet.email(), `B${id}`];
    await client.query("INSERT INTO shop.people VALUES ($1, $2, $3, $4, 'a')", [
      id,
      email,
      faker.word.noun(),
      badge,
    ]);
    await client.query("INSERT INTO shop.visits VALUES ($1, $2, $3)", [id, badge, faker.word.words(3)]);
    await client.query("INSERT INTO shop.old_people VALUES ($1, $2)", [id, email]);
  }
  await client.end();
});
afterAll(() => server?.stop());

beforeEach(async () => {
  ignored = [];
  home = newHome();
  workspace = fs.mkdtempSync(path.join(os.tmpdir(), "sluice-workspace-"));
  engine = await open();
});
afterEach(async () => {
  for (const one of engines.splice(0)) await one.close().catch(() => {});
  for (const folder of [home, workspace]) fs.rmSync(folder, { recursive: true, force: true });
});

/** A process of its own, as far as state goes. */
async function open(): Promise<Engine> {
  const events = {
    catalogChanged: () => {},
    progress: () => {},
    noticed: (_id: unknown, notices: readonly string[]) => {
      ignored = notices;
    },
  };
  const opened = await engineIn(home, { workspaceFolders: [workspace], events });
  engines.push(opened);
  await opened.rooms.identity.continueAsLocalUser();
  for (const profile of [profileOf(server), production()])
    opened.open.passwords.use(profile.id, server.password);
  return opened;
}

const production = (): ConnectionProfile =>
  profileOf(server, { id: connectionId("live"), name: "live", environment: "production" });

const column = (text: string) => {
  const [schema = "", table = "", name = ""] = text.split(".");
  return { schema, table, column: name };
};

const labelOf = (of: Engine, profile: ConnectionProfile, text: string): Label | undefined =>
  of.open.database(profile).labelOf(column(text));

const correct = (
  actor: Actor,
  profile: ConnectionProfile,
  text: string,
  wanted: Omit<LabelCorrection, "column">,
  by = engine,
): Promise<Label> => {
  const { policy, ledger } = by.rooms;
  const rooms = { policy, ledger, store: by.corrections.store };
  return correctLabel(by.open.database(profile), actor, { column: column(text), ...wanted }, rooms);
};

const because = (infoType: string, level?: Label["level"]): Omit<LabelCorrection, "column"> => ({
  infoType,
  reason: "I know the table",
  ...(level === undefined ? {} : { level }),
});

async function corrections(): Promise<readonly Extract<RecordBody, { kind: "label_corrected" }>[]> {
  engine.rooms.ledger.count();
  return [...exportLedger(engine.rooms.home.ledger, { format: "jsonl", host: "test", version: "test" })]
    .map((line) => parseRecord(JSON.stringify(JSON.parse(line).record))?.body)
    .filter((body) => body?.kind === "label_corrected");
}

function share(text: string): void {
  fs.mkdirSync(path.join(workspace, ".sluice"), { recursive: true });
  fs.writeFileSync(path.join(workspace, ".sluice", "labels.yaml"), text);
}

async function columnMask(
  of: Engine,
  profile: ConnectionProfile,
  sql: string,
): Promise<string | null | undefined> {
  const [judged] = await of.check(profile, sql, { actor: DEVELOPER });
  return judged?.decision.columns[0]?.mask;
}

describe("raising", () => {
  it("is everybody's right, holds at once, says who and why, and masks what was shown", async () => {
    const live = production();
    await engine.open.database(live).whenClassified();
    expect(labelOf(engine, live, "shop.people.kind")?.level).not.toBe("restricted");
    expect(await columnMask(engine, live, "SELECT kind FROM shop.people")).toBeNull();
    const label = await correct(DEVELOPER, live, "shop.people.kind", because("diagnosis_text"));
    expect(label).toMatchObject({ infoType: "diagnosis_text", category: "PHI", confidence: 1 });
    expect(label.evidence.join("; ")).toMatch(/Dora corrected it on \d{4}-\d\d-\d\d: I know the table/);
    expect(await columnMask(engine, live, "SELECT kind FROM shop.people")).not.toBeNull();
  });

  it("reaches what references the column, and what is copied from it", async () => {
    const dev = profileOf(server);
    await engine.open.database(dev).whenClassified();
    await correct(DEVELOPER, dev, "shop.people.badge", because("us_ssn"));
    expect(labelOf(engine, dev, "shop.visits.badge")).toMatchObject({
      infoType: "us_ssn",
      level: "restricted",
    });
    expect(
      (await runOne(engine, dev, "CREATE TABLE shop.badges AS SELECT badge AS b FROM shop.people")).kind,
    ).toBe("done");
    expect(labelOf(engine, dev, "shop.badges.b")?.level).toBe("restricted");
    await runOne(engine, dev, "DROP TABLE shop.badges");
  });

  it("takes no word for a type it does not know, no empty reason, no view and no column of the server", async () => {
    const dev = profileOf(server);
    const told = (text: string, wanted: Omit<LabelCorrection, "column">) =>
      problemTold(correct(DEVELOPER, dev, text, wanted));
    expect(await told("shop.people.kind", because("emial"))).toMatchObject({
      code: "no-such-info-type",
      action: "Did you mean email?",
    });
    expect((await told("shop.people.kind", { infoType: "email", reason: " " })).code).toBe("no-reason");
    expect((await told("shop.people.knid", because("email"))).code).toBe("no-such-column");
    expect((await told("shop.contacts.email", because("email"))).code).toBe("not-a-base-column");
    expect((await told("pg_catalog.pg_class.relname", because("email"))).code).toBe("system-column");
    expect(await corrections()).toEqual([]);
  });
});

describe("lowering", () => {
  it("is refused without the right, with the group that has it, and nothing changes", async () => {
    const live = production();
    await engine.open.database(live).whenClassified();
    const before = labelOf(engine, live, "shop.people.email");
    const problem = await problemTold(correct(DEVELOPER, live, "shop.people.email", because("ordinary")));
    expect(problem.code).toBe("relabel-not-allowed");
    expect(problem.message).toContain("group sluice-stewards");
    expect(labelOf(engine, live, "shop.people.email")).toEqual(before);
    expect(await corrections()).toEqual([]);
  });

  it("is what another category would be, since other people may see it", async () => {
    const live = production();
    await engine.open.database(live).whenClassified();
    await correct(DEVELOPER, live, "shop.people.kind", because("cost_and_margin"));
    const problem = await problemTold(correct(DEVELOPER, live, "shop.people.kind", because("email")));
    expect(problem.code).toBe("relabel-not-allowed");
    expect(labelOf(engine, live, "shop.people.kind")?.category).toBe("business");
  });

  it("is what would show values to whoever asks for it", async () => {
    const live = production();
    await engine.open.database(live).whenClassified();
    expect(labelOf(engine, live, "shop.blanks.remarx")?.infoType).toBe("unclassified");
    const reader = person("Rhea", "sluice-pii-readers");
    const problem = await problemTold(correct(reader, live, "shop.blanks.remarx", because("email")));
    expect(problem.code).toBe("relabel-not-allowed");
    expect((await correct(DEVELOPER, live, "shop.blanks.remarx", because("email"))).mask).toBe("full");
  });

  it("holds with the right, in a new process too, for that column alone", async () => {
    const live = production();
    await engine.open.database(live).whenClassified();
    expect(await columnMask(engine, live, "SELECT email FROM shop.people")).not.toBeNull();
    await correct(STEWARD, live, "shop.people.email", because("ordinary"));
    expect(await columnMask(engine, live, "SELECT email FROM shop.people")).toBeNull();
    expect(await columnMask(engine, live, "SELECT email FROM shop.contacts")).toBeNull();
    const again = await open();
    await again.open.database(live).whenClassified();
    expect(labelOf(again, live, "shop.people.email")).toMatchObject({
      infoType: "ordinary",
      level: "internal",
    });
    expect(labelOf(again, live, "shop.old_people.email")).toMatchObject({ infoType: "email" });
    const [made] = await corrections();
    expect(made).toMatchObject({
      actor: STEWARD,
      column: "shop.people.email",
      from: { infoType: "email", level: "confidential" },
      to: { infoType: "ordinary", level: "internal" },
      reason: "I know the table",
      how: "corrected",
    });
    const [entry] = listActivity(engine.rooms.home.ledger, 1);
    expect(entry?.statement).toBe(
      "-- Label of shop.people.email corrected: email (confidential) -> ordinary (internal)",
    );
  });

  it("reaches a process that is already running, before its next statement", async () => {
    const live = production();
    const other = await open();
    await Promise.all([engine, other].map((one) => one.open.database(live).whenClassified()));
    await correct(DEVELOPER, live, "shop.people.kind", because("us_ssn"));
    expect(await columnMask(other, live, "SELECT kind FROM shop.people")).not.toBeNull();
  });

  it("is taken back by anybody, and raising is taken back with the right alone", async () => {
    const live = production();
    await engine.open.database(live).whenClassified();
    const { policy, ledger } = engine.rooms;
    const back = (actor: Actor, text: string) =>
      takeBackCorrection(
        engine.open.database(live),
        actor,
        { column: column(text), reason: "it was wrong" },
        { policy, ledger, store: engine.corrections.store },
      );
    await correct(STEWARD, live, "shop.people.email", because("ordinary"));
    expect((await back(DEVELOPER, "shop.people.email")).infoType).toBe("email");
    await correct(DEVELOPER, live, "shop.people.kind", because("us_ssn"));
    expect((await problemTold(back(DEVELOPER, "shop.people.kind"))).code).toBe("relabel-not-allowed");
    expect((await back(STEWARD, "shop.people.kind")).level).not.toBe("restricted");
    expect((await problemTold(back(STEWARD, "shop.people.kind"))).code).toBe("not-corrected");
    expect((await corrections()).map(({ how }) => how)).toEqual([
      "corrected",
      "taken_back",
      "corrected",
      "taken_back",
    ]);
  });

  it("made for development does not hold when the connection is marked production", async () => {
    const dev = profileOf(server);
    await engine.open.database(dev).whenClassified();
    await correct(DEVELOPER, dev, "shop.people.email", because("ordinary"));
    expect(labelOf(engine, dev, "shop.people.email")?.infoType).toBe("ordinary");
    const marked = { ...dev, environment: "production" } as const;
    await engine.open.database(marked).whenClassified();
    expect(labelOf(engine, marked, "shop.people.email")?.infoType).toBe("email");
  });

  it("outweighs what was known to be stored there, and not what is stored there later", async () => {
    const dev = profileOf(server);
    await engine.open.database(dev).whenClassified();
    const store = "INSERT INTO shop.visits (id, note) SELECT id, email FROM shop.people";
    expect((await runOne(engine, dev, store)).kind).toBe("done");
    expect(labelOf(engine, dev, "shop.visits.note")?.level).toBe("confidential");
    const label = await correct(DEVELOPER, dev, "shop.visits.note", because("ordinary"));
    expect(label.level).toBe("internal");
    expect(label.evidence.join("; ")).toContain("email (confidential) was stored here");
    await correct(DEVELOPER, dev, "shop.people.kind", because("us_ssn"));
    const worse = "INSERT INTO shop.visits (id, note) SELECT id, kind FROM shop.people";
    expect((await runOne(engine, dev, worse)).kind).toBe("done");
    expect(labelOf(engine, dev, "shop.visits.note")?.level).toBe("restricted");
  });

  it("is never for programs", async () => {
    const dev = profileOf(server);
    await engine.open.database(dev).whenClassified();
    const agent: Actor = {
      kind: "ai_agent",
      agent: "helper",
      model: "unknown",
      host: "unknown",
      onBehalfOf: STEWARD,
      asserted: true,
    };
    const problem = await problemTold(correct(agent, dev, "shop.people.email", because("ordinary")));
    expect(problem.message).toContain("a person has to");
  });
});

describe("the record and the file", () => {
  it("come first: where the ledger cannot be written, nothing changes", async () => {
    const dev = profileOf(server);
    await engine.open.database(dev).whenClassified();
    const { ledger } = engine.rooms.home;
    fs.renameSync(ledger, `${ledger}.moved`);
    expect(
      (await problemTold(correct(DEVELOPER, dev, "shop.people.email", because("ordinary")))).code,
    ).toMatch(/^ledger-/);
    fs.renameSync(`${ledger}.moved`, ledger);
    expect(labelOf(engine, dev, "shop.people.email")?.infoType).toBe("email");
    expect(engine.corrections.store.load(dev.id).own).toEqual([]);
  });

  it("that is damaged lets nothing run, and says which file it is", async () => {
    const dev = profileOf(server);
    await engine.open.database(dev).whenClassified();
    await correct(DEVELOPER, dev, "shop.people.kind", because("us_ssn"));
    const file = path.join(home, "labels", "test.corrections.json");
    expect(fs.statSync(file).mode & 0o077).toBe(0);
    fs.writeFileSync(file, fs.readFileSync(file, "utf8").slice(0, 40));
    for (const one of [engine, await open()]) {
      const problem = await problemTold(runOne(one, dev, "SELECT kind FROM shop.people"));
      expect(problem.code).toBe("corrections-unusable");
      expect(problem.message).toContain(file);
    }
  });
});

describe("labels shared by the workspace", () => {
  it("raise for everybody, at start and when the file changes", async () => {
    const live = production();
    share("labels:\n  - column: shop.people.kind\n    is: diagnosis_text\n    reason: kind of illness\n");
    await engine.open.database(live).whenClassified();
    const label = labelOf(engine, live, "shop.people.kind");
    expect(label).toMatchObject({ infoType: "diagnosis_text" });
    expect(label?.evidence[0]).toBe(".sluice/labels.yaml says so: kind of illness");
    share("labels:\n  - { column: 'shop.*.nickname', is: person_name, reason: it is one }\n");
    await engine.open.relabel();
    expect(labelOf(engine, live, "shop.people.kind")?.infoType).not.toBe("diagnosis_text");
    expect(labelOf(engine, live, "shop.people.nickname")?.infoType).toBe("person_name");
    expect(await corrections()).toEqual([]);
  });

  it("lower nothing for who may not, and say so", async () => {
    const live = production();
    share("labels:\n  - { column: shop.people.email, is: ordinary, reason: generated }\n");
    await engine.open.database(live).whenClassified();
    expect(labelOf(engine, live, "shop.people.email")?.infoType).toBe("email");
    expect(ignored.join()).toContain("would lower shop.people.email");
    expect(await corrections()).toEqual([]);
  });

  it("take nothing away that a person has raised, and say so", async () => {
    const live = production();
    await engine.open.database(live).whenClassified();
    await correct(DEVELOPER, live, "shop.people.kind", because("payment_card"));
    share("labels:\n  - { column: shop.people.kind, is: email, reason: looks like it }\n");
    await engine.open.relabel();
    expect(labelOf(engine, live, "shop.people.kind")).toMatchObject({
      infoType: "payment_card",
      level: "restricted",
      mask: "last4",
    });
    expect(engine.open.database(live).labelOf(column("shop.people.kind"), "programs")?.level).toBe(
      "restricted",
    );
    expect(ignored.join()).toContain("would lower shop.people.kind to email");
    expect((await corrections()).map(({ how }) => how)).not.toContain("shared");
  });

  it("and what a person says both raise: the higher level holds", async () => {
    const live = production();
    await engine.open.database(live).whenClassified();
    await correct(DEVELOPER, live, "shop.people.kind", because("email"));
    share("labels:\n  - { column: shop.people.kind, is: payment_card, reason: it is one }\n");
    await engine.open.relabel();
    expect(labelOf(engine, live, "shop.people.kind")?.infoType).toBe("payment_card");
  });

  it("lower for who may, once on record and not for programs", async () => {
    const dev = profileOf(server);
    share("labels:\n  - { column: shop.people.email, is: ordinary, reason: generated }\n");
    await engine.open.database(dev).whenClassified();
    expect(labelOf(engine, dev, "shop.people.email")?.infoType).toBe("ordinary");
    expect(engine.open.database(dev).labelOf(column("shop.people.email"), "programs")?.infoType).toBe(
      "email",
    );
    const agent: Actor = {
      kind: "ai_agent",
      agent: "helper",
      model: "unknown",
      host: "unknown",
      onBehalfOf: DEVELOPER,
      asserted: true,
    };
    const [judged] = await engine.check(dev, "SELECT email FROM shop.people", { actor: agent });
    expect(judged?.decision.columns[0]?.mask).not.toBeNull();
    const again = await open();
    await again.open.database(dev).whenClassified();
    expect(labelOf(again, dev, "shop.people.email")?.infoType).toBe("ordinary");
    expect((await corrections()).map(({ how, reason }) => [how, reason])).toEqual([
      ["shared", "generated (.sluice/labels.yaml)"],
    ]);
  });

  it("may set the level of a whole type", async () => {
    const live = production();
    share("types:\n  - { is: email, level: restricted, reason: they are user names here }\n");
    await engine.open.database(live).whenClassified();
    expect(labelOf(engine, live, "shop.people.email")?.level).toBe("restricted");
    expect(labelOf(engine, live, "shop.old_people.email")?.level).toBe("restricted");
  });

  it.each([
    [
      "a type",
      "labels:\n  - column: shop.people.kind\n    is: emial\n    reason: r\n",
      3,
      9,
      "did you mean email?",
    ],
    ["a level", "types:\n  - is: email\n    level: secret\n    reason: r\n", 3, 12, ""],
    ["a key", "labels:\n  - column: a.b.c\n    si: email\n    reason: r\n", 3, 5, ""],
    ["a column", "labels:\n  - {column: people, is: email, reason: r}\n", 2, 14, "schema.table.column"],
    ["no reason", "labels:\n  - column: a.b.c\n    is: email\n", 2, 5, ""],
    ["an alias", "labels:\n  - column: a.b.c\n    is: *mail\n    reason: r\n", 3, 9, "*mail"],
    ["YAML", "labels:\n  - column: [a\n", 3, 1, ""],
  ])("with a mistake in %s stop everything and name line and column", async (_what, text, line, at, hint) => {
    const dev = profileOf(server);
    share(text);
    const problem = await problemTold(runOne(engine, dev, "SELECT kind FROM shop.people"));
    expect(problem.code).toBe("labels-file-invalid");
    expect(problem.message).toContain(`labels.yaml: line ${line}, column ${at}:`);
    expect(problem.message).toContain(hint);
    share("labels: []\n");
    expect((await runOne(engine, dev, "SELECT id FROM shop.people")).kind).toBe("rows");
  });

  it("in a folder of that name stop everything in words", async () => {
    fs.mkdirSync(path.join(workspace, ".sluice", "labels.yaml"), { recursive: true });
    const problem = await problemTold(runOne(engine, profileOf(server), "SELECT kind FROM shop.people"));
    expect(problem).toMatchObject({
      code: "labels-file-invalid",
      message: expect.stringContaining("a folder"),
    });
    fs.rmdirSync(path.join(workspace, ".sluice", "labels.yaml"));
  });

  it("are told of where their table is here and their column is not", async () => {
    share(
      "labels:\n  - { column: shop.people.nope, is: email, reason: r }\n  - { column: no.such.one, is: email, reason: r }\n",
    );
    await engine.open.database(production()).whenClassified();
    expect(ignored.join()).toMatch(/line 2: no column of live is called shop.people.nope/);
    expect(ignored.join()).not.toContain("no.such.one");
  });

  it("are told of where they fit no column of the connection they name", async () => {
    share("labels:\n  - { connection: li*, column: shop.people.emails, is: email, reason: r }\n");
    const live = production();
    await engine.open.database(live).whenClassified();
    expect(ignored.join()).toMatch(/line 2: no column of live is called/);
  });
});
