import { fakerEN as faker } from "@faker-js/faker";
import type { Client } from "pg";
import * as make from "./people.ts";

/** Rows of the tables that grow; 1 is the demo, tests take less. */
export interface SeedOptions {
  readonly scale: number;
  progress?(message: string): void;
}

type Row = Record<string, unknown>;

const BATCH = 5_000;

/** Fills the demo's tables: the same rows every time for the same scale. */
export async function seed(client: Client, { scale, progress }: SeedOptions): Promise<void> {
  faker.seed(20_251_124);
  faker.setDefaultRefDate("2025-11-24T00:00:00Z");
  const count = (full: number): number => Math.max(3, Math.round(full * scale));
  const fill = async (table: string, rows: number, row: (id: number) => Row): Promise<void> => {
    progress?.(`${table}: ${rows.toLocaleString("en")} rows`);
    for (let from = 1; from <= rows; from += BATCH) {
      const batch = Array.from({ length: Math.min(BATCH, rows - from + 1) }, (_, position) =>
        row(from + position),
      );
      await client.query(
        `INSERT INTO ${table} SELECT * FROM json_populate_recordset(NULL::${table}, $1::json)`,
        [JSON.stringify(batch)],
      );
    }
  };
  const [customers, products, orders] = [count(20_000), count(400), count(60_000)];
  const [patients, diagnoses, employees] = [count(8_000), count(12_000), count(300)];
  const oneOf = (rows: number): number => faker.number.int({ min: 1, max: rows });

  await client.query("BEGIN");
  await fill("shop.customers", customers, make.customer);
  await fill("shop.addresses", count(24_000), (id) => make.address(id, oneOf(customers)));
  await fill("shop.cards", count(15_000), (id) => make.card(id, oneOf(customers)));
  await fill("shop.products", products, make.product);
  await fill("shop.orders", orders, (id) => make.order(id, oneOf(customers)));
  await fill("shop.order_items", orders * 2, (id) =>
    make.orderItem(Math.ceil(id / 2), 1 + (id % 2), oneOf(products)),
  );
  await fill("shop.support_tickets", count(4_000), (id) => make.ticket(id, oneOf(customers)));
  await fill("shop.api_clients", count(60), make.apiClient);
  await fill("people.departments", 12, make.department);
  await fill("people.employees", employees, (id) => make.employee(id, oneOf(12), id > 10 ? oneOf(10) : null));
  await fill("people.salaries", employees * 3, (id) => make.salary(Math.ceil(id / 3), id % 3));
  await fill("clinic.doctors", count(40), make.doctor);
  await fill("clinic.patients", patients, make.patient);
  await fill("clinic.appointments", count(20_000), (id) =>
    make.appointment(id, oneOf(patients), oneOf(count(40))),
  );
  await fill("clinic.diagnoses", diagnoses, (id) => make.diagnosis(id, oneOf(patients)));
  await fill("clinic.prescriptions", count(10_000), (id) => make.prescription(id, oneOf(diagnoses)));
  await client.query("REFRESH MATERIALIZED VIEW shop.daily_sales");
  await client.query("COMMIT");
  await client.query("ANALYZE");
}
