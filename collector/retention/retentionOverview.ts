import type { RetentionHold, RetentionOverview } from "../../protocol/collector/retention.ts";
import type { Collector } from "../collector.ts";
import { named, namesOf } from "../search/columnUse.ts";
import type { SearchDatabase } from "../search/database.ts";
import type { KeptHold } from "./tables.ts";

const DAY = 86_400_000;

type Parts = Pick<Collector, "store" | "search" | "retentionDays" | "now">;

/** What is dropped, how far that has come, and what is held. */
export async function retentionOverview({
  store,
  search,
  retentionDays: days,
  now,
}: Parts): Promise<RetentionOverview> {
  const { position, keptFrom, dropped, droppedTo } = await store.retention.state();
  const kept = keptFrom === null ? null : await receivedAt(search, keptFrom);
  return {
    days,
    dropped,
    droppedTo: droppedTo === null ? null : timeOf(droppedTo),
    next: days === null ? { kind: "nothing" } : await nextOf(search, position, days, now()),
    keptFrom: kept === null ? null : timeOf(kept),
    holds: await shownHolds(search, await store.retention.holds("all")),
  };
}

async function nextOf(
  search: SearchDatabase,
  position: number,
  days: number,
  now: Date,
): Promise<RetentionOverview["next"]> {
  const received = await receivedAt(search, position);
  if (received === null) return { kind: "nothing" };
  const old = received + days * DAY;
  return old < now.getTime()
    ? { kind: "at_work", at: timeOf(received) }
    : { kind: "waits", until: timeOf(old) };
}

async function receivedAt(search: SearchDatabase, place: number): Promise<number | null> {
  const [row] = await search.all<{ received_at: number }>(
    "SELECT r.received_at FROM records r WHERE r.leaf_index = $1",
    [place],
  );
  return row === undefined ? null : row.received_at;
}

/** Holds as administrators and auditors are shown them. */
export async function shownHolds(
  search: SearchDatabase,
  holds: readonly KeptHold[],
): Promise<readonly RetentionHold[]> {
  const names = await namesOf(
    search,
    holds.flatMap(({ scope }) => scope.actor ?? []),
  );
  return holds.map(({ id, scope, setAt, setBy, reason, lifted }) => ({
    id,
    scope,
    actorName: scope.actor === null ? null : named(names, scope.actor).name,
    setAt: timeOf(setAt),
    setBy,
    reason,
    liftedAt: lifted === null ? null : timeOf(lifted.at),
    liftedBy: lifted?.by ?? null,
    liftReason: lifted?.reason ?? null,
  }));
}

const timeOf = (milliseconds: number): string => new Date(milliseconds).toISOString();
