import { type Detector, matching } from "./detector.ts";
import { nameLogit } from "./nameModel.ts";

const TITLES =
  /^(?:(?:mr|mrs|ms|miss|dr|prof|sr|sra|herr|frau|dhr|mevr|m|mme|mlle|sig|dott|pan|pani|hr|fr)\.? )+/i;
const SUFFIXES = /,? (?:jr|sr|ii|iii|iv|phd|md|dds|dvm|esq|cpa)\.?$/i;
const PARTICLES: ReadonlySet<string> = new Set(
  "de del della der den di da dos das do du la le van von zu zum ter ten y e i el al bin ibn ben san af av".split(
    " ",
  ),
);
/** Words by which a capitalised text names a firm, a place or a product. */
const NOT_NAMES =
  /[\d&@#/\\+=_%]|\b(?:inc|llc|ltd|gmbh|corp|co|kg|ag|sa|sarl|srl|spa|bv|nv|ab|oy|as|plc|group|company|sons|and|und|et|of|the|for|with|street|road|avenue|city|county|state|north|south|east|west|lake|port|mount|new|university|school|hospital|center|centre|department|team|service|services|system|bank|hotel|park|general|international)\b/i;

/** Tokens of a text that may be somebody's full name; null where it cannot be. */
export function fullNameTokens(value: string): readonly string[] | null {
  if (value.length < 5 || value.length > 60) return null;
  const bare = value.trim().replace(TITLES, "").replace(SUFFIXES, "");
  if (NOT_NAMES.test(bare)) return null;
  const tokens = bare.split(/,? +/);
  if (tokens.length < 2 || tokens.length > 5) return null;
  const named = tokens.filter((token) => !PARTICLES.has(token.toLowerCase()));
  return named.length >= 2 && named.every((token) => CAPITALISED.test(token)) ? named : null;
}

const CAPITALISED = /^(?:\p{Lu}[\p{Ll}\p{M}]*(?:['’-]?\p{Lu}?[\p{Ll}\p{M}]+)*|\p{Lu}\.|\p{Lu}{2,})$/u;

/** A first and a last name, by capitals and by what the letters look like. */
function isFullName(value: string): boolean {
  const tokens = fullNameTokens(value);
  if (tokens === null) return false;
  const judged = tokens.filter((token) => token.length > 2);
  return judged.length > 0 && judged.reduce((sum, token) => sum + nameLogit(token), 0) / judged.length > 0.2;
}

const isOneName = (value: string): boolean =>
  value.length >= 2 && value.length <= 30 && CAPITALISED.test(value) && nameLogit(value) > 0.3;

/** The family names most people of China, Japan and Korea bear begin with one of these. */
const HAN_NAME =
  /^[王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何高林罗羅郑鄭梁谢謝宋唐许許韩韓冯馮邓鄧曹彭曾肖田董袁潘于蒋蔣蔡余杜叶葉程苏蘇魏吕呂丁任沈姚卢盧姜崔钟鍾谭譚陆陸汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严佐鈴高田伊渡山中小加吉井木清斎松阿森橋池石後前藤岡長村近]\p{Script=Han}{1,3}(?:[ 　]?\p{Script=Han}{1,3})?$/u;

export const personNameDetectors: readonly Detector[] = [
  {
    id: "full_name",
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
