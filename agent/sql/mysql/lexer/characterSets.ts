/** Character sets that `_name'…'` can announce; any other `_name` is a name. */
export const characterSets: ReadonlySet<string> = new Set(
  `armscii8 ascii big5 binary cp1250 cp1251 cp1256 cp1257 cp850 cp852 cp866 cp932 dec8 eucjpms euckr gb18030
   gb2312 gbk geostd8 greek hebrew hp8 keybcs2 koi8r koi8u latin1 latin2 latin5 latin7 macce macroman sjis swe7
   tis620 ucs2 ujis utf16 utf16le utf32 utf8 utf8mb3 utf8mb4`.split(/\s+/),
);

/** In these a byte of a longer character can be a quote or a backslash, so no text can be read safely. */
export const hidingCharacterSets: ReadonlySet<string> = new Set(["big5", "cp932", "gb18030", "gbk", "sjis"]);
