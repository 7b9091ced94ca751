import { providerKeyEnd } from "../values/providerKeys.ts";
import { looksRandom, secretDetectors } from "../values/secrets.ts";
import { characterClass, DIGIT, LETTER, LOWER, UPPER } from "./characters.ts";
import { matchAt, type TextFinding, type TextSearch } from "./textFinding.ts";

const KEY_BEGIN = /-----BEGIN ?[A-Z ]{0,20}PRIVATE KEY(?: BLOCK)?-----/y;
const KEY_END = /-----END ?[A-Z ]{0,20}PRIVATE KEY(?: BLOCK)?-----/y;
/** What a key consists of; a block that was cut has no end. */
const KEY_BODY = /[A-Za-z0-9+/=\s\\]{0,8192}/y;
const LONGEST_KEY = 8_192;
const USER_PASSWORD = /[^\s:/@"'<>]{0,256}:[^\s/@"'<>]{1,256}(?=@[^\s"'<>])/y;
/** `password: x`, `api_key = "x"`, `Authorization: Bearer x`: what it is called, and what stands there. */
const NAMED =
  /passwor[dt]|pass(?:wd|phrase|code)?|pwd?|secret|(?:api|access|account|auth|client|app|master|refresh|session|shared|signing|storage|webhook|encryption)[ _-]?(?:key|secret|token)|token|bearer|kennwort|contraseña|mot de passe|senha|hasło|heslo|lösenord|wachtwoord|пароль|密码|密碼|パスワード|비밀번호/gi;
const NAMED_VALUE =
  /["']?(?:\s{0,3}(?:=>|[:=]|->)\s{0,3}|\s{1,3}(?:is|ist|est|es|è|é|to|jest|är)\s{1,3}|(?<=bearer)\s)(?:bearer\s)?(?:(["'`])([^\n"'`]{3,256})\1|["'`]?([^\s"'`,;<>)]{3,256}))/iy;
const PASSWORD = /^(?:pass|pw|kenn|contra|mot|senha|has|hes|lös|wacht|пар|密|パ|비)/i;
const NOT_SECRET =
  /^(?:true|false|null|none|undefined|required|optional|changed|reset|expired|invalid|incorrect|wrong|not|the|a|an|my|your|is|has|was|for|to|string|\*+|x{3,}|\[.*|\$\{.*|<.*|\{\{.*)$/i;

const whole = secretDetectors.filter(({ id }) => ["jwt", "password_hash"].includes(id));
/** A longer run of the characters of keys is data of another kind, such as an image. */
const LONGEST_TOKEN = 4_096;

/** Keys by their prefixes, tokens, password hashes, key blocks, and what is called a password or a secret. */
export const secretsInText: TextSearch = (text, { tokens }) => {
  const found: TextFinding[] = [];
  for (const [start, end] of tokens) {
    const finding = tokenAt(text, start, Math.min(end, start + LONGEST_TOKEN));
    if (finding !== null) found.push(finding);
  }
  keyBlocks(text, found);
  passwordsInUrls(text, found);
  namedSecrets(text, found);
  return found;
};

/** A key may stand behind its name or inside of an address: `key=…`, `https://host/…`. */
function tokenAt(text: string, from: number, to: number): TextFinding | null {
  for (let start = from; start + LEAST_KEY <= to; start++) {
    if (start > from && (characterClass(text.charCodeAt(start - 1)) & (LETTER | DIGIT)) !== 0) continue;
    const end = providerKeyEnd(text, start);
    if (end >= 0) return { start, end, infoType: "api_key", detector: "key_prefix", score: 0.97 };
    const code = text.charCodeAt(start);
    // A JSON Web Token or a password hash.
    if (code !== 36 && !text.startsWith("eyJ", start) && start > from) continue;
    const value = text.slice(start, to).replace(/[.-]+$|[^=]=+$/, (tail) => tail.replace(/[.=-]+$/, ""));
    const hit = whole.find(({ test }) => test(value));
    if (hit === undefined) continue;
    return { start, end: start + value.length, infoType: hit.infoType, detector: hit.id, score: 0.97 };
  }
  return null;
}

const LEAST_KEY = 16;

function keyBlocks(text: string, found: TextFinding[]): void {
  let close = 0;
  for (let start = text.indexOf("-----BEGIN"); start >= 0; ) {
    const head = matchAt(KEY_BEGIN, text, start);
    let end = start + 10;
    if (head !== null) {
      const body = start + head[0].length;
      if (close >= 0 && close < body) close = text.indexOf("-----END", body);
      const tail = close >= 0 && close - body <= LONGEST_KEY ? matchAt(KEY_END, text, close) : null;
      end = tail === null ? body + (matchAt(KEY_BODY, text, body)?.[0].length ?? 0) : close + tail[0].length;
      found.push({ start, end, infoType: "private_key", detector: "private_key", score: 0.99 });
    }
    start = text.indexOf("-----BEGIN", end);
  }
}

function passwordsInUrls(text: string, found: TextFinding[]): void {
  for (let sign = text.indexOf("://"); sign >= 0; sign = text.indexOf("://", sign + 3)) {
    if ((characterClass(text.charCodeAt(sign - 1)) & LETTER) === 0) continue;
    const match = matchAt(USER_PASSWORD, text, sign + 3);
    if (match === null) continue;
    const [start, end] = [sign + 3, sign + 3 + match[0].length];
    found.push({ start, end, infoType: "connection_string", detector: "url_with_password", score: 0.995 });
  }
}

function namedSecrets(text: string, found: TextFinding[]): void {
  NAMED.lastIndex = 0;
  for (let match = NAMED.exec(text); match !== null; match = NAMED.exec(text)) {
    const [name] = match;
    const named = matchAt(NAMED_VALUE, text, match.index + name.length);
    if (named === null || !beginsWord(text, match.index)) continue;
    const [all, quote = "", quoted, plain = ""] = named;
    const value = quoted ?? plain;
    const bare = quoted ?? value.replace(/[.?]+$/, "");
    const start = named.index + all.length - quote.length - value.length;
    if (!isSecretValue(name, bare, quoted !== undefined || /^["']?\s?=/.test(all))) continue;
    NAMED.lastIndex = start + value.length;
    const infoType = PASSWORD.test(name) ? "password" : "secret";
    found.push({ start, end: start + bare.length, infoType, detector: "called_secret", score: 0.85 });
  }
}

/** Behind anything but a letter or a digit, or where a capital begins a word of its own: `dbPassword`. */
function beginsWord(text: string, start: number): boolean {
  const before = characterClass(text.charCodeAt(start - 1));
  if ((before & (LETTER | DIGIT)) === 0) return true;
  return (before & LOWER) !== 0 && (characterClass(text.charCodeAt(start)) & UPPER) !== 0;
}

/** A password may be any word with a digit or a sign in it, or whatever is assigned; a key or token has to look like one. */
function isSecretValue(name: string, value: string, assigned: boolean): boolean {
  const named = PASSWORD.test(name);
  if (assigned && named && name.length !== PASS) return value.length >= 3 && !isNoSecret(value);
  if (value.length < 4 || isNoSecret(value)) return false;
  if (named) return /[\d\W_]/.test(value) || value.length >= 8;
  return value.length >= 12 && (looksRandom(value) || /\d/.test(value));
}

/** Of `pass` alone, a count of tests is said as well. */
const PASS = 4;
const isNoSecret = (value: string): boolean => NOT_SECRET.test(value) || /^[\w.-]+\(/.test(value);
