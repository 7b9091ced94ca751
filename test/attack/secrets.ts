/** Which of two databases that differ only in what masked columns hold. */
export type WorldName = "a" | "b";

const CONSONANTS = "qzxjkvwg";

/** A word nobody would write by accident: the same for the same place and world, of another length in the other. */
function word(seed: number, world: WorldName): string {
  const length = 7 + (seed % 3) + (world === "b" ? 2 + (seed % 2) : 0);
  let state = (seed + 1) * 2_654_435_761 + (world === "b" ? 40_503 : 0);
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return CONSONANTS[(state >>> 16) % CONSONANTS.length];
  }).join("");
}

const digits = (seed: number, world: WorldName, length: number): string => {
  let state = (seed + 7) * 747_796_405 + (world === "b" ? 2_891_336_453 : 0);
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return String((state >>> 18) % 10);
  }).join("");
};

/** A card number that passes the Luhn check, of Visa's range. */
function card(seed: number, world: WorldName): string {
  const body = `4${digits(seed + 500, world, 14)}`;
  const sum = [...body].reduce((total, digit, place) => {
    const twice = Number(digit) * (place % 2 === 0 ? 2 : 1);
    return total + (twice > 9 ? twice - 9 : twice);
  }, 0);
  return `${body}${(10 - (sum % 10)) % 10}`;
}

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

/** Everything that is hidden, row by row; the rest of a row is the same in both worlds. */
export function secretsOf(world: WorldName) {
  const person = (row: number) => `${capital(word(row * 3, world))} ${capital(word(row * 3 + 1, world))}`;
  const email = (row: number) => `${word(row * 5 + 100, world)}@${word(row * 5 + 101, world)}.test`;
  const date = (row: number, from: number) =>
    `${from + ((row * 7 + (world === "b" ? 5 : 0)) % 40)}-${String(((row * 5 + (world === "b" ? 3 : 0)) % 12) + 1).padStart(2, "0")}-${String(((row * 11 + (world === "b" ? 8 : 0)) % 27) + 1).padStart(2, "0")}`;
  return {
    person,
    email,
    card: (row: number) => card(row, world),
    phone: (row: number) => `+1 212 ${digits(row + 900, world, 7)}`,
    ssn: (row: number) => {
      const raw = digits(row + 1_300, world, 9);
      const area = 100 + (Number(raw.slice(0, 3)) % 560);
      return `${area}-${String(10 + (Number(raw.slice(3, 5)) % 89))}-${String(1000 + (Number(raw.slice(5)) % 8999))}`;
    },
    birthday: (row: number) => date(row, 1940),
    street: (row: number) => `${capital(word(row + 2_000, world))} Street ${digits(row + 2_100, world, 3)}`,
    key: (row: number) =>
      `sk_live_${word(row * 4 + 3_000, world)}${digits(row + 3_100, world, 12)}${word(row * 4 + 3_001, world)}`,
    address: (row: number) => `203.0.113.${(row * 13 + (world === "b" ? 7 : 1)) % 250}`,
    salary: (row: number) => Number(`9${digits(row + 3_500, world, world === "b" ? 6 : 5)}`),
    record: (row: number) => `MRN${digits(row + 4_000, world, 8)}`,
    diagnosis: (row: number) => `${capital(word(row + 4_500, world))} ${word(row + 4_600, world)} syndrome`,
    sentence: (row: number) =>
      `Please call ${person(row + 40)} about card ${card(row + 60, world)}, the address ${email(row + 60)} bounced.`,
  } as const;
}

export const ROWS = 12;

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const CITIES = ["Oslo", "Bergen", "Tromso", "Bodo"];
const TITLES = ["Kettle", "Lamp", "Chair", "Table", "Shelf", "Clock"];

/** INSERTs that fill the schema with the secrets of one world. */
export function seedOf(world: WorldName): string {
  const s = secretsOf(world);
  const rows = (count: number, row: (n: number) => string): string =>
    Array.from({ length: count }, (_, n) => `(${row(n + 1)})`).join(",\n");
  const at = <T>(list: readonly T[], n: number): T | undefined => list[n % list.length];
  return `
INSERT INTO shop.customers (id, full_name, email, phone, ssn, date_of_birth, city, tier, home, profile) VALUES
${rows(ROWS, (n) => `${n}, ${quoted(s.person(n))}, ${quoted(s.email(n))}, ${n % 5 === 0 ? "NULL" : quoted(s.phone(n))}, ${n % 6 === 0 ? "NULL" : quoted(s.ssn(n))}, ${quoted(s.birthday(n))}, ${quoted(at(CITIES, n) ?? "")}, ${quoted(n % 3 === 0 ? "gold" : "basic")}, ROW(${quoted(s.street(n))}, 'Oslo'), jsonb_build_object('email', ${quoted(s.email(n + 200))}, 'phone', ${quoted(s.phone(n + 200))})`)};
INSERT INTO shop.cards VALUES
${rows(ROWS, (n) => `${n}, ${n}, ${quoted(s.person(n))}, ${quoted(s.card(n))}, ${quoted(n % 2 === 0 ? "visa" : "other")}, '12/29'`)};
INSERT INTO shop.products VALUES
${rows(TITLES.length, (n) => `${n}, 'SKU-${n}', ${quoted(TITLES[n - 1] ?? "")}, ${quoted(n % 2 === 0 ? "kitchen" : "living")}, ${n * 10}, ${n}`)};
INSERT INTO shop.orders VALUES
${rows(ROWS * 2, (n) => `${n}, ${(n % ROWS) + 1}, ${(n % TITLES.length) + 1}, ${quoted(at(["new", "paid", "shipped"], n) ?? "")}, ${(n % 4) + 1}, '202${4 + (n % 2)}-0${(n % 9) + 1}-1${n % 9}'`)};
INSERT INTO shop.support_tickets (id, customer_id, subject, message, tags, payload, priority) VALUES
${rows(ROWS, (n) => `${n}, ${n}, ${quoted(`About ${at(TITLES, n)} ${n}`)}, ${quoted(s.sentence(n))}, ${quoted(n % 2 === 0 ? "{billing}" : "{delivery,late}")}, jsonb_build_object('card', ${quoted(s.card(n + 300))}, 'email', ${quoted(s.email(n + 300))}), ${n % 3}`)};
INSERT INTO shop.api_clients VALUES
${rows(6, (n) => `${n}, ${quoted(`client ${n}`)}, ${quoted(s.key(n))}, ${n * 100}, ${quoted(s.address(n))}`)};
INSERT INTO shop.contacts VALUES ${rows(3, (n) => `${n}, ${quoted(s.phone(n + 400))}`)};
INSERT INTO shop.vip_contacts VALUES ${rows(3, (n) => `${n + 10}, ${quoted(s.phone(n + 500))}, ${quoted(s.email(n + 500))}, ${n}`)};
INSERT INTO shop.events (what) VALUES ('opened'), ('closed'), ('opened again');
INSERT INTO people.employees VALUES
${rows(8, (n) => `${n}, ${n === 1 ? "NULL" : Math.floor(n / 2)}, ${quoted(s.person(n + 600))}, ${quoted(s.email(n + 600))}, ${quoted(n % 2 === 0 ? "sales" : "support")}, ${s.salary(n)}, '20${10 + n}-03-01'`)};
INSERT INTO clinic.patients VALUES
${rows(8, (n) => `${n}, ${quoted(s.person(n + 700))}, ${quoted(s.birthday(n + 50))}, ${quoted(s.record(n))}, ${quoted(s.diagnosis(n))}, ${quoted(n % 2 === 0 ? "north" : "south")}`)};
INSERT INTO shop.claims SELECT id, ssn, id * 10 FROM shop.customers WHERE ssn IS NOT NULL;
INSERT INTO archive.products VALUES ${rows(TITLES.length, (n) => `${n}, 'OLD-${n}', ${quoted(s.email(n + 800))}, 'archived'`)};
REFRESH MATERIALIZED VIEW shop.city_people;
ANALYZE;
`;
}

/** Every value that is hidden, in full; made-up words first, then what is mostly digits. */
function secretsIn(world: WorldName): {
  readonly words: readonly string[];
  readonly numbers: readonly string[];
} {
  const s = secretsOf(world);
  const many = (from: number, count: number, value: (n: number) => string): string[] =>
    Array.from({ length: count }, (_, n) => value(from + n + 1));
  return {
    words: [
      ...[0, 40, 600, 700].flatMap((from) => many(from, ROWS, s.person)),
      ...[0, 60, 200, 300, 500, 600, 800].flatMap((from) => many(from, ROWS, s.email)),
      ...many(0, ROWS, s.street),
      ...many(0, 6, s.key),
      ...many(0, 8, s.diagnosis),
    ],
    numbers: [
      ...[0, 60, 300].flatMap((from) => many(from, ROWS, s.card)),
      ...many(0, ROWS, s.ssn),
      ...[0, 200, 400, 500].flatMap((from) => many(from, ROWS, s.phone)),
      ...many(0, 8, s.record),
      ...many(0, 8, (n) => String(s.salary(n))),
      ...[0, 50].flatMap((from) => many(from, ROWS, s.birthday)),
      ...many(0, 6, s.address),
    ],
  };
}

/** Every value that is hidden and long enough not to stand somewhere by chance. */
export function everySecret(world: WorldName): readonly string[] {
  const { words, numbers } = secretsIn(world);
  return [...words, ...numbers].filter((secret) => secret.length >= 9);
}

/** What gives a secret away: letters and digits in lower case; five letters in a row of a made-up word are enough. */
export function markersOf(world: WorldName): readonly string[] {
  const { words, numbers } = secretsIn(world);
  const ORDINARY = /\b(?:test|syndrome|street|sk_live_)\b|sk_live_/gi;
  const pieces = words.flatMap((text) =>
    text
      .replace(ORDINARY, "")
      .toLowerCase()
      .split(/[^a-z]+/)
      .filter((part) => part.length >= 5)
      .flatMap((part) => Array.from({ length: part.length - 4 }, (_, n) => part.slice(n, n + 5))),
  );
  const plain = numbers.map((number) => number.replace(/^\+1 212|^MRN/, "").replace(/[^a-z0-9]/gi, ""));
  return [...new Set([...pieces, ...plain])];
}
