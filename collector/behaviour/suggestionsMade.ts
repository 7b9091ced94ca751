import { Influences } from "../../protocol/behaviour/influence.ts";
import type { SuggestionsMade } from "../../protocol/collector/behaviour.ts";
import { sha256 } from "../../protocol/ids.ts";
import type { Collector } from "../collector.ts";
import { findRecords } from "../search/findRecords.ts";
import { rowsOf } from "../search/recordDetail.ts";
import type { RecordQuery } from "../search/recordQuery.ts";
import { type RecordRow, storedRecord } from "../search/recordRow.ts";
import type { Scope } from "../search/scope.ts";

/** Records after a statement among which its outcome is looked for. */
const NEAR = 100;

/** Suggestions of models that match, newest first, each with what people decided and what it changed. */
export async function suggestionsMade(
  { search }: Pick<Collector, "search">,
  query: RecordQuery,
  scope: Scope,
): Promise<SuggestionsMade> {
  const filters = new Map(query.filters).set("kind", "suggestion_made");
  const made = await findRecords(search, { ...query, filters }, scope);
  const suggestions: SuggestionsMade["suggestions"][number][] = [];
  for (const { chain, seq } of made.records) {
    const influences = new Influences();
    const take = (row: RecordRow): void => {
      if (row.canonical === null) return;
      const { body, at, seq: place } = storedRecord(row.canonical);
      influences.take({ seq: place, hash: sha256(NOT_TOLD), at, body }, row.chain);
    };
    const [first] = await rowsOf(search, sha256(chain), seq, seq);
    const body = first?.canonical == null ? null : storedRecord(first.canonical).body;
    if (first === undefined || body?.kind !== "suggestion_made") continue;
    take(first);
    for (const hit of (await followers(search, body.suggestion, chain, scope)).records) {
      const [row] = await rowsOf(search, sha256(chain), hit.seq, hit.seq);
      if (row !== undefined) take(row);
      if (hit.kind === "intent")
        for (const next of await rowsOf(search, sha256(chain), hit.seq + 1, hit.seq + NEAR))
          if (next.kind === "outcome") take(next);
    }
    for (const influence of influences.list()) suggestions.push({ chain, influence });
  }
  return { suggestions, next: made.next };
}

/** The proof of a record is asked for at its own address. */
const NOT_TOLD = "0".repeat(64);

/** Decisions and statements that name it, on the same device, in their order. */
async function followers(search: Collector["search"], suggestion: string, chain: string, scope: Scope) {
  const found = await findRecords(
    search,
    {
      filters: new Map([["suggestion", suggestion]]),
      from: null,
      to: null,
      minRisk: null,
      text: null,
      cursor: null,
      limit: 100,
    },
    scope,
  );
  const records = found.records
    .filter((hit) => hit.chain === chain && hit.kind !== "suggestion_made")
    .toSorted((one, other) => one.seq - other.seq);
  return { records };
}
