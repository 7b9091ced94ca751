import { actorIdentity } from "../../protocol/actor.ts";
import type { IntentBody, OutcomeBody, RecordBody } from "../../protocol/audit/record.ts";
import type { ColumnUseKind } from "../../protocol/collector/search.ts";
import { field, type SearchFields } from "../store/searchFields.ts";
import { countedName } from "./countedAgent.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Longest names of labels that are counted apart: with a column and an actor they are one key, and a key has an end. */
export const LONGEST_TYPE = 60;
export const LONGEST_LEVEL = 40;

export interface ActivityCount {
  /** `all`; `actor`, `environment`, `type`, `rule` with a name. */
  readonly dimension: string;
  readonly name: string;
  /** Hours since 1970. */
  readonly hour: number;
  statements: number;
  blocked: number;
  waiting: number;
  approved: number;
  failed: number;
  maskedCells: number;
}

export interface ColumnCount {
  readonly column: string;
  /** Days since 1970. */
  readonly day: number;
  readonly actor: string;
  readonly use: ColumnUseKind;
  readonly infoType: string;
  readonly level: string;
  requests: number;
  handedOut: number;
}

type Judged = Omit<IntentBody, "kind">;
type Raised = "statements" | "blocked" | "waiting" | "approved" | "failed" | "maskedCells";

/** What a stretch of the log adds to what is counted. */
export class Counts {
  readonly terms = new Map<string, number>();
  readonly actors = new Map<string, string>();
  readonly activity = new Map<string, ActivityCount>();
  readonly columns = new Map<string, ColumnCount>();

  /** `intent`: the judgement an outcome belongs to, where it is known. */
  add(fields: SearchFields, body: RecordBody, intent: Judged | null): void {
    this.#terms(fields);
    if (fields.actor !== null) this.actors.set(fields.actor, fields.actorName ?? fields.actor);
    if (body.kind === "intent" || body.kind === "refused") this.#asked(fields, body);
    if (body.kind === "outcome" && intent !== null) this.#came(fields.at, body, intent);
  }

  #terms({ terms, kind, actor, connection, environment, verdict, effect }: SearchFields): void {
    const all = [...terms];
    for (const [filter, value] of Object.entries({ kind, actor, connection, environment, verdict, effect }))
      if (value !== null) all.push(`${filter}:${value}`);
    for (const term of all) this.terms.set(term, (this.terms.get(term) ?? 0) + 1);
  }

  #asked({ at, actor }: SearchFields, body: Extract<RecordBody, { kind: "intent" | "refused" }>): void {
    const who = actor ?? "";
    const agent = countedName(body.actor);
    const raise = (raised: Raised): void => {
      this.#raise(at, who, body.connection.environment, raised, 1);
      if (agent !== null) this.#activity("agent", agent, at, raised, 1);
    };
    raise("statements");
    const { kind } = body;
    if (kind === "refused") raise(body.verdict === "approve" ? "waiting" : "blocked");
    else if (body.verdict === "approve") raise("approved");
    for (const rule of new Set(
      body.findings.filter(({ verdict }) => verdict !== "allow").map(({ rule }) => rule),
    ))
      this.#activity("rule", rule, at, "statements", 1);
    for (const { column, use, label } of usesOf(body, kind === "refused"))
      this.#column(column, at, who, use, label).requests += 1;
  }

  /** Statements that ran under an approval, by what the log keeps of a record beside its text. */
  addApproved(at: number, actor: string, environment: string, statements: number): void {
    this.#raise(at, actor, environment, "approved", statements);
  }

  /** Rows that a statement handed out or changed. Nobody knows them of one whose outcome is unknown: what it asked for stays. */
  #came(at: number, { outcome, rows, affected, maskedCells }: OutcomeBody, intent: Judged): void {
    const who = field(actorIdentity(intent.actor));
    const { environment } = intent.connection;
    if (outcome === "failed") this.#raise(at, who, environment, "failed", 1);
    if (maskedCells > 0) this.#raise(at, who, environment, "maskedCells", believable(maskedCells));
    const [handedOut, changed] = [believable(rows ?? 0), outcome === "done" ? believable(affected ?? 0) : 0];
    for (const { column, use, label } of usesOf(intent, false)) {
      const concerned = use === "shown" || use === "masked" ? handedOut : use === "written" ? changed : 0;
      if (concerned > 0) this.#column(column, at, who, use, label).handedOut += concerned;
    }
    if (handedOut === 0) return;
    for (const [infoType, cells] of maskedTypes(intent))
      this.#activity("type", infoType, at, "maskedCells", believable(cells * handedOut));
  }

  #raise(at: number, actor: string, environment: string, raised: Raised, by: number): void {
    this.#activity("all", "", at, raised, by);
    this.#activity("actor", actor, at, raised, by);
    this.#activity("environment", environment, at, raised, by);
  }

  #activity(dimension: string, called: string, at: number, raised: Raised, by: number): void {
    const name = field(called);
    const hour = Math.floor(at / HOUR);
    const key = `${dimension} ${hour} ${name}`;
    const count = this.activity.get(key) ?? {
      ...{ dimension, name, hour },
      ...{ statements: 0, blocked: 0, waiting: 0, approved: 0, failed: 0, maskedCells: 0 },
    };
    count[raised] += by;
    this.activity.set(key, count);
  }

  #column(named: string, at: number, actor: string, use: ColumnUseKind, label: UsedLabel): ColumnCount {
    const day = Math.floor(at / DAY);
    const [column, infoType, level] = [
      field(named),
      field(label.infoType, LONGEST_TYPE),
      field(label.level, LONGEST_LEVEL),
    ];
    const key = JSON.stringify([column, day, actor, use, infoType, level]);
    const count = this.columns.get(key) ?? {
      ...{ column, day, actor, use, infoType, level },
      ...{ requests: 0, handedOut: 0 },
    };
    this.columns.set(key, count);
    return count;
  }
}

/** Devices say what they like: no number of theirs takes anything away, or is too large to be added up. */
const believable = (number: number): number => Math.min(Math.max(number, 0), 1e10);

interface UsedLabel {
  readonly infoType: string;
  readonly level: string;
}

interface Use {
  readonly column: string;
  readonly use: ColumnUseKind;
  readonly label: UsedLabel;
}

const UNLABELLED: UsedLabel = { infoType: "", level: "" };

/**
 * How a statement uses each column; each use once. A column that is shown anywhere counts as shown; one that is only
 * counted shows none of its values.
 */
function usesOf({ outputs, reads, writes, labels }: Judged, refused: boolean): readonly Use[] {
  const labelOf = new Map(labels.map(({ column, infoType, level }) => [column, { infoType, level }]));
  const uses = new Map<string, Use>();
  const use = (column: string, kind: ColumnUseKind): void => {
    const label = labelOf.get(column) ?? UNLABELLED;
    uses.set(JSON.stringify([column, kind]), { column, use: refused ? "refused" : kind, label });
  };
  const told = outputs.filter(({ countOnly = false }) => !countOnly);
  const shown = new Set(told.filter(({ mask }) => mask === null).flatMap(({ sources }) => sources));
  for (const { sources } of told)
    for (const column of sources) use(column, shown.has(column) ? "shown" : "masked");
  for (const { sources, countOnly = false } of outputs)
    if (countOnly) for (const column of sources) use(column, "filtered");
  for (const { column, role } of reads) if (role !== "output") use(column, "filtered");
  for (const column of writes) use(column, "written");
  if (!refused) return [...uses.values()];
  return [...new Map([...uses.values()].map((one) => [one.column, one])).values()];
}

/** Masked cells of one row, by what they are. */
function maskedTypes({ outputs, labels }: Judged): ReadonlyMap<string, number> {
  const typeOf = new Map(labels.map(({ column, infoType }) => [column, infoType]));
  const cells = new Map<string, number>();
  for (const { mask, sources } of outputs) {
    if (mask === null) continue;
    const infoType = sources.map((column) => typeOf.get(column)).find((type) => type !== undefined);
    const name = infoType ?? "unclassified";
    cells.set(name, (cells.get(name) ?? 0) + 1);
  }
  return cells;
}
