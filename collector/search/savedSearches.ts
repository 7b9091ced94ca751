import { z } from "zod";
import { actorIdentity } from "../../protocol/actor.ts";
import type { SavedSearch } from "../../protocol/collector/search.ts";
import { actorOf, type Caller } from "../identity/caller.ts";
import { Refusal } from "../refusal.ts";
import type { SearchDatabase } from "./database.ts";

/** `PUT /v1/searches`: keeps one under its name; an empty query removes it. */
export const SAVED_SEARCH = z.object({
  name: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .regex(/^[^\p{Cc}]*$/u),
  query: z
    .string()
    .max(4_000)
    .regex(/^[^\p{Cc}]*$/u),
});

const MOST = 100;

/** The caller's own searches, by name. */
export async function savedSearches(
  search: SearchDatabase,
  caller: Caller,
): Promise<{ searches: readonly SavedSearch[] }> {
  const searches = await search.all<SavedSearch>(
    "SELECT name, query FROM saved_searches WHERE owner = $1 ORDER BY name",
    [actorIdentity(actorOf(caller))],
  );
  return { searches };
}

/** @throws Refusal where somebody keeps too many. */
export async function saveSearch(
  search: SearchDatabase,
  caller: Caller,
  { name, query }: SavedSearch,
  now: Date,
): Promise<{ searches: readonly SavedSearch[] }> {
  const owner = actorIdentity(actorOf(caller));
  await search.transaction(async (asker) => {
    if (query === "") {
      await asker.all("DELETE FROM saved_searches WHERE owner = $1 AND name = $2", [owner, name]);
      return;
    }
    const [kept] = await asker.all<{ count: number }>(
      "SELECT count(*) AS count FROM saved_searches WHERE owner = $1 AND name <> $2",
      [owner, name],
    );
    if ((kept?.count ?? 0) >= MOST)
      throw new Refusal("bad-request", `You have ${MOST} saved searches.`, "Remove one of them first.");
    await asker.all(
      `INSERT INTO saved_searches (owner, name, query, saved_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (owner, name) DO UPDATE SET query = excluded.query, saved_at = excluded.saved_at`,
      [owner, name, query, now.getTime()],
    );
  });
  return savedSearches(search, caller);
}
