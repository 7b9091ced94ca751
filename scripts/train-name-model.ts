/**
 * Trains the model behind `agent/classify/values/nameModel.ts` and prints how well it does on locales it has not
 * seen. Run it with `node scripts/train-name-model.ts`; the same data give the same file.
 */
import fs from "node:fs";
import path from "node:path";
import { allLocales, type LocaleDefinition } from "@faker-js/faker";
import { NAME_BUCKETS, nameBuckets } from "../agent/classify/values/nameModel.ts";

const HELD_OUT = [
  "sv",
  "da",
  "nb_NO",
  "fi",
  "hu",
  "sk",
  "ro",
  "en_IN",
  "es_MX",
  "fr_CA",
  "pt_PT",
  "de_CH",
  "en_GB",
];
const UNUSED = [
  "base",
  "ar",
  "fa",
  "he",
  "ur",
  "hy",
  "ka_GE",
  "th",
  "ta_IN",
  "ne",
  "dv",
  "ku_ckb",
  "ku_kmr_latin",
  "mk",
  "ja",
  "ko",
  "zh_CN",
  "zh_TW",
];
const EPOCHS = 30;
const RATE = 1;
const DECAY = 1e-6;

interface Example {
  readonly buckets: readonly number[];
  readonly name: boolean;
}

const locales = Object.entries(allLocales).filter(([locale]) => !UNUSED.includes(locale));
const trained = locales.filter(([locale]) => !HELD_OUT.includes(locale));
const unseen = locales.filter(([locale]) => HELD_OUT.includes(locale));

const examples = (chosen: typeof locales, without: ReadonlySet<string>): readonly Example[] => {
  const names = new Set(chosen.flatMap(([, locale]) => nameWords(locale)));
  const others = new Set([...chosen.flatMap(([, locale]) => otherWords(locale)), ...regionWords()]);
  const keep = (word: string): boolean => word.length >= 2 && word.length <= 24 && !without.has(word);
  return [
    ...[...names].filter((word) => keep(word)).map((word) => ({ buckets: nameBuckets(word), name: true })),
    ...[...others]
      .filter((word) => keep(word) && !names.has(word))
      .map((word) => ({ buckets: nameBuckets(word), name: false })),
  ];
};

function nameWords(locale: LocaleDefinition): readonly string[] {
  return words(
    texts([locale.person?.first_name, locale.person?.last_name]).map((text) =>
      text.replace(/\{\{.*?\}\}/g, " "),
    ),
  );
}

function otherWords(locale: LocaleDefinition): readonly string[] {
  const { person: _person, internet: _internet, location, ...rest } = locale;
  const { city_name, city, county, state, country, street_suffix, direction, city_suffix, continent } =
    location ?? {};
  return words(
    texts([
      rest,
      { city_name, city, county, state, country, street_suffix, direction, city_suffix, continent },
    ]).filter((text) => !text.includes("{{") && text.length < 60),
  );
}

/** Names of countries, languages and currencies, as the runtime knows them. */
function regionWords(): readonly string[] {
  const codes: Readonly<Record<string, readonly string[]>> = {
    region:
      "US GB DE FR ES IT NL PT BR PL CZ SE NO DK FI JP CN IN MX AR CL CO PE ZA EG NG KE MA TR GR RO HU UA RU IE CH AT BE".split(
        " ",
      ),
    language: "en de fr es it nl pt pl cs sv no da fi ja zh hi ar tr el ro hu uk ru ga".split(" "),
    currency: "USD EUR GBP JPY CNY INR BRL MXN CHF SEK NOK DKK PLN CZK HUF TRY ZAR AUD CAD".split(" "),
  };
  return words(
    ["en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv"].flatMap((locale) =>
      (["region", "language", "currency"] as const).flatMap((type) => {
        const display = new Intl.DisplayNames(locale, { type });
        return (codes[type] ?? []).map((code) => display.of(code) ?? "");
      }),
    ),
  );
}

function texts(value: unknown, depth = 0): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null || depth > 8) return [];
  return Object.values(value).flatMap((inner) => texts(inner, depth + 1));
}

const words = (found: readonly string[]): readonly string[] =>
  found.flatMap((text) => text.match(/\p{L}[\p{L}\p{M}'’]*/gu) ?? []).map((word) => word.toLowerCase());

/** The same order every time. */
function shuffled<T>(items: readonly T[]): T[] {
  const result = [...items];
  let state = 42;
  for (let position = result.length - 1; position > 0; position--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = state % (position + 1);
    const [a, b] = [result[position], result[other]];
    if (a !== undefined && b !== undefined) [result[position], result[other]] = [b, a];
  }
  return result;
}

const training = shuffled(examples(trained, new Set()));
const positive = training.filter((example) => example.name).length;
const balance = (training.length - positive) / positive;
const weights = new Float64Array(NAME_BUCKETS);
let bias = 0;
const logit = ({ buckets }: Example): number =>
  bias +
  buckets.reduce((sum, bucket) => sum + (weights[bucket] ?? 0), 0) / Math.sqrt(Math.max(1, buckets.length));

for (let epoch = 0; epoch < EPOCHS; epoch++) {
  const rate = RATE / (1 + epoch / 3);
  for (const example of training) {
    const error = (example.name ? 1 : 0) - 1 / (1 + Math.exp(-logit(example)));
    const step = rate * error * (example.name ? Math.min(balance, 2) : 1);
    bias += step * 0.1;
    const share = step / Math.sqrt(Math.max(1, example.buckets.length));
    for (const bucket of example.buckets) weights[bucket] = (weights[bucket] ?? 0) * (1 - DECAY) + share;
  }
}

const scale = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0) / 127;
const quantised = Int8Array.from(weights, (weight) => Math.round(weight / scale));
weights.set(Float64Array.from(quantised, (weight) => weight * scale));
const file = path.join(import.meta.dirname, "../agent/classify/values/nameModel.generated.json");
fs.writeFileSync(
  file,
  `${JSON.stringify({ bias: Number(bias.toFixed(4)), scale, weights: Buffer.from(quantised.buffer).toString("base64") })}\n`,
);

const report = (title: string, set: readonly Example[]): void => {
  const right = (name: boolean): string => {
    const of = set.filter((example) => example.name === name);
    return `${((100 * of.filter((example) => logit(example) > 0 === name).length) / of.length).toFixed(1)} % of ${of.length} ${name ? "names" : "other words"}`;
  };
  process.stdout.write(`${title}: right on ${right(true)}, ${right(false)}\n`);
};
report("words of seen locales", training);
report(
  "words of unseen locales that no seen one has",
  examples(unseen, new Set(trained.flatMap(([, locale]) => [...nameWords(locale), ...otherWords(locale)]))),
);
