import { fakerEN as faker } from "@faker-js/faker";
import type { Actor } from "../../protocol/actor.ts";
import type { IntentBody } from "../../protocol/audit/record.ts";
import { intent, outcome } from "../audit/records.ts";
import type { TestDevice } from "./device.ts";

/** A table of a shop or a clinic, with what its columns are. */
const TABLES = [
  {
    table: "shop.customers",
    columns: { email: ["email", "confidential"], phone: ["phone", "confidential"], city: null },
  },
  { table: "shop.orders", columns: { total: null, placed_at: null, note: ["free_text", "confidential"] } },
  {
    table: "shop.payments",
    columns: { card_number: ["payment_card", "restricted"], amount: null, iban: ["iban", "restricted"] },
  },
  {
    table: "clinic.patients",
    columns: { ssn: ["us_ssn", "restricted"], birth_date: ["birth_date", "confidential"], ward: null },
  },
] as const;
const RULES = ["no-where-delete", "no-where-update", "inference-filter", "drop-table", "cross-join"];
const CONNECTIONS = [
  { name: "Northwind", environment: "production" },
  { name: "Northwind copy", environment: "development" },
  { name: "Clinic", environment: "production" },
  { name: "Billing", environment: "staging" },
] as const;

/** A believable statement of this actor, and what came of it, from faker's seed. Answers the intent's number. */
export function ask(device: TestDevice, actor: Actor, at?: Date, changes: Partial<IntentBody> = {}): number {
  const body = { ...statement(actor), ...changes };
  const time = at?.toISOString();
  if (body.verdict !== "allow") return device.write({ ...body, kind: "refused" }, device.signer, time).seq;
  const { seq } = device.write(body, device.signer, time);
  const rows = faker.number.int({ min: 0, max: 400 });
  const masked = body.outputs.filter(({ mask }) => mask !== null).length;
  const failed = faker.number.int(30) === 0;
  device.write(
    outcome(seq, {
      outcome: failed ? "failed" : "done",
      rows: failed ? null : rows,
      maskedCells: failed ? 0 : masked * rows,
      milliseconds: faker.number.float({ min: 0.4, max: 900, fractionDigits: 1 }),
      errorClass: failed ? "57014" : null,
    }),
    device.signer,
    time,
  );
  return seq;
}

function statement(actor: Actor): IntentBody {
  const { table, columns } = faker.helpers.arrayElement(TABLES);
  const chosen = faker.helpers.arrayElements(Object.entries(columns), { min: 1, max: 3 });
  const labels = chosen.flatMap(([name, label]) =>
    label === null ? [] : [{ column: `${table}.${name}`, infoType: label[0], level: label[1] }],
  );
  const dangerous = faker.number.int(12) === 0;
  const rule = faker.helpers.arrayElement(RULES);
  const verdict = dangerous ? faker.helpers.arrayElement(["deny", "approve"] as const) : "allow";
  const connection = faker.helpers.arrayElement(CONNECTIONS);
  const key = faker.number.int({ min: 1, max: 99_999 });
  const text = dangerous
    ? `DELETE FROM ${table}`
    : `SELECT ${chosen.map(([name]) => name).join(", ")}\nFROM ${table}\nWHERE id = ${key}`;
  const base = intent();
  return {
    ...base,
    actor,
    client: {
      kind: faker.helpers.arrayElement(["editor", "cli", "mcp"]),
      session: faker.string.alphanumeric(8),
    },
    connection: { ...base.connection, ...connection },
    purpose: faker.helpers.arrayElement([null, "support ticket", "monthly report"]),
    statement: text,
    statementKind: dangerous ? "delete" : "select",
    effect: dangerous ? "write" : "read",
    reads: [
      ...chosen.map(([name]) => ({ column: `${table}.${name}`, role: "output" })),
      { column: `${table}.id`, role: "filter_equality" },
    ],
    writes: dangerous ? [`${table}.id`] : [],
    outputs: dangerous
      ? []
      : chosen.map(([name, label]) => ({
          name,
          mask: label === null || faker.number.int(9) === 0 ? null : "full",
          sources: [`${table}.${name}`],
        })),
    labels,
    findings: dangerous ? [{ rule, verdict }] : [],
    risk: dangerous ? faker.number.int({ min: 50, max: 99 }) : faker.number.int({ min: 1, max: 49 }),
    verdict,
    reason: dangerous ? `The rule ${rule} is against it.` : "Allowed.",
  };
}
