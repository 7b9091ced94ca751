import { looksRandom, secretDetectors } from "../values/secrets.ts";
import type { TextFinding, TextSearch } from "./textFinding.ts";

const TOKEN = /(?<![\w./+-])[\w$][\w./+=$-]{15,1023}(?![\w/+-])/g;
const KEY_BLOCK =
  /-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----[\s\S]{0,8192}?(?:-----END [A-Z ]{0,20}PRIVATE KEY-----|$)/g;
const URL_PASSWORD = /(?<=[a-z][a-z0-9+.-]{1,20}:\/\/)[^\s:/@"'<>]{0,64}:[^\s/@"'<>]{1,128}(?=@[^\s"'<>])/gi;
/** `password: x`, `api_key = "x"`, `Authorization: Bearer x`. */
const CALLED =
  /(?<![\p{L}\p{N}])(pass(?:word|wd|phrase|code)?|pwd|secret|(?:api|access|auth|client|app|signing|encryption)[ _-]?(?:key|secret|token)|token|bearer|kennwort|passwort|contraseña|mot de passe|senha)["']?(?:\s{0,3}(?:[:=]|=>|is|ist|est|es|->)\s{0,3}|(?<=bearer)\s)(?:bearer\s)?["'`]?([^\s"'`,;<>)]{4,256})/giu;
const NOT_SECRET =
  /^(?:true|false|null|none|undefined|required|optional|changed|reset|expired|invalid|incorrect|wrong|not|the|a|an|my|your|is|has|was|for|to|string|\*+|x{3,}|\[.*|\$\{.*|<.*|\{\{.*)$/i;

const whole = secretDetectors.filter(({ id }) => ["key_prefix", "jwt", "password_hash"].includes(id));

/** Keys by their prefixes, tokens, password hashes, key blocks, and what is called a password or a secret. */
export const secretsInText: TextSearch = (text) => {
  const found: TextFinding[] = [];
  for (const match of text.matchAll(TOKEN)) {
    const value = match[0].replace(/[.=-]+$/, (tail) => (tail.startsWith("=") ? tail : ""));
    const hit = whole.find(({ test }) => test(value));
    if (hit === undefined) continue;
    const { infoType, id } = hit;
    found.push({ start: match.index, end: match.index + value.length, infoType, detector: id, score: 0.97 });
  }
  if (text.includes("-----BEGIN")) {
    for (const match of text.matchAll(KEY_BLOCK)) {
      const end = match.index + match[0].length;
      found.push({ start: match.index, end, infoType: "private_key", detector: "private_key", score: 0.99 });
    }
  }
  if (text.includes("://")) {
    for (const match of text.matchAll(URL_PASSWORD)) {
      const end = match.index + match[0].length;
      found.push({
        start: match.index,
        end,
        infoType: "connection_string",
        detector: "url_with_password",
        score: 0.995,
      });
    }
  }
  for (const match of text.matchAll(CALLED)) {
    const [all, name = "", value = ""] = match;
    const bare = value.replace(/[.?]+$/, "");
    const start = match.index + all.length - value.length;
    if (!isSecretValue(name, bare)) continue;
    const infoType = /^(?:pass|pwd|kenn|contra|mot|senha)/i.test(name) ? "password" : "secret";
    found.push({ start, end: start + bare.length, infoType, detector: "called_secret", score: 0.85 });
  }
  return found;
};

/** A password may be any word with a digit or a sign in it; a key or token has to look like one. */
function isSecretValue(name: string, value: string): boolean {
  if (value.length < 4 || NOT_SECRET.test(value) || /^[\w.-]+\(/.test(value)) return false;
  if (/^(?:pass|pwd|kenn|contra|mot|senha)/i.test(name)) return /[\d\W_]/.test(value) || value.length >= 8;
  return value.length >= 12 && (looksRandom(value) || /\d/.test(value));
}
