import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { ColumnId } from "../../agent/sql/facts.ts";
import { type CatalogIndex, indexCatalog } from "../../agent/sql/postgres/catalogIndex.ts";
import { catalogFromPostgresDdl } from "../../agent/sql/postgres/ddlCatalog.ts";
import { tokens } from "../../agent/sql/postgres/lexer.ts";
import { loadPostgresParser, parseSql } from "../../agent/sql/postgres/libpgQuery.ts";
import { redactAllLiterals, redactLiterals } from "../../agent/sql/postgres/redactLiterals.ts";
import { splitPostgres } from "../../agent/sql/postgres/split.ts";
import { understandPostgres } from "../../agent/sql/postgres/understand.ts";

let index: CatalogIndex;

beforeAll(async () => {
  await loadPostgresParser();
  index = indexCatalog(
    catalogFromPostgresDdl(`
      CREATE TABLE people (id int PRIMARY KEY, ssn text, pin numeric, born date, tags text[], city text);
      CREATE FUNCTION by_ssn(wanted text) RETURNS int LANGUAGE sql AS $$ SELECT id FROM people WHERE ssn = wanted $$;
      CREATE VIEW shown AS SELECT id, ssn AS number, city FROM people;`),
  );
});

const isHidden = ({ column }: ColumnId): boolean => column !== "id" && column !== "city";

/** Every statement of a request as it would be recorded, in the way the ledger's writer does it. */
function recorded(request: string): string {
  const split = splitPostgres(request);
  if (split.kind === "syntax_error") return redactAllLiterals(request);
  return split.statements
    .map((statement) => {
      const understanding = understandPostgres(statement, index);
      if (understanding.kind !== "understood") return redactAllLiterals(statement.text);
      return redactLiterals(statement.text, statement.span.start, understanding.facts, isHidden);
    })
    .join(";");
}

describe("redactLiterals", () => {
  it("hides what meets hidden columns and keeps the rest", () => {
    expect(
      recorded(
        "SELECT 1; SELECT id, 'shown' AS x FROM people WHERE ssn = '123-45' AND city = 'Berlin' AND pin < -12.5 -- 123-45\nORDER BY 2, 1 LIMIT 10",
      ),
    ).toBe(
      "SELECT 1;SELECT id, 'shown' AS x FROM people WHERE ssn = '…' AND city = 'Berlin' AND pin < '…'  \nORDER BY 2, 1 LIMIT 10",
    );
  });

  it("leaves a statement as it is, comments included, where nothing hidden is compared", () => {
    const text = "SELECT id /* why */ FROM people WHERE city IN ('Bonn', $$Kiel$$) AND id > 5";
    expect(recorded(text)).toBe(text);
  });

  it("keeps the numbers of types and positions", () => {
    const text = "SELECT city::varchar(40), id::numeric(10, 2) FROM people GROUP BY 1, 2";
    expect(recorded(text)).toBe(text);
    expect(recorded("ALTER TABLE people ADD COLUMN more varchar(40) DEFAULT 'secret'")).toBe(
      "ALTER TABLE people ADD COLUMN more varchar(40) DEFAULT '…'",
    );
  });

  it("follows positions through characters of several bytes and earlier statements", () => {
    expect(recorded("SELECT 'äöü 😀'; SELECT '😀', id FROM people WHERE ssn = 'ß1'")).toBe(
      "SELECT 'äöü 😀';SELECT '😀', id FROM people WHERE ssn = '…'",
    );
  });

  it("hides passwords and bodies, which meet no column", () => {
    expect(recorded("ALTER ROLE somebody PASSWORD 'hunter2'")).not.toContain("hunter2");
    expect(recorded("DO $$ BEGIN PERFORM 'hunter2'; END $$")).not.toContain("hunter2");
  });

  it("lets no literal beside a hidden column survive, whatever its form and place", () => {
    fc.assert(
      fc.property(fc.constantFrom(...PLACES), literal, (place, { text, marker }) => {
        const sql = place.replaceAll("LITERAL", () => text);
        expect(recorded(sql)).not.toContain(marker);
      }),
      { numRuns: 3000, seed: 11 },
    );
  });

  it("still parses after redaction, so that a record can be read", () => {
    for (const place of PLACES.slice(0, 12)) {
      const redacted = recorded(place.replaceAll("LITERAL", "'x'"));
      expect(parseSql(redacted).kind).toBe("parsed");
    }
  });
});

const PLACES = [
  "SELECT id FROM people WHERE ssn = LITERAL",
  "SELECT id FROM people WHERE LITERAL = ssn OR pin > LITERAL",
  "SELECT id FROM people WHERE ssn IN ('a', LITERAL, 'b')",
  "SELECT id FROM people WHERE pin BETWEEN LITERAL AND LITERAL",
  "SELECT id FROM people WHERE ssn LIKE 'x' || LITERAL || '%'",
  "SELECT id FROM people WHERE upper(ssn) = upper(LITERAL) /* LITERAL */",
  "SELECT CASE WHEN ssn = LITERAL THEN 1 END FROM people",
  "SELECT coalesce(ssn, LITERAL) FROM people",
  "SELECT by_ssn(LITERAL::text)",
  "SELECT number FROM shown WHERE number = LITERAL -- LITERAL",
  "INSERT INTO people (id, ssn) VALUES (1, LITERAL)",
  "INSERT INTO people (ssn, id) SELECT LITERAL, id FROM people ON CONFLICT (id) DO UPDATE SET ssn = LITERAL",
  "UPDATE people SET pin = LITERAL, city = 'x' WHERE id = 1",
  "DELETE FROM people WHERE ssn = ANY (ARRAY[LITERAL, 'x'])",
  "WITH w AS (SELECT LITERAL AS x) SELECT id FROM people, w WHERE people.ssn = w.x",
  "SELECT id FROM people JOIN (VALUES (LITERAL), ('y')) AS v (x) ON v.x = ssn",
  "SELECT id FROM people WHERE (ssn, city) = (LITERAL, 'x')",
  "SELECT id FROM people WHERE ssn = (SELECT LITERAL)",
  "SELECT id FROM people WHERE EXISTS (SELECT 1 WHERE ssn = LITERAL)",
  "SELECT count(*) FILTER (WHERE ssn = LITERAL) FROM people",
  "SELECT id FROM people ORDER BY ssn = LITERAL",
  "SELECT id FROM people GROUP BY id HAVING max(ssn) > LITERAL",
  "SELECT LITERAL UNION SELECT ssn FROM people",
  "MERGE INTO people p USING (SELECT 1 AS i) s ON p.id = s.i WHEN MATCHED THEN UPDATE SET ssn = LITERAL",
  "EXPLAIN SELECT id FROM people WHERE ssn = LITERAL",
  "PREPARE q AS SELECT id FROM people WHERE ssn = LITERAL",
  "CREATE TABLE copied AS SELECT id FROM people WHERE ssn = LITERAL",
  "CREATE VIEW some AS SELECT id FROM people WHERE ssn = LITERAL",
  "ALTER TABLE people ALTER COLUMN ssn SET DEFAULT LITERAL",
  "ALTER TABLE people ADD CHECK (ssn <> LITERAL)",
  "CREATE INDEX i ON people (id) WHERE ssn = LITERAL",
  "COPY (SELECT id FROM people WHERE ssn = LITERAL) TO STDOUT",
  "DECLARE c CURSOR FOR SELECT id FROM people WHERE ssn = LITERAL",
  "CREATE POLICY p ON people USING (ssn = LITERAL)",
  "COMMENT ON COLUMN people.ssn IS 'like LITERAL'",
  "SELECT nothing FROM people WHERE ssn = LITERAL",
  "SELEC id FROM people WHERE ssn = LITERAL",
  "SELECT id FROM people WHERE ssn = 'x AND pin = LITERAL",
];

interface Literal {
  readonly text: string;
  readonly marker: string;
}

const word = fc.stringMatching(/^zq[a-z]{6}$/);
const digits = fc.stringMatching(/^[1-9][0-9]{7}$/);
const literal: fc.Arbitrary<Literal> = fc.oneof(
  word.map((marker) => ({ text: `'${marker}'`, marker })),
  word.map((marker) => ({ text: `'it''s ${marker}'`, marker })),
  word.map((marker) => ({ text: `E'\\'${marker}\\n'`, marker })),
  word.map((marker) => ({ text: `U&'\\00e4${marker}'`, marker })),
  word.map((marker) => ({ text: `N'${marker}'`, marker })),
  word.map((marker) => ({ text: `$$${marker}'$$`, marker })),
  word.map((marker) => ({ text: `$t$a$$${marker}$t$`, marker })),
  word.map((marker) => ({ text: `'a'\n  '${marker}'`, marker })),
  word.map((marker) => ({ text: `'${marker}'::text`, marker })),
  word.map((marker) => ({ text: `text '${marker}'`, marker })),
  word.map((marker) => ({ text: `CAST('${marker}' AS varchar(8))`, marker })),
  digits.map((marker) => ({ text: marker, marker })),
  digits.map((marker) => ({ text: `-${marker}`, marker })),
  digits.map((marker) => ({ text: `- ${marker}.5e3`, marker })),
  digits.map((marker) => ({ text: `0x${marker}`, marker })),
  digits.map((marker) => ({ text: `X'${marker}'`, marker })),
  fc.constant({ text: "B'110010110111'", marker: "110010110111" }),
);

describe("redactAllLiterals", () => {
  it.each([
    ["SELECT 'a', 5 FROM t -- x", "SELECT '…', '…' FROM t  "],
    ["SELECT 'never closed, 5 FROM t", "SELECT '…'"],
    ["SELECT /* never closed 5", "SELECT  "],
    ['WHERE name = "Smith" AND', 'WHERE name = "…"'],
    ["WHERE name = 'O\\'Brien' AND x", "WHERE name = '…'"],
    ["SELECT 'C:\\', 'x' FROM t", "SELECT '…'"],
    ["WHERE a = 5 AND b = 'x AND c = 'Smith' AND d = y'", "WHERE a = '…' AND b = '…'"],
    ["x = $1 AND y = $$ z", "x = $1 AND y = '…'"],
  ])("makes %s into %s", (text, expected) => {
    expect(redactAllLiterals(text)).toBe(expected);
  });

  it("leaves no literal in any text", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "'",
        '"',
        "$$",
        "$a$",
        "--",
        "/*",
        "*/",
        "\\",
        "\n",
        " ",
        "E'",
        "U&'",
        "1",
        "9.5e3",
        "x",
        "-",
      ),
      fc.string({ maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const redacted = redactAllLiterals(pieces.join(""));
        for (const token of tokens(redacted)) {
          const raw = redacted.slice(token.start, token.end);
          expect(token.kind).not.toBe("number");
          if (token.kind === "string") expect(raw).toMatch(/^(?:[a-z]|u&)?(?:'…'\s*)+$/i);
        }
      }),
      { numRuns: 2000, seed: 3 },
    );
  });
});
