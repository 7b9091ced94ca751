import { mkdtempSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import type { SearchDatabase, Value } from "../../collector/search/database.ts";
import { countFacets } from "../../collector/search/facets.ts";
import { findRecords } from "../../collector/search/findRecords.ts";
import { openSearch } from "../../collector/search/openSearch.ts";
import { readRecordQuery } from "../../collector/search/recordQuery.ts";
import { openStore } from "../../collector/store/openStore.ts";
import { canonicalJson } from "../../protocol/audit/seal.ts";
import { intent } from "../audit/records.ts";
import { startPostgres } from "../postgres.ts";

/**
 * How long questions take over many records. Rows are written into the store's own tables by the database itself, as
 * ingest would have left them: so many through ingest would take an hour and measure that.
 */
const ROWS = Number(process.env.ROWS ?? 1_000_000);

const TEMPLATE = canonicalJson({
  v: 1,
  seq: 1,
  at: "2023-11-14T22:13:20.000Z",
  prev: "0".repeat(64),
  key: "0123456789abcdef",
  body: intent({
    statement: "SELECT email FROM @table@ WHERE id = @n@",
    reads: [{ column: "@table@.email", role: "output" }],
    outputs: [{ name: "email", mask: "email", sources: ["@table@.email"] }],
    labels: [{ column: "@table@.email", infoType: "email", level: "confidential" }],
  }),
});

const server = await startPostgres(["-c", "shared_buffers=256MB", "-c", "random_page_cost=1.1"]);
const data = mkdtempSync(path.join(os.tmpdir(), "sluice-search-bench-"));
const options = { data, database: server.connectionString };
const store = await openStore(options);
const search = await openSearch(options);
const client = new pg.Client({ connectionString: server.connectionString });
await client.connect();
try {
  await fill();
  await measure();
} finally {
  await client.end();
  await search.close();
  await store.close();
  await server.stop();
}

async function fill(): Promise<void> {
  const began = performance.now();
  await client.query(`CREATE TABLE records_0 PARTITION OF records FOR VALUES FROM (0) TO (${ROWS / 2})`);
  await client.query(
    `CREATE TABLE records_1 PARTITION OF records FOR VALUES FROM (${ROWS / 2}) TO (${ROWS})`,
  );
  await client.query(
    `INSERT INTO devices (chain, name, issuer, subject, owner_name, state, enrolled_at, seq, hash, at)
     SELECT encode(sha256(n::text::bytea), 'hex'), 'laptop ' || n, 'https://id.example', 'u' || n, 'Person ' || n,
       'active', 0, ${ROWS}, '', 0 FROM generate_series(1, 500) n`,
  );
  // A year of statements; one in a thousand blocked, one column of a thousand touched a handful of times, long ago.
  await client.query(
    `INSERT INTO records SELECT n, 1 + n % 500, n, sha256(n::text::bytea), '\\x00'::bytea,
       replace(replace($1, '@table@', 'shop.t' || n % 997), '@n@', n::text),
       1700000000000 + n * (31536000000.0 / ${ROWS})::bigint, 1700000000000 + n * (31536000000.0 / ${ROWS})::bigint,
       'intent', 'user|https://id.example|u' || n % 500, 'Person ' || n % 500, 'connection ' || n % 7,
       CASE WHEN n BETWEEN 7000 AND 7040 THEN 'laboratory' ELSE (ARRAY['production','staging','development'])[1 + n % 3] END, CASE WHEN n % 1000 = 0 THEN 'deny' ELSE 'allow' END,
       'read', n % 100,
       ARRAY['type:email', 'column:shop.t' || n % 997 || '.email', 'table:shop.t' || n % 997]
         || CASE WHEN n BETWEEN 5000 AND 5020 THEN ARRAY['column:clinic.rare.ssn', 'type:us_ssn'] ELSE '{}' END
         || CASE WHEN n % 50 = 0 THEN ARRAY['rule:no-where-delete'] ELSE '{}' END
     FROM generate_series(0, ${ROWS - 1}) n`,
    [TEMPLATE],
  );
  await client.query(
    `INSERT INTO search_terms SELECT term, count(*) FROM records, unnest(terms || ARRAY['actor:' || actor,
       'connection:' || connection, 'environment:' || environment, 'verdict:' || verdict, 'effect:' || effect, 'kind:' || kind])
       AS term GROUP BY term`,
  );
  await client.query("VACUUM ANALYZE records; ");
  await client.query("ANALYZE");
  const { rows } = await client.query("SELECT pg_size_pretty(pg_total_relation_size('records_0')) AS size");
  console.log(
    `${ROWS} rows in ${Math.round((performance.now() - began) / 1000)} s; half of them: ${rows[0]?.size}`,
  );
}

async function measure(): Promise<void> {
  const actor = encodeURIComponent("user|https://id.example|u17");
  for (const query of [
    "",
    "type=email",
    "rule=no-where-delete",
    "column=clinic.rare.ssn",
    "type=us_ssn&environment=production",
    "column=shop.t5.email",
    `actor=${actor}`,
    `actor=${actor}&type=us_ssn`,
    `actor=${actor}&column=shop.t5.email`,
    `actor=${actor}&rule=no-where-delete`,
    "connection=connection 3&verdict=deny",
    "verdict=deny&effect=read&environment=staging",
    "environment=production",
    "environment=laboratory",
    "environment=laboratory&type=email",
    "environment=staging&column=shop.t5.email",
    "risk=99",
    "column=none.such.column",
    "actor=nobody&type=email",
    "from=2023-11-20&to=2023-11-21&type=email",
    "from=2023-11-20&to=2023-11-21&rule=no-where-delete&connection=connection 3",
    "text=WHERE id = 777777",
    "text=nowhere to be found",
  ]) {
    const given = new URLSearchParams(query);
    const asked = readRecordQuery({
      query: (name) => given.get(name) ?? undefined,
      request: { query: Object.fromEntries(given) },
    });
    const times: number[] = [];
    let found = 0;
    for (let count = 0; count < 5; count += 1) {
      const began = performance.now();
      found = (await findRecords(search, asked, { kind: "all" })).records.length;
      times.push(performance.now() - began);
    }
    const used = await indexesOf(asked);
    const began = performance.now();
    await countFacets(search, asked, { kind: "all" });
    const facets = performance.now() - began;
    const [first = 0, ...rest] = times;
    console.log(
      `${first.toFixed(0).padStart(6)} ms first, ${Math.min(...rest)
        .toFixed(1)
        .padStart(
          7,
        )} ms then, facets ${facets.toFixed(0).padStart(5)} ms, ${String(found).padStart(3)} found: ${query || "everything"} [${used}]`,
    );
  }
}

/** The indexes that PostgreSQL says it uses for the search. */
async function indexesOf(query: ReturnType<typeof readRecordQuery>): Promise<string> {
  const used = new Set<string>();
  const explaining: SearchDatabase = Object.create(search, {
    all: {
      value: async (sql: string, values: Value[] = []) => {
        if (sql.includes("records")) {
          const { rows } = await client.query<{ "QUERY PLAN": string }>(`EXPLAIN ${sql}`, values);
          for (const { "QUERY PLAN": line } of rows)
            for (const found of line.matchAll(
              /(?:Index (?:Only )?Scan(?: Backward)? using|Bitmap Index Scan on) (\S+)|(Seq Scan on records\S*)/g,
            ))
              used.add(found[1]?.replace(/^records_\d+_/, "") ?? found[2] ?? "");
        }
        return search.all(sql, values);
      },
    },
  });
  await findRecords(explaining, query, { kind: "all" });
  return [...used].join(", ");
}
