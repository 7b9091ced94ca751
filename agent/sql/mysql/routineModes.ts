import type { MysqlSettings } from "./settings.ts";

/** Quotes and bars mean what the mode said in which a routine was made, and no catalog here tells it: every way. */
export function settingsOfBody(body: string, settings: MysqlSettings): readonly MysqlSettings[] {
  const ways = (on: boolean): readonly boolean[] => (on ? [false, true] : [false]);
  return ways(body.includes('"')).flatMap((ansiQuotes) =>
    ways(body.includes("\\")).flatMap((noBackslashEscapes) =>
      ways(body.includes("||")).map((pipesAsConcat) => ({
        ...settings,
        ansiQuotes,
        noBackslashEscapes,
        pipesAsConcat,
      })),
    ),
  );
}
