import { isCardNumber, looksLikeCard } from "../values/cards.ts";
import { matchAt, type TextFinding, type TextSearch, wordsBefore } from "./textFinding.ts";

/** In groups, with one sign between all of them. */
const GROUPED = /\d{4}([-./_ ]{1,3})(?:\d{4}\1\d{4}\1\d{4}|\d{6}\1\d{5})(?![A-Za-z\d_]|[-./_ ]\d{4})/y;
/** Over the end of a line. */
const BROKEN =
  /(\d{4}(?:[ -]?\d{4}){0,2}|\d{4}[ -]?\d{6})[ -]{0,2}\r?\n[ >|*-]{0,6}(\d{4}(?:[ -]?\d{4}){0,2}|\d{6}[ -]?\d{5}|\d{5})(?![A-Za-z\d_]|[ -]?\d|[ \t]*\r?\n[ \t]*\d)/y;
const CALLED_CARD =
  /(?<![a-z])(?:card|visa|master ?card|amex|pan|karte|kreditkarte|carte|tarjeta|cartão|cartao|carta)(?: (?:no|nr|number|num))?\W{0,4}(?:is|ist|est|es)?\W{0,3}$/;
/** Digits that cards begin with. */
const [LEAST, MOST] = [50, 54];

/** Cards as they are typed and wrapped: in groups of four, over two lines, with a digit wrong. */
export const cardsInText: TextSearch = (text, { digits, digitEnds }) => {
  const found: TextFinding[] = [];
  let from = 0;
  let newline = -1;
  for (let at = 0; at < digits.length; at++) {
    const start = digits[at] ?? 0;
    const first = text.charCodeAt(start);
    if (start < from || first < LEAST || first > MOST) continue;
    if (!isGroup(text, start, digitEnds[at] ?? start)) continue;
    if (newline < start) newline = lineEnd(text, start);
    const broken = newline - start > LONGEST_PART ? null : () => brokenAt(text, start);
    const value = matchAt(GROUPED, text, start)?.[0] ?? broken?.();
    if (value === null || value === undefined) continue;
    const digitsOnly = value.replace(/\D/g, "");
    const score = isCardNumber(digitsOnly)
      ? 0.97
      : looksLikeCard(digitsOnly) && CALLED_CARD.test(wordsBefore(text, start))
        ? 0.85
        : 0;
    if (score === 0) continue;
    from = start + value.length;
    const detector = score > 0.9 ? "card_checksum" : "called_card";
    found.push({ start, end: from, infoType: "payment_card", detector, score });
  }
  return found;
};

/** Four digits and something between groups, or groups without and the end of a line. */
function isGroup(text: string, start: number, end: number): boolean {
  if (end - start >= MOST_DIGITS) return false;
  const next = text.charAt(end) || "x";
  return end - start === 4 ? "-./_ \n\r".includes(next) : (end - start) % 4 === 0 && " -\n\r".includes(next);
}

const MOST_DIGITS = 13;
/** What stands of a card before the end of a line. */
const LONGEST_PART = 24;

function lineEnd(text: string, from: number): number {
  const found = text.indexOf("\n", from);
  return found < 0 ? Number.POSITIVE_INFINITY : found;
}

/** A table of numbers has further lines of them: what they make together is chance. */
function brokenAt(text: string, start: number): string | null {
  const match = matchAt(BROKEN, text, start);
  if (match === null || /\d[ \t]*\r?\n[ \t]*$/.test(text.slice(Math.max(0, start - 8), start))) return null;
  return match[0];
}
