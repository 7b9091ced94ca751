import { isEmailAddress } from "../values/contacts.ts";
import { characterClass, LETTER } from "./characters.ts";
import { matchAt, type TextFinding, type TextSearch } from "./textFinding.ts";

/** A byte that is no valid text stands as U+FFFD, here as anywhere else in an address. */
const DOMAIN = /[\p{L}\p{N}\ufffd-]{1,63}(?:\.[\p{L}\p{N}\ufffd-]{1,63}){1,6}/uy;
const LOCAL_SIGNS: ReadonlySet<number> = new Set([..."_.+%'-"].map((sign) => sign.charCodeAt(0)));
/** Scripts beyond those whose characters are told apart. */
const OTHER_SCRIPT = 0x2c00;
const LONGEST_LOCAL = 64;
const QUOTED = /"[^"\n\\]{1,62}"$/;
/** Accounts that repositories are fetched with, and what stands behind a host then. */
const REPOSITORY_USER = /^(?:git|hg|svn)$/i;
const FORGE = /^(?:github|gitlab|bitbucket|codeberg|ssh\.dev\.azure|vs-ssh\.visualstudio|sr)\.\w+$/i;
const REPOSITORY = /[:/][\w~./-]{1,100}/y;

/** Around each `@`: looking for addresses from every word would cost more than all else together. */
export const emailsInText: TextSearch = (text) => {
  const found: TextFinding[] = [];
  for (let sign = text.indexOf("@"); sign >= 0; sign = text.indexOf("@", sign + 1)) {
    const start = localStart(text, sign);
    if (start === sign) continue;
    const domain = matchAt(DOMAIN, text, sign + 1)?.[0];
    if (domain === undefined) continue;
    const local = text.slice(start, sign);
    if (!isAddress(local, domain) || isRepository(local, domain, text, sign + 1)) continue;
    const end = sign + 1 + domain.length;
    found.push({ start, end, infoType: "email", detector: "email", score: 0.99 });
  }
  return found;
};

const isAddress = (local: string, domain: string): boolean => {
  const address = `${local}@${domain}`;
  return isEmailAddress(address.includes("\ufffd") ? address.replaceAll("\ufffd", "x") : address);
};

/** `git@github.com:org/name`, or any account at a path that ends like a repository. */
function isRepository(local: string, domain: string, text: string, host: number): boolean {
  const behind = matchAt(REPOSITORY, text, host + domain.length)?.[0];
  if (REPOSITORY_USER.test(local)) return behind !== undefined || FORGE.test(domain);
  return behind?.endsWith(".git") === true && behind.startsWith(":");
}

/** Where what stands before an `@` begins; punctuation in front is not part of it. */
function localStart(text: string, sign: number): number {
  if (text.charAt(sign - 1) === '"') {
    const quoted = QUOTED.exec(text.slice(Math.max(0, sign - LONGEST_LOCAL), sign))?.[0];
    return quoted === undefined ? sign : sign - quoted.length;
  }
  let start = sign;
  while (start > 0 && sign - start < LONGEST_LOCAL) {
    const code = text.charCodeAt(start - 1);
    if ((characterClass(code) & LETTER) === 0 && !LOCAL_SIGNS.has(code) && code < OTHER_SCRIPT) break;
    start--;
  }
  while (start < sign && ".'-\ufffd".includes(text.charAt(start))) start++;
  return start;
}
