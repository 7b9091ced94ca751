/** Words that say nothing about which table is meant. */
const EMPTY: ReadonlySet<string> = new Set(
  (
    "a all am an and any are as at be been by can could did do does each every find for from get give had has have how i " +
    "if in into is it its last list many me more most much my no not of on only or our out per please select show so some " +
    "sql table than that the their them then there these they this those to top us was we were what when where which who " +
    "whose why will with without would write you your"
  ).split(" "),
);

/** The words of a name or question: `orderItems`, `order_items` and `order items` are the same two, without endings. */
export function nameWords(text: string): readonly string[] {
  return text
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, "$1 $2")
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 1 && !EMPTY.has(word))
    .map(stem);
}

/** Good enough to find `categories` by `category`; both sides are cut by the same rule. */
export function stem(word: string): string {
  if (word.length > 4 && word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  if (word.length > 4 && /(?:ss|sh|ch|x|z)es$/.test(word)) return word.slice(0, -2);
  if (word.length > 3 && word.endsWith("s") && !/(?:ss|us|is)$/.test(word)) return word.slice(0, -1);
  return word;
}
