import type { Faker } from "@faker-js/faker";
import { digits, empty, id, luhnDigit, money, one, past, type TableSpec, uuid, whole } from "./table.ts";

const version = (faker: Faker): string => [1, 2, 3, 4].map(() => faker.number.int(30)).join(".");
const luhn = (faker: Faker): string => {
  const body = faker.string.numeric({ length: 15, allowLeadingZeros: true });
  return body + luhnDigit(body);
};
const hex =
  (length: number) =>
  (faker: Faker): string =>
    faker.string.hexadecimal({ length, prefix: "", casing: "lower" });
const product = (faker: Faker): string => faker.commerce.productName();

/** Tables of things, with neighbours that look like personal data and are not. */
export const ORDINARY: readonly TableSpec[] = [
  {
    name: "shop.products",
    columns: [
      ["id", "integer", "none", id],
      ["sku", "text", "none", (faker) => `SKU-${faker.string.numeric(6)}`],
      ["name", "text", "none", product],
      ["description", "text", "none", (faker) => faker.commerce.productDescription()],
      ["brand", "text", "none", (faker) => faker.company.name()],
      ["pan", "text", "none", one("frying pan 24 cm", "wok", "saucepan")],
      ["ean", "text", "none", digits(13)],
      ["colour", "text", "none", (faker) => faker.color.human()],
      ["gender", "text", "none", one("men", "women", "unisex")],
      ["weight", "numeric", "none", whole(1, 50)],
      ["price", "numeric(10,2)", "none", money],
      ["stock_level", "integer", "none", whole(0, 500)],
      ["image_url", "text", "none", (faker) => faker.image.url()],
      [
        "metadata",
        "jsonb",
        "none",
        (faker) => JSON.stringify({ size: faker.number.int(40), fit: faker.word.adjective() }),
      ],
      ["tags", "text[]", "none", one("{new,sale}", "{outlet}")],
    ],
  },
  {
    name: "shop.orders",
    columns: [
      ["order_id", "bigint", "none", id],
      ["order_number", "text", "none", luhn],
      ["customer_id", "bigint", "none", id],
      ["state", "text", "none", one("new", "paid", "shipped")],
      ["total", "numeric(12,2)", "none", money],
      ["tracking_number", "text", "none", digits(18)],
      ["coupon_code", "text", "none", one("SPRING10", "VIP20", "WELCOME")],
      ["placed_at", "timestamp", "none", past],
      ["warehouse_id", "integer", "none", whole(1, 9)],
      ["channel", "text", "none", one("web", "store", "phone")],
      ["email_sent_at", "timestamp", "none", past],
      ["shipping_method", "text", "none", one("standard", "express")],
    ],
  },
  {
    name: "build.pipelines",
    columns: [
      ["id", "bigint", "none", id],
      [
        "name",
        "text",
        "none",
        (faker) => `${faker.hacker.verb()}-${faker.hacker.noun()}`.replaceAll(" ", "-"),
      ],
      ["commit_sha", "text", "none", hex(40)],
      ["branch", "text", "none", (faker) => faker.git.branch()],
      ["build_number", "integer", "none", id],
      ["version", "text", "none", version],
      ["artifact_path", "text", "none", (faker) => faker.system.filePath()],
      ["checksum", "text", "none", hex(64)],
      ["runner", "text", "none", one("linux-large", "linux-small", "mac")],
      ["duration_ms", "integer", "none", whole(100, 90000)],
      ["status", "text", "none", one("passed", "failed")],
      ["trigger", "text", "none", one("push", "schedule")],
      ["log_level", "text", "none", one("info", "warn")],
      ["message", "text", "none", (faker) => faker.git.commitMessage()],
      ["config", "jsonb", "none", (faker) => JSON.stringify({ retries: faker.number.int(5), image: "node" })],
    ],
  },
  {
    name: "telemetry.readings",
    columns: [
      ["id", "bigint", "none", id],
      ["sensor_id", "integer", "none", whole(1, 900)],
      ["metric", "text", "none", one("temperature", "humidity", "pressure")],
      ["value", "double precision", "none", money],
      ["unit", "text", "none", one("C", "%", "hPa")],
      ["recorded_at", "timestamp", "none", past],
      ["firmware_version", "text", "none", version],
      ["battery_level", "integer", "none", whole(0, 100)],
      ["signal", "integer", "none", whole(-100, 0)],
      ["trace_id", "text", "none", hex(32)],
      ["payload", "jsonb", "none", (faker) => JSON.stringify({ t: faker.number.float(), ok: true })],
    ],
  },
  {
    name: "telemetry.sensors",
    columns: [
      ["id", "integer", "none", id],
      ["name", "text", "none", (faker) => `sensor-${faker.string.numeric(4)}`],
      ["model", "text", "none", one("TX-100", "TX-200")],
      ["serial_number", "text", "none", digits(12)],
      ["mac_address", "macaddr", "none", (faker) => faker.internet.mac()],
      ["latitude", "numeric", "none", (faker) => String(faker.location.latitude())],
      ["longitude", "numeric", "none", (faker) => String(faker.location.longitude())],
      ["installed_on", "date", "none", past],
      ["calibration", "text", "none", empty],
    ],
  },
  {
    name: "inventory.warehouses",
    columns: [
      ["id", "integer", "none", id],
      ["code", "text", "none", one("W1", "W2")],
      ["name", "text", "none", (faker) => `${faker.location.city()} depot`],
      ["capacity", "integer", "none", whole(100, 9000)],
      ["timezone", "text", "none", (faker) => faker.location.timeZone()],
      ["opened_on", "date", "none", past],
      ["region", "text", "none", one("north", "south")],
    ],
  },
  {
    name: "inventory.movements",
    columns: [
      ["id", "bigint", "none", id],
      ["item_code", "text", "none", digits(9)],
      ["batch_number", "text", "none", digits(11)],
      ["quantity", "integer", "none", whole(1, 500)],
      ["unit_price", "numeric", "none", money],
      ["reason_code", "text", "none", one("IN", "OUT", "ADJ")],
      ["location", "text", "none", one("A-01-03", "B-07-11")],
      ["moved_at", "timestamp", "none", past],
      ["document_no", "text", "none", (faker) => `DOC-${faker.string.numeric(8)}`],
    ],
  },
  {
    name: "legal.patents",
    columns: [
      ["id", "integer", "none", id],
      ["title", "text", "none", (faker) => faker.company.catchPhrase()],
      ["ip_type", "text", "none", one("patent", "trademark")],
      ["filing_number", "text", "none", digits(10)],
      ["jurisdiction", "text", "none", one("EP", "US")],
      ["filed_on", "date", "none", past],
      ["renewal_fee", "numeric", "none", money],
    ],
  },
  {
    name: "media.films",
    columns: [
      ["film_id", "integer", "none", id],
      ["title", "text", "none", (faker) => faker.book.title()],
      ["genre", "text", "none", (faker) => faker.book.genre()],
      ["release_year", "integer", "none", whole(1950, 2025)],
      ["language", "text", "none", (faker) => faker.location.language().name],
      ["rating", "numeric", "none", whole(1, 10)],
      ["length_minutes", "integer", "none", whole(60, 200)],
      ["synopsis", "text", "none", (faker) => faker.lorem.paragraph()],
      ["uuid", "uuid", "none", uuid],
    ],
  },
  {
    name: "geo.cities",
    columns: [
      ["id", "integer", "none", id],
      ["name", "text", "none", (faker) => faker.location.city()],
      ["country", "text", "none", (faker) => faker.location.country()],
      ["population", "integer", "none", whole(1000, 9000000)],
      ["latitude", "numeric", "none", (faker) => String(faker.location.latitude())],
      ["longitude", "numeric", "none", (faker) => String(faker.location.longitude())],
      ["postal_code_format", "text", "none", one("#####", "####")],
    ],
  },
  {
    name: "app.feature_flags",
    columns: [
      ["id", "integer", "none", id],
      ["key", "text", "none", (faker) => `${faker.word.noun()}_${faker.word.verb()}`],
      ["description", "text", "none", (faker) => faker.company.catchPhrase()],
      ["enabled", "boolean", "none", one("t", "f")],
      ["default_value", "jsonb", "none", one("true", "false")],
      ["password_policy", "text", "none", one("strict", "none")],
      ["card_id", "integer", "none", whole(1, 99)],
      ["academic_year_code", "text", "none", one("1999", "2000", "2001")],
      ["scenario_code", "text", "none", (faker) => `SCN-${faker.string.numeric(3)}`],
      ["acid_level", "text", "none", digits(3)],
    ],
  },
  {
    name: "app.events",
    columns: [
      ["event_id", "uuid", "none", uuid],
      ["event_name", "text", "none", one("page_view", "click", "purchase")],
      ["entity_type", "text", "none", one("order", "product")],
      ["entity_id", "bigint", "none", luhn],
      ["occurred_at", "timestamp", "none", past],
      ["email_count", "integer", "none", whole(0, 9)],
      ["phone_verified", "boolean", "none", one("t", "f")],
      ["correlation_id", "text", "none", hex(32)],
      ["duration", "integer", "none", whole(1, 900)],
      ["host_name", "text", "none", (faker) => faker.internet.domainWord()],
      ["os_version", "text", "none", version],
    ],
  },
];
