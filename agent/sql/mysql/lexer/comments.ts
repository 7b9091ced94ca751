import type { MysqlSettings } from "../settings.ts";

/** What stands at a slash and star: a comment to skip, or the opening of code that only some servers run. */
export type CommentStart =
  | { readonly kind: "skipped"; readonly end: number; readonly hint: boolean }
  | { readonly kind: "opened"; readonly end: number }
  | { readonly kind: "unclosed" };

const version = /[0-9]{5,6}/y;

/**
 * Reads a block comment as the server does: an executable comment of a version not above its own is code. MariaDB
 * skips versions of MySQL from 5.7 on, unless the comment is its own (`/*M!`).
 */
export function readComment(text: string, at: number, settings: MysqlSettings): CommentStart {
  const mariadb = settings.variant === "mariadb";
  const own = mariadb && text.startsWith("M!", at + 2);
  if (!own && text[at + 2] !== "!") return skipped(closed(text, at + 2, false), text[at + 2] === "+");
  const from = at + (own ? 4 : 3);
  version.lastIndex = from;
  const digits = version.exec(text)?.[0];
  if (digits === undefined) return { kind: "opened", end: from };
  const wanted = Number(digits);
  const foreign = mariadb && !own && wanted >= 50700 && wanted <= 99999;
  if (wanted <= settings.serverVersion && !foreign) return { kind: "opened", end: from + digits.length };
  return skipped(closed(text, from, true), false);
}

/** Whether 5 and 6 digits of a version would be read differently: servers of MySQL differ in that. */
export function isDoubtfulVersion(text: string, at: number, settings: MysqlSettings): boolean {
  return settings.variant === "mysql" && /^\/\*![0-9]{6}/.test(text.slice(at, at + 9));
}

function skipped(end: number | undefined, hint: boolean): CommentStart {
  return end === undefined ? { kind: "unclosed" } : { kind: "skipped", end, hint };
}

/** The end of a comment whose inside begins at `from`; a skipped executable comment may hold one level of others. */
function closed(text: string, from: number, nested: boolean): number | undefined {
  let position = from;
  for (;;) {
    const end = text.indexOf("*/", position);
    if (end < 0) return undefined;
    const inner = nested ? text.indexOf("/*", position) : -1;
    if (inner < 0 || inner >= end) return end + 2;
    const innerEnd = text.indexOf("*/", inner + 2);
    if (innerEnd < 0) return undefined;
    position = innerEnd + 2;
  }
}
