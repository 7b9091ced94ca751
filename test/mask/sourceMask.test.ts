import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { maskValue } from "../../agent/mask/maskValue.ts";
import { postgresMask } from "../../agent/mask/postgresMask.ts";
import { MASK_KINDS, type MaskKind } from "../../protocol/label.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";

let server: TestPostgres;
let client: pg.Client;

beforeAll(async () => {
  server = await startPostgres();
  client = new pg.Client({ connectionString: server.connectionString });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await server.stop();
});

const kinds = MASK_KINDS.filter((kind) => !["plan", "redact", "pseudonym"].includes(kind));

/** What the server makes of values under a mask, in their order. */
async function onServer(
  kind: MaskKind,
  values: readonly (string | null)[],
  type = "text",
): Promise<string[]> {
  const mask = postgresMask(kind, "q.c") ?? "";
  const { rows } = await client.query({
    text: `SELECT ${mask} FROM unnest($1::text[]) WITH ORDINALITY AS v(t, n), LATERAL (SELECT t::${type}) AS q(c) ORDER BY n`,
    values: [values],
    rowMode: "array",
  });
  return rows.map(([value]) => value);
}

/** Values near the shapes that masks look for, and anything else. */
const shaped = fc.oneof(
  fc.emailAddress(),
  fc.ipV4(),
  fc.ipV6(),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.stringMatching(/^[ -]{0,2}[A-Za-zÀ-ž]{0,6}[ \t-]{0,2}[A-Za-zÀ-ž.]{0,6} ?$/),
  fc.stringMatching(/^[-+$]?[0-9]{0,12}(?:[.,][0-9]{0,4})?$/),
  fc.stringMatching(/^\+?[0-9 ().-]{0,24}$/),
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.string({ minLength: 500, maxLength: 600 }),
);
const storable = shaped.filter((value) => !value.includes("\0") && value.isWellFormed());

describe("the server masks as the agent does", () => {
  test.each(kinds)("%s", async (kind) => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(storable), { minLength: 40, maxLength: 120 }), async (values) => {
        expect(await onServer(kind, values)).toEqual(values.map((value) => maskValue(kind, value)));
      }),
      { numRuns: 15 },
    );
  });

  test("also for values that are no text", async () => {
    expect(await onServer("network", ["10.1.2.3", "2001:db8:1:2::3"], "inet")).toEqual([
      "10.1.2.0/24",
      "2001:db8:1::/48",
    ]);
    expect(await onServer("year", ["1987-03-02"], "date")).toEqual(["1987-••-••"]);
    expect(
      await onServer("bucket", ["52300.75", "-9", "0.00", "123456789012345678901234"], "numeric"),
    ).toEqual(["50000–75000", "••••••", "0", "0–250000000000000000000000"]);
  });
});

describe("masks show what they promise and nothing else", () => {
  test.each<[MaskKind, string, string]>([
    ["last4", "4111 1111 1111 1111", "••••••1111"],
    ["last4", "123456789", "••••••"],
    ["email", "jane.doe@example.co.uk", "j•••@e•••.uk"],
    ["email", "j@e.com", "••••••"],
    ["initials", "Jean-Luc van der Berg", "••••••"],
    ["initials", "Émile Zola", "É. Z."],
    ["phone", "+44 20 7946 0958", "••••••58"],
    ["partial", "Baker Street", "B••••••"],
    ["partial", "abcde", "••••••"],
  ])("%s of %s", (kind, value, shown) => expect(maskValue(kind, value)).toBe(shown));

  test("a value longer than a mask looks at is hidden", () => {
    for (const kind of kinds.filter((one) => one !== "null")) {
      expect(maskValue(kind, `a@${"b".repeat(600)}.com`)).toBe("••••••");
    }
  });

  test("masking never takes long, whatever the value", () => {
    for (const kind of kinds) maskValue(kind, "a-".repeat(250));
    for (const kind of kinds) maskValue(kind, "a@".repeat(250));
    for (const kind of kinds) maskValue(kind, "1.".repeat(250));
  });
});
