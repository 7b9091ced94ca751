import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";
import { describe, expect, test } from "vitest";
import { parseMysql } from "../../../agent/sql/mysql/parser/parse.ts";
import { NOTHING_REMEMBERED } from "../../../agent/sql/mysql/session.ts";
import { splitMysql } from "../../../agent/sql/mysql/split.ts";
import { SETTINGS, understand } from "./shop.ts";

interface Line {
  readonly sql: string;
  /** What MariaDB 10.11 said: "ok", an error code, or "syntax". */
  readonly mariadb: string;
}

const file = path.resolve(import.meta.dirname, "../../../../shared/corpora/mysql.jsonl.gz");
const lines: readonly Line[] = fs.existsSync(file)
  ? zlib
      .gunzipSync(fs.readFileSync(file))
      .toString("utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line))
  : [];

const isQueryOrDml = (sql: string): boolean =>
  /^[\s(]*(?:select|with|values|insert|replace|update|delete|load|call|do|handler)\b/i.test(sql);

describe.skipIf(lines.length === 0)(
  "statements other people wrote (skipped where the corpora are not here)",
  () => {
    const share = (of: readonly Line[]): number =>
      of.filter((line) => parseMysql(line.sql, SETTINGS).kind === "parsed").length / of.length;

    test("what MariaDB accepts parses", () => {
      const accepted = lines.filter((line) => line.mariadb !== "syntax");
      const queries = accepted.filter((line) => isQueryOrDml(line.sql));
      const [all, dml] = [share(accepted), share(queries)];
      process.stdout.write(
        `MySQL corpus: ${(100 * all).toFixed(2)} % of ${accepted.length} accepted statements parse, ${(100 * dml).toFixed(2)} % of ${queries.length} queries and DML\n`,
      );
      expect(dml).toBeGreaterThan(0.995);
      expect(all).toBeGreaterThan(0.99);
    });

    test("what MariaDB calls a syntax error is never understood as a read", () => {
      const wrong = lines
        .filter((line) => line.mariadb === "syntax")
        .filter((line) => {
          const found = understand(line.sql);
          return found.kind === "understood" && found.facts.effect === "read" && !isKnown(line.sql);
        });
      expect(wrong.map((line) => line.sql)).toEqual([]);
    });

    test("every statement splits into itself, and none throws", () => {
      for (const { sql } of lines) {
        const split = splitMysql(sql, SETTINGS);
        if (split.kind !== "split") throw new Error(sql);
        for (const one of split.statements) {
          expect(sql.slice(one.span.start, one.span.end)).toBe(one.text);
          understand(one.text, SETTINGS, NOTHING_REMEMBERED);
        }
      }
    });
  },
);

/** Read as functions and casts, though this server has others: it refuses them, and nothing of them is data. */
const isKnown = (sql: string): boolean =>
  /\b(?:cast\(.*as float\(|json_objectagg|json_arrayagg|lead|lag|current_timestamp\(i\)|_utf16)/i.test(sql);
