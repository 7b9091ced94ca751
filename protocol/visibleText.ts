/** Characters that are not seen, or that change the order in which others are: a text may read as what it is not. */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\u2028\u2029]|[^\P{C}\r\n\t]|\r(?!\n)/gu;

export interface TextPart {
  readonly text: string;
  /** It is the name of a character that would not be seen: `U+202E`. */
  readonly unseen: boolean;
}

/** A text cut so that every character in it can be shown; each unseen one is named. */
export function visibleParts(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  const add = (end: number): void => {
    if (end > from) parts.push({ text: text.slice(from, end), unseen: false });
  };
  for (const { 0: character, index } of text.matchAll(UNSEEN)) {
    add(index);
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    parts.push({ text: `U+${code}`, unseen: true });
    from = index + character.length;
  }
  add(text.length);
  return parts;
}

/** A text in which each unseen character is named in brackets. */
export const visibleText = (text: string): string =>
  visibleParts(text)
    .map((part) => (part.unseen ? `[${part.text}]` : part.text))
    .join("");
