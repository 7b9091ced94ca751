import { characterClass, DIGIT, UPPER } from "./characters.ts";
import type { TextFinding, TextSearch } from "./textFinding.ts";
import { wordsBefore } from "./textFinding.ts";

/** `No.`, `number is`, `#` and the like between a word and what it names. */
const NUMBER =
  "(?:[ -]?(?:id|no|nr|n[º°o]|num|number|nummer|numéro|número|numero|号|号码|番号))?\\W{0,4}(?:is |ist |est |es )?\\W{0,2}$";
const called = (words: string): RegExp => new RegExp(`(?<!\\p{L})(?:${words})${NUMBER}`, "u");

/** What a code of capitals and digits is by the word before it, and what such codes look like. */
const CODES: readonly (readonly [infoType: string, before: RegExp, look: RegExp])[] = [
  [
    "vehicle_vin",
    called("vin|chassis|fahrgestell|fin|bastidor|châssis|telaio|chassi|vehicle identification"),
    /^[A-HJ-NPR-Z\d]{17}$/,
  ],
  [
    "passport_number",
    called(
      "passport|reisepass|pass|passeport|pasaporte|passaporto|passaporte|paspoort|paszport|pas|паспорт|паспорта|护照|護照|パスポート|旅券|여권",
    ),
    /^[A-Z\d]{6,10}$/,
  ],
  [
    "driver_licence",
    called(
      "dl|driver'?s? licen[cs]e|driving licen[cs]e|führerschein|fuehrerschein|permis(?: de conduire)?|licencia de conducir|permiso de conducir|patente(?: di guida)?|carta de condução|cnh|rijbewijs|prawo jazdy|körkort",
    ),
    /^[A-Z\d]{6,17}$/,
  ],
  [
    "medical_record_number",
    called("mrn|medical record|patient|patienten|dossier patient|historia clínica|nhc|prontuário"),
    /^[A-Z]{1,3}\d{5,10}$/,
  ],
  [
    "health_plan_id",
    called(
      "member|subscriber|policy ?holder|insurance|medicaid|medicare|versicherten|versicherung|assuré|afiliado|beneficiary",
    ),
    /^[A-Z]{0,4}\d{5,12}[A-Z]{0,2}$/,
  ],
  ["national_id", called("pan|permanent account"), /^[A-Z]{3}[PCHFATBLJG][A-Z]\d{4}[A-Z]$/],
];
const [SHORTEST, LONGEST] = [6, 17];
/** Fewer are a word in capitals. */
const LEAST_DIGITS = 3;

/** Numbers of documents, vehicles and patients that have letters in them, behind the word for them. */
export const calledCodesInText: TextSearch = (text, { capitals, digits, digitEnds }) => {
  const found: TextFinding[] = [];
  const look = (start: number): void => {
    const end = codeEnd(text, start);
    if (end < 0) return;
    const before = wordsBefore(text, start);
    const value = text.slice(start, end);
    const code = CODES.find(([, words, form]) => form.test(value) && words.test(before));
    if (code === undefined) return;
    found.push({ start, end, infoType: code[0], detector: "called_code", score: 0.9 });
  };
  for (const start of capitals) look(start);
  for (let at = 0; at < digits.length; at++) {
    const start = digits[at] ?? 0;
    // A code that begins with digits has a capital behind them.
    if ((characterClass(text.charCodeAt(digitEnds[at] ?? start)) & UPPER) !== 0) look(start);
  }
  return found;
};

/** Where capitals and digits end that may be a code, with some of both; -1 where they are none. */
function codeEnd(text: string, start: number): number {
  if ((characterClass(text.charCodeAt(start + 1)) & (DIGIT | UPPER)) === 0) return -1;
  let [end, numbers] = [start, 0];
  for (; end <= start + LONGEST; end++) {
    const kind = characterClass(text.charCodeAt(end));
    if ((kind & (DIGIT | UPPER)) === 0) {
      const length = end - start;
      const isCode = length >= SHORTEST && numbers >= LEAST_DIGITS && numbers < length;
      return isCode && !LOWER_OR_SIGN.test(text.charAt(end)) ? end : -1;
    }
    numbers += kind & DIGIT;
  }
  return -1;
}

const LOWER_OR_SIGN = /[a-z_]/;
