import { type Exposure, ModelExposures } from "../../protocol/behaviour/modelExposure.ts";
import type { ModelsSeen } from "../../protocol/collector/behaviour.ts";
import { sha256 } from "../../protocol/ids.ts";
import type { Collector } from "../collector.ts";
import { Values } from "../search/database.ts";
import { rowsOf } from "../search/recordDetail.ts";
import { RECORD_COLUMNS, type RecordRow, storedRecord } from "../search/recordRow.ts";

/** Statements that one answer looks at. */
const MOST = 20_000;
const PAGE = 500;
/** Records after an intent among which its outcome is looked for, first nearby. */
const NEAR = [20, 500] as const;

/** What is asked about models; null for everything. */
export interface ModelQuestion {
  readonly infoType: string | null;
  readonly environment: string | null;
  readonly from: number | null;
  readonly to: number | null;
}

type Parts = Pick<Collector, "search" | "store" | "counting">;

/** What each model has been shown, by label and never by value, with the records that say so. */
export async function modelsSeen(
  { search, store, counting }: Parts,
  asked: ModelQuestion,
): Promise<ModelsSeen> {
  const upTo = await counting.upTo();
  const named = await search.all<{ term: string }>(
    "SELECT term FROM search_terms WHERE term LIKE 'model:%' ORDER BY term",
  );
  const exposures = new ModelExposures();
  let looked = 0;
  let dropped = 0;
  for (const { term } of named) {
    let last = -1;
    while (looked < MOST) {
      const rows = await statementsOf(search, term, asked, last);
      for (const row of rows) {
        if (row.canonical === null) dropped += 1;
        else await take(search, exposures, { chain: row.chain, canonical: row.canonical });
      }
      looked += rows.length;
      last = rows.at(-1)?.leaf_index ?? last;
      if (rows.length < PAGE) break;
    }
  }
  const found = exposures.list().filter((one) => asked.infoType === null || one.infoType === asked.infoType);
  const proven: Exposure[] = [];
  for (const one of found)
    proven.push({ ...one, first: await hashed(store, one.first), last: await hashed(store, one.last) });
  return { exposures: proven, looked, complete: looked < MOST, dropped, upTo };
}

function statementsOf(
  search: Parts["search"],
  model: string,
  { infoType, environment, from, to }: ModelQuestion,
  last: number,
): Promise<readonly RecordRow[]> {
  const values = new Values();
  const conditions = [
    "r.kind = 'intent'",
    search.hasTerm(values.add(model), true),
    `r.leaf_index > ${values.add(last)}`,
    ...(infoType === null ? [] : [search.hasTerm(values.add(`type:${infoType}`), false)]),
    ...(environment === null ? [] : [`r.environment = ${values.add(environment)}`]),
    ...(from === null ? [] : [`r.at >= ${values.add(from)}`]),
    ...(to === null ? [] : [`r.at < ${values.add(to)}`]),
  ];
  return search.all<RecordRow>(
    `SELECT ${RECORD_COLUMNS} FROM records r JOIN devices d ON d.id = r.device
     WHERE ${conditions.join(" AND ")} ORDER BY r.leaf_index LIMIT ${PAGE}`,
    values.list,
  );
}

async function take(
  search: Parts["search"],
  exposures: ModelExposures,
  { chain, canonical }: { readonly chain: string; readonly canonical: string },
): Promise<void> {
  const { seq, at, body } = storedRecord(canonical);
  const hash = sha256("0".repeat(64));
  exposures.take({ seq, hash, at, body }, chain);
  let after = seq;
  for (const reach of NEAR) {
    for (const next of await rowsOf(search, sha256(chain), after + 1, seq + reach)) {
      if (next.kind !== "outcome" || next.canonical === null) continue;
      const outcome = storedRecord(next.canonical);
      if (outcome.body.kind !== "outcome" || outcome.body.intent !== seq) continue;
      exposures.take({ seq: outcome.seq, hash, at: outcome.at, body: outcome.body }, chain);
      return;
    }
    after = seq + reach;
  }
}

async function hashed(store: Parts["store"], record: Exposure["first"]): Promise<Exposure["first"]> {
  const { chain, seq } = record;
  if (chain === null) return record;
  const [placed] = await store.placed(sha256(chain), seq, seq);
  return placed === undefined ? record : { ...record, hash: placed.hash, leaf: placed.leafIndex };
}
