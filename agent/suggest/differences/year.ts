import type { AskedCheck } from "./asked.ts";

const YEAR = /(?<![\w.,-])((?:19|20)\d\d)(?![\w%]|[.,]\d)/g;
const BY_CLOCK = /\b(?:now|current_date|current_timestamp|localtimestamp|curdate|sysdate|getdate)\b|'now'/;

/** The years a question names. */
export const yearsOf = (question: string): readonly string[] => [
  ...new Set([...question.matchAll(YEAR)].map(([, year = ""]) => year)),
];

/** "Since 2024": then the statement names that year, or the day before it or after it. */
export const yearDifferences: AskedCheck = ({ question, sql }) =>
  BY_CLOCK.test(sql)
    ? []
    : yearsOf(question)
        .filter((year) => {
          const beside = [year, `${Number(year) - 1}-12-31`, `${Number(year) + 1}-01-01`];
          return /\b(?:19|20)\d\d\b/.test(sql) && !beside.some((one) => sql.includes(one));
        })
        .map((year) => ({
          code: "year-other",
          severity: "warning",
          message: `You named the year ${year}; the statement names another.`,
        }));
