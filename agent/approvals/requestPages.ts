/** Pages of one list: more than anybody has waiting, so that a collector that never ends one holds nobody up. */
const MOST_PAGES = 25;

/** Boxes of requests, and whether they are read to their end: what waits for somebody must not be missing. */
const WHOLE = { mine: false, decide: true, active: true } as const;

/** A person's list of requests, page by page; `ask` is given the query of each. */
export async function requestPages<Item>(
  box: keyof typeof WHOLE,
  ask: (query: string) => Promise<{ readonly items: readonly Item[]; readonly next: string | null }>,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let query = new URLSearchParams({ box });
  for (let pages = 0; pages < (WHOLE[box] ? MOST_PAGES : 1); pages += 1) {
    const page = await ask(query.toString());
    items.push(...page.items);
    if (page.next === null) break;
    query = new URLSearchParams({ box, cursor: page.next });
  }
  return items;
}
