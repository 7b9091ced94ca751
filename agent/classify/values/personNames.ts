import { type Detector, matching } from "./detector.ts";
import { nameLogit } from "./nameModel.ts";

const TITLES: ReadonlySet<string> = new Set(
  "mr mrs ms miss dr prof sr sra herr frau dhr mevr m mme mlle sig dott pan pani hr fr".split(" "),
);
const SUFFIXES: ReadonlySet<string> = new Set("jr sr ii iii iv phd md dds dvm esq cpa".split(" "));
const PARTICLES: ReadonlySet<string> = new Set(
  "de del della der den di da dos das do du la le van von zu zum ter ten y e i el al bin ibn ben san af av".split(
    " ",
  ),
);
/** Words by which a capitalised text names a firm, a place or a product. */
const NOT_NAMES: ReadonlySet<string> = new Set(
  "inc llc ltd gmbh corp co kg ag sa sarl srl spa bv nv ab oy as plc group company sons and und et of the for with street road avenue city county state north south east west lake port mount new university school hospital center centre department team service services system bank hotel park general international".split(
    " ",
  ),
);
const CAPITALISED = /^(?:\p{Lu}[\p{Ll}\p{M}]*(?:['’-]?\p{Lu}?[\p{Ll}\p{M}]+)*|\p{Lu}\.|\p{Lu}{2,})$/u;

/** What a word is in a row of words that may be a name. */
export type NameWord =
  | { readonly kind: "title" | "particle" | "other" }
  /** With the odds, as a logarithm, that it is a name; null where it is too short to tell. */
  | { readonly kind: "name"; readonly suffix: boolean; readonly logit: number | null };

const known = new Map<string, NameWord>();
const MOST_KNOWN = 20_000;

/** Judged once for each word: texts repeat them. */
export function nameWord(word: string): NameWord {
  const found = known.get(word);
  if (found !== undefined) return found;
  const judged = judgeWord(word);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(word, judged);
  return judged;
}

function judgeWord(word: string): NameWord {
  const bare = word.toLowerCase().replace(/\.$/, "");
  if (PARTICLES.has(word.toLowerCase())) return { kind: "particle" };
  if (bare.split(/[^\p{L}]/u).some((part) => NOT_NAMES.has(part))) return { kind: "other" };
  if (TITLES.has(bare) && !SUFFIXES.has(bare)) return { kind: "title" };
  if (!CAPITALISED.test(word) && !SUFFIXES.has(bare)) return { kind: "other" };
  return { kind: "name", suffix: SUFFIXES.has(bare), logit: word.length > 2 ? nameLogit(word) : null };
}

/** How much the words of a text look like a name: the mean and the least of their logarithmic odds. */
export interface NameLook {
  readonly mean: number;
  readonly least: number;
}

/** The look of words that may be somebody's full name; null where they cannot be, or are too short to tell. */
export function fullNameLook(words: readonly string[]): NameLook | null {
  let [names, judged, sum, least] = [0, 0, 0, 0];
  for (const [position, word] of words.entries()) {
    const seen = nameWord(word);
    if (seen.kind === "particle") continue;
    if (seen.kind === "title" && names === 0) continue;
    if (seen.kind !== "name") return null;
    if (seen.suffix && position === words.length - 1) continue;
    names += 1;
    if (seen.logit === null) continue;
    sum += seen.logit;
    least = judged === 0 ? seen.logit : Math.min(least, seen.logit);
    judged += 1;
  }
  return names < 2 || names > 5 || judged === 0 ? null : { mean: sum / judged, least };
}

const LONGEST_NAME = 60;

/** A first and a last name, by capitals and by what the letters look like. */
function isFullName(value: string): boolean {
  if (value.length < 5 || value.length > LONGEST_NAME || !value.includes(" ")) return false;
  const look = fullNameLook(value.trim().split(/,? +/));
  return look !== null && look.mean > 0.2;
}

function isOneName(value: string): boolean {
  if (value.length < 2 || value.length > 30 || !CAPITALISED.test(value)) return false;
  const seen = nameWord(value);
  return (seen.kind === "name" && seen.logit !== null ? seen.logit : nameLogit(value)) > 0.3;
}

/** The family names most people of China, Japan and Korea bear begin with one of these. */
export const HAN_FAMILY_NAMES =
  "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何高林罗羅郑鄭梁谢謝宋唐许許韩韓冯馮邓鄧曹彭曾肖田董袁潘于蒋蔣蔡余杜叶葉程苏蘇魏吕呂丁任沈姚卢盧姜崔钟鍾谭譚陆陸汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严佐鈴高田伊渡山中小加吉井木清斎松阿森橋池石後前藤岡長村近";
const HAN_NAME = new RegExp(
  `^[${HAN_FAMILY_NAMES}]\\p{Script=Han}{1,3}(?:[ 　]?\\p{Script=Han}{1,3})?$`,
  "u",
);

export const personNameDetectors: readonly Detector[] = [
  {
    id: "full_name",
    lengths: [5, 60],
    needs: "upper",
    dear: true,
    infoType: "person_name",
    supports: ["cardholder_name", "given_name", "family_name", "other_name"],
    passes: "what names of people look like",
    baseRate: 0.22,
    expected: 0.7,
    alone: true,
    inText: false,
    test: isFullName,
  },
  {
    id: "one_name",
    lengths: [2, 30],
    needs: "upper",
    dear: true,
    infoType: "given_name",
    supports: ["family_name", "other_name"],
    passes: "what names of people look like",
    baseRate: 0.25,
    expected: 0.75,
    alone: false,
    inText: false,
    test: isOneName,
  },
  {
    id: "han_name",
    needs: "upper",
    lengths: [2, 12],
    infoType: "person_name",
    supports: ["cardholder_name", "given_name", "family_name"],
    passes: "the form of Chinese or Japanese names",
    baseRate: 0.05,
    expected: 0.8,
    alone: true,
    inText: false,
    test: matching(HAN_NAME, 12),
  },
];
