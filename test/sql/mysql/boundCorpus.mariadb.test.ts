import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { loadMysqlCatalog } from "../../../agent/catalog/loadMysqlCatalog.ts";
import type { Understanding } from "../../../agent/sql/facts.ts";
import { FRESH_SESSION } from "../../../agent/sql/mysql/session.ts";
import { understandMysql } from "../../../agent/sql/mysql/understand.ts";
import { type CatalogIndex, indexCatalog } from "../../../agent/sql/postgres/catalogIndex.ts";
import { startMariadb, type TestMariadb } from "../../mariadb.ts";
import { bind, DATABASE, planned, readCorpus } from "./boundCorpus.ts";
import { resolvedNames } from "./resolvedNames.ts";
import { Asker } from "./server.ts";
import { SETTINGS } from "./shop.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const corpus = readCorpus();

describe.skipIf(corpus === null)(
  "statements other people wrote, bound to a schema (skipped where the corpora are not here)",
  () => {
    let server: TestMariadb;
    let asker: Asker;
    let index: CatalogIndex;
    /** Those the server takes over the schema as it is in the end. */
    const accepted: string[] = [];
    let bound = 0;

    beforeAll(async () => {
      server = await startMariadb();
      asker = await Asker.open(server);
      await asker.run(
        "SET sql_mode = ''",
        `CREATE DATABASE ${DATABASE} CHARACTER SET utf8mb4`,
        `USE ${DATABASE}`,
      );
      for (const sql of corpus?.definitions ?? []) await asker.ask(sql);
      const taken: string[] = [];
      for (const sql of corpus?.queries ?? []) if (await bind(asker, sql)) taken.push(sql);
      bound = taken.length;
      for (const sql of taken) if ((await planned(asker, sql)).kind !== "error") accepted.push(sql);
      index = indexCatalog(await loadMysqlCatalog(asker));
    });
    afterAll(async () => {
      await asker?.close();
      await server?.stop();
    });

    const understandIn = (sql: string): Understanding =>
      understandMysql({ text: sql, span: { start: 0, end: sql.length } }, index, {
        settings: { ...SETTINGS, database: DATABASE },
        memory: FRESH_SESSION,
      });

    test("hardly any that the server takes is not understood", () => {
      const left = accepted.flatMap((sql) => {
        const found = understandIn(sql);
        if (found.kind === "understood") return [];
        const why = "facts" in found ? (found.facts.unknowns[0]?.reason ?? "") : found.message;
        return [`${found.kind}: ${why} -- ${sql.replaceAll(/\s+/g, " ").slice(0, 200)}`];
      });
      const share = left.length / accepted.length;
      process.stdout.write(
        `MySQL corpus: of ${corpus?.queries.length} queries and changes of rows ${bound} bind to a schema and ${accepted.length} to the one of all; ${left.length} of these (${(100 * share).toFixed(2)} %) are not understood\n`,
      );
      if (process.env.SLUICE_SHOW) process.stdout.write(`${left.join("\n")}\n`);
      expect(accepted.length).toBeGreaterThan(4_000);
      expect(share).toBeLessThan(0.03);
    });

    test("the server's own account of names holds nothing the facts don't", async () => {
      let compared = 0;
      const wrong: string[] = [];
      const schemas = new Set(index.catalog.relations.map(({ schema }) => schema));
      // What it shows is structure, and no columns of the data.
      schemas.delete("information_schema");
      for (const sql of accepted) {
        const found = understandIn(sql);
        if (found.kind !== "understood" || (await planned(asker, sql)).kind === "error") continue;
        const notes = await asker.rows("SHOW WARNINGS");
        const note = notes.find(([level, code]) => level === "Note" && code === "1003")?.[2];
        if (!note) continue;
        compared++;
        const { relations, reads, writes, outputs } = found.facts;
        const tables = new Set(relations.map(({ schema, name }) => `${schema}.${name}`.toLowerCase()));
        const columns = new Set(
          [...[...reads, ...writes].map((use) => use.column), ...outputs.flatMap((one) => one.sources)].map(
            ({ schema, table, column }) => `${schema}.${table}.${column}`.toLowerCase(),
          ),
        );
        const resolved = resolvedNames(note, schemas);
        for (const table of resolved.tables) {
          if (!tables.has(table)) wrong.push(`${table} -- ${sql} -- ${note}`);
        }
        for (const owners of resolved.columns) {
          if (!owners.some((column) => columns.has(column)))
            wrong.push(`${owners.join(" or ")} -- ${sql} -- ${note}`);
        }
      }
      process.stdout.write(`MySQL corpus: the server's account of ${compared} was compared\n`);
      if (process.env.SLUICE_SHOW) process.stdout.write(`${wrong.join("\n")}\n`);
      expect(wrong).toEqual([]);
      expect(compared).toBeGreaterThan(2_000);
    });
  },
);
