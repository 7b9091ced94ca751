import type { DeviceSession, DeviceSessions, Timeline } from "../../protocol/collector/search.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import type { Collector } from "../collector.ts";
import type { Caller } from "../identity/caller.ts";
import { Refusal } from "../refusal.ts";
import type { Device } from "../store/device.ts";
import { mayRead, rowsOf } from "./recordDetail.ts";
import { hitOf, type RecordRow, storedRecord } from "./recordRow.ts";
import { isOwnDevice, type Scope } from "./scope.ts";

const PAGE = 200;
const MOST_SESSIONS = 100;

type Parts = Pick<Collector, "search" | "store">;

/** What a device recorded, in its own order, from one place on. @throws Refusal */
export async function timeline(
  { search, store }: Parts,
  caller: Caller,
  scope: Scope,
  chain: Sha256,
  from: number,
): Promise<Timeline> {
  const device = await readable(store, caller, scope, chain);
  const rows = await rowsOf(search, chain, from, from + PAGE - 1);
  const intents = new Map<number, RecordRow>(rows.map((row) => [row.seq, row]));
  const records: Timeline["records"][number][] = [];
  for (const row of rows) {
    const intent = intentOf(row);
    const [asked] =
      intent === null
        ? []
        : intents.has(intent)
          ? [intents.get(intent)]
          : await rowsOf(search, chain, intent, intent);
    if (mayRead(scope, row, asked === undefined ? [] : [asked], true))
      records.push({ ...hitOf(row), intent });
  }
  return {
    device: { chain, name: device.name, owner: device.owner?.name ?? null },
    records,
    next: device.seq >= from + PAGE ? from + PAGE : null,
  };
}

/** The sessions of a device's writers, newest first. @throws Refusal */
export async function deviceSessions(
  { search, store }: Parts,
  caller: Caller,
  scope: Scope,
  chain: Sha256,
): Promise<DeviceSessions> {
  await readable(store, caller, scope, chain);
  const rows = await search.all<{ seq: number; at: number; canonical: string | null }>(
    `SELECT r.seq, coalesce(r.said_at, r.at) AS at, r.canonical FROM records r JOIN devices d ON d.id = r.device
     WHERE d.chain = $1 AND r.kind IN ('session_opened', 'session_closed') ORDER BY r.seq DESC LIMIT ${2 * MOST_SESSIONS}`,
    [chain],
  );
  const sessions: DeviceSession[] = [];
  const closed = new Map<string, Pick<DeviceSession, "to" | "closedAt" | "how">>();
  for (const { seq, at, canonical } of rows) {
    const body = canonical === null ? null : storedRecord(canonical).body;
    const time = new Date(at).toISOString();
    if (body?.kind === "session_closed") closed.set(body.writer, { to: seq, closedAt: time, how: body.how });
    if (body?.kind !== "session_opened") continue;
    const end = closed.get(body.writer) ?? { to: null, closedAt: null, how: null };
    sessions.push({ writer: body.writer, origin: body.origin, from: seq, openedAt: time, ...end });
  }
  return { sessions: sessions.slice(0, MOST_SESSIONS) };
}

function intentOf({ canonical, kind }: RecordRow): number | null {
  if (kind !== "outcome" || canonical === null) return null;
  const { body } = storedRecord(canonical);
  return body.kind === "outcome" ? body.intent : null;
}

async function readable(store: Parts["store"], caller: Caller, scope: Scope, chain: Sha256): Promise<Device> {
  const device = await store.device(chain);
  if (device === null || (scope.kind === "own" && !isOwnDevice(caller, device)))
    throw new Refusal(
      "not-found",
      "There is no such device that you may read.",
      "Choose one of the list of devices.",
    );
  return device;
}
