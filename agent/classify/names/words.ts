import { EXPANSIONS } from "./abbreviations.ts";

/** Longer identifiers than this are cut: PostgreSQL's own limit is 63 bytes, other sources have none. */
const MAX_LENGTH = 200;

/**
 * The words of an identifier, lower case, singular, without accents, abbreviations spelled out: `custEmailAddr2`
 * becomes customer, email, address, 2. A run of letters is one word unless it is spelled from known ones.
 */
export function splitIdentifier(identifier: string): readonly string[] {
  const spaced = identifier
    .slice(0, MAX_LENGTH)
    .replace(/['’]/g, "")
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1 $2")
    .replace(/(\p{L})(\p{N})/gu, "$1 $2")
    .replace(/(\p{N})(\p{L})/gu, "$1 $2");
  return (
    withoutAccents(spaced)
      .toLowerCase()
      .match(/[\p{L}]+|\p{N}+/gu) ?? []
  )
    .flatMap((word) => EXPANSIONS.get(word) ?? EXPANSIONS.get(singular(word)) ?? [word])
    .map(singular);
}

/** Letters without their accents; ß stays. */
const withoutAccents = (text: string): string =>
  text.normalize("NFD").replace(/\p{M}/gu, "").normalize("NFC");

/** English singular of a lower-case word; words it cannot judge stay as they are. */
function singular(word: string): string {
  const irregular = IRREGULAR.get(word);
  if (irregular !== undefined) return irregular;
  if (word.length < 4 || /(?:ss|us|is|as|os|ious|news)$/.test(word)) return word;
  if (word.endsWith("ies") && word.length > 4) return `${word.slice(0, -3)}y`;
  if (/(?:sses|shes|ches|xes|zes)$/.test(word)) return word.slice(0, -2);
  return word.endsWith("s") ? word.slice(0, -1) : word;
}

const IRREGULAR: ReadonlyMap<string, string> = new Map(
  Object.entries({
    people: "person",
    persons: "person",
    children: "child",
    diagnoses: "diagnosis",
    statuses: "status",
    status: "status",
    addresses: "address",
    aliases: "alias",
    analyses: "analysis",
    indices: "index",
    vertices: "vertex",
    media: "medium",
    criteria: "criterion",
    usuarios: "usuario",
    apellidos: "apellido",
    nombres: "nombre",
    kunden: "kunde",
    patienten: "patient",
    sms: "sms",
    gps: "gps",
    aws: "aws",
    hts: "hts",
    dns: "dns",
    rfc: "rfc",
    pas: "pas",
    aids: "aids",
    lens: "lens",
    series: "series",
    species: "species",
    address: "address",
  }),
);
