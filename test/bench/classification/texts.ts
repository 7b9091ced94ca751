import type { Faker } from "@faker-js/faker";
import { ssn } from "./people.ts";

/** A text and what stands in it, in order. */
export interface LabelledText {
  readonly text: string;
  readonly spans: readonly { readonly start: number; readonly end: number; readonly infoType: string }[];
}

type Part = string | readonly [infoType: string, value: string];

const name = (faker: Faker): Part => [
  "person_name",
  `${faker.person.firstName()} ${faker.person.lastName()}`,
];
const key = (faker: Faker): Part => [
  "api_key",
  faker.helpers.arrayElement([
    `AKIA${faker.string.alphanumeric({ length: 16, casing: "upper" })}`,
    `ghp_${faker.string.alphanumeric(36)}`,
    `sk_${["li", "ve"].join("")}_${faker.string.alphanumeric(28)}`,
  ]),
];

/** Sentences people and programs write, with what is to be found marked. */
const TEMPLATES: readonly ((faker: Faker) => readonly Part[])[] = [
  (f) => [
    "Hello, my name is ",
    name(f),
    ". My card ",
    ["payment_card", f.finance.creditCardNumber("visa")],
    " was charged twice.",
  ],
  (f) => ["Please write to ", ["email", f.internet.email()], " or ask for ", name(f), " at the front desk."],
  (f) => ["Customer ", name(f), " asked for a refund to ", ["iban", f.finance.iban()], " yesterday."],
  (f) => ["SSN ", ["us_ssn", ssn(f)], " was entered twice, please merge the records."],
  (f) => ["Call me back at ", ["phone", f.phone.number({ style: "international" })], " after five."],
  (f) => ["Login from ", ["ip_address", f.internet.ipv4()], " was refused: wrong password."],
  (f) => ["The deploy key ", key(f), " must be rotated before Monday."],
  (f) => ["Regards, ", name(f)],
  (f) => [name(f), " did not pick up the parcel, and ", name(f), " refused it."],
  (f) => [
    "Visa ending soon: ",
    ["payment_card", f.finance.creditCardNumber("mastercard")],
    ", holder ",
    name(f),
    ".",
  ],
  (f) => [
    `Order ${f.string.numeric(14)} of ${f.commerce.productName()} shipped on ${f.date.past().toISOString()}.`,
  ],
  (f) => [
    `${f.git.commitSha()} ${f.git.commitMessage()} (build ${f.string.numeric(6)}, version 1.12.${f.number.int(30)})`,
  ],
  (f) => [
    `Request ${f.string.uuid()} took ${f.number.int(900)} ms, cache key user:${f.string.hexadecimal({ length: 32, prefix: "" })}`,
  ],
  (f) => [`${f.commerce.productName()}: ${f.commerce.productDescription()}`],
  (f) => [f.lorem.sentence(12)],
  (f) => [`${f.company.name()} opened a branch in ${f.location.city()}, ${f.location.country()}.`],
  (f) => [
    `The ${f.vehicle.vehicle()} needs ${f.word.noun()} and ${f.word.noun()} before the next inspection.`,
  ],
  (f) => ["public_key=", f.string.alphanumeric(8), " status=", f.word.adjective()],
];

export function labelledTexts(faker: Faker, count: number): readonly LabelledText[] {
  return Array.from({ length: count }, (_, position) => {
    const template = TEMPLATES[position % TEMPLATES.length];
    let text = "";
    const spans: { start: number; end: number; infoType: string }[] = [];
    for (const part of template?.(faker) ?? []) {
      const value = typeof part === "string" ? part : part[1];
      if (typeof part !== "string") {
        spans.push({ start: text.length, end: text.length + value.length, infoType: part[0] });
      }
      text += value;
    }
    return { text, spans };
  });
}
