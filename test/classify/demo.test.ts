import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { relationVersionsSql } from "../../agent/catalog/relationVersions.ts";
import { classifyCatalog, type Labels } from "../../agent/classify/classifyCatalog.ts";
import { FlowStore } from "../../agent/classify/flowStore.ts";
import { LabelStore } from "../../agent/classify/labelStore.ts";
import { PostgresSession } from "../../agent/connect/postgres/postgresSession.ts";
import { Database } from "../../agent/database.ts";
import { loadPostgresParser } from "../../agent/sql/postgres/libpgQuery.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { connectionId } from "../../protocol/ids.ts";
import { isSensitive } from "../../protocol/label.ts";
import { type DemoDatabase, startDemoDatabase } from "../../scripts/demo/database.ts";

let folder: string;
let demo: DemoDatabase;
let database: Database;
let byName: Labels;
let byValue: Labels;
const progress: { message: string; done: boolean }[] = [];
let changes = 0;

const profile = (changed: Partial<ConnectionProfile> = {}): ConnectionProfile => ({
  id: connectionId("demo"),
  name: "demo",
  engine: "postgres",
  host: demo.host,
  port: demo.port,
  database: demo.database,
  user: demo.user,
  tls: "disable",
  ...changed,
});

const open = (
  store: LabelStore,
  changed: Partial<ConnectionProfile> = {},
  password = demo.password,
): Database =>
  new Database({
    profile: profile(changed),
    password: async () => password,
    applicationName: () => "test",
    store,
    flows: new FlowStore(path.join(folder, "flows")),
    events: {
      changed: () => {
        changes += 1;
      },
      progress: (message, done) => progress.push({ message, done }),
    },
  });

beforeAll(async () => {
  await loadPostgresParser();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "sluice-classify-"));
  demo = await startDemoDatabase({ dataDir: path.join(folder, "postgres"), scale: 0.05 });
  database = open(new LabelStore(path.join(folder, "labels")));
  byName = classifyCatalog(await database.catalog(), new Map());
  await database.whenClassified();
  byValue = database.labels();
});

afterAll(async () => {
  await database.close();
  await demo.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

const SENSITIVE: Readonly<Record<string, string>> = {
  "shop.customers.first_name": "given_name confidential",
  "shop.customers.last_name": "family_name confidential",
  "shop.customers.email": "email confidential",
  "shop.customers.phone": "phone confidential",
  "shop.customers.date_of_birth": "birth_date confidential",
  "shop.customers.profile": "personal_json confidential",
  "shop.addresses.street": "street_address confidential",
  "shop.addresses.postal_code": "postal_code confidential",
  "shop.cards.holder_name": "cardholder_name confidential",
  "shop.cards.card_number": "payment_card restricted",
  "shop.cards.expires": "card_expiry confidential",
  "shop.support_tickets.subject": "free_text confidential",
  "clinic.patients.sex": "gender confidential",
  "shop.api_clients.api_key": "api_key restricted",
  "shop.api_clients.webhook_secret": "secret restricted",
  "shop.api_clients.last_ip": "ip_address confidential",
  "people.employees.full_name": "person_name confidential",
  "people.employees.work_email": "email confidential",
  "people.employees.ssn": "us_ssn restricted",
  "people.employees.iban": "iban restricted",
  "people.salaries.salary": "compensation confidential",
  "people.salaries.bonus": "compensation confidential",
  "clinic.doctors.full_name": "person_name confidential",
  "clinic.patients.medical_record_number": "medical_record_number restricted",
  "clinic.patients.full_name": "person_name confidential",
  "clinic.patients.birth_date": "birth_date confidential",
  "clinic.patients.ssn": "us_ssn restricted",
  "clinic.patients.phone": "phone confidential",
  "clinic.patients.insurance_number": "health_plan_id restricted",
  "clinic.appointments.starts_at": "encounter_date confidential",
  "clinic.diagnoses.icd10_code": "diagnosis_code restricted",
  "clinic.diagnoses.description": "diagnosis_text restricted",
  "clinic.diagnoses.notes": "clinical_note restricted",
  "clinic.diagnoses.diagnosed_on": "encounter_date confidential",
  "clinic.prescriptions.medication": "medication restricted",
  "clinic.prescriptions.dosage": "medication restricted",
};

const words = (labels: Labels, key: string): string => {
  const label = labels.get(key);
  return label === undefined ? "no label" : `${label.infoType} ${label.level}`;
};

describe("the demo database", () => {
  it.each(Object.entries(SENSITIVE))("%s is %s by its name and by its values", (key, expected) => {
    expect([words(byName, key), words(byValue, key)]).toEqual([expected, expected]);
  });

  it("finds card numbers inside the messages of customers", () => {
    expect(words(byName, "shop.support_tickets.message")).toBe("free_text confidential");
    expect(words(byValue, "shop.support_tickets.message")).toBe("free_text restricted");
    expect(byValue.get("shop.support_tickets.message")?.evidence.join("; ")).toMatch(
      /contains payment card numbers in about \d+ % of the sampled values/,
    );
  });

  it("shows everything else, by names and by values", () => {
    const known = new Set([...Object.keys(SENSITIVE), "shop.support_tickets.message"]);
    const hidden = (labels: Labels): readonly string[] =>
      [...labels]
        .filter(
          ([key, label]) =>
            !key.startsWith("pg_catalog.") && !key.startsWith("information_schema.") && isSensitive(label),
        )
        .map(([key]) => key)
        .filter((key) => !known.has(key));
    expect(hidden(byName)).toEqual([]);
    expect(hidden(byValue)).toEqual([]);
    for (const key of [
      "shop.products.name",
      "shop.products.category",
      "shop.products.price",
      "shop.orders.status",
    ]) {
      expect(byValue.get(key)?.level).toBe("public");
    }
  });

  it("labels the server's own tables: only what holds secrets or samples is restricted", () => {
    expect(byValue.get("pg_catalog.pg_class.relname")?.level).toBe("internal");
    expect(byValue.get("pg_catalog.pg_authid.rolpassword")?.level).toBe("restricted");
    expect(byValue.get("pg_catalog.pg_statistic.stavalues1")?.level).toBe("restricted");
  });

  it("tells that it is at work and when it is done, and that editors should look again", () => {
    expect(database.classified).toBe("values");
    expect(progress.at(-1)).toMatchObject({
      done: true,
      message: expect.stringMatching(/Classified demo: 17 of 17/),
    });
    expect(changes).toBeGreaterThanOrEqual(2);
    expect(database.generation).toBeGreaterThanOrEqual(2);
  });

  it("keeps what it learnt, without any value, and does not look again", async () => {
    const file = fs.readFileSync(path.join(folder, "labels", "demo.json"), "utf8");
    const session = await PostgresSession.open({
      profile: profile(),
      password: demo.password,
      applicationName: "test",
      relationVersionsSql,
    });
    const rows = await session.rows(
      "SELECT email, first_name || ' ' || last_name FROM shop.customers LIMIT 200",
    );
    await session.close();
    for (const value of rows.flat()) expect(file).not.toContain(value);
    const before = progress.length;
    const again = open(new LabelStore(path.join(folder, "labels")));
    await again.whenClassified();
    expect(again.classified).toBe("values");
    expect(progress.length).toBe(before);
    expect([...again.labels()]).toEqual([...byValue]);
    await again.close();
  });

  it("looks only at what is new or changed", async () => {
    const store = new LabelStore(path.join(folder, "labels"));
    const session = await PostgresSession.open({
      profile: profile(),
      password: demo.password,
      applicationName: "test",
      relationVersionsSql,
    });
    await session.plain("CREATE TABLE shop.newcomers (id int, contact_point text)");
    await session.plain("INSERT INTO shop.newcomers SELECT id, email FROM shop.customers");
    const again = open(store);
    await again.whenClassified();
    expect(progress.at(-1)?.message).toContain("1 of 1 tables");
    expect(words(again.labels(), "shop.newcomers.contact_point")).toBe("email confidential");
    await session.plain("ALTER TABLE shop.newcomers ADD COLUMN extra text");
    expect(await again.refresh(true)).toBe(true);
    await again.whenClassified();
    expect(progress.at(-1)?.message).toContain("1 of 1 tables");
    expect(words(again.labels(), "shop.newcomers.extra")).toBe("unclassified confidential");
    await session.plain("DROP TABLE shop.newcomers");
    await session.close();
    await again.close();
  });

  it("names the tables it may not read and classifies the rest", async () => {
    const session = await PostgresSession.open({
      profile: profile(),
      password: demo.password,
      applicationName: "test",
      relationVersionsSql,
    });
    await session.plain("CREATE ROLE reader LOGIN PASSWORD 'reader-password'");
    await session.plain("GRANT USAGE ON SCHEMA shop, people, clinic TO reader");
    await session.plain("GRANT SELECT ON ALL TABLES IN SCHEMA shop TO reader");
    await session.plain("GRANT SELECT (id, full_name) ON clinic.doctors TO reader");
    await session.close();
    const limited = open(new LabelStore(path.join(folder, "reader")), { user: "reader" }, "reader-password");
    await limited.whenClassified();
    expect(limited.classified).toBe("values");
    expect(progress.at(-1)?.message).toContain("clinic.appointments (this account may not read it)");
    expect(words(limited.labels(), "shop.products.description")).toBe("thing_name public");
    expect(words(limited.labels(), "shop.support_tickets.message")).toBe("free_text restricted");
    expect(words(limited.labels(), "people.employees.ssn")).toBe("us_ssn restricted");
    await limited.close();
  });

  it("leaves the labels by names where the scan is cut short", async () => {
    const hasty = open(new LabelStore(path.join(folder, "hasty")));
    await hasty.catalog();
    await hasty.close();
    expect(hasty.classified).toBe("names");
    expect(words(hasty.labels(), "shop.customers.email")).toBe("email confidential");
    expect(progress.at(-1)).toMatchObject({ done: true, message: expect.stringContaining("interrupted") });
  });
});
