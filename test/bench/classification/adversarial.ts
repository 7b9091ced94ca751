import type { Faker } from "@faker-js/faker";
import { born, digits, id, one, past, type TableSpec } from "./table.ts";

const list = (faker: Faker, value: string): string =>
  JSON.stringify({ contact: { email: value }, size: faker.number.int(9) });

/** Wrong names on right values, right names on wrong values, documents and texts. */
export const ADVERSARIAL: readonly TableSpec[] = [
  {
    name: "legacy.t_0815",
    columns: [
      ["id", "integer", "none", id],
      ["f1", "text", "person_name", (faker) => faker.person.fullName()],
      ["f2", "text", "email", (faker) => faker.internet.email()],
      ["f3", "text", "payment_card", (faker) => faker.finance.creditCardNumber("mastercard")],
      ["f4", "text", "iban", (faker) => faker.finance.iban()],
      ["f5", "text", "street_address", (faker) => faker.location.streetAddress()],
      ["f6", "text", "none", (faker) => faker.commerce.productName()],
      ["f7", "text", "none", digits(9)],
      ["f8", "text", "ip_address", (faker) => faker.internet.ipv4()],
      ["f9", "text", "none", (faker) => faker.string.uuid()],
      ["f10", "date", "none", past],
    ],
  },
  {
    name: "legacy.imports",
    columns: [
      ["id", "integer", "none", id],
      ["status", "text", "email", (faker) => faker.internet.email()],
      [
        "reference",
        "text",
        "us_ssn",
        (faker) =>
          `${faker.number.int({ min: 100, max: 665 })}-${faker.string.numeric({ length: 2, exclude: ["0"] })}-${faker.string.numeric({ length: 4, exclude: ["0"] })}`,
      ],
      ["handled_by", "text", "person_name", (faker) => faker.person.fullName()],
      ["document", "jsonb", "personal_json", (faker) => list(faker, faker.internet.email())],
      ["items", "jsonb", "none", (faker) => JSON.stringify([{ sku: faker.string.numeric(6), qty: 2 }])],
      ["recipients", "text[]", "email", (faker) => `{${faker.internet.email()},${faker.internet.email()}}`],
      [
        "comment_text",
        "text",
        "free_text",
        (faker) => `Please call ${faker.person.fullName()} or write to ${faker.internet.email()} today.`,
      ],
      ["blob_1", "text", "api_key", (faker) => `ghp_${faker.string.alphanumeric(36)}`],
    ],
  },
  {
    name: "legacy.misnamed",
    columns: [
      ["id", "integer", "none", id],
      ["phone", "text", "none", one("iPhone", "Pixel", "Galaxy", "Fairphone")],
      ["email", "text", "none", one("sent", "bounced", "opened", "clicked")],
      ["address", "text", "none", one("0x00", "0x01", "0x02")],
      ["zip", "text", "none", one("archive", "folder", "bundle")],
      ["ip", "text", "none", one("patent", "trademark", "design")],
      ["card_number", "text", "none", one("first", "second", "third")],
      ["created", "date", "none", born],
    ],
  },
];
