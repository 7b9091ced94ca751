import type { AskedCheck } from "./asked.ts";

const WORDS: Readonly<Record<string, number>> = {
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  twelve: 12,
  fifteen: 15,
  twenty: 20,
  fifty: 50,
  hundred: 100,
};
const COUNT = `(\\d{1,6}|${Object.keys(WORDS).join("|")})`;
const ORDER =
  "(?:most|least|best|worst|largest|biggest|smallest|highest|lowest|newest|latest|oldest|earliest|cheapest|longest|shortest|top|recent|expensive|popular|active|common|frequent|valuable)";
const TOP = [
  new RegExp(
    `\\b(?:top|first|last|bottom|latest|newest)\\s+${COUNT}\\b(?!\\s*(?:days?|weeks?|months?|years?|hours?|minutes?|quarters?|%|percent))`,
  ),
  new RegExp(`\\b${COUNT}\\s+(?:(?:of\\s+)?(?:the\\s+|our\\s+)?)?${ORDER}\\b`),
  new RegExp(`^(?:(?:show|list|give|find|get)\\s+(?:me\\s+)?)?the\\s+${COUNT}\\s+\\w+\\b.*\\b${ORDER}\\b`),
  new RegExp(
    `\\b(?:only|just|at most|no more than|limit(?:ed)? to|limit)\\s+${COUNT}\\b(?!\\s*(?:days?|weeks?|months?|years?|hours?))`,
  ),
];

/** "The ten newest": then the statement stops after ten, in some order. */
export const limitDifferences: AskedCheck = ({ question, facts, sql }) => {
  if (facts.effect !== "read") return [];
  const wanted = wantedRows(question);
  const ranks = /\b(?:rank|row_number|dense_rank|ntile)\s*\(/.test(sql);
  if (wanted === null) {
    const several = facts.limit !== undefined && facts.limit > 1;
    return several && !/\b(?:top|first|sample|example|some|few|preview|limit)\b/.test(question)
      ? [
          {
            code: "limit-unasked",
            severity: "note",
            message: `It stops after ${facts.limit} rows; you did not ask for that.`,
          },
        ]
      : [];
  }
  if (ranks) return [];
  if (facts.limit === undefined) {
    return [
      { code: "limit-missing", severity: "warning", message: `You asked for ${wanted}; there is no limit.` },
    ];
  }
  if (facts.limit !== wanted) {
    return [
      {
        code: "limit-other",
        severity: "warning",
        message: `You asked for ${wanted}; it stops after ${facts.limit}.`,
      },
    ];
  }
  return [];
};

/** How many a question wants; null where it does not say. */
function wantedRows(question: string): number | null {
  for (const pattern of TOP) {
    const [, words] = pattern.exec(question) ?? [];
    if (words !== undefined) return WORDS[words] ?? Number(words);
  }
  return null;
}

const SORTS =
  /\b(?:sort(?:ed)?|order(?:ed)? by|alphabetical|descending|ascending|newest|latest|oldest|most recent|(?:largest|highest|lowest|smallest|most|least)\b.*\bfirst)\b/;

/** "Newest first": then there is an order. */
export const orderDifferences: AskedCheck = ({ question, facts, sql }) =>
  facts.effect === "read" &&
  !facts.hasOrderBy &&
  SORTS.test(question) &&
  !/\b(?:max|min|row_number|rank|first_value|distinct on)\b/.test(sql)
    ? [
        {
          code: "order-missing",
          severity: "note",
          message: `You asked for an order (“${SORTS.exec(question)?.[0]}”); the rows come in none.`,
        },
      ]
    : [];

interface Aggregate {
  readonly asked: RegExp;
  readonly done: RegExp;
  readonly what: string;
}

const AGGREGATES: readonly Aggregate[] = [
  {
    asked: /\b(?:how many|number of|count(?: of| the| all)?)\b/,
    done: /\b(?:count|sum|row_number|cardinality|array_length|num_\w+|\w+_count|n_\w+)\b/,
    what: "a count",
  },
  {
    asked: /\b(?:average|mean|avg)\b/,
    done: /\b(?:avg|sum|percentile_cont|avg_\w+|\w*average\w*)\b/,
    what: "an average",
  },
  {
    asked: /\b(?:total|sum of|sum up|altogether)\b/,
    done: /\b(?:sum|count|total\w*|\w*_total\w*|\w*amount\w*)\b/,
    what: "a total",
  },
  { asked: /\bmedian\b/, done: /\b(?:percentile_cont|percentile_disc|median)\b/, what: "a median" },
];

/** "How many": then something is counted. */
export const aggregateDifferences: AskedCheck = ({ question, facts, sql }) =>
  facts.effect !== "read"
    ? []
    : AGGREGATES.filter(({ asked, done }) => asked.test(question) && !done.test(sql)).map(
        ({ asked, what }) => ({
          code: "aggregate-missing",
          severity: "warning" as const,
          message: `You asked for ${what} (“${asked.exec(question)?.[0]}”); it works out none.`,
        }),
      );

const EACH = /\b(?:for each|per|for every|by each|grouped by|broken down by|group by)\s+(?:the\s+)?(\w+)/;

/** "Per customer": then rows are grouped. */
export const groupDifferences: AskedCheck = ({ question, facts, sql }) => {
  const [words, each] = EACH.exec(question) ?? [];
  const grouped =
    facts.reads.some(({ role }) => role === "group") ||
    /\b(?:group by|over\s*\(|partition by|distinct)\b/.test(sql) ||
    /\(\s*select\b/.test(sql);
  return facts.effect === "read" && words !== undefined && each !== "cent" && !grouped
    ? [
        {
          code: "group-missing",
          severity: "warning",
          message: `You asked for something “${words}”; nothing is grouped.`,
        },
      ]
    : [];
};
