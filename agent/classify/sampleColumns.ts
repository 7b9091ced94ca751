import type { Catalog, Relation } from "../../protocol/catalog.ts";
import { baseRelations, isSystemSchema, ownerOf } from "./baseColumns.ts";
import { isSampled, saysAnything, shapesOf } from "./columnShape.ts";
import type { SampleDialect } from "./sampleDialect.ts";
import type { RelationEvidence } from "./samples.ts";
import type { ColumnEvidence } from "./values/columnEvidence.ts";
import { gatherEvidence } from "./values/gatherEvidence.ts";

/** A backend of the agent's own, as far as sampling needs it. */
export interface SampleSource {
  rows(sql: string): Promise<readonly (readonly (string | null)[])[]>;
  /** Asks the server to stop what runs now. */
  cancel(): Promise<void>;
}

export interface SampleProgress {
  /** A relation was looked at. */
  sampled(relation: Relation, evidence: RelationEvidence): void;
  /** It could not be; `why` is for a person. */
  skipped(relation: Relation, why: string): void;
}

const ROWS = 400;
/** Relations the planner expects to be larger are sampled by blocks. */
const LARGE = 20_000;
const CELL = 1_000;
const DOCUMENT_CELL = 4_000;
/** A sample's cells together stay under about this many characters. */
const SAMPLE_CHARACTERS = 6_000_000;
/** Stored larger than this, a value is left out: printing it may take seconds. */
const LARGEST_STORED = 1_000_000;
const STATEMENT_TIMEOUT = "5s";
const LOCK_TIMEOUT = "500ms";

/**
 * Looks at a bounded sample of each relation's columns that can hold anything, in READ ONLY transactions with
 * timeouts, as PostgreSQL has it or in the words of another dialect. A relation that may not be read, takes too long or vanished is told of and skipped. Ends early,
 * without an error, when aborted. @throws what the source throws when the connection itself is lost.
 */
export async function sampleColumns(
  source: SampleSource,
  catalog: Catalog,
  relations: readonly Relation[],
  progress: SampleProgress,
  signal: AbortSignal,
  dialect?: SampleDialect,
): Promise<void> {
  const stop = (): void => void source.cancel().catch(() => {});
  signal.addEventListener("abort", stop);
  try {
    const plan = planner(catalog);
    for (const relation of relations) {
      if (signal.aborted) return;
      const columns = plan(relation);
      const base = {
        version: relation.version,
        estimatedRows: relation.estimatedRows ?? 0,
        at: Date.now(),
      };
      const outcome =
        columns.length === 0
          ? { kind: "seen" as const, columns: {} }
          : await look(source, relation, columns, dialect);
      if (signal.aborted) return;
      if (outcome.kind === "seen") progress.sampled(relation, { ...base, columns: outcome.columns });
      else if (outcome.kind === "skipped") progress.skipped(relation, outcome.why);
    }
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** Columns that are looked at, by relation; partitions and children are seen through their parents. */
export const sampledColumns = (catalog: Catalog): ReadonlyMap<Relation, readonly string[]> => {
  const plan = planner(catalog);
  return new Map(
    baseRelations(catalog)
      .filter(({ schema }) => !isSystemSchema(schema))
      .map((relation) => [relation, plan(relation).map(({ name }) => name)] as const)
      .filter(([, columns]) => columns.length > 0),
  );
};

interface SampledColumnPlan {
  readonly name: string;
  readonly type: string;
  readonly length: number;
  readonly document: boolean;
  readonly array: boolean;
  readonly expression: string;
}

function planner(catalog: Catalog): (relation: Relation) => readonly SampledColumnPlan[] {
  const shapeOf = shapesOf(catalog);
  const owner = ownerOf(catalog);
  return (relation) => {
    const own = relation.columns.filter((column) => owner(relation, column.name) === relation);
    const wanted = own.filter((column) => isSampled(shapeOf(column.type).shape));
    const share = Math.floor(SAMPLE_CHARACTERS / ROWS / Math.max(1, wanted.length));
    return wanted.map((column) => {
      const { shape, array } = shapeOf(column.type);
      const name = quoted(column.name);
      const length = Math.max(40, Math.min(share, shape === "json" ? DOCUMENT_CELL : CELL));
      const plainText = shape === "text" && !array;
      const text =
        column.type === "bytea"
          ? `pg_catalog.encode(pg_catalog.substring(${name}, 1, 64), 'hex')`
          : `pg_catalog.left(${printed(column)}, ${length})`;
      const safe =
        plainText || column.type === "bytea" || !saysAnything(shape)
          ? text
          : `CASE WHEN pg_catalog.pg_column_size(${name}) <= ${LARGEST_STORED} THEN ${text} END`;
      return {
        name: column.name,
        type: column.type,
        length,
        document: shape === "json",
        array,
        expression: safe,
      };
    });
  };
}

/** Types of oids below are the server's own (FirstNormalObjectId). */
const USER_TYPES = 16384;

/** A cast of somebody's own type may be a function of theirs; how a type prints itself is the server's. */
function printed({ name, typeOid }: Relation["columns"][number]): string {
  const value = quoted(name);
  return typeOid < USER_TYPES
    ? `${value}::text`
    : `CASE WHEN pg_catalog.num_nulls(${value}) = 0 THEN pg_catalog.concat(${value}) END`;
}

type Outcome =
  | { readonly kind: "seen"; readonly columns: Readonly<Record<string, ColumnEvidence>> }
  | { readonly kind: "skipped"; readonly why: string }
  | { readonly kind: "vanished" };

async function look(
  source: SampleSource,
  relation: Relation,
  columns: readonly SampledColumnPlan[],
  dialect?: SampleDialect,
): Promise<Outcome> {
  try {
    if (dialect !== undefined) {
      const rows = await inDialect(source, dialect, dialect.sample(relation, columns, ROWS));
      return { kind: "seen", columns: await evidenceOf(columns, rows) };
    }
    const policies = relation.hasRowSecurity ? await policiesOf(source, relation) : "none";
    if (policies === "untrusted") return { kind: "skipped", why: RUNS_CODE };
    const read = (sql: string) => readOnly(source, sql, policies === "trusted");
    let rows = await read(sampleSql(relation, columns, isLarge(relation)));
    if (rows.length === 0 && isLarge(relation)) rows = await read(sampleSql(relation, columns, false));
    return { kind: "seen", columns: await evidenceOf(columns, rows) };
  } catch (error) {
    const state = sqlState(error);
    if (state === undefined) throw error;
    if (state === DENIED && dialect !== undefined) return { kind: "skipped", why: MAY_NOT_READ };
    if (state === DENIED) return lookAtReadable(source, relation, columns);
    if (VANISHED.has(state)) return { kind: "vanished" };
    return { kind: "skipped", why: REASONS[state] ?? `the server answered with ${state}` };
  }
}

/** The columns this account may read, where it may read some but not all. */
async function lookAtReadable(
  source: SampleSource,
  relation: Relation,
  columns: readonly SampledColumnPlan[],
): Promise<Outcome> {
  const rows = await source.rows(
    `SELECT attname FROM pg_catalog.pg_attribute WHERE attrelid = ${relation.oid}::oid AND attnum > 0 AND pg_catalog.has_column_privilege(attrelid, attnum, 'SELECT')`,
  );
  const readable = new Set(rows.map(([name]) => name));
  const allowed = columns.filter(({ name }) => readable.has(name));
  if (allowed.length === 0 || allowed.length === columns.length)
    return { kind: "skipped", why: MAY_NOT_READ };
  return look(source, relation, allowed);
}

const isLarge = (relation: Relation): boolean =>
  (relation.estimatedRows ?? 0) > LARGE && relation.kind !== "foreign_table";

function sampleSql(relation: Relation, columns: readonly SampledColumnPlan[], byBlocks: boolean): string {
  const percent = Math.min(100, (100 * ROWS * 4) / (relation.estimatedRows ?? 1));
  const sample = byBlocks ? ` TABLESAMPLE SYSTEM (${percent.toPrecision(3)})` : "";
  const list = columns.map((column) => column.expression).join(", ");
  // Rows that lie together were often written together: those of one day, or of one person.
  const mixed = "ORDER BY pg_catalog.random()";
  return `SELECT ${list} FROM ${quoted(relation.schema)}.${quoted(relation.name)}${sample} ${mixed} LIMIT ${ROWS}`;
}

/**
 * Row security runs what its policies call, with the rights of whoever reads: `none` where it does not apply to this
 * account, `trusted` where policies call nothing but the server's own, or what superusers and this account own.
 */
async function policiesOf(
  source: SampleSource,
  { oid }: Relation,
): Promise<"none" | "trusted" | "untrusted"> {
  const [row] = await source.rows(policiesSql(oid));
  if (row?.[0] !== "t") return "none";
  return row[1] === "t" ? "untrusted" : "trusted";
}

const policiesSql = (oid: number): string => `
  SELECT pg_catalog.row_security_active(${oid}::oid), EXISTS (
    SELECT FROM pg_catalog.pg_policy p
    JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_policy'::regclass::oid AND d.objid = p.oid
    LEFT JOIN pg_catalog.pg_proc f ON d.refclassid = 'pg_catalog.pg_proc'::regclass::oid AND f.oid = d.refobjid
    LEFT JOIN pg_catalog.pg_roles o ON o.oid = f.proowner
    WHERE p.polrelid = ${oid}::oid AND (
      (f.oid >= ${USER_TYPES}::oid AND NOT (o.rolsuper OR o.rolname = current_user))
      OR (d.refclassid = 'pg_catalog.pg_operator'::regclass::oid AND d.refobjid >= ${USER_TYPES}::oid)
      OR (d.refclassid = 'pg_catalog.pg_class'::regclass::oid AND d.refobjid <> ${oid}::oid)))`;

/** Names mean the server's own here: whatever others have made beside it is not called. */
async function readOnly(
  source: SampleSource,
  sql: string,
  rowSecurity: boolean,
): ReturnType<SampleSource["rows"]> {
  await source.rows("BEGIN READ ONLY");
  try {
    const settings = {
      statement_timeout: STATEMENT_TIMEOUT,
      lock_timeout: LOCK_TIMEOUT,
      search_path: "pg_catalog",
      row_security: rowSecurity ? "on" : "off",
    };
    const set = Object.entries(settings).map(
      ([name, value]) => `pg_catalog.set_config('${name}', '${value}', true)`,
    );
    await source.rows(`SELECT ${set.join(", ")}`);
    return await source.rows(sql);
  } finally {
    await source.rows("ROLLBACK");
  }
}

async function inDialect(
  source: SampleSource,
  dialect: SampleDialect,
  sql: string,
): ReturnType<SampleSource["rows"]> {
  for (const statement of dialect.begin) await source.rows(statement);
  try {
    return await source.rows(sql);
  } finally {
    if (dialect.end !== "") await source.rows(dialect.end);
  }
}

/** One column at a time, so that the agent answers others in between. */
async function evidenceOf(
  columns: readonly SampledColumnPlan[],
  rows: readonly (readonly (string | null)[])[],
): Promise<Readonly<Record<string, ColumnEvidence>>> {
  const found: Record<string, ColumnEvidence> = {};
  for (const [position, { name, document, array }] of columns.entries()) {
    found[name] = gatherEvidence({ cells: rows.map((row) => row[position] ?? null), document, array });
    await new Promise((resolve) => setImmediate(resolve));
  }
  return found;
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

function sqlState(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("sqlstate" in error)) return undefined;
  return typeof error.sqlstate === "string" ? error.sqlstate : undefined;
}

/** Relation, column, schema or function that is no more. */
const VANISHED: ReadonlySet<string> = new Set(["42P01", "42703", "3F000", "42S02", "42S22"]);

const DENIED = "42501";
const RUNS_CODE = "reading it would run code of its row-level security that others have written";
const MAY_NOT_READ = "this account may not read it";

const REASONS: Readonly<Record<string, string>> = {
  "57014": "it took too long",
  "55P03": "it was locked",
  "55000": "it holds no data yet",
};
