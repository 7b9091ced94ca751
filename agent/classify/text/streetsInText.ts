import { characterClass, DIGIT, LETTER, LOWER, UPPER } from "./characters.ts";
import { matchAt, type TextFinding, type TextSearch } from "./textFinding.ts";

const STREET =
  /\d{1,6}[A-Za-z]?,? (?:(?:N|S|E|W|North|South|East|West)\.? )?(?:\p{Lu}[\p{L}.'-]{1,24} ){1,4}(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Way|Place|Pl|Terrace|Highway|Parkway|Circle|Close|Crescent)\b\.?(?: (?:NW|NE|SW|SE|N|S|E|W)\b)?(?:,? (?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Room|#)\.? ?[\w-]{1,6})?/uy;
/** City and state or country with the code in the order of the United States and Britain. */
const CITY_AND_CODE =
  /,?\s{1,2}\p{Lu}[\p{L}.'-]{1,24}(?: \p{Lu}[\p{L}.'-]{1,24}){0,2},?\s{1,2}(?:[A-Z]{2},? \d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})(?![\p{L}\d])/uy;
const FRENCH =
  /\d{1,4}(?: ?(?:bis|ter|quater))?,? (?:[Rr]ue|[Aa]venue|[Aa]v\.|[Bb]oulevard|[Bb]d|[Pp]lace|[Cc]hemin|[Ii]mpasse|[Aa]llée|[Qq]uai|[Cc]ours|[Rr]oute|[Pp]assage) (?:(?:de|du|des|la|le|les|aux?|à) |[dl]['’]){0,3}\p{Lu}[\p{L}'’-]{1,24}(?:[ -](?:(?:de|du|des|la|le|les) |[dl]['’]){0,2}\p{Lu}[\p{L}'’-]{1,24}){0,3}/uy;
/** The code before the city, as in most of Europe. */
const CODE_AND_CITY =
  /,?\s{1,2}(?:[A-Z]{1,2}-)?(?:\d{5}|\d{4}|\d{3} \d{2}|\d{2}-\d{3}) \p{Lu}[\p{L}'’-]{1,24}(?:[ -](?:(?:am|an|der|de|del|da|sur|la|los) ){0,2}\p{Lu}[\p{L}'’-]{1,24}){0,2}/uy;
/** A number of a house behind its street, perhaps with floor and door. */
const HOUSE =
  /\d{1,4}(?: ?[a-zA-Z](?![\p{L}\d]))?(?:, ?\d{1,2}[.ºª°] ?[A-Za-z]?(?![\p{L}\d]))?(?![\p{L}\d])/uy;
/** A word that is a street, or ends like one. */
const ENDS_AS_STREET =
  /(?:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse|ring|damm|ufer|straat|laan|gracht|kade|plein|gatan|vägen|vej|gade|veien|gata) $/i;
/** Where words begin that may name a street, right before a number. */
const BEFORE_HOUSE = /\p{Lu}[\p{L}.'’-]{0,30}(?: [\p{L}][\p{L}.'’-]{0,24}){0,3},? (?:n[ºo°.]+ ?)?$/u;
const BEGINS_AS_STREET =
  /(?:Calle|C\/|Avenida|Avda\.?|Av\.|Plaza|Paseo|Camino|Ronda|Rua|Travessa|Praça|Alameda|Largo|Via|Viale|Piazza|Corso|[Uu]l\.|[Uu]lica|[Aa]l\.|[Uu]lice|ул\.|улица|проспект|пр\.) ?[\p{L} .'’-]{1,40},? (?:n[ºo°.]+ ?)?$/u;
/** What stands before numbers and is no street. */
const NO_STREET =
  /^(?:in|im|am|seit|bis|ab|route|section|chapter|page|seite|article|artikel|art|version|table|figure|room|flight|type|nr|no|nummer|order|rechnung|invoice|ticket)\b/i;
const REACH = 80;
/** Around this far back a name of a street is looked for. */
const SUFFIX_REACH = 12;

/** Houses in their streets, with the city and its code where these follow. */
export const streetsInText: TextSearch = (text, { digits, digitEnds }) => {
  const found: TextFinding[] = [];
  let from = 0;
  for (let at = 0; at < digits.length; at++) {
    const start = digits[at] ?? 0;
    if (start < from) continue;
    const place = houseBefore(text, start, digitEnds[at] ?? start) ?? houseBehind(text, start, from);
    if (place === null) continue;
    [, from] = place;
    const [begin, end] = place;
    found.push({ start: begin, end, infoType: "street_address", detector: "street_in_text", score: 0.9 });
  }
  return found;
};

type Place = readonly [start: number, end: number];

/** `221B Baker Street, London NW1 6XE`, `12 rue de la Paix, 75002 Paris` */
function houseBefore(text: string, start: number, digitEnd: number): Place | null {
  const first = digitEnd - start > MOST_OF_HOUSE ? null : streetLetter(text, digitEnd);
  if (first === null) return null;
  const english = (first & UPPER) === 0 ? null : matchAt(STREET, text, start);
  const street = english ?? matchAt(FRENCH, text, start);
  if (street === null) return null;
  const end = start + street[0].length;
  const city =
    (english === null ? null : matchAt(CITY_AND_CODE, text, end)) ?? matchAt(CODE_AND_CITY, text, end);
  return [start, end + (city?.[0].length ?? 0)];
}

const MOST_OF_HOUSE = 7;

/** What the letter is behind digits, perhaps a letter and a comma, and a blank; null where none can be. */
function streetLetter(text: string, digitEnd: number): number | null {
  let at = digitEnd;
  if ((characterClass(text.charCodeAt(at)) & LETTER) !== 0) at++;
  if (text.charAt(at) === ",") at++;
  if (text.charAt(at) !== " ") return null;
  const letter = characterClass(text.charCodeAt(at + 1));
  return (letter & UPPER) !== 0 || FRENCH_LETTERS.includes(text.charAt(at + 1) || " ") ? letter : null;
}

/** `bis`, `ter`, and what streets are called begin with these. */
const FRENCH_LETTERS = "rabpciqt";

/** `Hauptstraße 27, 10115 Berlin`, `Calle Mayor 12, 3ºB, 28013 Madrid` */
function houseBehind(text: string, start: number, from: number): Place | null {
  if (text.charAt(start - 1) !== " " && text.charAt(start - 1) !== "º") return null;
  const house = isNamedBefore(text, start) ? matchAt(HOUSE, text, start) : null;
  if (house === null) return null;
  const end = start + house[0].length;
  const city = matchAt(CODE_AND_CITY, text, end)?.[0];
  const isStreet = ENDS_AS_STREET.test(text.slice(Math.max(from, start - SUFFIX_REACH), start));
  const before = text.slice(Math.max(from, start - REACH), start);
  const called = BEGINS_AS_STREET.exec(before);
  if (called === null && !isStreet && (city === undefined || /\d{2}000 /.test(city))) return null;
  const name = called ?? BEFORE_HOUSE.exec(before);
  if (name === null || (called === null && !isStreet && NO_STREET.test(name[0]))) return null;
  return [start - name[0].length, end + (city?.length ?? 0)];
}

/** Whether the word right before, perhaps with a comma, has a capital or may be the end of a street's name. */
function isNamedBefore(text: string, start: number): boolean {
  let end = start - 1;
  if ((characterClass(text.charCodeAt(end - 1)) & DIGIT) !== 0) return false;
  if (",.º°".includes(text.charAt(end - 1) || " ")) end--;
  let at = end;
  while (at > 0 && end - at < 32 && (characterClass(text.charCodeAt(at - 1)) & (LOWER | UPPER)) !== 0) at--;
  return at < end && ((characterClass(text.charCodeAt(at)) & UPPER) !== 0 || text.charAt(end) !== " ");
}
