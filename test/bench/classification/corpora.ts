import { allFakers, type Faker } from "@faker-js/faker";
import { labelledTexts } from "./texts.ts";

/** Texts and values as databases hold them, generated the same way each time. */
export interface Corpus {
  readonly name: string;
  readonly texts: readonly string[];
}

const COUNT = 8_000;

function english(): Faker {
  const faker = allFakers.en;
  faker.seed(3);
  faker.setDefaultRefDate("2026-01-01T00:00:00Z");
  return faker;
}

const many = (count: number, make: (row: number) => string): readonly string[] =>
  Array.from({ length: count }, (_, row) => make(row));

/** Kinds of text, from prose to what is nothing but findings. */
export function textCorpora(): readonly Corpus[] {
  const f = english();
  const name = (): string => `${f.person.firstName()} ${f.person.lastName()}`;
  return [
    { name: "sentences with findings", texts: labelledTexts(f, COUNT).map(({ text }) => text) },
    {
      name: "support tickets",
      texts: many(COUNT / 4, () =>
        [
          `Hi, this is ${name()} from ${f.company.name()}. ${f.lorem.sentences(2)}`,
          `My order ${f.string.numeric(8)} of ${f.date.recent().toISOString().slice(0, 10)} (${f.commerce.productName()}, $${f.commerce.price()}) has not arrived.`,
          `You can reach me at ${f.phone.number({ style: "international" })} or ${f.internet.email()}, ${f.location.streetAddress()}, ${f.location.city()}.`,
          `${f.hacker.phrase()} Thanks, ${name()}`,
        ].join("\n"),
      ),
    },
    {
      name: "prose",
      texts: many(COUNT / 8, () => `${f.lorem.paragraph(6)} ${f.commerce.productDescription()}`),
    },
    {
      name: "logs",
      texts: many(COUNT, () =>
        [
          f.date.recent().toISOString(),
          f.helpers.arrayElement(["INFO", "WARN", "ERROR"]),
          `[${f.hacker.noun()}-${f.number.int(64)}]`,
          `request ${f.string.uuid()} ${f.internet.ipv4()} GET /api/v2/${f.hacker.noun()}/${f.number.int(99999)}`,
          `status=${f.number.int({ min: 200, max: 503 })} bytes=${f.number.int(999999)} took ${f.number.float({ max: 900, fractionDigits: 3 })}ms`,
          `trace=${f.string.hexadecimal({ length: 32, prefix: "" })}`,
        ].join(" "),
      ),
    },
    {
      name: "JSON",
      texts: many(COUNT / 2, () =>
        JSON.stringify({
          id: f.string.uuid(),
          at: f.date.recent().toISOString(),
          customer: { name: name(), email: f.internet.email(), phone: f.phone.number() },
          lines: [{ sku: f.string.alphanumeric(10), quantity: f.number.int(9), price: f.commerce.price() }],
          note: f.hacker.phrase(),
        }),
      ),
    },
    {
      name: "names, one beside the other",
      texts: many(COUNT / 4, () => Array.from({ length: 10 }, name).join(", ")),
    },
    {
      name: "numbers, one beside the other",
      texts: many(COUNT / 4, () =>
        Array.from({ length: 10 }, () => f.string.numeric({ length: { min: 5, max: 18 } })).join(", "),
      ),
    },
    {
      name: "phones, one beside the other",
      texts: many(COUNT / 4, () =>
        Array.from({ length: 10 }, () => f.phone.number({ style: "national" })).join("; "),
      ),
    },
  ];
}

/** Columns of short values, each as a scan meets them. */
export function valueCorpora(rows: number): readonly Corpus[] {
  const f = english();
  const of = (name: string, make: (row: number) => string): Corpus => ({ name, texts: many(rows, make) });
  return [
    of("serial", (row) => String(row + 1)),
    of("quantity", () => String(f.number.int(500))),
    of("price", () => f.finance.amount()),
    of("timestamp", () => f.date.recent().toISOString()),
    of("status", () => f.helpers.arrayElement(["new", "paid", "shipped"])),
    of("uuid", () => f.string.uuid()),
    of("sku", () => `SKU-${f.string.numeric(6)}`),
    of("product", () => f.commerce.productName()),
    of("city", () => f.location.city()),
    of("company", () => f.company.name()),
    of("full name", () => f.person.fullName()),
    of("given name", () => f.person.firstName()),
    of("email", () => f.internet.email()),
    of("phone", () => f.phone.number({ style: "international" })),
    of("street", () => f.location.streetAddress()),
    of("card", () => f.finance.creditCardNumber("visa")),
    of("nine digits", () => f.string.numeric(9)),
    of("eleven digits", () => f.string.numeric(11)),
    of("sha256", () => f.string.hexadecimal({ length: 64, prefix: "" })),
    of("sentence", () => f.hacker.phrase()),
  ];
}
