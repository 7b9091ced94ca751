import {
  type ActorSeen,
  COLUMN_USES,
  type ColumnAccess,
  type ColumnUse,
  type ColumnUseKind,
  type NamedActor,
  type UpTo,
} from "../../protocol/collector/search.ts";
import { field } from "../store/searchFields.ts";
import { type SearchDatabase, Values } from "./database.ts";
import type { RecordQuery } from "./recordQuery.ts";
import type { Scope } from "./scope.ts";

const DAY = 86_400_000;
const MOST_ROWS = 5_000;

type Period = Pick<RecordQuery, "from" | "to">;

interface UseRow {
  readonly column_name: string;
  readonly actor: string;
  readonly used: ColumnUseKind;
  readonly info_type: string;
  readonly level: string;
  readonly requests: number;
  readonly handed_out: number;
  readonly first_day: number;
  readonly last_day: number;
}

/** Who touched this column, and how. */
export async function columnAccess(
  database: SearchDatabase,
  column: string,
  period: Period,
  scope: Scope,
  upTo: UpTo,
): Promise<ColumnAccess> {
  const rows = await usesOf(database, "column_name", field(column), period, scope);
  const names = await namesOf(
    database,
    rows.map(({ actor }) => actor),
  );
  const byActor = grouped(rows, ({ actor }) => actor);
  return {
    column,
    infoType: rows.find(({ info_type }) => info_type !== "")?.info_type ?? null,
    actors: [...byActor].map(([id, uses]) => ({ actor: named(names, id), uses: usesIn(uses) })),
    upTo,
  };
}

/** What this person or agent saw: every column asked for, and what of it came masked. */
export async function actorSeen(
  database: SearchDatabase,
  actor: string,
  period: Period,
  upTo: UpTo,
): Promise<ActorSeen> {
  const rows = await usesOf(database, "actor", field(actor), period, { kind: "all" });
  const names = await namesOf(database, [actor]);
  const types = new Map<string, { shownRows: number; maskedRows: number }>();
  for (const { info_type, used, handed_out } of rows) {
    if (info_type === "") continue;
    const of = types.get(info_type) ?? { shownRows: 0, maskedRows: 0 };
    if (used === "shown") of.shownRows += handed_out;
    if (used === "masked") of.maskedRows += handed_out;
    types.set(info_type, of);
  }
  return {
    actor: named(names, actor),
    columns: [...grouped(rows, ({ column_name }) => column_name)].map(([column, uses]) => ({
      column,
      infoType: uses.find(({ info_type }) => info_type !== "")?.info_type ?? null,
      level: uses.find(({ level }) => level !== "")?.level ?? null,
      uses: usesIn(uses),
    })),
    types: [...types].map(([infoType, of]) => ({ infoType, ...of })),
    upTo,
  };
}

/** The names these identities went by last. */
export async function namesOf(
  database: SearchDatabase,
  actors: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const asked = [...new Set(actors)];
  if (asked.length === 0) return new Map();
  const values = new Values();
  const rows = await database.all<{ actor: string; name: string }>(
    `SELECT actor, name FROM search_actors WHERE actor IN ${values.row(asked)}`,
    values.list,
  );
  return new Map(rows.map(({ actor, name }) => [actor, name]));
}

/** The actor by that name, or by the identity itself where none is known. */
export const named = (names: ReadonlyMap<string, string>, id: string): NamedActor => ({
  id,
  name: names.get(id) ?? id,
});

async function usesOf(
  database: SearchDatabase,
  by: "column_name" | "actor",
  value: string,
  { from, to }: Period,
  scope: Scope,
): Promise<readonly UseRow[]> {
  const values = new Values();
  const conditions = [`u.${by} = ${values.add(value)}`];
  if (from !== null) conditions.push(`u.day >= ${values.add(Math.floor(from / DAY))}`);
  if (to !== null) conditions.push(`u.day <= ${values.add(Math.floor((to - 1) / DAY))}`);
  if (scope.kind === "own")
    conditions.push(scope.actors.length === 0 ? "1 = 0" : `u.actor IN ${values.row(scope.actors)}`);
  return database.all<UseRow>(
    `SELECT u.column_name, u.actor, u.used, max(u.info_type) AS info_type, max(u.level) AS level,
       CAST(sum(u.requests) AS bigint) AS requests, CAST(sum(u.handed_out) AS bigint) AS handed_out,
       min(u.day) AS first_day, max(u.day) AS last_day
     FROM column_use u WHERE ${conditions.join(" AND ")}
     GROUP BY u.column_name, u.actor, u.used ORDER BY requests DESC, u.column_name, u.actor LIMIT ${MOST_ROWS}`,
    values.list,
  );
}

const usesIn = (rows: readonly UseRow[]): readonly ColumnUse[] =>
  COLUMN_USES.flatMap((use) =>
    rows
      .filter(({ used }) => used === use)
      .map(({ requests, handed_out, first_day, last_day }) => ({
        use,
        requests,
        rows: handed_out,
        first: dayText(first_day),
        last: dayText(last_day),
      })),
  );

const dayText = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);

const grouped = (
  rows: readonly UseRow[],
  key: (row: UseRow) => string,
): ReadonlyMap<string, readonly UseRow[]> => Map.groupBy(rows, key);
