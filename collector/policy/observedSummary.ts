import { POLICY_EFFECTS } from "../../protocol/policy/policyEffect.ts";
import type { ObservedSummary } from "../../protocol/policy/policyVersions.ts";
import type { Collector } from "../collector.ts";
import { type SearchDatabase, Values } from "../search/database.ts";
import { termOf } from "../search/recordConditions.ts";
import { readStanding } from "./standing.ts";

const MOST_RULES = 50;

/** What the observed version would have changed, by what was counted of the log. */
export async function observedSummary({ store, search, counting }: Collector): Promise<ObservedSummary> {
  const { observed } = await readStanding(store);
  if (observed === null) return { version: null, outcomes: [], rules: [] };
  await counting.upTo();
  const { version } = observed.policy;
  const counts = await countsOf(search, version);
  const outcomes = [];
  for (const outcome of POLICY_EFFECTS) {
    const statements = counts.get(outcome) ?? 0;
    if (statements === 0) continue;
    // Of what changes nothing it is not worth counting everybody.
    const people = outcome === "same" ? 0 : await peopleOf(search, `${version}:${outcome}`);
    outcomes.push({ outcome, statements, people });
  }
  return { version, outcomes, rules: await rulesOf(search, version) };
}

interface Counted {
  readonly term: string;
  readonly records: number;
}

/** Statements by what would have changed. */
async function countsOf(search: SearchDatabase, version: number): Promise<ReadonlyMap<string, number>> {
  const prefix = termOf("observed", `${version}:`);
  const values = new Values();
  const rows = await search.all<Counted>(
    `SELECT term, records FROM search_terms
     WHERE term IN ${values.row(POLICY_EFFECTS.map((effect) => `${prefix}${effect}`))}`,
    values.list,
  );
  return new Map(rows.map(({ term, records }) => [term.slice(prefix.length), Number(records)]));
}

async function rulesOf(search: SearchDatabase, version: number): Promise<ObservedSummary["rules"]> {
  const prefix = termOf("observed", `${version}:rule:`);
  const values = new Values();
  const rows = await search.all<Counted>(
    // By its first letters and not by order, which hangs on the database's language.
    `SELECT term, records FROM search_terms WHERE substr(term, 1, ${prefix.length}) = ${values.add(prefix)}
     ORDER BY records DESC, term LIMIT ${MOST_RULES}`,
    values.list,
  );
  return rows.map(({ term, records }) => ({
    rule: term.slice(prefix.length),
    statements: Number(records),
  }));
}

async function peopleOf(search: SearchDatabase, value: string): Promise<number> {
  const values = new Values();
  const has = search.hasTerm(values.add(termOf("observed", value)), true);
  const [row] = await search.all<{ people: number }>(
    `SELECT count(DISTINCT r.actor) AS people FROM records r WHERE ${has}`,
    values.list,
  );
  return Number(row?.people ?? 0);
}
