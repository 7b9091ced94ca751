import type { PlacedBody } from "../../protocol/audit/export/statementJoin.ts";
import { TaskTimelineReader } from "../../protocol/behaviour/taskTimeline.ts";
import type { TaskTimelines } from "../../protocol/collector/behaviour.ts";
import { type Sha256, sha256 } from "../../protocol/ids.ts";
import type { Collector } from "../collector.ts";
import { Refusal } from "../refusal.ts";
import { mayRead, rowsOf } from "../search/recordDetail.ts";
import { type RecordRow, storedRecord } from "../search/recordRow.ts";
import { reaches, type Scope } from "../search/scope.ts";

/** A device's records that are looked through for one task, and after its last one that names it. */
const MOST = 20_000;
const AFTER = 500;
const PAGE = 1_000;

/**
 * Everything that was done for a task, as the log has it: one timeline for each device that names it. Who may not read
 * what its program did is answered as if there were none. @throws Refusal
 */
export async function taskTimelines(
  { search, store }: Pick<Collector, "search" | "store">,
  scope: Scope,
  task: string,
): Promise<TaskTimelines> {
  const spans = await search.all<{
    chain: string;
    device: string;
    first: number;
    last: number;
    dropped: number;
  }>(
    `SELECT d.chain, d.name AS device, min(r.seq) AS first, max(r.seq) AS last,
       count(*) - count(r.canonical) AS dropped
     FROM records r JOIN devices d ON d.id = r.device
     WHERE ${search.hasTerm("$1", true)}
     GROUP BY d.chain, d.name ORDER BY d.chain`,
    [`task:${task}`],
  );
  const timelines: TaskTimelines["timelines"][number][] = [];
  for (const { chain, device, first, last, dropped } of spans) {
    const reader = new TaskTimelineReader(task);
    const end = Math.min(last + AFTER, first + MOST);
    for (let from = first; from <= end; from += PAGE) {
      const to = Math.min(from + PAGE - 1, end);
      const rows = await rowsOf(search, sha256(chain), from, to);
      const hashes = await hashesOf(store, sha256(chain), from, to);
      for (const body of readable(rows, hashes, scope)) reader.take(body);
    }
    const timeline = reader.timeline();
    if (timeline !== null)
      timelines.push({ chain, device, timeline, complete: last <= first + MOST && dropped === 0 });
  }
  if (timelines.length > 0) return { timelines };
  throw new Refusal(
    "not-found",
    "There is no such task that you may read, or retention has dropped its texts.",
    "Search for it.",
  );
}

/** Outcomes name nobody: the reader takes those of statements it knows. */
function* readable(
  rows: readonly RecordRow[],
  hashes: ReadonlyMap<number, string>,
  scope: Scope,
): Generator<PlacedBody> {
  for (const row of rows) {
    if (row.canonical === null) continue;
    const { seq, at, body } = storedRecord(row.canonical);
    const allowed =
      body.kind === "outcome" || body.kind === "task_opened"
        ? row.actor === null || reaches(scope, row.actor)
        : mayRead(scope, row, [], false);
    if (allowed) yield { seq, at, body, hash: sha256(hashes.get(seq) ?? NOT_KNOWN) };
  }
}

const NOT_KNOWN = "0".repeat(64);

async function hashesOf(
  store: Collector["store"],
  chain: Sha256,
  from: number,
  to: number,
): Promise<ReadonlyMap<number, string>> {
  return new Map((await store.placed(chain, from, to)).map(({ seq, hash }) => [seq, hash]));
}
