import type { MaskKind } from "../../protocol/label.ts";
import { maskCommonShape } from "./commonShapes.ts";
import { BUCKET, HIDDEN, INITIALS, LONGEST, MASK_RULES, type MaskRule } from "./maskRules.ts";
import { maskPlanLine } from "./planLine.ts";
import type { Pseudonymiser } from "./pseudonym.ts";

/**
 * Hides a value in its text form. NULL stays NULL under every mask: whether something is known is told, what it
 * is not. A value that does not have the shape its mask counts on is hidden in full, and so is one to be redacted, or to
 * be named without a key.
 */
export function maskValue(kind: MaskKind, value: string | null, pseudonym?: Pseudonymiser): string | null {
  if (value === null || kind === "null") return null;
  if (kind === "full") return HIDDEN;
  if (kind === "pseudonym") return pseudonym?.(value) ?? HIDDEN;
  if (kind === "plan") return maskPlanLine(value);
  if (isLong(value)) return HIDDEN;
  const common = maskCommonShape(kind, value);
  if (common !== undefined) return common;
  if (kind === "initials") return initials(value);
  if (kind === "bucket") return bucket(value);
  for (const rule of RULES.get(kind) ?? []) {
    const bare = rule.strip === undefined ? value : value.replace(rule.strip, "");
    if (rule.whole.test(bare)) return bare.replace(rule.whole, rule.show);
  }
  return HIDDEN;
}

/** Characters, not UTF-16 units, as the server counts them. */
const isLong = (value: string): boolean =>
  value.length > LONGEST && (value.length > 2 * LONGEST || [...value].length > LONGEST);

interface CompiledRule {
  readonly strip: RegExp | undefined;
  readonly whole: RegExp;
  readonly show: string;
}

const compile = ({ strip, whole, show }: MaskRule): CompiledRule => ({
  strip: strip === undefined ? undefined : new RegExp(strip, "gu"),
  whole: new RegExp(whole, "u"),
  show: dollars(show),
});

/** `\1` is how PostgreSQL writes it, `$1` how JavaScript does. */
const dollars = (show: string): string => show.replace(/\\(\d)/g, "$$$1");

const RULES: ReadonlyMap<string, readonly CompiledRule[]> = new Map(
  Object.entries(MASK_RULES).map(([kind, rules]) => [kind, rules.map(compile)]),
);

const NAME = new RegExp(INITIALS.whole, "u");
const WORD = new RegExp(INITIALS.word, "gu");

function initials(value: string): string {
  if (!NAME.test(value)) return HIDDEN;
  return value.replace(WORD, dollars(INITIALS.show)).replace(/ $/, "");
}

const NOT_DIGITS = new RegExp(BUCKET.strip, "gu");
const ZERO = new RegExp(BUCKET.zero, "u");
const NUMBER = new RegExp(BUCKET.whole, "u");

function bucket(value: string): string {
  const bare = value.replace(NOT_DIGITS, "");
  if (ZERO.test(bare)) return "0";
  const match = NUMBER.exec(bare);
  if (match === null) return HIDDEN;
  const [, sign = "", digits = ""] = match;
  const minus = sign === "-" ? BUCKET.minus : "";
  if (digits.length <= 14) {
    const size = 25 * 10 ** (digits.length - 2);
    const from = Math.floor(Number(digits) / size) * size;
    return `${minus}${from}–${from + size}`;
  }
  const size = 25n * 10n ** BigInt(digits.length - 2);
  const from = (BigInt(digits) / size) * size;
  return `${minus}${from}–${from + size}`;
}
