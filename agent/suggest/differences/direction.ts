import type { AskedCheck } from "./asked.ts";

const LOW = /\b(?:lowest|smallest|cheapest|oldest|earliest|fewest|shortest|youngest first|ascending)\b/;
const HIGH =
  /\b(?:highest|largest|biggest|newest|latest|most recent|most expensive|longest|descending|greatest)\b/;

/** "The lowest": then the rows come smallest first. Only where the question says one way and the statement one order. */
export const directionDifferences: AskedCheck = ({ question, facts, sql }) => {
  const [low, high] = [LOW.exec(question)?.[0], HIGH.exec(question)?.[0]];
  const asked = low ?? high;
  if (facts.effect !== "read" || asked === undefined || (low !== undefined && high !== undefined)) return [];
  const orders = [...sql.matchAll(/\border by\b/g)];
  const [only] = orders;
  if (only === undefined || orders.length > 1 || /\bover \(/.test(sql)) return [];
  const key = firstKey(sql.slice(only.index + only[0].length));
  // Of an age, or of a value turned round, the greatest is the oldest or the lowest.
  if (/\bage\b|_age\b|(?:^|[\s(])-/.test(key)) return [];
  const falls = /\bdesc\b/.test(key);
  return falls === (high !== undefined)
    ? []
    : [
        {
          code: "order-other",
          severity: "warning",
          message: `You asked for “${asked}”; the rows come ${falls ? "largest or newest" : "smallest or oldest"} first.`,
        },
      ];
};

/** The first thing rows are ordered by, with its direction. */
function firstKey(rest: string): string {
  let depth = 0;
  for (const [at, sign] of [...rest].entries()) {
    if (sign === "(") depth += 1;
    else if (sign === ")") depth -= 1;
    if (
      depth < 0 ||
      (depth === 0 && (sign === "," || sign === ";" || /^\s(?:limit|offset|fetch)\b/.test(rest.slice(at))))
    )
      return rest.slice(0, at);
  }
  return rest;
}

export const wantsDirection = (question: string): boolean => LOW.test(question) || HIGH.test(question);
