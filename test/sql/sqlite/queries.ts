import { faker } from "@faker-js/faker";

const pick = (...ones: readonly string[]): string => faker.helpers.arrayElement(ones);

/** Expressions over customers c and orders o. */
const VALUES = [
  "c.Name",
  "c.email",
  '"c"."NAME"',
  "o.total",
  "c.id",
  "o.note",
  "1",
  "'x'",
  "lower(c.email)",
  "ifnull(o.note, c.city)",
  "c.spend + o.total",
  "iif(c.spend > 50, c.Name, o.note)",
  "CASE c.city WHEN 'Oslo' THEN o.total ELSE c.spend END",
  "(SELECT max(total) FROM orders i WHERE i.customer = c.id)",
  "(SELECT email FROM customers j WHERE j.id = o.customer)",
  "EXISTS (SELECT 1 FROM orders k WHERE k.note = c.city)",
  "c.Name || o.note",
  "printf('%s-%d', c.city, o.total)",
  "c.spend IN (SELECT total FROM orders)",
  "typeof(o.note)",
  "[c].[city]",
];
const AGGREGATES = [
  "count(*)",
  "count(o.note)",
  "max(c.spend)",
  "group_concat(c.Name)",
  "sum(o.total)",
  "min(c.email)",
  "total(c.spend)",
  "max(c.spend, o.total)",
];
const CONDITIONS = [
  "c.city = 'Oslo'",
  "c.spend > 40",
  "o.note IS NULL",
  "c.email LIKE '%a%'",
  "c.email GLOB '*a*'",
  "o.total == 12",
  "c.Name IN ('a', 'b') OR c.spend < 60",
  "NOT (c.city = 'Lima')",
  "o.total BETWEEN 5 AND 40",
  "EXISTS (SELECT 1 FROM customers x WHERE x.city = o.note)",
  "c.id > 2",
  "1",
  "c.city = 'Oslo' IS NOT NULL",
];
const SOURCES = [
  "customers c JOIN orders o ON o.customer = c.id",
  "customers c, orders o",
  "customers c LEFT JOIN orders o ON o.customer = c.id AND o.total > 20",
  "(SELECT * FROM customers WHERE spend > 10) c CROSS JOIN orders o",
  "customers AS c JOIN (SELECT customer, total, note FROM orders ORDER BY total LIMIT 5) o ON c.id = o.customer",
];

/** A query nobody wrote, the same for the same seed of faker. */
export function anyQuery(): string {
  const grouped = faker.datatype.boolean(0.3);
  const list = faker.helpers.arrayElements(grouped ? [...AGGREGATES, "c.city", "o.note"] : VALUES, {
    min: 1,
    max: 3,
  });
  const distinct = faker.datatype.boolean(0.2) ? "DISTINCT " : "";
  const where = faker.datatype.boolean(0.6) ? ` WHERE ${pick(...CONDITIONS)}` : "";
  const group = grouped ? pick(" GROUP BY c.city", " GROUP BY o.note HAVING max(c.spend) > 30", "") : "";
  const order = grouped ? "" : pick("", " ORDER BY 1", " ORDER BY c.Name", " ORDER BY o.total DESC, c.id");
  // Which rows a LIMIT without ORDER BY leaves is the planner's to choose.
  const limit =
    order !== "" && faker.datatype.boolean(0.3) ? pick(" LIMIT 4", " LIMIT 3 OFFSET 1", " LIMIT 1, 3") : "";
  const core = `SELECT ${distinct}${list.join(", ")} FROM ${pick(...SOURCES)}${where}${group}`;
  const query = `${core}${order}${limit}`;
  switch (pick("plain", "plain", "union", "cte", "derived", "except")) {
    case "union":
      return list.length === 1 ? `${core} UNION ${pick("ALL ", "")}SELECT city FROM customers` : query;
    case "except":
      return list.length === 1 ? `${core} EXCEPT SELECT note FROM orders` : query;
    case "cte":
      return `WITH q(${list.map((_, at) => `k${at}`).join(", ")}) AS (${query}) SELECT k0 AS first FROM q`;
    case "derived":
      return `SELECT d.* FROM (${query}) d`;
    default:
      return query;
  }
}

/** Queries people write, and those that hide something. */
export const QUERIES: readonly string[] = [
  "SELECT * FROM customers",
  "SELECT Name AS email FROM customers",
  "SELECT email AS x FROM customers ORDER BY x",
  "SELECT Name AS city, city AS Name FROM customers ORDER BY city",
  "SELECT Name AS n FROM customers WHERE n > 'M'",
  "SELECT rowid, Name FROM customers",
  "SELECT count(*) FROM customers WHERE email LIKE 'a%'",
  "SELECT who FROM buyers",
  "SELECT mail FROM buyers WHERE total > 20",
  "SELECT t FROM texts",
  "SELECT DISTINCT t FROM texts WHERE t IS NOT NULL",
  "SELECT much FROM spenders",
  "SELECT count(*) FROM spenders",
  "SELECT * FROM spenders NATURAL JOIN buyers",
  "SELECT city, max(spend) FROM customers GROUP BY city",
  "SELECT city, Name, max(spend) FROM customers GROUP BY city",
  "SELECT Name FROM customers GROUP BY city ORDER BY 1",
  "SELECT Name FROM customers ORDER BY spend DESC LIMIT 1",
  "SELECT Name, rank() OVER (PARTITION BY city ORDER BY spend) FROM customers",
  "SELECT lag(email) OVER (ORDER BY spend) FROM customers",
  "SELECT sum(spend) FILTER (WHERE city = 'Oslo') FROM customers",
  "SELECT CASE WHEN spend > 50 THEN 'much' ELSE 'little' END FROM customers",
  "SELECT 1 FROM customers WHERE spend > 50",
  "SELECT 1 WHERE EXISTS (SELECT 1 FROM customers WHERE email LIKE '%z%')",
  "SELECT (SELECT email FROM customers ORDER BY spend LIMIT 1)",
  "SELECT (SELECT group_concat(email) FROM customers)",
  "SELECT c.Name FROM customers c WHERE c.spend = (SELECT max(spend) FROM customers)",
  "SELECT customers.* FROM customers JOIN orders ON customers.id = orders.customer WHERE note = 'gift'",
  "SELECT Name FROM customers UNION SELECT note FROM orders",
  "SELECT note FROM orders UNION ALL SELECT email FROM customers",
  "SELECT x FROM (SELECT city AS x FROM customers UNION SELECT email FROM customers)",
  "SELECT city FROM customers INTERSECT SELECT note FROM orders",
  "WITH RECURSIVE r(n, s) AS (SELECT 1, email FROM customers UNION ALL SELECT n + 1, s || 'x' FROM r WHERE n < 3) SELECT s FROM r",
  "WITH customers AS (SELECT email AS Name FROM main.customers) SELECT Name FROM customers",
  "WITH buyers AS (SELECT email AS e FROM customers) SELECT e FROM buyers",
  "VALUES (1), ((SELECT max(email) FROM customers))",
  "SELECT json_extract(json_object('a', email), '$.a') FROM customers",
  "SELECT j.value FROM customers c, json_each(json_array(c.email, c.city)) j",
  "SELECT json_group_array(Name) FROM customers",
  "SELECT j.key FROM json_each((SELECT json_group_object(Name, city) FROM customers)) j",
  "SELECT substr(email, 1, 3), length(Name) FROM customers",
  "SELECT coalesce(note, email) FROM orders LEFT JOIN customers ON customer = customers.id",
  "SELECT Name FROM customers LIMIT (SELECT min(total) FROM orders)",
  "SELECT Name FROM customers LIMIT 3 OFFSET (SELECT count(*) FROM orders WHERE note = 'gift') % 4",
  "SELECT email IS city, email IS NOT NULL FROM customers",
  "SELECT id FROM orders WHERE (customer, total) IN (SELECT id, spend FROM customers)",
  "SELECT a.Name FROM customers a JOIN customers b USING (city) WHERE a.id < b.id",
  "SELECT Name COLLATE NOCASE FROM customers ORDER BY Name COLLATE NOCASE",
  "SELECT CAST(email AS INT) FROM customers",
  "SELECT +spend FROM customers",
  "SELECT nullif(city, note) FROM customers, orders",
  "SELECT Name FROM customers WHERE spend > (SELECT avg(spend) FROM customers)",
  "SELECT Name, spend AS total FROM customers UNION ALL SELECT note, total FROM orders ORDER BY total",
  "SELECT quote(email) || hex(city) FROM customers",
  "SELECT e, e'x' FROM (SELECT email AS e FROM customers)",
  "SELECT max(spend), min(Name) FROM customers",
  "SELECT max(spend), Name FROM customers",
];
