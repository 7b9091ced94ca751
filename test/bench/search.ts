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
/** Newest records whose texts are kept; those of the others are as retention leaves them. */
const TEXTS = Number(process.env.TEXTS ?? ROWS);
const PARTITION = 10_000_000;
const DAY = 86_400_000;

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

const server = await startPostgres(
  [
    ...["shared_buffers=256MB", "random_page_cost=1.1", "maintenance_work_mem=1GB", "autovacuum=off"],
    // Filling is not what is measured.
    ...["wal_level=minimal", "max_wal_senders=0", "max_wal_size=8GB", "full_page_writes=off"],
  ].flatMap((setting) => ["-c", setting]),
);
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
  const seconds = (): number => Math.round((performance.now() - began) / 1000);
  await client.query(
    `INSERT INTO devices (chain, name, issuer, subject, owner_name, state, enrolled_at, seq, hash, at)
     SELECT encode(sha256(n::text::bytea), 'hex'), 'laptop ' || n, 'https://id.example', 'u' || n, 'Person ' || n,
       'active', 0, ${ROWS}, '', 0 FROM generate_series(1, 500) n`,
  );
  const { rows: indexes } = await client.query<{ name: string; made: string }>(
    `SELECT indexrelid::regclass::text AS name, replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ') AS made
     FROM pg_index WHERE indrelid = 'records'::regclass AND NOT indisprimary`,
  );
  for (const { name } of indexes) await client.query(`DROP INDEX ${name}`);
  const parts = Array.from({ length: Math.ceil(ROWS / PARTITION) }, (_, part) => part);
  await Promise.all([fillParts(parts), fillParts(parts)]);
  console.log(`rows: ${seconds()} s`);
  await Promise.all([make(indexes), make(indexes)]);
  console.log(`indexes: ${seconds()} s`);
  // Of ten million of them: what hardly any record carries is not among it, or has its few.
  const every = Math.ceil(ROWS / 10_000_000);
  const term = `unnest(terms || ARRAY['actor:' || actor, 'connection:' || connection, 'environment:' || environment,
     'verdict:' || verdict, 'effect:' || effect, 'kind:' || kind]) AS term`;
  await client.query(
    `INSERT INTO term_days SELECT term, at / ${DAY}, ${every} * count(*) FROM records, ${term}
     WHERE hashint8(leaf_index) % ${every} = 0 GROUP BY 1, 2`,
  );
  await client.query(
    `INSERT INTO term_days SELECT term, at / ${DAY}, count(*) FROM records, ${term}
     WHERE leaf_index BETWEEN 5000 AND 7040 GROUP BY 1, 2 ON CONFLICT DO NOTHING`,
  );
  await client.query("INSERT INTO search_terms SELECT term, sum(records) FROM term_days GROUP BY term");
  await client.query(
    `INSERT INTO tree (id, size, subtrees, log, epoch, log_key, checkpoint) VALUES (1, ${ROWS}, '', 'log', 1, '', '')`,
  );
  await client.query(`UPDATE search_state SET days = ${ROWS}, days_epoch = 1`);
  await client.query("VACUUM ANALYZE records");
  await client.query("ANALYZE");
  const { rows } = await client.query<{ kind: string; bytes: number }>(
    `SELECT regexp_replace(relname, '^records_[0-9]+_?', '') AS kind, round(sum(pg_relation_size(oid)) / ${ROWS}) AS bytes
     FROM pg_class WHERE relname ~ '^records_[0-9]' GROUP BY 1 ORDER BY 2 DESC`,
  );
  const sizes = rows.map(({ kind, bytes }) => `${kind === "" ? "rows" : kind} ${bytes}`).join(", ");
  const all = rows.reduce((sum, { bytes }) => sum + Number(bytes), 0);
  console.log(
    `${ROWS} records in ${seconds()} s, ${((all * ROWS) / 2 ** 30).toFixed(1)} GB; bytes a record: ${all}, of them ${sizes}`,
  );
}

/** Makes indexes from a list that others may take from as well. */
async function make(indexes: { readonly made: string }[]): Promise<void> {
  const own = new pg.Client({ connectionString: server.connectionString });
  await own.connect();
  for (let index = indexes.pop(); index !== undefined; index = indexes.pop())
    // Two at once wait for each other where they change the table's parts.
    await own.query(index.made);
  await own.end();
}

/** Fills parts of the log from a list that others may take from as well. */
async function fillParts(parts: number[]): Promise<void> {
  const own = new pg.Client({ connectionString: server.connectionString });
  await own.connect();
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    const [from, to] = [part * PARTITION, Math.min((part + 1) * PARTITION, ROWS)];
    await own.query("BEGIN");
    await own.query(`CREATE TABLE records_${part} (LIKE records INCLUDING DEFAULTS)`);
    // A year of statements: one in a thousand blocked, one in fifty under a rule; a column that a handful touched long
    // ago; a connection that was in use for the first tenth only; one record in 5,000 that came 20 days late.
    await own.query(
      `INSERT INTO records_${part} SELECT n, 1 + n % 500, n, sha256(n::text::bytea), sha512(n::text::bytea),
         CASE WHEN n >= ${ROWS - TEXTS} THEN replace(replace($1, '@table@', 'shop.t' || n % 997), '@n@', n::text) END,
         t, t, 'intent', 'user|https://id.example|u' || n % 500, 'Person ' || n % 500,
         CASE WHEN n < ${ROWS / 10} AND n % 3 = 0 THEN 'the old one' ELSE 'connection ' || n % 7 END,
         CASE WHEN n BETWEEN 7000 AND 7040 THEN 'laboratory' ELSE (ARRAY['production','staging','development'])[1 + n % 3] END,
         CASE WHEN n % 1000 = 0 THEN 'deny' ELSE 'allow' END, 'read', n % 100,
         ARRAY['type:email', 'column:shop.t' || n % 997 || '.email', 'table:shop.t' || n % 997]
           || CASE WHEN n BETWEEN 5000 AND 5020 THEN ARRAY['column:clinic.rare.ssn', 'type:us_ssn'] ELSE '{}' END
           || CASE WHEN n % 50 = 0 THEN ARRAY['rule:no-where-delete'] ELSE '{}' END
           || CASE WHEN n % 10 = 1 AND n < ${ROWS / 10} THEN ARRAY['rule:retired'] ELSE '{}' END
           || CASE WHEN n % 20 = 3 AND (n < ${ROWS / 10} OR n > ${ROWS - 4_000}) THEN ARRAY['rule:retired-and-back'] ELSE '{}' END,
         NULL, CASE WHEN n % 5000 = 17 THEN t - 20 * 86400000::bigint END
       FROM (SELECT n, 1700000000000 + (n * ${31_536_000_000 / ROWS})::bigint AS t
         FROM generate_series(${from}::bigint, ${to - 1}) n) AS made`,
      [TEMPLATE],
    );
    await own.query("COMMIT");
    await own.query(`ALTER TABLE records_${part} ADD PRIMARY KEY (leaf_index)`);
    await own.query(
      `ALTER TABLE records ATTACH PARTITION records_${part} FOR VALUES FROM (${from}) TO (${(part + 1) * PARTITION})`,
    );
  }
  await own.end();
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
    "connection=the old one",
    "connection=the old one&rule=no-where-delete",
    "rule=retired",
    "rule=retired&environment=staging",
    "rule=retired-and-back",
    "rule=retired-and-back&environment=staging",
    "connection=the old one&verdict=deny&environment=production",
    "kind=outcome&verdict=allow",
    "risk=99&rule=no-where-delete",
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
    "from=2024-01-20&to=2024-01-21",
    "from=2024-01-20&to=2024-01-21&environment=staging",
    `actor=${actor}&rule=no-where-delete&text=nowhere to be found`,
    "rule=no-where-delete&text=nowhere to be found",
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
