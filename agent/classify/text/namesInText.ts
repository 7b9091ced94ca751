import { nameLogit } from "../values/nameModel.ts";
import { fullNameTokens } from "../values/personNames.ts";
import { type TextFinding, type TextSearch, wordsBefore } from "./textFinding.ts";

/** Two to four capitalised words in a row. */
const CAPITALS =
  /(?<![\p{L}\p{N}@._/-])\p{Lu}[\p{Ll}\p{M}'’-]{1,24}(?:[ \u00a0](?:(?:de|del|della|der|den|di|da|dos|du|la|le|van|von|zu|bin|ibn|al)[ ]){0,2}(?:\p{Lu}\.[ ])?(?:(?:Mc|Mac|O['’]|D['’])?\p{Lu}[\p{Ll}\p{M}'’]{1,24}(?:-\p{Lu}[\p{Ll}\p{M}'’]{1,24})?)){1,3}(?![\p{L}\p{N}@_])/gu;
const TITLE = "(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herr|Herrn|Frau|Señora?|Sra?|Sig|Mme|Monsieur|Madame)\\b\\.?";
const CALLED = "(\\p{Lu}[\\p{Ll}\\p{M}'’-]{1,24}(?: \\p{Lu}[\\p{Ll}\\p{M}'’-]{1,24}){0,2})";
const TITLED = new RegExp(`(?<![\\p{L}\\p{N}])${TITLE} ${CALLED}`, "gu");
const GREETED = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:Dear|Hi|Hello|Liebe[r]?|Estimad[oa]|Cher|Chère|Caro|Cara) (?!${TITLE})${CALLED}`,
  "gu",
);
const CUES =
  /(?:name is|name:|named|called|i am|i'm|this is|it is|contact|patient|customer|client|employee|regards,?|sincerely,?|thanks,?|cheers,?|signed,?|from|to|by|with|mr\.?|mrs\.?|ms\.?|dr\.?|mother|father|wife|husband|son|daughter|ask for|speak to|attn:?|on behalf of|reports?)\s*$/;
const ENOUGH = 0.9;
const WITH_CUE = -0.6;

/** People named in a text, by capitals, by what the letters look like and by the words before them. */
export const namesInText: TextSearch = (text) => {
  const found: TextFinding[] = [];
  for (const match of text.matchAll(CAPITALS)) {
    const finding = nameAt(match[0], match.index, text);
    if (finding !== null) found.push(finding);
  }
  for (const match of text.matchAll(TITLED)) found.push(...titled(match, -4));
  for (const match of text.matchAll(GREETED)) found.push(...titled(match, -0.4));
  return found;
};

/** Whether somebody is named beyond doubt: behind a title, a greeting or words like "my name is". */
export const namesSomebody = (text: string): boolean =>
  namesInText(text).some(
    ({ detector, start }) => detector === "titled_name" || INTRODUCED.test(wordsBefore(text, start, 24)),
  );

const INTRODUCED =
  /(?:name is|name:|i am|i'm|this is|contact|patient|customer|client|employee|regards,?|sincerely,?|thanks,?|signed,?|speak to|ask for)\s*$/;

/** The name behind a title or a greeting; after a greeting it also has to look like one. */
function titled(match: RegExpExecArray, least: number): readonly TextFinding[] {
  const [all, value = ""] = match;
  const words = value.split(" ");
  const end = words.findIndex((word) => nameLogit(word) < least);
  const name = (end < 0 ? words : words.slice(0, end)).join(" ");
  if (name === "") return [];
  const start = match.index + all.length - value.length;
  return [{ start, end: start + name.length, infoType: "person_name", detector: "titled_name", score: 0.85 }];
}

function nameAt(value: string, start: number, text: string): TextFinding | null {
  const words = value.split(/[ \u00a0]/);
  // The first word of a sentence has its capital from there: try without it as well.
  for (const skip of words.length > 2 ? [0, 1] : [0]) {
    const rest = words.slice(skip).join(" ");
    const at = start + value.length - rest.length;
    const tokens = fullNameTokens(rest);
    if (tokens === null) continue;
    const long = tokens.filter((token) => token.length > 2);
    const mean = long.reduce((sum, token) => sum + nameLogit(token), 0) / Math.max(1, long.length);
    const least = Math.min(...long.map(nameLogit));
    const cue = CUES.test(wordsBefore(text, at, 24));
    if (mean > (cue ? WITH_CUE : ENOUGH) && least > (cue ? -3.5 : -1.2)) {
      const score = cue ? 0.9 : 0.75;
      return { start: at, end: at + rest.length, infoType: "person_name", detector: "name_in_text", score };
    }
  }
  return null;
}
