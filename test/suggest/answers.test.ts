import { describe, expect, test } from "vitest";
import { answerSql } from "../../agent/suggest/answerSql.ts";
import { inlinePlace } from "../../agent/suggest/inlinePlace.ts";
import { likenessOf, sharedInOrder, sharedRuns } from "../../agent/suggest/likeness.ts";
import { nearestName } from "../../agent/suggest/nearestName.ts";
import { hideAll, hideAsRecorded, hideSpans, withValues } from "../../agent/suggest/placeholders.ts";
import { differenceText, wordDifference } from "../../agent/suggest/wordDifference.ts";

describe("the statement in an answer", () => {
  test.each([
    ["SELECT 1", "SELECT 1"],
    ["```sql\nSELECT 1\n```", "SELECT 1"],
    ["Sure! Here you go:\n\n```postgresql\nSELECT a\nFROM t;\n```\nThis selects a.", "SELECT a\nFROM t;"],
    ["```\nSELECT 1\n```", "SELECT 1"],
    ["```sql\nSELECT 1", "SELECT 1"],
    ["<think>SELECT secret FROM plans</think>\nSELECT 1", "SELECT 1"],
    ["First run this in a shell:\n```bash\npsql shop\n```\nthen\n```sql\nSELECT 2\n```", "SELECT 2"],
    ["The query is:\nSELECT a\nFROM t\nWHERE b = 1;\n\nIt reads t.", "SELECT a\nFROM t\nWHERE b = 1;"],
    ["WITH x AS (SELECT 1 AS n)\nSELECT n FROM x", "WITH x AS (SELECT 1 AS n)\nSELECT n FROM x"],
    ["I can't be sure of the tables, but:\n```sql\nSELECT 3\n```", "SELECT 3"],
  ])("%j", (answer, sql) => expect(answerSql(answer)).toEqual({ kind: "sql", sql }));

  test.each([
    "NO",
    "No.",
    "I'm sorry, but I cannot help with that.",
    "As an AI I can not do that",
    "I can't select data",
  ])("a refusal is none: %j", (answer) => expect(answerSql(answer)).toEqual({ kind: "refused" }));

  test.each(["", "  \n", "You could select the rows with a filter on the date column.", "<think>SELECT 1"])(
    "words are none: %j",
    (answer) => expect(answerSql(answer)).toEqual({ kind: "nothing" }),
  );

  test("an endless answer is read to a limit and ends", () => {
    const endless = `SELECT ${"a, ".repeat(200_000)}`;
    const read = answerSql(endless);
    expect(read.kind === "sql" && read.sql.length).toBeLessThanOrEqual(20_000);
  });
});

/** Where `|` stands is the cursor. */
const at = (text: string) => inlinePlace(text.replace("|", ""), text.indexOf("|"));

describe("where a statement is offered", () => {
  test.each([
    ["-- orders of last week\n|", "orders of last week", ""],
    ["SELECT 1;\n\n-- orders of last week\n-- by customer\n|", "orders of last week by customer", ""],
    ["/* orders of last week */\n|\n\nSELECT 2", "orders of last week", ""],
    ["SELECT |", "", "SELECT "],
    ["-- newest orders\nSELECT id, |", "newest orders", "SELECT id, "],
    ["SELECT 1;\nselect count(*) from|", "", "select count(*) from"],
  ])("%j", (text, question, begun) => expect(at(text)).toMatchObject({ question, begun }));

  test.each([
    "-- orders of last week|",
    "-- orders of last week\n|\nSELECT 2",
    "-- orders of last week\n\n\n|",
    "-- short\n|",
    "SELECT id| FROM shop.orders",
    "SELECT id FROM shop.orders WHERE email = 'a@b.c' AND |",
    "SELECT 'it\\'s |",
    "/* orders of the last week\n|",
    "FROM |",
    "|",
    "SELECT|",
  ])("nothing at %j", (text) => expect(at(text)).toBeNull());
});

describe("values a model is not shown", () => {
  test("come back where they stood, quoted as text", () => {
    const question = "orders of o'neill@example.com since May";
    const hidden = hideSpans(question, [{ start: 10, end: 29 }]);
    expect(hidden.text).toBe("orders of '?1' since May");
    expect(withValues("SELECT 1 WHERE email = '?1' AND '?2' = '?2'", hidden.values)).toBe(
      "SELECT 1 WHERE email = 'o''neill@example.com' AND '?2' = '?2'",
    );
  });

  test("are those the record lacks; comments go", () => {
    const text =
      "SELECT id /* of Jane */ FROM t WHERE email = 'jane@x.org' AND state = 'paid' -- jane@x.org\nLIMIT 5";
    const recorded = "SELECT id   FROM t WHERE email = '…' AND state = 'paid'  \nLIMIT 5";
    const hidden = hideAsRecorded(text, recorded);
    expect(hidden.text).toBe("SELECT id FROM t WHERE email = '?1' AND state = 'paid'\nLIMIT 5");
    expect(hidden.values).toEqual(["'jane@x.org'"]);
  });

  test.each([
    ["SELECT * FROM t WHERE a = 'secret' AND b = 4711", ["secret", "4711"]],
    [`SELECT "Jane Miller", x'ab', $$secret$$, E'sec\\'ret' FROM t`, ["Jane", "ab'", "secret", "sec", "ret"]],
    ["SELECT a FROM t WHERE b = 'secret and never closed", ["secret", "closed"]],
    ["SELECT a FROM t -- secret\nWHERE b = `jane@x.org`", ["secret", "jane"]],
  ])("of a text nobody understands, none is left: %j", (text, secrets) => {
    const hidden = hideAll(text);
    for (const secret of secrets) expect(hidden.text).not.toContain(secret);
    expect(hidden.text).toMatch(/^SELECT/);
  });

  test("a record that is another text than it should be leaves none either", () => {
    expect(hideAsRecorded("SELECT 'a', 'b'", "SELECT 'b'").text).toBe("SELECT '?1', '?2'");
    expect(hideAsRecorded("SELECT a FROM t", "SELECT b FROM t WHERE x").text).toBe("SELECT a FROM t");
  });
});

describe("how alike statements are", () => {
  const words = likenessOf("SELECT a.id, b.name FROM shop.a JOIN shop.b ON a.id = b.id WHERE a.x = 5");
  test("layout, case, comments and values are no difference", () => {
    expect(
      likenessOf("select  A.ID, b.name -- hm\nfrom shop.a join shop.\"b\" on a.id=b.id where a.x = 'seven';"),
    ).toEqual(words);
  });
  test("a word more or less is little, another statement much", () => {
    const little = likenessOf(
      "SELECT a.id, b.name FROM shop.a JOIN shop.b ON a.id = b.id WHERE a.x = 5 ORDER BY b.name",
    );
    expect(sharedRuns(little, words)).toBeGreaterThan(0.6);
    const other = likenessOf("SELECT count(*) FROM shop.orders o WHERE o.total > 5 GROUP BY o.state");
    expect(sharedRuns(other, words)).toBeLessThan(0.1);
    expect(sharedInOrder(words, words)).toBe(1);
    expect(sharedInOrder([], words)).toBe(0);
  });
});

test.each([
  ["custmers", ["customers", "orders"], "customers"],
  ["customer", ["customers", "consumer"], "customers"],
  ["orderitems", ["order_items", "orders"], "order_items"],
  ["ordr", ["order", "ordre"], null],
  ["invoices", ["orders", "customers"], null],
  ["id", ["ids", "uid", "x"], null],
  ["emial", ["email", "id"], "email"],
  ["totla", ["total", "title"], "total"],
  ["stauts", ["status", "states"], "status"],
])("what %s can only mean", (wrong, names, right) => expect(nearestName(wrong, names)).toBe(right));

test("a difference is told word by word, and undone by leaving out", () => {
  const parts = wordDifference("SELECT a, b FROM t", "SELECT a FROM t WHERE c");
  expect(differenceText(parts)).toBe("SELECT a[-, b-] FROM t{+ WHERE c+}");
  const text = (kept: string) =>
    parts
      .filter(({ kind }) => kind === "same" || kind === kept)
      .map((part) => part.text)
      .join("");
  expect(text("gone")).toBe("SELECT a, b FROM t");
  expect(text("new")).toBe("SELECT a FROM t WHERE c");
});
