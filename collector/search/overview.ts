import type {
  ActivityCounts,
  ActivityPoint,
  Overview,
  RecordHit,
  UpTo,
} from "../../protocol/collector/search.ts";
import { named, namesOf } from "./columnUse.ts";
import { countedAgent, countedOf } from "./countedAgent.ts";
import { type SearchDatabase, Values } from "./database.ts";
import { hitsAt } from "./findRecords.ts";
import { termOf } from "./recordConditions.ts";
import type { Scope } from "./scope.ts";

const HOUR = 3_600_000;
/** Points of the chart, about. */
const POINTS = 60;
const MOST = 10;
const MOST_AGENTS = 50;

const SUMS = `CAST(sum(a.statements) AS bigint) AS statements, CAST(sum(a.blocked) AS bigint) AS blocked,
  CAST(sum(a.waiting) AS bigint) AS waiting, CAST(sum(a.approved) AS bigint) AS approved,
  CAST(sum(a.failed) AS bigint) AS failed,
  CAST(sum(a.masked_cells) AS bigint) AS masked`;

interface SumRow {
  readonly statements: number | null;
  readonly blocked: number | null;
  readonly waiting: number | null;
  readonly approved: number | null;
  readonly failed: number | null;
  readonly masked: number | null;
}

interface Period {
  readonly from: number;
  readonly to: number;
}

/** What went on in a period: of everybody, or of the caller alone. */
export async function overview(
  database: SearchDatabase,
  period: Period,
  scope: Scope,
  upTo: UpTo,
): Promise<Overview> {
  const [first, end] = [Math.floor(period.from / HOUR), Math.ceil(period.to / HOUR)];
  const bucketHours = Math.max(1, Math.ceil((end - first) / POINTS));
  const hours = { first, end };
  const [activity, totals, maskedByType, actors, agents, rules, riskiest] = await Promise.all([
    activityOf(database, hours, bucketHours, scope),
    totalsOf(database, hours, scope),
    maskedTypes(database, hours, scope),
    busiest(database, hours, scope),
    agentsOf(database, hours, scope),
    scope.kind === "all" ? rulesOf(database, hours) : [],
    riskiestOf(database, period, scope),
  ]);
  return { bucketHours, activity, totals, maskedByType, actors, agents, rules, riskiest, upTo };
}

interface Hours {
  readonly first: number;
  readonly end: number;
}

/** Rows of `activity` about the whole, or about the caller. */
function conditions({ first, end }: Hours, scope: Scope, values: Values): string {
  const within = `a.hour >= ${values.add(first)} AND a.hour < ${values.add(end)}`;
  if (scope.kind === "all") return `a.dimension = 'all' AND ${within}`;
  const own = scope.actors.length === 0 ? "1 = 0" : `a.name IN ${values.row(scope.actors)}`;
  return `a.dimension = 'actor' AND ${within} AND ${own}`;
}

async function activityOf(
  database: SearchDatabase,
  hours: Hours,
  bucketHours: number,
  scope: Scope,
): Promise<readonly ActivityPoint[]> {
  const values = new Values();
  const bucket = `(a.hour - ${hours.first}) / ${bucketHours}`;
  const rows = await database.all<SumRow & { bucket: number }>(
    `SELECT ${bucket} AS bucket, ${SUMS} FROM activity a WHERE ${conditions(hours, scope, values)}
     GROUP BY ${bucket} ORDER BY ${bucket}`,
    values.list,
  );
  const found = new Map(rows.map((row) => [row.bucket, countsOf(row)]));
  const buckets = Math.ceil((hours.end - hours.first) / bucketHours);
  return Array.from({ length: buckets }, (_, place) => ({
    at: new Date((hours.first + place * bucketHours) * HOUR).toISOString(),
    ...(found.get(place) ?? NONE),
  }));
}

async function totalsOf(database: SearchDatabase, hours: Hours, scope: Scope): Promise<ActivityCounts> {
  const values = new Values();
  const [row] = await database.all<SumRow>(
    `SELECT ${SUMS} FROM activity a WHERE ${conditions(hours, scope, values)}`,
    values.list,
  );
  return row === undefined ? NONE : countsOf(row);
}

async function maskedTypes(
  database: SearchDatabase,
  { first, end }: Hours,
  scope: Scope,
): Promise<Overview["maskedByType"]> {
  const values = new Values();
  if (scope.kind === "own") {
    if (scope.actors.length === 0) return [];
    const days = `u.day >= ${values.add(Math.floor(first / 24))} AND u.day <= ${values.add(Math.floor((end - 1) / 24))}`;
    return database.all(
      `SELECT u.info_type AS "infoType", CAST(sum(u.handed_out) AS bigint) AS rows FROM column_use u
       WHERE u.actor IN ${values.row(scope.actors)} AND ${days} AND u.used = 'masked' AND u.info_type <> ''
       GROUP BY u.info_type HAVING sum(u.handed_out) > 0 ORDER BY rows DESC LIMIT ${MOST}`,
      values.list,
    );
  }
  return database.all(
    `SELECT a.name AS "infoType", CAST(sum(a.masked_cells) AS bigint) AS rows FROM activity a
     WHERE a.dimension = 'type' AND a.hour >= ${values.add(first)} AND a.hour < ${values.add(end)}
     GROUP BY a.name ORDER BY rows DESC LIMIT ${MOST}`,
    values.list,
  );
}

async function busiest(
  database: SearchDatabase,
  { first, end }: Hours,
  scope: Scope,
): Promise<Overview["actors"]> {
  const values = new Values();
  const own =
    scope.kind === "all" || scope.actors.length === 0 ? "" : `AND a.name IN ${values.row(scope.actors)}`;
  if (scope.kind === "own" && scope.actors.length === 0) return [];
  const rows = await database.all<SumRow & { name: string }>(
    `SELECT a.name, ${SUMS} FROM activity a
     WHERE a.dimension = 'actor' AND a.hour >= ${values.add(first)} AND a.hour < ${values.add(end)} ${own}
     GROUP BY a.name ORDER BY statements DESC, a.name LIMIT ${MOST}`,
    values.list,
  );
  const names = await namesOf(
    database,
    rows.map(({ name }) => name),
  );
  return rows.map((row) => ({
    actor: named(names, row.name),
    isAgent: row.name.startsWith("ai_agent for "),
    ...countsOf(row),
  }));
}

/** Agents of one person are one actor, whatever they call themselves; here each is told by its own names. */
async function agentsOf(
  database: SearchDatabase,
  { first, end }: Hours,
  scope: Scope,
): Promise<Overview["agents"]> {
  const values = new Values();
  const within = `a.hour >= ${values.add(first)} AND a.hour < ${values.add(end)}`;
  if (scope.kind === "own" && scope.actors.length === 0) return [];
  const beginnings = scope.kind === "all" ? [] : scope.actors.map(countedOf);
  const own = beginnings.map(
    (beginning) => `substr(a.name, 1, ${[...beginning].length}) = ${values.add(beginning)}`,
  );
  const rows = await database.all<SumRow & { name: string }>(
    `SELECT a.name, ${SUMS} FROM activity a WHERE a.dimension = 'agent' AND ${within}
     ${own.length === 0 ? "" : `AND (${own.join(" OR ")})`}
     GROUP BY a.name ORDER BY statements DESC, a.name LIMIT ${MOST_AGENTS}`,
    values.list,
  );
  return rows.flatMap((row) => {
    const counted = countedAgent(row.name);
    if (counted === null) return [];
    const { identity, ...names } = counted;
    return [{ actor: identity, ...names, ...countsOf(row) }];
  });
}

async function rulesOf(database: SearchDatabase, { first, end }: Hours): Promise<Overview["rules"]> {
  const values = new Values();
  return database.all(
    `SELECT a.name AS rule, CAST(sum(a.statements) AS bigint) AS count FROM activity a
     WHERE a.dimension = 'rule' AND a.hour >= ${values.add(first)} AND a.hour < ${values.add(end)}
     GROUP BY a.name ORDER BY count DESC, rule LIMIT ${MOST}`,
    values.list,
  );
}

async function riskiestOf(
  database: SearchDatabase,
  { from, to }: Period,
  scope: Scope,
): Promise<readonly RecordHit[]> {
  const values = new Values();
  const own = scope.kind === "all" ? "" : `AND ${ownRecords(database, scope.actors, values)}`;
  const places = await database.all<{ leaf_index: number }>(
    `SELECT r.leaf_index FROM records r WHERE r.risk >= 50 AND r.at >= ${values.add(from)} AND r.at < ${values.add(to)}
     ${own} ORDER BY r.risk DESC, r.at DESC LIMIT ${MOST}`,
    values.list,
  );
  return hitsAt(
    database,
    places.map(({ leaf_index }) => leaf_index),
  );
}

function ownRecords({ marks }: SearchDatabase, actors: readonly string[], values: Values): string {
  if (actors.length === 0) return "1 = 0";
  if (marks === null) return `r.actor IN ${values.row(actors)}`;
  return marks.any(actors.map((actor) => values.add(termOf("actor", actor))));
}

const NONE: ActivityCounts = {
  ...{ statements: 0, blocked: 0, waiting: 0, approved: 0, failed: 0, maskedCells: 0 },
};

const countsOf = ({ statements, blocked, waiting, approved, failed, masked }: SumRow): ActivityCounts => ({
  statements: statements ?? 0,
  blocked: blocked ?? 0,
  waiting: waiting ?? 0,
  approved: approved ?? 0,
  failed: failed ?? 0,
  maskedCells: masked ?? 0,
});
