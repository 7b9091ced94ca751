/**
 * Whether a name says that its values are kept encrypted without saying what they are: `encrypted_pii`. Nobody
 * encrypts what everybody may see.
 */
export function isEncryptedName(words: readonly string[]): boolean {
  if (words.length < 2) return false;
  const last = words.at(-1) ?? "";
  if (last === "ciphertext") return true;
  return words[0] === "encrypted" && !NOT_THE_VALUE.has(words[1] ?? "") && !NOT_THE_VALUE.has(last);
}

const NOT_THE_VALUE: ReadonlySet<string> = new Set(
  `id at on by with using since from to and or not count type kind version algorithm cipher status state size path name
   file url flag method mode format byte length time date key`.split(/\s+/),
);
