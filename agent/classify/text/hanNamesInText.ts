import { HAN_FAMILY_NAMES } from "../values/personNames.ts";
import type { TextFinding, TextSearch } from "./textFinding.ts";

const EAST_ASIAN = /[\u4e00-\u9fff\uac00-\ud7af]/;
const FAMILY = `[${HAN_FAMILY_NAMES}]`;
const HAN = "[\\u4e00-\\u9fff]";
const KATAKANA = "[\\u30a1-\\u30fc]";
/** Behind what says that a name follows, with a sign between or none. */
const CHINESE = new RegExp(
  `(?<=(?:姓名|名字|联系人|聯絡人|收件人|收货人|客户|客戶|患者|病人)[:是为為\\s]{0,3})${FAMILY}(?:${HAN}{1,3}(?!${HAN})|${HAN}{2})`,
  "gu",
);
const JAPANESE = new RegExp(
  `(?<=(?:氏名|お名前|担当者|宛名|患者名|顧客名)[:は\\s]{1,3})(?:${HAN}{1,3} ?${HAN}{1,3}|${KATAKANA}{2,8}[ ・]?${KATAKANA}{2,8})`,
  "gu",
);
const KOREAN = /(?<=(?:성명|이름|고객|환자)[:\s]{1,3})[\uac00-\ud7af]{3}(?=님|씨|[^\uac00-\ud7af]|$)/gu;
/** Before a title. */
const TITLED = new RegExp(
  `(?:${HAN}{2,5}(?=(?:様|殿|さん|さま))|(?<!${HAN})${FAMILY}${HAN}{0,2}(?=先生|女士|小姐)|[\\uac00-\\ud7af]{3}(?=님| ?씨(?![\\uac00-\\ud7af])))`,
  "gu",
);
/** Beside such a word, and no name of one person. */
const EVERYBODY =
  /^(?:手机|电话|号码|地址|信息|服务|满意|经理|各位|皆々|会員|関係者|担当者|御社|奥|お客|患者|株式会社|有限会社|고객|선생|회원)/;

/** Names in Chinese, Japanese and Korean beside a title, or a word that says that one follows. */
export const hanNamesInText: TextSearch = (text) => {
  if (!EAST_ASIAN.test(text)) return [];
  const found: TextFinding[] = [];
  for (const pattern of [CHINESE, JAPANESE, KOREAN, TITLED]) {
    for (const { 0: name, index } of text.matchAll(pattern)) {
      if (EVERYBODY.test(name)) continue;
      const end = index + name.length;
      found.push({ start: index, end, infoType: "person_name", detector: "introduced_name", score: 0.9 });
    }
  }
  return found;
};
