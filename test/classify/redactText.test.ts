import { fakerEN as faker } from "@faker-js/faker";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findInText, findStructured } from "../../agent/classify/text/findInText.ts";
import { redactText } from "../../agent/classify/text/redactText.ts";
import { countFindings } from "../bench/classification/redaction.ts";
import { labelledTexts } from "../bench/classification/texts.ts";

const types = (text: string): readonly string[] => findInText(text).map(({ infoType }) => infoType);
const live = ["sk", "li"].join("_");

describe("texts", () => {
  it.each([
    ["Write to first.last+tag@mail.example.co.uk.", "Write to [REDACTED:email]."],
    ["Card 4111 1111 1111 1111 12/27", "Card [REDACTED:payment_card] 12/27"],
    ["item 2 4111 1111 1111 1111", "item 2 [REDACTED:payment_card]"],
    ["Card 4111-1111-1111-1111, thanks", "Card [REDACTED:payment_card], thanks"],
    ["my ssn is 123-45-6789", "my ssn is [REDACTED:us_ssn]"],
    ["SSN: 123456789", "SSN: [REDACTED:us_ssn]"],
    ["IBAN DE89 3704 0044 0532 0130 00 please", "IBAN [REDACTED:iban] please"],
    ["IBAN GB29NWBK60161331926819", "IBAN [REDACTED:iban]"],
    ["call +49 30 901820 today", "call [REDACTED:phone] today"],
    ["call (212) 555-0187", "call [REDACTED:phone]"],
    ["mobile: 5551234567", "mobile: [REDACTED:phone]"],
    ["from 192.168.17.200 port 22", "from [REDACTED:ip_address] port 22"],
    ["peer 2001:db8::ff00:42:8329 gone", "peer [REDACTED:ip_address] gone"],
    ["born on 12/03/1980 in Rome", "born on [REDACTED:birth_date] in Rome"],
    ["codice fiscale RSSMRA85T10A562S", "codice fiscale [REDACTED:national_id]"],
    ["password: Tr0ub4dor&3 works", "password: [REDACTED:password] works"],
    ["postgres://app:s3cret@db.internal/main", "postgres://[REDACTED:connection_string]@db.internal/main"],
    [`key ${live}ve_4eC39HqLyjWDarjtT1zdp7dc!`, "key [REDACTED:api_key]!"],
    [`AUTH=${live}ve_4eC39HqLyjWDarjtT1zdp7dc`, "AUTH=[REDACTED:api_key]"],
    [`https://host/x?k=${live}ve_4eC39HqLyjWDarjtT1zdp7dc&b=1`, "https://host/x?k=[REDACTED:api_key]&b=1"],
    ["dbPassword=Tr0ub4dor&3", "dbPassword=[REDACTED:password]"],
    ["IBAN DE89370400440532013000 VISA 12", "IBAN [REDACTED:iban] VISA 12"],
    [
      "DefaultEndpointsProtocol=https;AccountKey=Zk3vQ6u9V0s9m8Y0Zk3vQ6==;Endpoint=x",
      "DefaultEndpointsProtocol=https;AccountKey=[REDACTED:secret];Endpoint=x",
    ],
    ["hw 00-1B-44-11-3A-B7 up", "hw [REDACTED:mac_address] up"],
    ["personnummer finns: 198112289874", "personnummer finns: [REDACTED:national_id]"],
    ["Dear Mr. Okonkwo, welcome", "Dear Mr. [REDACTED:person_name], welcome"],
    ["Regards, Maria Fernandez", "Regards, [REDACTED:person_name]"],
  ])("%s", (text, expected) => {
    expect(redactText(text).text).toBe(expected);
  });

  it.each([
    "commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
    "request 6ba7b810-9dad-11d1-80b4-00c04fd430c8 done",
    "md5 d41d8cd98f00b204e9800998ecf8427e ok",
    "upgraded to version 1.2.3.4 yesterday",
    "order 20240501123456 total 199.99",
    "shipped 2024-05-01 10:20:30, due 05/06/2024",
    "tracking 1Z999AA10123456784",
    "the password is required and the token has expired",
    "public_key=abc keyword monkey",
    "room 4111, floor 11, seat 1111",
    "Monday in New York, General Electric opened The Large Steel Factory",
    "user@localhost and @handle and a @ b",
    "1,234,567.89 and 12:34:56:78",
    "order nr 12345678, my cousin 123456, basin: 1234567",
    "The Aston Martin Corvette needs oil",
    "trypassword1234 and bypassed=12345678",
  ])("leaves %s alone", (text) => {
    expect(redactText(text).text).toBe(text);
  });

  it("tells positions of what it found", () => {
    const text = "Ask a.b@example.org or c.d@example.org";
    expect(findStructured(text).map(({ start, end }) => text.slice(start, end))).toEqual([
      "a.b@example.org",
      "c.d@example.org",
    ]);
  });

  it("finds what stands across the places where a long text is taken apart", () => {
    const filler = "lorem ipsum dolor sit amet ".repeat(2_427);
    for (let shift = 0; shift < 40; shift++) {
      const text = `${filler}${"x".repeat(shift)} someone.special@example.org ${filler}`;
      expect(types(redactText(text).text)).toEqual([]);
      expect(redactText(text).findings).toHaveLength(1);
    }
  });

  it("takes a private key out whole wherever a long text is taken apart", () => {
    const begin = ["-----BEGIN ", "PRIVATE KEY-----\n"].join("");
    const end = ["-----END ", "PRIVATE KEY-----"].join("");
    const block = `${begin}${"MIIEowIBAAKCAQEAx1y2z3\n".repeat(120)}${end}`;
    for (let back = 0; back < block.length + 40; back += 131) {
      const before = "lorem ipsum ".repeat(6_000).slice(0, 65_536 - back);
      expect(redactText(`${before}${block} after`).text).toBe(`${before}[REDACTED:private_key] after`);
    }
  });

  it("takes no part of a number for one where a long text is taken apart", () => {
    const number = "9".repeat(40);
    for (let shift = 0; shift < 60; shift++) {
      const text = `${"y ".repeat(32_200)}${"z".repeat(shift)} ${number} ${"w ".repeat(3_000)}`;
      expect(redactText(text).findings).toEqual([]);
    }
  });

  it("takes a private key out whole", () => {
    const block = [
      "-----BEGIN RSA ",
      "PRIVATE KEY-----\n",
      "MIIEow\n".repeat(40),
      "-----END RSA ",
      "PRIVATE KEY-----",
    ].join("");
    expect(redactText(`before\n${block}\nafter`).text).toBe("before\n[REDACTED:private_key]\nafter");
  });

  it("takes a private key out where its end was cut off", () => {
    const begin = ["-----BEGIN ", "PRIVATE KEY-----\n"].join("");
    const text = `before ${begin}${"MIIEow\n".repeat(40)}… [cut] and after`;
    expect(redactText(text).text).toBe("before [REDACTED:private_key]… [cut] and after");
    expect(redactText(`${begin}${begin}x`).text).not.toContain("BEGIN");
  });

  it("comes to an end on any text, crafted ones as well, and never overlaps", () => {
    const crafted = [
      "a.",
      "1 ",
      "AA11",
      "@a.",
      "-----BEGIN PRIVATE KEY-----",
      "A",
      "9",
      "::",
      "http://a:",
      "+1(",
      "Mr. ",
      "Dear ",
      "Aa Bb ",
      "key=",
      "password ",
      "eyJ.",
      "DE89 ",
      "12345678-A ",
      "1.1.",
      "ab:",
      "EAA",
    ];
    const texts = [
      ...crafted.map((part) => part.repeat(60_000 / part.length)),
      "\ud800\udc00\ud800",
      "\u0000".repeat(100),
    ];
    for (const text of texts) redactText(text);
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => {
        let end = 0;
        for (const finding of findInText(text)) {
          expect(finding.start).toBeGreaterThanOrEqual(end);
          expect(finding.end).toBeGreaterThan(finding.start);
          end = finding.end;
        }
        expect(end).toBeLessThanOrEqual(text.length);
      }),
    );
  });

  it("finds at least 98 % of numbers, addresses and keys at 98 % precision, and most names", () => {
    faker.seed(5);
    for (const [type, { right, missed, wrong }] of countFindings(labelledTexts(faker, 1_700))) {
      const least =
        type === "person_name" ? { precision: 0.9, recall: 0.8 } : { precision: 0.98, recall: 0.98 };
      expect({ type, good: right / (right + wrong) >= least.precision }).toEqual({ type, good: true });
      expect({ type, good: right / (right + missed) >= least.recall }).toEqual({ type, good: true });
    }
  });
});
