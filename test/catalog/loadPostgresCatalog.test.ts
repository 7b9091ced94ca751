import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadPostgresCatalog } from "../../agent/catalog/loadPostgresCatalog.ts";
import type { Catalog, Relation } from "../../protocol/catalog.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { connectRunner, type PgRunner } from "./pgRunner.ts";

let server: TestPostgres;
let admin: PgRunner;
let catalog: Catalog;

const SCHEMA = `
  CREATE SCHEMA shop; CREATE SCHEMA "Odd Names";
  CREATE TYPE shop.order_status AS ENUM ('open', 'paid', 'sent');
  CREATE DOMAIN shop.email_address AS text CHECK (VALUE LIKE '%@%');
  CREATE TYPE shop.money_amount AS (amount numeric, currency char(3));
  CREATE TYPE shop.span AS RANGE (subtype = date);
  CREATE TABLE shop.customers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email shop.email_address UNIQUE NOT NULL,
    name text NOT NULL DEFAULT 'nobody',
    tags text[],
    upper_name text GENERATED ALWAYS AS (upper(name)) STORED,
    country char(2) CHECK (country ~ '^[A-Z]{2}$'),
    gone int,
    CHECK (length(name) < id + 100)
  );
  ALTER TABLE shop.customers DROP COLUMN gone;
  COMMENT ON TABLE shop.customers IS 'People who buy';
  COMMENT ON COLUMN shop.customers.email IS 'Where invoices go';
  CREATE TABLE shop.orders (
    id bigint, placed date, status shop.order_status, customer_id bigint REFERENCES shop.customers,
    PRIMARY KEY (id, placed)
  ) PARTITION BY RANGE (placed);
  CREATE TABLE shop.orders_2025 PARTITION OF shop.orders FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
  CREATE UNIQUE INDEX partial ON shop.customers (name) WHERE name <> '';
  CREATE VIEW shop.buyers AS SELECT c.id, c.email AS address FROM shop.customers c JOIN shop.orders o ON o.customer_id = c.id;
  CREATE MATERIALIZED VIEW shop.per_country AS SELECT country, count(*) AS n FROM shop.customers GROUP BY 1;
  CREATE FUNCTION shop.greet(customer bigint, greeting text DEFAULT 'Hello', VARIADIC more text[] DEFAULT '{}')
    RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$ BEGIN RETURN greeting; END $$;
  CREATE FUNCTION shop.both(OUT a int, OUT b text) LANGUAGE sql AS $$ SELECT 1, 'x' $$;
  CREATE FUNCTION shop.atomic() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM shop.customers; END;
  CREATE FUNCTION shop.rows_of() RETURNS TABLE (id bigint, email text) LANGUAGE sql AS $$ SELECT 1, 'x' $$;
  CREATE PROCEDURE shop.tidy(days int) LANGUAGE sql AS $$ SELECT 1 $$;
  CREATE FUNCTION shop.log_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
  CREATE TRIGGER watch AFTER INSERT OR UPDATE ON shop.customers FOR EACH ROW EXECUTE FUNCTION shop.log_change();
  CREATE TRIGGER asleep BEFORE DELETE ON shop.customers FOR EACH ROW EXECUTE FUNCTION shop.log_change();
  ALTER TABLE shop.customers DISABLE TRIGGER asleep;
  CREATE TABLE "Odd Names"."Weird ""Table""" ("sélect" text, "a.b" int);
  ALTER TABLE "Odd Names"."Weird ""Table""" ENABLE ROW LEVEL SECURITY;
  CREATE RULE quiet AS ON DELETE TO "Odd Names"."Weird ""Table""" DO INSTEAD NOTHING;
  CREATE EXTENSION pgcrypto;
  CREATE EXTENSION postgres_fdw;
  CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw;
  CREATE FOREIGN TABLE shop.far (id int, note text) SERVER elsewhere;
  CREATE TEMP TABLE fleeting (secret text);
  INSERT INTO shop.customers (email, name, country) SELECT i || '@example.org', 'n' || i, 'DE' FROM generate_series(1000, 1999) i;
  INSERT INTO shop.orders SELECT i, '2025-02-01', 'open', NULL FROM generate_series(1, 500) i;
  ANALYZE shop.customers; ANALYZE shop.orders_2025;
`;

beforeAll(async () => {
  server = await startPostgres();
  admin = await connectRunner(server.connectionString);
  await admin.execute(SCHEMA);
  catalog = await loadPostgresCatalog(admin);
});

afterAll(async () => {
  await admin.end();
  await server.stop();
});

function relation(name: string, from: Catalog = catalog): Relation {
  const found = from.relations.find((candidate) => `${candidate.schema}.${candidate.name}` === name);
  if (found === undefined) throw new Error(`no relation ${name}`);
  return found;
}
const column = (table: string, name: string) => relation(table).columns.find((c) => c.name === name);
const routine = (name: string) => catalog.routines.find((r) => r.schema === "shop" && r.name === name);

describe("loadPostgresCatalog", () => {
  it("asks at most seven questions", () => {
    expect(admin.asked.length).toBeLessThanOrEqual(7);
  });

  it("knows where it is and how names are looked up", () => {
    expect(catalog.version).toBeGreaterThanOrEqual(130000);
    expect(catalog.database).toBe("postgres");
    expect(catalog.currentUser).toBe("postgres");
    expect(catalog.searchPath.at(-1)).toBe("public");
    expect(catalog.searchPath).toContain("pg_catalog");
  });

  it("lists relations of every kind, and of temporary ones its own session's", async () => {
    const kinds = Object.fromEntries(
      catalog.relations.filter((r) => r.schema === "shop").map((r) => [r.name, r.kind]),
    );
    expect(kinds).toMatchObject({
      customers: "table",
      orders: "partitioned_table",
      orders_2025: "partition",
      buyers: "view",
      per_country: "materialized_view",
      far: "foreign_table",
      customers_id_seq: "sequence",
      money_amount: "composite_type",
    });
    expect(catalog.relations.find((r) => r.name === "fleeting")?.schema).toMatch(/^pg_temp_\d+$/);
    const other = await connectRunner(server.connectionString);
    const seen = await loadPostgresCatalog(other);
    await other.end();
    expect(seen.relations.some((r) => r.name === "fleeting")).toBe(false);
  });

  it("keeps names with quotes, dots and accents as they are", () => {
    const odd = relation('Odd Names.Weird "Table"');
    expect(odd.columns.map((c) => c.name)).toEqual(["sélect", "a.b"]);
    expect(odd).toMatchObject({ hasRules: true, hasRowSecurity: true });
  });

  it("describes columns with types, defaults, comments and generation", () => {
    expect(relation("shop.customers").columns.map((c) => [c.name, c.ordinal, c.type])).toEqual([
      ["id", 1, "bigint"],
      ["email", 2, "shop.email_address"],
      ["name", 3, "text"],
      ["tags", 4, "text[]"],
      ["upper_name", 5, "text"],
      ["country", 6, "character(2)"],
    ]);
    expect(column("shop.customers", "email")).toMatchObject({
      notNull: true,
      unique: true,
      inPrimaryKey: false,
      comment: "Where invoices go",
    });
    expect(column("shop.customers", "name")).toMatchObject({ defaultText: "'nobody'::text", unique: false });
    expect(column("shop.customers", "upper_name")?.generated).toBe(true);
    expect(relation("shop.customers").comment).toBe("People who buy");
  });

  it("describes keys, foreign keys and the checks of one column", () => {
    expect(column("shop.customers", "id")).toMatchObject({ inPrimaryKey: true, unique: true });
    expect(column("shop.orders", "placed")).toMatchObject({ inPrimaryKey: true, unique: false });
    expect(column("shop.orders", "customer_id")?.references).toEqual({
      schema: "shop",
      table: "customers",
      column: "id",
    });
    expect(column("shop.customers", "country")?.checks).toEqual([expect.stringContaining("^[A-Z]{2}$")]);
    expect(column("shop.customers", "name")?.checks).toEqual([]);
  });

  it("opens views and materialised views, but not the server's own", () => {
    expect(relation("shop.buyers").definition).toMatch(/c\.email AS address/);
    expect(relation("shop.per_country").definition).toMatch(/count\(\*\)/);
    const system = relation("information_schema.columns");
    expect(system.definition).toBeUndefined();
    expect(system.columns.map((c) => c.name)).toContain("column_name");
    expect(relation("pg_catalog.pg_authid").columns.map((c) => c.name)).toContain("rolpassword");
  });

  it("ties partitions to parents and sums their estimates", () => {
    const parent = relation("shop.orders");
    expect(relation("shop.orders_2025").parents).toEqual([parent.oid]);
    expect(parent.estimatedRows).toBe(500);
    expect(relation("shop.customers").estimatedRows).toBe(1000);
    expect(relation('Odd Names.Weird "Table"').estimatedRows).toBeUndefined();
  });

  it("lists triggers with what sets them off", () => {
    const { triggers } = relation("shop.customers");
    expect(triggers).toEqual([
      { name: "asleep", events: ["delete"], routineOid: routine("log_change")?.oid, enabled: false },
      { name: "watch", events: ["insert", "update"], routineOid: routine("log_change")?.oid, enabled: true },
    ]);
  });

  it("describes routines, their arguments, results and bodies", () => {
    expect(routine("greet")).toMatchObject({
      kind: "function",
      argumentTypes: ["bigint", "text", "text[]"],
      argumentNames: ["customer", "greeting", "more"],
      defaultedArguments: 2,
      variadic: true,
      returnType: "text",
      returnsSet: false,
      language: "plpgsql",
      volatility: "stable",
      securityDefiner: true,
      body: " BEGIN RETURN greeting; END ",
    });
    expect(routine("both")?.outputColumns).toEqual([
      { name: "a", type: "integer" },
      { name: "b", type: "text" },
    ]);
    expect(routine("rows_of")).toMatchObject({
      returnsSet: true,
      argumentTypes: [],
      argumentNames: [],
      outputColumns: [
        { name: "id", type: "bigint" },
        { name: "email", type: "text" },
      ],
    });
    expect(routine("atomic")?.body).toMatch(/SELECT count\(\*\)/);
    expect(routine("tidy")).toMatchObject({ kind: "procedure", argumentTypes: ["integer"] });
    const crypt = catalog.routines.find((r) => r.name === "crypt");
    expect(crypt).toMatchObject({ extension: "pgcrypto", language: "c", schema: "public" });
  });

  it("lists only what people made, not what initdb made", () => {
    expect(catalog.routines.some((r) => r.schema === "pg_catalog")).toBe(false);
    expect(catalog.types.some((t) => t.schema === "pg_catalog" || t.schema === "information_schema")).toBe(
      false,
    );
  });

  it("describes types", () => {
    const types = Object.fromEntries(
      catalog.types.filter((t) => t.schema === "shop").map((t) => [t.name, [t.kind, t.detail]]),
    );
    expect(types).toMatchObject({
      order_status: ["enum", ["open", "paid", "sent"]],
      email_address: ["domain", ["text"]],
      money_amount: ["composite", []],
      span: ["range", ["date"]],
    });
    expect(Object.keys(types)).not.toContain("customers");
    expect(Object.keys(types)).not.toContain("_order_status");
  });

  it("loads the same as an account without any rights", async () => {
    await admin.execute("CREATE ROLE nobody LOGIN PASSWORD 'nothing'");
    const url = server.connectionString.replace("postgres:test-password", "nobody:nothing");
    const nobody = await connectRunner(url);
    try {
      const seen = await loadPostgresCatalog(nobody);
      expect(relation("shop.customers", seen)).toEqual(relation("shop.customers"));
      expect(relation("shop.buyers", seen).version).toBe(relation("shop.buyers").version);
      expect(relation("shop.buyers", seen).definition).toBe(relation("shop.buyers").definition?.toString());
      expect(seen.routines.find((r) => r.name === "greet")?.body).toBe(routine("greet")?.body);
    } finally {
      await nobody.end();
    }
  });

  it("goes on without a part that a hardened server hides, and says so", async () => {
    await admin.execute("REVOKE SELECT ON pg_catalog.pg_proc FROM PUBLIC");
    await admin.execute("CREATE ROLE restricted LOGIN PASSWORD 'nothing'");
    const url = server.connectionString.replace("postgres:test-password", "restricted:nothing");
    const restricted = await connectRunner(url);
    const gaps: string[] = [];
    try {
      const seen = await loadPostgresCatalog(restricted, { onGap: (message) => gaps.push(message) });
      expect(seen.routines).toEqual([]);
      expect(relation("shop.customers", seen).columns).toHaveLength(6);
      expect(gaps).toEqual([expect.stringMatching(/^Functions .* restricted may not/)]);
      await admin.execute("REVOKE SELECT ON pg_catalog.pg_class FROM PUBLIC");
      await expect(loadPostgresCatalog(restricted)).rejects.toMatchObject({
        problem: { code: "catalog-denied", action: expect.stringContaining("GRANT SELECT") },
      });
    } finally {
      await admin.execute("GRANT SELECT ON pg_catalog.pg_class, pg_catalog.pg_proc TO PUBLIC");
      await restricted.end();
    }
  });
});
