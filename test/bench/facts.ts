import fs from "node:fs";
import path from "node:path";
import { classifyCatalog } from "../../agent/classify/classifyCatalog.ts";
import { createPolicy } from "../../agent/policy/policy.ts";
import { columnKey, type Understanding } from "../../agent/sql/facts.ts";
import { type CatalogIndex, indexCatalog } from "../../agent/sql/postgres/catalogIndex.ts";
import { catalogFromPostgresDdl } from "../../agent/sql/postgres/ddlCatalog.ts";
import { loadPostgresParser } from "../../agent/sql/postgres/libpgQuery.ts";
import { splitPostgres } from "../../agent/sql/postgres/split.ts";
import { understandPostgres } from "../../agent/sql/postgres/understand.ts";
import { connectionId } from "../../protocol/ids.ts";
import { percentile, timed } from "./measure.ts";

/**
 * What judging costs without a database: facts, lineage and policy of a query over ten tables with views, first on a
 * catalog nobody has asked before (cold), then again (warm, as the editor does), and of a script of 3,000 lines.
 */
await loadPostgresParser();
const root = path.resolve(import.meta.dirname, "../..");
const catalog = catalogFromPostgresDdl(fs.readFileSync(path.join(root, "scripts/demo/schema.sql"), "utf8"));
const labels = classifyCatalog(catalog, new Map());
const policy = await createPolicy();

const QUERY = `
  WITH spent AS (
    SELECT o.customer_id, sum(i.quantity * i.unit_price) AS total
      FROM shop.orders o JOIN shop.order_items i ON i.order_id = o.id JOIN shop.products p ON p.id = i.product_id
     WHERE p.category <> 'Toys' GROUP BY 1)
  SELECT c.first_name || ' ' || c.last_name AS name, a.city, k.brand, t.subject, s.total, b.contact, v.*
    FROM shop.customers c
    JOIN spent s ON s.customer_id = c.id
    JOIN shop.addresses a ON a.customer_id = c.id
    LEFT JOIN shop.cards k ON k.customer_id = c.id
    LEFT JOIN shop.support_tickets t ON t.customer_id = c.id
    LEFT JOIN shop.big_spenders b ON b.id = c.id
    LEFT JOIN LATERAL (SELECT d.icd10_code, x.full_name FROM clinic.diagnoses d JOIN clinic.patients x ON x.id = d.patient_id
                        WHERE x.phone = c.phone LIMIT 1) v ON true
   WHERE a.country_code = 'SE' ORDER BY s.total DESC LIMIT 50`;

function judge(text: string, index: CatalogIndex): readonly Understanding[] {
  const split = splitPostgres(text);
  if (split.kind !== "split") throw new Error(split.message);
  return split.statements.map((statement) => {
    const understanding = understandPostgres(statement, index);
    policy.decide({
      understanding,
      actor: { kind: "user", subject: "ada", issuer: "bench", name: "Ada", groups: ["developers"] },
      connection: {
        id: connectionId("bench"),
        name: "bench",
        engine: "postgres",
        host: "localhost",
        port: 5432,
        database: "bench",
        user: "bench",
        environment: "production",
        tls: "disable",
      },
      inferenceCounts: { matches: 0, inferences: 0 },
      labelOf: (id) => labels.get(columnKey(id)),
      estimatedRows: () => undefined,
    });
    return understanding;
  });
}

const [understanding] = judge(QUERY, indexCatalog(catalog));
if (understanding?.kind !== "understood") throw new Error(JSON.stringify(understanding));

const fresh = Array.from({ length: 200 }, () => indexCatalog(catalog));
const cold = await timed(180, 20, async () => judge(QUERY, fresh.pop() ?? indexCatalog(catalog)));
const index = indexCatalog(catalog);
const warm = await timed(1_000, 100, async () => judge(QUERY, index));
const line = (position: number): string =>
  position % 3 === 0
    ? `SELECT id, email FROM shop.customers WHERE id = ${position};`
    : position % 3 === 1
      ? `UPDATE shop.products SET price = price * 1.1 WHERE id = ${position};`
      : `INSERT INTO shop.order_items (order_id, line, product_id, quantity, unit_price) VALUES (${position}, 1, 2, 3, 4.5);`;
const script = Array.from({ length: 3_000 }, (_, position) => line(position)).join("\n");
const long = await timed(10, 2, async () => judge(script, index));

const row = (name: string, times: readonly number[]): string =>
  `${name.padEnd(44)} ${percentile(times, 0.5).toFixed(2).padStart(9)} ${percentile(times, 0.99).toFixed(2).padStart(9)}`;
console.log(`${"milliseconds".padEnd(44)} ${"p50".padStart(9)} ${"p99".padStart(9)}`);
console.log(row("ten tables and views, first time", cold));
console.log(row("the same, again", warm));
console.log(row("a script of 3,000 statements", long));
