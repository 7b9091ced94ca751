/** Words of a text or a name, in lower case and in the singular: `customerAddresses` is customer, address. */
export function wordsOf(text: string): readonly string[] {
  return text
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .replaceAll(/e-mail/g, "email")
    .split(/[^\p{L}]+/u)
    .filter((word) => word.length > 1)
    .map(singular);
}

const IRREGULAR: Readonly<Record<string, string>> = {
  people: "person",
  children: "child",
  men: "man",
  women: "woman",
  indices: "index",
  diagnoses: "diagnosis",
  analyses: "analysis",
  series: "series",
};

function singular(word: string): string {
  const irregular = IRREGULAR[word];
  if (irregular !== undefined) return irregular;
  if (word.length > 4 && word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  if (word.length > 4 && /(sses|xes|zes|ches|shes)$/.test(word)) return word.slice(0, -2);
  if (word.length > 3 && word.endsWith("s") && !/(ss|us|is)$/.test(word)) return word.slice(0, -1);
  return word;
}

/** Words that mean the same to whoever names a purpose. */
const SAME: readonly (readonly string[])[] = [
  ["user", "customer", "client", "account", "member", "person", "buyer", "subscriber", "consumer", "profile"],
  ["employee", "staff", "worker", "personnel", "person", "colleague", "hr"],
  ["salary", "payroll", "wage", "compensation", "pay", "earning"],
  ["order", "purchase", "sale"],
  ["invoice", "bill", "billing"],
  ["payment", "transaction", "charge", "refund"],
  ["product", "item", "article", "sku", "goods", "stock", "inventory"],
  ["email", "mail", "mailing", "newsletter"],
  ["phone", "telephone", "mobile", "call"],
  ["ticket", "case", "issue", "support", "complaint"],
  ["address", "location", "city", "country", "shipping", "delivery"],
  ["patient", "person"],
  ["doctor", "physician", "clinician"],
  ["diagnosis", "condition", "illness", "icd"],
  ["card", "credit", "pan"],
  ["secret", "credential", "password", "token", "key", "api"],
  ["shipment", "shipping", "delivery", "parcel"],
  ["vendor", "supplier"],
  ["birthday", "birth", "age", "dob"],
  ["revenue", "turnover", "sale", "order", "amount", "total"],
];

const GROUPS = new Map<string, readonly number[]>();
for (const [number, words] of SAME.entries())
  for (const word of words) GROUPS.set(word, [...(GROUPS.get(word) ?? []), number]);

/** Every word that speaks of the same as this one, and itself. */
export const sameWords = (word: string): readonly string[] => [
  word,
  ...(GROUPS.get(word) ?? []).flatMap((group) => SAME[group] ?? []),
];

/** Whether two words speak of the same thing. */
export function speaksOf(a: string, b: string): boolean {
  if (a === b) return true;
  const groups = GROUPS.get(a);
  return groups !== undefined && (GROUPS.get(b) ?? []).some((group) => groups.includes(group));
}
