import { type Asked, type AskedCheck, FILTERS } from "./asked.ts";

const UNIT = "(?:seconds?|minutes?|hours?|days?|weeks?|weekends?|months?|quarters?|years?|decades?)";
const MONTH =
  "(?:january|february|march|april|june|july|august|september|october|november|december|jan|feb|apr|jun|jul|aug|sept?|oct|nov|dec)";
const DAY = "(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)";
const NUMBER = "(?:\\d+|an?|one|two|three|four|five|six|seven|ten|twelve|few|couple of)";

/** Words that say when. What only names a unit ("orders per month", "the day column") says no when. */
const TIMES: readonly RegExp[] = [
  new RegExp(`\\b(?:last|past|previous|prior|current|this|coming|next)\\s+(?:${NUMBER}\\s+)?${UNIT}\\b`),
  new RegExp(`\\b(?:last|past|previous|this|next)\\s+(?:${MONTH}|${DAY})\\b`),
  new RegExp(`\\b${NUMBER}\\s+${UNIT}\\s+(?:ago|old(?:er)?|back)\\b`),
  new RegExp(`\\b(?:within|in|over|during|for)\\s+(?:the\\s+)?(?:last|past)\\s+(?:${NUMBER}\\s+)?${UNIT}\\b`),
  new RegExp(`\\b(?:older|newer|longer|earlier|later)\\s+than\\s+${NUMBER}\\s+${UNIT}\\b`),
  /\b(?:today|yesterday|tomorrow|tonight|year to date|month to date|ytd|mtd)\b/,
  /\b(?:since|before|after|until|from|in|during|of|for|by)\s+(?:the\s+year\s+)?(?:19|20)\d\d\b/,
  new RegExp(`\\b(?:in|since|before|after|until|during|from|for|of)\\s+${MONTH}\\b(?!\\s+(?:be|have|i))`),
  /\b\d{4}-\d{2}(?:-\d{2})?\b/,
  /\bq[1-4]\b(?:\s+(?:19|20)\d\d)?/,
];

const CLOCK =
  /\b(?:now|current_date|current_timestamp|localtimestamp|curdate|sysdate|clock_timestamp|getdate|interval|make_date|julianday|strftime|date_sub|datediff|timestampdiff)\b|'(?:19|20)\d\d-\d\d/;

/** "You asked for last week": then some condition has to be about a date. And the other way round. */
export const timeDifferences: AskedCheck = (asked) => {
  const words = timeWords(asked.question);
  const filtered = dateFilters(asked);
  if (words !== null && filtered.length === 0 && !CLOCK.test(asked.sql)) {
    return [
      {
        code: "time-missing",
        severity: "warning",
        message: `You asked for “${words}”; there is no condition on a date.`,
      },
    ];
  }
  const [unasked] = filtered;
  if (
    words === null &&
    unasked !== undefined &&
    !/\b(?:date|time|when|recent|old|new|age|day|week|month|year|late|active|expire|due|open)/.test(
      asked.question,
    )
  ) {
    return [
      {
        code: "time-unasked",
        severity: "note",
        message: `It looks only at some times, by ${unasked}; you did not say when.`,
      },
    ];
  }
  return [];
};

/** The words of a question that say when; null where none do. */
export function timeWords(question: string): string | null {
  for (const pattern of TIMES) {
    const match = pattern.exec(question);
    if (match !== null) return match[0].replace(/^(?:within|in|over|during|for|of)\s+(?:the\s+)?/, "");
  }
  return null;
}

function dateFilters({ facts, typeOf }: Asked): readonly string[] {
  return facts.reads
    .filter(({ role, column }) => FILTERS.has(role) && isTime(typeOf(column), column.column))
    .map(({ column }) => column.column);
}

/** SQLite has no type for dates, so a name has to do where the type says nothing. */
const isTime = (type: string | undefined, name: string): boolean =>
  type === undefined || /^(?:text|varchar.*|integer|int|bigint|numeric|)$/.test(type)
    ? /(?:^|_)(?:at|on|date|time|day|month|year|created|updated|timestamp|since|until)$/i.test(name)
    : /date|time|year/.test(type);
