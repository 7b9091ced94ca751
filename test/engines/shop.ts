import { faker } from "@faker-js/faker";

/** A shop that both dialects take; the same for the same seed. */
export function shopStatements(): readonly string[] {
  faker.seed(12);
  const people = Array.from({ length: 60 }, (_, at) => {
    const name = faker.person.fullName().replaceAll("'", "");
    const email = faker.internet.email().replaceAll("'", "");
    const card = faker.finance.creditCardNumber({ issuer: "4###-####-####-###L" });
    return `(${at + 1}, '${name}', '${email}', '${card}', '${faker.location.city().replaceAll("'", "")}')`;
  });
  return [
    "CREATE TABLE customers (id INTEGER PRIMARY KEY, full_name VARCHAR(80), email VARCHAR(120), card_number VARCHAR(30), city VARCHAR(80))",
    "CREATE TABLE parcels (id INTEGER PRIMARY KEY, customer_id INTEGER, weight INTEGER)",
    "CREATE VIEW contacts AS SELECT full_name AS who, email AS address FROM customers",
    `INSERT INTO customers VALUES ${people.join(", ")}`,
    `INSERT INTO parcels VALUES ${Array.from({ length: 40 }, (_, at) => `(${at}, ${at + 1}, ${at * 3})`).join(", ")}`,
  ];
}
