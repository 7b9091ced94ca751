import { describe, expect, it } from "vitest";
import { findInText } from "../../agent/classify/text/findInText.ts";
import { redactText } from "../../agent/classify/text/redactText.ts";

const basic = Buffer.from("admin:s3cret!").toString("base64");
const fullWidth = (text: string): string =>
  text.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));

describe("the ways things are written in texts", () => {
  it.each([
    // Look-alikes and what cannot be seen.
    ["card 4111 1111\n1111 1111 ok", "card [REDACTED:payment_card] ok"],
    ["card 4111-1111-\r\n1111-1111 ok", "card [REDACTED:payment_card] ok"],
    [`card ${fullWidth("4111111111111111")} ok`, "card [REDACTED:payment_card] ok"],
    ["card 4111\u200b1111\u200b1111\u200b1111 ok", "card [REDACTED:payment_card] ok"],
    ["card 4111\u00a01111\u202f1111\u20091111 ok", "card [REDACTED:payment_card] ok"],
    ["card 4111/1111/1111/1111 ok", "card [REDACTED:payment_card] ok"],
    ["card 4111_1111_1111_1111 ok", "card [REDACTED:payment_card] ok"],
    ["card ٤١١١١١١١١١١١١١١١ ok", "card [REDACTED:payment_card] ok"],
    ["card: 4929-2524-8714-2360 typed wrongly", "card: [REDACTED:payment_card] typed wrongly"],
    ["ssn 512\u201345\u20136781 x", "ssn [REDACTED:us_ssn] x"],
    ["on file: 512\u201145\u20116781 x", "on file: [REDACTED:us_ssn] x"],
    ["x\u200by 123-45-6789", "x\u200by [REDACTED:us_ssn]"],
    // E-mail.
    ["https://a.example/r?email=sam.t%40example.com&x=1", "https://a.example/r?email=[REDACTED:email]&x=1"],
    ["ask john.doe&#64;example.com now", "ask [REDACTED:email] now"],
    ["ask john.doe＠example.com now", "ask [REDACTED:email] now"],
    ["ask john\ufffddoe@example.com now", "ask [REDACTED:email] now"],
    ["ask john.doe@exam\ufffdple.com now", "ask [REDACTED:email] now"],
    ["ask \ufffdjohn.doe@example.com\ufffd now", "ask \ufffd[REDACTED:email] now"],
    ['cc "john doe"@example.com now', "cc [REDACTED:email] now"],
    // Phones.
    ["tel:+14155550182 (415)555-0182 end", "tel:[REDACTED:phone] [REDACTED:phone] end"],
    ["call (415)555-0182 or 415-555-0183x22 now", "call [REDACTED:phone] or [REDACTED:phone] now"],
    ["客户手机13800138000。", "客户手机[REDACTED:phone]。"],
    ["電話:0312345678まで", "電話:[REDACTED:phone]まで"],
    // Passwords.
    ["pw=hunter2 here", "pw=[REDACTED:password] here"],
    ["passwd=abc here", "passwd=[REDACTED:password] here"],
    ["PASSWORD='x y z' here", "PASSWORD='[REDACTED:password]' here"],
    ['{"pw":"hunter2!"}', '{"pw":"[REDACTED:password]"}'],
    ["Mein Passwort ist Sommer2024! danke", "Mein Passwort ist [REDACTED:password] danke"],
    ["Mot de passe : Soleil99 merci", "Mot de passe : [REDACTED:password] merci"],
    ["la contraseña es Verano2024", "la contraseña es [REDACTED:password]"],
    ["hasło: zima2024x", "hasło: [REDACTED:password]"],
    ["密码：zima2024x", "密码：[REDACTED:password]"],
    ["curl -u admin:S3cret! https://h.example/", "curl -u [REDACTED:password] https://h.example/"],
    [
      "curl -X POST --user 'admin:S3cret' https://h.example/",
      "curl -X POST --user '[REDACTED:password]' https://h.example/",
    ],
    ["mysql -h db -pS3cret! shop", "mysql -h db -p[REDACTED:password] shop"],
    [`Authorization: Basic ${basic}`, "Authorization: Basic [REDACTED:password]"],
    // Numbers beside the word for them.
    ["VIN 1HGCM82633A004352, blue", "VIN [REDACTED:vehicle_vin], blue"],
    ["Fahrgestellnummer: WVWZZZ1JZXW000001", "Fahrgestellnummer: [REDACTED:vehicle_vin]"],
    ["Passport C01X00T47 issued", "Passport [REDACTED:passport_number] issued"],
    ["passeport n° 12AB34567 délivré", "passeport n° [REDACTED:passport_number] délivré"],
    ["Reisepass-Nr. C01X00T47", "Reisepass-Nr. [REDACTED:passport_number]"],
    ["паспорт 4509 123456 выдан", "паспорт [REDACTED:passport_number] выдан"],
    ["护照号E12345678。", "护照号[REDACTED:passport_number]。"],
    ["MRN 00482913 admitted", "MRN [REDACTED:medical_record_number] admitted"],
    ["historia clínica nº 482913", "historia clínica nº [REDACTED:medical_record_number]"],
    ["Patient ID: 00482913", "Patient ID: [REDACTED:medical_record_number]"],
    ["member id W123456789, Aetna", "member id [REDACTED:health_plan_id], Aetna"],
    ["DL number D1234567 shown", "DL number [REDACTED:driver_licence] shown"],
    ["Führerschein-Nr. B072RRE2I55", "Führerschein-Nr. [REDACTED:driver_licence]"],
    ["permis de conduire 13AA00002", "permis de conduire [REDACTED:driver_licence]"],
    ["PAN ABCPE1234F received", "PAN [REDACTED:national_id] received"],
    ["wallet 0x742d35Cc6634C0532925a3b844Bc454e4438f44e.", "wallet [REDACTED:crypto_wallet]."],
    ["pay bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq now", "pay [REDACTED:crypto_wallet] now"],
    // Names in Chinese, Japanese and Korean.
    ["山田太郎様 いつも", "[REDACTED:person_name]様 いつも"],
    ["氏名：佐藤花子", "氏名：[REDACTED:person_name]"],
    ["客户王小明，你好", "客户[REDACTED:person_name]，你好"],
    ["姓名: 李伟 电话", "姓名: [REDACTED:person_name] 电话"],
    ["王先生已付款", "[REDACTED:person_name]先生已付款"],
    ["고객 김철수님", "고객 [REDACTED:person_name]님"],
    // Postal addresses, whole.
    ["to 1600 Pennsylvania Ave NW, Washington, DC 20500.", "to [REDACTED:street_address]."],
    ["at 12 Oak Street, Apt 4B, Springfield, IL 62704-1234 today", "at [REDACTED:street_address] today"],
    ["221B Baker Street, London NW1 6XE was", "[REDACTED:street_address] was"],
    ["an Hauptstraße 27, 10115 Berlin, Rechnung", "an [REDACTED:street_address], Rechnung"],
    ["Unter den Linden 5, 10117 Berlin!", "[REDACTED:street_address]!"],
    ["wohnt Lange Gasse 3a", "wohnt [REDACTED:street_address]"],
    ["au 12 bis rue de la Paix, 75002 Paris.", "au [REDACTED:street_address]."],
    ["vive en Calle Mayor 12, 3ºB, 28013 Madrid.", "vive en [REDACTED:street_address]."],
    ["to Na Příkopě 14, 110 00 Praha.", "to [REDACTED:street_address]."],
  ])("%s", (text, expected) => {
    expect(redactText(text).text).toBe(expected);
  });

  it.each([
    "clone git@github.com:org/repo.git now",
    "mention git@github.com as remote",
    "remote deploy@build.example.com:apps/site.git",
    "Apache Kafka and Visual Studio run on Google Cloud",
    "The concert in Madison Square Garden moved to Santa Clara",
    "meter 123-45-6789 was read",
    "part no 794-65-2589 and model 441 791 4677",
    "seq 4539578763621486 at ts 1712310976",
    "years 2021\n2022\n2023\n2024",
    "4024\n0071\n3436\n4842\n4024\n0071",
    "Basic understanding and Basic YWxsIGZpbmUgaGVyZQ==",
    "docker run -u 1000:1000 image and sort -u file:name",
    "mkdir -p /srv/app && mysql < dump.sql",
    "the passport office, MRN unknown, VIN missing",
    "tests pass: 12, fail: 0",
    "お客様へ、皆様、各位様",
    "会社名: 株式会社山田",
    "客户手机和客户服务, 患者信息",
    "Route 66, 50000 Fans came",
    "In 2024, 30000 Euro",
    "0x742d35Cc6634C0532925a3b844Bc454e4438f44e12345678",
  ])("leaves %s alone", (text) => {
    expect(redactText(text).text).toBe(text);
  });

  it("tells places of the text as it was written", () => {
    const text = "a\u200b\u200b x%40 sam%40example.com and 4111\u200b1111\u200b11111111 end";
    expect(findInText(text).map(({ start, end }) => text.slice(start, end))).toEqual([
      "sam%40example.com",
      "4111\u200b1111\u200b11111111",
    ]);
  });

  it("takes time in proportion to the length of crafted texts", () => {
    const parts = [
      "4111 1111\n",
      "\u200b",
      "%40",
      "curl -u ",
      "mysql -p",
      "Basic YWRtaW4",
      "Calle A ",
      "12345 A",
      "12, 12345 Ab ",
      "Weg 1 ",
      "VIN ",
      "客户王",
      "様",
      '"a"@',
      "pw='",
      "1 rue ",
      "0x12",
      "山",
    ];
    for (const part of parts) {
      const steps = [part.repeat(200_000 / part.length)].map((text) => redactText(text).text.length);
      expect(steps[0]).toBeGreaterThan(0);
    }
  });
});
