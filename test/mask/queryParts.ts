import fc from "fast-check";

/** What stands in FROM, and what can be taken from it. */
export interface Source {
  readonly from: string;
  readonly alias: string;
  readonly columns: readonly string[];
  /** Columns that tell every row from every other. */
  readonly key: readonly string[];
  readonly joins: readonly { readonly column: string; readonly table: string; readonly target: string }[];
}

export const keyOf = (sources: readonly Source[]): readonly string[] =>
  sources.some(({ key }) => key.length === 0)
    ? []
    : sources.flatMap(({ alias, key }) => key.map((column) => `${alias}.${column}`));

export const condition = (sources: readonly Source[]): fc.Arbitrary<string> =>
  fc
    .constantFrom(...sources.flatMap(({ alias, columns }) => columns.map((name) => `${alias}.${name}`)))
    .chain((column) =>
      fc.constantFrom(
        "",
        "",
        `\nWHERE ${column} IS NOT NULL`,
        `\nWHERE ${column} IS NULL OR true`,
        "\nWHERE 1 = 1 -- all of them\n",
      ),
    );

export const tail = (key: readonly string[]): fc.Arbitrary<string> => {
  if (key.length === 0) return fc.constant("");
  const by = `\nORDER BY ${key.join(", ")}`;
  return fc.constantFrom(
    "",
    by,
    `${by} DESC LIMIT 25`,
    `${by} LIMIT 10 OFFSET 3`,
    `${by} FETCH FIRST 7 ROWS ONLY`,
  );
};

/** Something in a select list, perhaps with a name. */
export const item = (sources: readonly Source[], key: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 6, arbitrary: named(value(sources, key)) },
    { weight: 1, arbitrary: fc.constant("*") },
    { weight: 1, arbitrary: fc.constantFrom(...sources).map(({ alias }) => `${alias}.*`) },
  );

export const value = (sources: readonly Source[], key: readonly string[]): fc.Arbitrary<string> =>
  fc
    .constantFrom(...sources)
    .chain((source) =>
      fc.oneof(
        { weight: 5, arbitrary: ofColumn(source, key) },
        { weight: 1, arbitrary: fc.constantFrom(...ROWS).map((row) => row(source.alias)) },
        { weight: 1, arbitrary: fc.constantFrom(...CONSTANTS) },
      ),
    );

export const ofColumn = ({ alias, columns }: Source, key: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom(...columns),
      fc.oneof(
        { weight: 3, arbitrary: fc.constant((column: string) => column) },
        { weight: 4, arbitrary: fc.constantFrom(...EXPRESSIONS) },
        ...(key.length === 0 ? [] : [{ weight: 1, arbitrary: fc.constantFrom(...windows(key.join(", "))) }]),
      ),
    )
    .map(([column, over]) => over(`${alias}.${column}`));

export const aggregate = ({ alias, columns, key }: Source): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(...columns), fc.constantFrom(...AGGREGATES))
    .map(([column, over]) => over(`${alias}.${column}`, `${alias}.${key[0] ?? column}`));

const named = (values: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(values, fc.constantFrom(...NAMES)).map(([text, name]) => `${text}${name}`);

export const withoutAlias = (text: string): string => text.replace(/ AS .*$/, "");

const NAMES = [
  ...Array.from({ length: 6 }, () => ""),
  ' AS "?column?"',
  " AS c1",
  " AS same",
  " AS same",
  ' AS "Two words, ""quoted"""',
  ` AS "${"long name ".repeat(9)}"`,
  ` AS "${"ñandú–".repeat(14)}"`,
  ' AS "x\n) AS sluice_query"',
  " AS sluice_query",
];

export const ENDS = ["", "", "", " -- a comment", "\n/* one /* nested */ */", ' -- " unfinished'];

type Over = (column: string) => string;

const EXPRESSIONS: readonly Over[] = [
  (c) => `${c}::text`,
  (c) => `upper(${c}::text)`,
  (c) => `coalesce(${c}::text, '–')`,
  (c) => `${c}::text || '!'`,
  (c) => `left(${c}::text, 3)`,
  (c) => `ARRAY[${c}]`,
  (c) => `ROW(${c}, 1)`,
  (c) => `nullif(${c}::text, '')`,
  (c) => `CASE WHEN ${c} IS NULL THEN 'none' ELSE ${c}::text END`,
  (c) => `${c} IS NULL`,
  (c) => `json_build_object('k', ${c})`,
  (c) => `to_jsonb(${c})`,
  (c) => `jsonb_build_array(${c}, ${c})`,
  (c) => `format('%s/%s', ${c}, ${c})`,
  (c) => `quote_nullable(${c}::text)`,
  (c) => `(SELECT max(q.v::text) FROM (VALUES (${c}), (${c})) AS q (v))`,
  (c) => `(ARRAY[${c}])[1]`,
  (c) => `greatest(${c}::text, '')`,
  (c) => `md5(${c}::text)`,
  (c) => `concat_ws(', ', ${c}, ${c})`,
  (c) => `(${c})`,
  (c) => `text(${c})`,
  (c) => `date(${c})`,
  (c) => `(${c} COLLATE "C")`,
  (c) => `CAST(${c} AS varchar)`,
  (c) => `string_to_array(${c}::text, ' ')`,
  (c) => `convert_to(${c}::text, 'UTF8')`,
];

const windows = (key: string): readonly Over[] => [
  (c) => `first_value(${c}) OVER (ORDER BY ${key})`,
  (c) => `lag(${c}, 2) OVER (ORDER BY ${key})`,
  (c) => `count(${c}) OVER ()`,
  () => `row_number() OVER (ORDER BY ${key})`,
  (c) => `array_agg(${c}) OVER (ORDER BY ${key} ROWS 2 PRECEDING)`,
];

const ROWS: readonly Over[] = [
  (alias) => alias,
  (alias) => `row_to_json(${alias})`,
  (alias) => `to_jsonb(${alias})`,
  (alias) => `${alias}::text`,
  (alias) => `ROW(${alias}.*)`,
  (alias) => `jsonb_object_keys(to_jsonb(${alias}))`,
  (alias) => `${alias} IS NULL`,
];

const CONSTANTS = [
  "1",
  "'x'",
  "NULL",
  "1 + 1",
  "true",
  "DATE '2024-01-31'",
  "'2024-01-31 10:20:30+02'::timestamptz",
  "INTERVAL '3 days 2 hours'",
  "'10.0.0.0/8'::inet",
  "ARRAY[1, 2, NULL]",
  "ARRAY['a b', 'c\"d', 'NULL']",
  '\'{"a": [1, {"b": null}]}\'::json',
  "'\\x00ff'::bytea",
  "'[2024-01-01,2024-02-01)'::daterange",
  "'new'::shop.order_status",
  "ROW(1, 'x', NULL)",
  "'a'::\"char\"",
  "1e300",
  "'NaN'::numeric",
  "pg_typeof(1)",
  "current_schema",
];

const AGGREGATES: readonly ((column: string, key: string) => string)[] = [
  () => "count(*)",
  (c) => `count(${c})`,
  (c) => `count(DISTINCT ${c}::text)`,
  (c) => `max(${c}::text)`,
  (c, key) => `array_agg(${c} ORDER BY ${key})`,
  (c, key) => `string_agg(${c}::text, ', ' ORDER BY ${key})`,
  (c, key) => `json_agg(${c} ORDER BY ${key})`,
  (c, key) => `max(${c}::text) FILTER (WHERE ${key} IS NOT NULL)`,
  (c) => `mode() WITHIN GROUP (ORDER BY ${c}::text)`,
];

export const LATERAL: readonly Over[] = [
  (c) => `LATERAL (SELECT ${c} AS v) AS l`,
  (c) => `LATERAL unnest(string_to_array(${c}, ' ')) WITH ORDINALITY AS l (word, n)`,
  (c) => `LATERAL ROWS FROM (regexp_split_to_table(${c}, ','), generate_series(1, 2)) AS l (part, n)`,
  (c) => `json_each(json_build_object('k', ${c})) AS l`,
];
