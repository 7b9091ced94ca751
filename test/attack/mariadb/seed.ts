import { ROWS, secretsOf, type WorldName } from "../secrets.ts";

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const CITIES = ["Oslo", "Bergen", "Tromso", "Bodo"];
const TITLES = ["Kettle", "Lamp", "Chair", "Table", "Shelf", "Clock"];

const rows = (count: number, row: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => `(${row(n + 1)})`).join(",\n");
const at = (list: readonly string[], n: number): string => quoted(list[n % list.length] ?? "");
const json = (fields: Record<string, string>): string => quoted(JSON.stringify(fields));

/** INSERTs that fill the schema with the secrets of one world, as the database of another engine is filled. */
export function seedOf(world: WorldName): readonly string[] {
  const s = secretsOf(world);
  return [
    `INSERT INTO customers (id, full_name, email, phone, ssn, date_of_birth, city, tier, profile) VALUES
     ${rows(ROWS, (n) => `${n}, ${quoted(s.person(n))}, ${quoted(s.email(n))}, ${n % 5 === 0 ? "NULL" : quoted(s.phone(n))}, ${n % 6 === 0 ? "NULL" : quoted(s.ssn(n))}, ${quoted(s.birthday(n))}, ${at(CITIES, n)}, ${quoted(n % 3 === 0 ? "gold" : "basic")}, ${json({ email: s.email(n + 200), phone: s.phone(n + 200) })}`)}`,
    `INSERT INTO cards VALUES
     ${rows(ROWS, (n) => `${n}, ${n}, ${quoted(s.person(n))}, ${quoted(s.card(n))}, ${quoted(n % 2 === 0 ? "visa" : "other")}, '12/29'`)}`,
    `INSERT INTO products VALUES
     ${rows(TITLES.length, (n) => `${n}, 'SKU-${n}', ${at(TITLES, n - 1)}, ${quoted(n % 2 === 0 ? "kitchen" : "living")}, ${n * 10}, ${n}`)}`,
    `INSERT INTO orders VALUES
     ${rows(ROWS * 2, (n) => `${n}, ${(n % ROWS) + 1}, ${(n % TITLES.length) + 1}, ${at(["new", "paid", "shipped"], n)}, ${(n % 4) + 1}, '202${4 + (n % 2)}-0${(n % 9) + 1}-1${n % 9}'`)}`,
    `INSERT INTO support_tickets (id, customer_id, subject, message, payload, priority) VALUES
     ${rows(ROWS, (n) => `${n}, ${n}, ${quoted(`About ${TITLES[n % TITLES.length]} ${n}`)}, ${quoted(s.sentence(n))}, ${json({ card: s.card(n + 300), email: s.email(n + 300) })}, ${n % 3}`)}`,
    `INSERT INTO api_clients VALUES
     ${rows(6, (n) => `${n}, ${quoted(`client ${n}`)}, ${quoted(s.key(n))}, ${n * 100}, ${quoted(s.address(n))}`)}`,
    `INSERT INTO events (what) VALUES ('opened'), ('closed'), ('opened again')`,
    `INSERT INTO employees VALUES
     ${rows(8, (n) => `${n}, ${n === 1 ? "NULL" : Math.floor(n / 2)}, ${quoted(s.person(n + 600))}, ${quoted(s.email(n + 600))}, ${quoted(n % 2 === 0 ? "sales" : "support")}, ${s.salary(n)}, '20${10 + n}-03-01'`)}`,
    `INSERT INTO patients VALUES
     ${rows(8, (n) => `${n}, ${quoted(s.person(n + 700))}, ${quoted(s.birthday(n + 50))}, ${quoted(s.record(n))}, ${quoted(s.diagnosis(n))}, ${quoted(n % 2 === 0 ? "north" : "south")}`)}`,
    `DELETE FROM events WHERE what LIKE 'ticket %'`,
  ];
}
