import { describe, expect, it } from "vitest";
import { classifyCatalog } from "../../agent/classify/classifyCatalog.ts";
import { DETECTORS } from "../../agent/classify/values/detectors.ts";
import { arrayElements, gatherEvidence } from "../../agent/classify/values/gatherEvidence.ts";
import { walkDocument } from "../../agent/classify/values/walkDocument.ts";
import { catalogOf, tableOf } from "./catalogs.ts";

const passes = (id: string, value: string): boolean =>
  DETECTORS.find((detector) => detector.id === id)?.test(value) === true;

/** A number as it is given out, and one with a wrong check digit. */
const NATIONAL: readonly (readonly [id: string, right: string, wrong: string])[] = [
  ["national_br_cpf", "529.982.247-25", "529.982.247-26"],
  ["national_es_dni", "12345678Z", "12345678A"],
  ["national_es_nie", "X1234567L", "X1234567M"],
  ["national_it_codicefiscale", "RSSMRA85T10A562S", "RSSMRA85T10A562T"],
  ["national_nl_bsn", "111222333", "111222334"],
  ["national_pl_pesel", "44051401359", "44051401358"],
  ["national_se_personnummer", "811228-9874", "811228-9875"],
  ["national_se_personnummer", "198112289874", "198112289875"],
  ["national_fi_hetu", "131052-308T", "131052-308U"],
  ["national_in_aadhaar", "234123412346", "234123412347"],
  ["national_cn_ric", "11010519491231002X", "110105194912310021"],
  ["national_tr_tckimlik", "10000000146", "10000000147"],
  ["national_ca_sin", "046 454 286", "046 454 287"],
  ["national_au_tfn", "123 456 782", "123 456 783"],
  ["national_gb_nino", "AB 12 34 56 C", "AB 12 34 56 E"],
  ["national_hr_oib", "33392005961", "33392005962"],
  ["national_ch_ssn", "756.9217.0769.85", "756.9217.0769.84"],
];

describe("detectors", () => {
  it.each(NATIONAL)("%s takes %s and not %s", (id, right, wrong) => {
    expect([passes(id, right), passes(id, wrong)]).toEqual([true, false]);
  });

  it("know at least 25 countries' national numbers, each from a library that validates it", () => {
    const national = DETECTORS.filter(({ id }) => id.startsWith("national_"));
    expect(new Set(national.map(({ id }) => id.split("_")[1])).size).toBeGreaterThanOrEqual(25);
    for (const { id, test } of national) expect({ id, empty: test("") }).toEqual({ id, empty: false });
  });

  it.each([
    ["email", "first.last+tag@mail.example.org", "not an address"],
    ["card_checksum", "4111 1111 1111 1111", "4111 1111 1111 1112"],
    ["card_checksum", "378282246310005", "37828224631000"],
    ["iban", "DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 01"],
    ["phone_international", "+49 30 901820", "+49 1"],
    ["phone_formatted", "(212) 555-0187", "05.10.1986"],
    ["phone_national", "030 901820", "2015 - 03/2016"],
    ["us_ssn_formatted", "123-45-6789", "000-45-6789"],
    ["ip_address", "203.0.113.9", "1.2.3.4"],
    ["ip_address", "2001:db8::ff00:42:8329", "12:30:45"],
    ["mac_address", "00:1B:44:11:3A:B7", "00:1B:44:11:3A"],
    ["icd10_dotted", "E11.9", "U1"],
    ["password_hash", `$2b$12$${"a".repeat(53)}`, "$12.50"],
    ["key_prefix", `ghp_${"a1B2".repeat(9)}`, "ghp_short"],
    ["full_name", "Maria Fernandez", "Large Steel Chair"],
    ["han_name", "王小明", "产品名称"],
  ])("%s takes %s and not %s", (id, right, wrong) => {
    expect([passes(id, right), passes(id, wrong)]).toEqual([true, false]);
  });

  it("come to an end on long and crafted values", () => {
    const long = ["1", "a", "A", "@", ".", "a@", "1-", "(", "eyJ", "$2b$", " "].map((part) =>
      part.repeat(200_000),
    );
    for (const value of long) for (const { test } of DETECTORS) test(value);
    expect(long).toHaveLength(11);
  });
});

/** What whole columns of such values are taken for. */
describe("columns of values that look like something else", () => {
  const taken = (make: (row: number) => string): string => {
    const cells = Array.from({ length: 200 }, (_, row) => make(row));
    const relation = tableOf("plant.readings", ["id integer", "x1 text"]);
    const samples = new Map([
      ["plant.readings.x1", gatherEvidence({ cells, document: false, array: false })],
    ]);
    return (
      classifyCatalog(catalogOf({}, { relations: [relation] }), samples).get("plant.readings.x1")?.infoType ??
      ""
    );
  };

  it.each([
    ["seconds since 1970", (row: number) => String(1_700_000_000 + row * 86_413)],
    [
      "versions of four parts",
      (row: number) => `${row % 9}.${row % 64}.${(row * 7) % 99}.${(row * 13) % 99}`,
    ],
    [
      "names of machines",
      (row: number) =>
        `${["Main", "Feed", "Roof", "Cooling"][row % 4]} ${["Pump", "Fan", "Valve"][row % 3]} ${row}`,
    ],
  ])("%s are nothing to hide", (_, make) => {
    expect(taken(make)).toBe("ordinary");
  });

  it("addresses of hosts are", () => {
    expect(taken((row) => `203.${row}.113.${(row * 7) % 250}`)).toBe("ip_address");
  });
});

describe("evidence", () => {
  it("counts distinct values and keeps none", () => {
    const cells = ["a@example.org", "a@example.org", "b@example.org", "plain", "", "  ", null];
    const evidence = gatherEvidence({ cells, document: false, array: false });
    expect(evidence).toMatchObject({ rows: 7, values: 4, distinct: 3, hits: { email: 2 } });
    expect(JSON.stringify(evidence)).not.toMatch(/example|plain/);
  });

  it("tells sequences, which pass checksums by chance, from numbers that mean something", () => {
    const of = (cells: readonly string[]) =>
      gatherEvidence({ cells, document: false, array: false }).sequence;
    expect(of(Array.from({ length: 50 }, (_, row) => String(100_000 + row)))).toBe(true);
    expect(of(Array.from({ length: 50 }, (_, row) => String((row * 7_919_317) % 1_000_003)))).toBe(false);
  });

  it("reads documents by path, cut ones, hstore and documents inside strings", () => {
    const paths = (text: string) =>
      Object.fromEntries(walkDocument(text).map(({ path, value }) => [path, value]));
    expect(paths('{"a":{"mail":"x@y.z"},"list":[{"n":1},{"n":2}]}')).toEqual({
      "a.mail": "x@y.z",
      "list[].n": "2",
    });
    expect(paths('{"a":"{\\"inner\\":\\"v\\"}"}')).toEqual({ "a.inner": "v" });
    expect(paths('{"first":"one","second":"two","cut":"thr')).toEqual({ first: "one", second: "two" });
    expect(paths('"k1"=>"v1", "k2"=>"v2"')).toEqual({ k1: "v1", k2: "v2" });
  });

  it("takes keys that are data for values and does not keep them", () => {
    const cells = Array.from({ length: 30 }, (_, row) =>
      JSON.stringify({ [`user${row}@example.org`]: row, kind: "x" }),
    );
    const evidence = gatherEvidence({ cells, document: true, array: false });
    expect(Object.keys(evidence.paths ?? {}).sort()).toEqual(["*", "kind"]);
    expect(evidence.paths?.["*"]?.hits.email).toBeGreaterThan(20);
    expect(JSON.stringify(evidence)).not.toContain("example.org");
  });

  it("takes array literals apart, cut ones too", () => {
    expect(arrayElements('{a,"b, c",NULL,"d \\"e\\""}')).toEqual(["a", "b, c", 'd "e"']);
    expect(arrayElements('{{1,2},{3,"x')).toEqual(["1", "2", "3", "x"]);
  });
});
