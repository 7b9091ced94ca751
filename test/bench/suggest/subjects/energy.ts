import { pairs, type Subject } from "../subject.ts";

const CUSTOMER = "Zebulon Wintergarten";
const MAIL = "zebulon.w@power-users.example";
const ADDRESS_IP = "203.0.113.77";

export const energy: Subject = {
  name: "energy",
  ddl: `CREATE SCHEMA grid;
CREATE TABLE grid.tariffs (id integer PRIMARY KEY, title text NOT NULL, price_kwh numeric(6, 4) NOT NULL, green boolean NOT NULL);
CREATE TABLE grid.customers (id integer PRIMARY KEY, full_name text NOT NULL, email text NOT NULL, tariff_id integer NOT NULL REFERENCES grid.tariffs, since date NOT NULL);
CREATE TABLE grid.meters (id integer PRIMARY KEY, customer_id integer NOT NULL REFERENCES grid.customers, serial_number text NOT NULL, installed_on date NOT NULL, last_ip inet);
CREATE TABLE grid.readings (id integer PRIMARY KEY, meter_id integer NOT NULL REFERENCES grid.meters, read_at timestamp NOT NULL, kwh numeric(10, 2) NOT NULL);
CREATE TABLE grid.outages (id integer PRIMARY KEY, region text NOT NULL, began_at timestamp NOT NULL, minutes integer NOT NULL, cause text NOT NULL CHECK (cause IN ('storm', 'repair', 'overload')));
COMMENT ON TABLE grid.meters IS 'The first one answers at ${ADDRESS_IP}; owner ${MAIL}';
INSERT INTO grid.tariffs SELECT n, 'Tariff ' || n, 0.2 + n * 0.03, n % 2 = 0 FROM generate_series(1, 6) AS n;
INSERT INTO grid.customers SELECT n, CASE n WHEN 2 THEN '${CUSTOMER}' ELSE 'Customer ' || n END, CASE n WHEN 2 THEN '${MAIL}' ELSE 'customer' || n || '@example.net' END, 1 + n % 6, date '2019-01-01' + n * 15 FROM generate_series(1, 110) AS n;
INSERT INTO grid.meters SELECT n, 1 + n % 110, 'M' || (n * 37), date '2020-01-01' + n * 5, ('203.0.113.' || n % 250)::inet FROM generate_series(1, 140) AS n;
INSERT INTO grid.readings SELECT n, 1 + n % 140, timestamp '2025-01-01' + n * interval '2 hours', n * 3 % 97 FROM generate_series(1, 2000) AS n;
INSERT INTO grid.outages SELECT n, (ARRAY['hill', 'coast', 'town'])[1 + n % 3], timestamp '2025-01-05' + n * interval '30 hours', 5 + n * 11 % 300, (ARRAY['storm', 'repair', 'overload'])[1 + n % 3] FROM generate_series(1, 90) AS n;
ANALYZE;`,
  document: `SELECT id FROM grid.meters WHERE last_ip = '${ADDRESS_IP}';
SELECT c.id FROM grid.customers c WHERE c.email = '${MAIL}' AND c.full_name LIKE '${CUSTOMER}%';
SELECT title FROM grid.tariffs WHERE green;
`,
  markers: [CUSTOMER, MAIL, ADDRESS_IP],
  pairs: pairs(
    [
      "how many customers does each tariff have",
      "SELECT t.title, count(*) FROM grid.customers c JOIN grid.tariffs t ON t.id = c.tariff_id GROUP BY t.title",
    ],
    ["green tariffs", "SELECT title FROM grid.tariffs WHERE green"],
    ["total kwh per meter", "SELECT meter_id, sum(kwh) FROM grid.readings GROUP BY meter_id"],
    [
      "the 10 meters with the most kwh",
      "SELECT meter_id, sum(kwh) FROM grid.readings GROUP BY meter_id ORDER BY sum(kwh) DESC, meter_id LIMIT 10",
    ],
    ["average minutes of an outage by cause", "SELECT cause, avg(minutes) FROM grid.outages GROUP BY cause"],
    [
      "outages in February 2025",
      "SELECT id FROM grid.outages WHERE began_at >= timestamp '2025-02-01' AND began_at < timestamp '2025-03-01'",
    ],
    ["outages per region", "SELECT region, count(*) FROM grid.outages GROUP BY region"],
    ["longest outage", "SELECT max(minutes) FROM grid.outages"],
    ["customers since before 2020", "SELECT id FROM grid.customers WHERE since < date '2020-01-01'"],
    [
      "customers without a meter",
      "SELECT c.id FROM grid.customers c LEFT JOIN grid.meters m ON m.customer_id = c.id WHERE m.id IS NULL",
    ],
    [
      "readings per month",
      "SELECT date_trunc('month', read_at) AS month, count(*) FROM grid.readings GROUP BY 1",
    ],
    [
      "total kwh by tariff",
      "SELECT t.title, sum(r.kwh) FROM grid.readings r JOIN grid.meters m ON m.id = r.meter_id JOIN grid.customers c ON c.id = m.customer_id JOIN grid.tariffs t ON t.id = c.tariff_id GROUP BY t.title",
    ],
    ["cheapest tariff", "SELECT title FROM grid.tariffs ORDER BY price_kwh LIMIT 1"],
    [
      "meters installed in 2021",
      "SELECT id FROM grid.meters WHERE installed_on BETWEEN date '2021-01-01' AND date '2021-12-31'",
    ],
    [
      "meters with more than 14 readings",
      "SELECT meter_id FROM grid.readings GROUP BY meter_id HAVING count(*) > 14",
    ],
    [
      "customers with more than one meter",
      "SELECT customer_id FROM grid.meters GROUP BY customer_id HAVING count(*) > 1",
    ],
    ["share of green tariffs", "SELECT avg(CASE WHEN green THEN 1.0 ELSE 0 END) FROM grid.tariffs"],
    ["last reading of each meter", "SELECT meter_id, max(read_at) FROM grid.readings GROUP BY meter_id"],
    ["total minutes of outages by storm", "SELECT sum(minutes) FROM grid.outages WHERE cause = 'storm'"],
    [
      "raise the price of tariff 3 by 2 percent",
      "UPDATE grid.tariffs SET price_kwh = price_kwh * 1.02 WHERE id = 3",
    ],
  ),
};
