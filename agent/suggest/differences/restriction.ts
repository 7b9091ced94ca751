import { type AskedCheck, FILTERS } from "./asked.ts";

const WITHOUT =
  /\b(?:without|except(?: for)?|excluding|exclude|other than|not|never|no|isn['’]t|aren['’]t|haven['’]t|hasn['’]t|didn['’]t|don['’]t|doesn['’]t|nobody|none)\s+((?:\w+\s?){1,3})/;
const NEGATION =
  /<>|!=|!~|\b(?:not|except|is null|minus|having|coalesce|false)\b|\b(?:left|full)\s+(?:outer\s+)?join\b|=\s*0\b/;
const NO_RESTRICTION =
  /\bno(?:t)? (?:more|less|matter|longer than|later than|earlier than|need|limit|order)\b|\bor not\b|\bnot (?:only|just)\b/;
const ONLY = /\b(?:only|just|solely|exclusively)\s+(?:the\s+|those\s+)?((?:\w+\s?){1,3})/;

/** "Without refunds": then something is left out. "Only paid ones": then there is a condition. */
export const restrictionDifferences: AskedCheck = ({ question, facts, sql }) => {
  if (facts.effect !== "read") return [];
  const left = NO_RESTRICTION.test(question) ? null : WITHOUT.exec(question);
  if (left !== null && !NEGATION.test(sql)) {
    return [
      {
        code: "restriction-missing",
        severity: "warning",
        message: `You asked for “${left[0].trim()}”; nothing in it leaves anything out.`,
      },
    ];
  }
  const only = ONLY.exec(question);
  const narrowed =
    facts.reads.some(({ role }) => FILTERS.has(role)) || facts.limit !== undefined || /\bwhere\b/.test(sql);
  // "Only the name" is about columns, of which it names fewer than all.
  const columns = only !== null && facts.outputs.length <= 3 && !/\*/.test(sql);
  return only !== null && !narrowed && !columns
    ? [
        {
          code: "restriction-missing",
          severity: "warning",
          message: `You asked for “${only[0].trim()}”; there is no condition.`,
        },
      ]
    : [];
};

const QUOTED = /["“”'‘]([^"“”'‘’]{2,60})["“”'’]/g;
const NUMBER = /(?<![\w.,-])(\d{3,9})(?![\w%-]|\.\d|,\d)/g;

/** A value in quotes, or a longer number, has to be in the statement. */
export const valueDifferences: AskedCheck = ({ question, sql }) => {
  const named = [
    ...[...question.matchAll(QUOTED)]
      .map(([, value = ""]) => value)
      .filter((value) => !/^\?\d+$/.test(value)),
    ...[...question.matchAll(NUMBER)]
      .map(([, value = ""]) => value)
      .filter((value) => !/^(?:19|20)\d\d$/.test(value)),
  ];
  const lacking = [...new Set(named)].filter((value) => !sql.includes(value.trim()));
  return lacking.map((value) => ({
    code: "value-missing",
    severity: "warning",
    message: `You named ${/^\d+$/.test(value) ? value : `“${value}”`}; it is not in the statement.`,
  }));
};
