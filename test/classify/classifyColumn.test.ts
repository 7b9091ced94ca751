import { fakerEN as faker } from "@faker-js/faker";
import { describe, expect, it } from "vitest";
import { classifyCatalog } from "../../agent/classify/classifyCatalog.ts";
import { gatherEvidence } from "../../agent/classify/values/gatherEvidence.ts";
import type { Label } from "../../protocol/label.ts";
import { luhnDigit } from "../bench/classification/table.ts";
import { catalogOf } from "./catalogs.ts";

faker.seed(9);

/** The label of one column whose sample these cells are. */
function labelOf(column: string, cells: readonly (string | null)[], table = "x.things"): Label | undefined {
  const [name = "", type = "text"] = column.split(" ");
  const document = type.startsWith("json");
  const evidence = gatherEvidence({ cells, document, array: type.endsWith("[]") });
  const catalog = catalogOf({ [table]: ["id integer", column] });
  return classifyCatalog(catalog, new Map([[`${table}.${name}`, evidence]])).get(`${table}.${name}`);
}

const many = (make: (row: number) => string, count = 120): readonly string[] =>
  Array.from({ length: count }, (_, row) => make(row));

describe("a column by its values", () => {
  it("is what nearly all of them are, whatever it is called", () => {
    expect(
      labelOf(
        "c17",
        many(() => faker.internet.email()),
      ),
    ).toMatchObject({ infoType: "email", confidence: 0.99 });
    expect(
      labelOf(
        "status",
        many(() => faker.internet.email()),
      )?.infoType,
    ).toBe("email");
    expect(
      labelOf(
        "ref bigint",
        many(() => faker.finance.creditCardNumber("visa").replace(/\D/g, "")),
      )?.infoType,
    ).toBe("payment_card");
  });

  it("is not a card number because one order number in ten passes the checksum", () => {
    const orders = many(() => faker.string.numeric({ length: 16, allowLeadingZeros: true }));
    expect(labelOf("order_no", orders)?.level).toBe("public");
    expect(labelOf("n17", orders)?.level).toBe("internal");
    const luhn = many(() => {
      const body = `99${faker.string.numeric(13)}`;
      return body + luhnDigit(body);
    });
    expect(labelOf("n17", luhn)?.level).toBe("internal");
    expect(
      labelOf(
        "n17 bigint",
        many((row) => String(4_000_000_000_000_000 + row)),
      )?.level,
    ).toBe("internal");
  });

  it("is not what its name says where the values rule that out", () => {
    const states = many((row) => ["sent", "bounced", "opened"][row % 3] ?? "");
    expect(labelOf("email", states)?.level).toBe("internal");
    expect(
      labelOf(
        "phone",
        many(() => faker.commerce.productName()),
      )?.level,
    ).toBe("internal");
  });

  it("keeps what its name says where values are hidden, empty or too few to tell", () => {
    expect(labelOf("card_number", ["************1234"])?.level).toBe("restricted");
    expect(
      labelOf(
        "email",
        many(() => faker.string.hexadecimal({ length: 64, prefix: "" })),
      )?.infoType,
    ).toBe("email");
    expect(labelOf("email", [null, null])?.infoType).toBe("email");
    expect(labelOf("anything", [null, "", " "])).toMatchObject({
      infoType: "unclassified",
      level: "confidential",
    });
  });

  it("is a text that contains something, and says what and how often", () => {
    const mixed = many((row) =>
      row % 4 === 0 ? `Please answer to ${faker.internet.email()} soon, thank you` : faker.lorem.sentence(),
    );
    const label = labelOf("c3", mixed);
    expect(label).toMatchObject({ infoType: "free_text", level: "confidential" });
    expect(label?.evidence).toEqual(["contains e-mail addresses in about 25 % of the sampled values"]);
    const cards = many((row) =>
      row % 4 === 0
        ? `the card ${faker.finance.creditCardNumber("visa")} was declined`
        : faker.lorem.sentence(),
    );
    expect(labelOf("c3", cards)).toMatchObject({
      infoType: "free_text",
      level: "restricted",
      category: "PCI",
    });
    const signed = many(() => `Please look into it. Regards, ${faker.person.fullName()}`);
    expect(labelOf("c3", signed)?.evidence[0]).toMatch(/contains names of people/);
  });

  it("is a document that contains something, and says where", () => {
    const documents = many(() =>
      JSON.stringify({
        size: 3,
        contact: { mail: faker.internet.email(), card: faker.finance.creditCardNumber("visa") },
      }),
    );
    const label = labelOf("data jsonb", documents);
    expect(label).toMatchObject({ infoType: "personal_json", level: "restricted" });
    expect(label?.evidence).toEqual([
      "contains payment card numbers at contact.card",
      "contains e-mail addresses at contact.mail",
    ]);
    expect(
      labelOf(
        "data jsonb",
        many(() => JSON.stringify({ size: 3, colour: "red" })),
      )?.level,
    ).toBe("internal");
  });

  it("is a version where its name says so, whatever its numbers look like", () => {
    const versions = many((row) => `1.${row % 7}.${row}.${100 + row}`);
    for (const name of ["version", "ver", "firmware_version", "app_release", "build"]) {
      expect([name, labelOf(name, versions)?.level]).toEqual([
        name,
        expect.stringMatching(/public|internal/),
      ]);
    }
    expect(labelOf("client_ip_version", versions)?.infoType).toBe("ip_address");
    expect(labelOf("c9", versions)?.infoType).toBe("ip_address");
  });

  it("is no address of a host where ip means something else", () => {
    const kinds = many((row) => `patent ${row}`);
    expect(labelOf("ip", kinds)?.infoType).not.toBe("ip_address");
    const hosts = many((row) => `10.2.3.${row}`);
    expect(labelOf("ip", hosts)?.infoType).toBe("ip_address");
    expect(
      labelOf(
        "ip",
        many((row) => `10.2.3.${row}, 10.9.9.${row}`),
      )?.infoType,
    ).toBe("ip_address");
  });

  it("is a document also where its type says text, and not where only some values are", () => {
    const document = (row: number): string =>
      JSON.stringify({
        salary: 1000 + row,
        password: `pw${row}`,
        contact: { firstName: faker.person.firstName() },
      });
    const cut = (row: number): string => `${document(row).slice(0, -1)},"log":"${"x".repeat(400)}`;
    for (const made of [many(document), many((row) => (row % 2 === 0 ? document(row) : cut(row)))]) {
      const label = labelOf("doc", made);
      expect(label).toMatchObject({ infoType: "personal_json", level: "restricted", mask: "redact" });
      expect(label?.paths).toMatchObject({ password: "restricted", salary: "confidential" });
    }
    const mixed = many((row) => (row % 9 === 0 ? `see ${faker.internet.email()} {` : document(row)));
    expect(labelOf("doc", mixed)?.paths).toBeUndefined();
    expect(
      labelOf(
        "doc",
        many((row) => `[x] item ${row}`),
      )?.level,
    ).toBe("internal");
    expect(
      labelOf(
        "doc",
        many((row) => `{"a ${row}",b}`),
      )?.paths,
    ).toBeUndefined();
  });

  it("is an array of something", () => {
    const pairs = many(() => `{${faker.internet.email()},${faker.internet.email()}}`);
    expect(labelOf("list text[]", pairs)?.infoType).toBe("email");
  });

  it("tells evidence without ever quoting a value", () => {
    const cells = many(() => faker.internet.email());
    const label = labelOf("email", cells);
    for (const cell of cells) expect(JSON.stringify(label)).not.toContain(cell);
  });
});
