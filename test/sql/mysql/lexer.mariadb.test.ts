import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseMysql } from "../../../agent/sql/mysql/parser/parse.ts";
import type { MysqlSettings } from "../../../agent/sql/mysql/settings.ts";
import { startMariadb, type TestMariadb } from "../../mariadb.ts";
import { canonical } from "./canonical.ts";
import { Asker } from "./server.ts";
import { SETTINGS } from "./shop.ts";

let server: TestMariadb;
let asker: Asker;
let version = 0;

beforeAll(async () => {
  server = await startMariadb();
  asker = await Asker.open(server);
  const [[text] = []] = await asker.rows("SELECT @@version");
  const [, major, minor, patch] = /^(\d+)\.(\d+)\.(\d+)/.exec(text ?? "") ?? [];
  version = Number(major) * 10_000 + Number(minor) * 100 + Number(patch);
});
afterAll(async () => {
  await asker?.close();
  await server?.stop();
});

const MODES: readonly (readonly [mode: string, settings: Partial<MysqlSettings>])[] = [
  ["", {}],
  ["ANSI_QUOTES", { ansiQuotes: true }],
  ["NO_BACKSLASH_ESCAPES", { noBackslashEscapes: true }],
  ["PIPES_AS_CONCAT", { pipesAsConcat: true }],
  ["ANSI_QUOTES,NO_BACKSLASH_ESCAPES", { ansiQuotes: true, noBackslashEscapes: true }],
];

const TRICKS = [
  ..."1 2 + - -- # /* */ /*! /*!50000 /*!100100 /*!101199 /*M! /*M!100100 /*!99999 /*!999999 /*!50701 /*/ ' '' \" \"\"".split(
    " ",
  ),
  ..."\\ \\' ` a b @x @'y' @@version . , ; e 1e1 0x41 x'41' b'1' 0b1 N'q' _utf8 's' \"d\" || && ! < > = <=> := ( ) * / % ^".split(
    " ",
  ),
  ..."| & ~ null \\N 1.5 .5 1. $ { } é as t /**/ 0x 0b2 1a 1e 1e5x @a.b @@global.sql_mode".split(" "),
  ...[
    " ",
    "\n",
    "\t",
    "\r",
    "\v",
    "\f",
    "\u00a0",
    "-- ",
    "--\n",
    "--\t",
    "/* x */",
    "/*+ x */",
    "union select 7",
    "'a' 'b'",
  ],
  ...["'\\\\'", "'\\\\n'", "'\\%'", '"\\""', "'a''b'", "`a``b`", "limit 1"],
];

describe.each(MODES)("sql_mode '%s'", (mode, changes) => {
  /** The server reads a text as its tokens spelt out say, or rejects it, or our lexer says that it is broken. */
  const check = async (text: string): Promise<void> => {
    const settings: MysqlSettings = { ...SETTINGS, ...changes, serverVersion: version };
    const answer = await asker.ask(text);
    if (answer.kind === "error") {
      if (answer.code === 1064)
        expect({ text, parsed: parseMysql(text, settings).kind }).not.toEqual({ text, parsed: "parsed" });
      return;
    }
    const spelt = canonical(text, settings);
    if (spelt === undefined) return;
    const again = await asker.ask(spelt);
    expect({ text, rows: again.kind === "rows" ? again.rows : again }).toEqual({ text, rows: answer.rows });
  };

  beforeAll(async () => {
    await asker.run(`SET SESSION sql_mode = '${mode}'`);
  });

  test.each([
    "SELECT 1 /*! + 1 /* c */ + 1 */",
    "SELECT 1 /*!999999 + 1 /* c */ + 1 */ + 10",
    "SELECT 1 /*!999999 , 2 /* a /* b */ */ , 3",
    "SELECT 5--1, 5-- 1\n+1",
    "SELECT 1/*!, 2*/, 3/*!50000, 4*/",
    "SELECT 1 /*!50701 + 1 */ + 1",
    "SELECT 1 /*M!50701 + 1 */ + 1",
    "SELECT 'a\\\\', 'b'",
    "SELECT 1=!0, 1<!0, 1>=!0",
    "SELECT _utf8 N'q'",
    "SELECT _utf8 0x41, _utf8 x'41', N'q' 'r'",
  ])("%s", check);

  test("any pile of quotes, comments and numbers", async () => {
    const pile = fc
      .array(fc.constantFrom(...TRICKS), { minLength: 1, maxLength: 8 })
      .map((all) => all.join(""));
    const text = fc
      .tuple(fc.constantFrom("SELECT 3 ", "SELECT 3,", "SELECT "), pile)
      .map((parts) => parts.join(""));
    await fc.assert(fc.asyncProperty(text, check), {
      numRuns: process.env.SLUICE_LONG === "1" ? 50_000 : 2_000,
    });
  });
});
