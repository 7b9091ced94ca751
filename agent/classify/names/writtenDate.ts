/** Words for a date that say no more than how exactly it is kept. */
const DATES: ReadonlySet<string> = new Set(["datetime", "dttm", "timestamp", "ymd", "dmy"]);

/** The words with every word for a date as `date`: `death_datetime`. Null where there is none. */
export const withPlainDate = (words: readonly string[]): readonly string[] | null =>
  words.some((word) => DATES.has(word)) ? words.map((word) => (DATES.has(word) ? "date" : word)) : null;

/** Dates that say something of a person. */
export const isTellingDate = ({ name }: { readonly name: string }): boolean =>
  name === "birth_date" || name === "encounter_date";
