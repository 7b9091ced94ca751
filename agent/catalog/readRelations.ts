import type { Column, Relation, RelationKind, RowRule, Trigger } from "../../protocol/catalog.ts";
import type { QueryRunner } from "./queryRunner.ts";
import { type ColumnConstraints, readConstraints } from "./readConstraints.ts";
import { allRelationVersionsSql, LISTED_RELATIONS } from "./relationVersions.ts";
import { TextRow } from "./textRow.ts";

/** Given to a relation that appeared after the versions were read: equal to no version a server reports. */
const UNKNOWN_VERSION = "appeared-while-loading";

/** Every relation with its columns, in three queries. */
export async function readRelations(run: QueryRunner): Promise<readonly Relation[]> {
  const versions = new Map<number, string>();
  for (const row of await run.rows(allRelationVersionsSql)) versions.set(Number(row[0]), row[1] ?? "");

  const found = (await run.rows(RELATIONS_SQL)).map((row) => readRelation(new TextRow(row), versions));
  const targets = new Map(found.map(({ relation }) => [relation.oid, relation]));
  const columns = await readColumns(run);
  const nameOf = (oid: number, ordinal: number) => {
    const target = targets.get(oid);
    const column = columns.get(oid)?.find((candidate) => candidate.ordinal === ordinal);
    return target && column ? { schema: target.schema, table: target.name, column: column.name } : undefined;
  };
  const relations = found.map(({ relation, constraints, rules }) => ({
    ...relation,
    ...rowRules(rules, columns.get(relation.oid) ?? []),
    columns: (columns.get(relation.oid) ?? []).map((column) => ({
      ...column,
      ...constraints.of(column.ordinal, nameOf),
    })),
  }));
  return withPartitionedEstimates(relations);
}

type BareRelation = Omit<Relation, "columns">;
type BareColumn = Omit<Column, "inPrimaryKey" | "unique" | "references" | "checks">;

function readRelation(
  row: TextRow,
  versions: ReadonlyMap<number, string>,
): {
  readonly relation: BareRelation;
  readonly constraints: ColumnConstraints;
  readonly rules: readonly BareRule[];
} {
  const oid = row.number();
  const schema = row.text();
  const name = row.text();
  const kind = relationKind(row.text(), row.boolean());
  const estimate = estimatedRows(row.number(), row.number());
  const comment = row.optionalText();
  const definition = row.optionalText();
  const parents = row.numbers();
  const hasRules = row.boolean();
  const hasRowSecurity = row.boolean();
  const triggers = row.rows().map(readTrigger);
  const constraints = readConstraints(row.rows(), row.rows());
  const partitionedBy = row.texts();
  const rules = row.rows().map((one) => ({ kind: one.text(), ordinals: one.numbers() }));
  return {
    relation: {
      oid,
      schema,
      name,
      kind,
      ...(definition !== undefined && { definition }),
      ...(comment !== undefined && { comment }),
      ...(estimate !== undefined && { estimatedRows: estimate }),
      parents,
      hasRules,
      triggers,
      ...(partitionedBy.length > 0 && { partitionedBy }),
      hasRowSecurity,
      version: versions.get(oid) ?? UNKNOWN_VERSION,
    },
    constraints,
    rules,
  };
}

interface BareRule {
  readonly kind: string;
  readonly ordinals: readonly number[];
}

/** Rules over columns, by their names. */
function rowRules(rules: readonly BareRule[], columns: readonly BareColumn[]): Pick<Relation, "rowRules"> {
  const found = rules.map(
    ({ kind, ordinals }): RowRule => ({
      kind: kind === "key" || kind === "check" ? kind : "computed_key",
      columns: columns.filter(({ ordinal }) => ordinals.includes(ordinal)).map(({ name }) => name),
    }),
  );
  return found.length === 0 ? {} : { rowRules: found };
}

async function readColumns(run: QueryRunner): Promise<ReadonlyMap<number, readonly BareColumn[]>> {
  const columns = new Map<number, BareColumn[]>();
  for (const fields of await run.rows(COLUMNS_SQL)) {
    const row = new TextRow(fields);
    const relation = row.number();
    const ordinal = row.number();
    const name = row.text();
    const type = row.text();
    const typeOid = row.number();
    const notNull = row.boolean();
    const generated = row.boolean();
    const comment = row.optionalText();
    const defaultText = row.optionalText();
    const column = {
      name,
      ordinal,
      type,
      typeOid,
      notNull,
      generated,
      ...(comment !== undefined && { comment }),
      ...(defaultText !== undefined && { defaultText }),
    };
    const known = columns.get(relation);
    if (known === undefined) columns.set(relation, [column]);
    else known.push(column);
  }
  return columns;
}

function relationKind(relkind: string, isPartition: boolean): RelationKind {
  switch (relkind) {
    case "p":
      return "partitioned_table";
    case "v":
      return "view";
    case "m":
      return "materialized_view";
    case "f":
      return "foreign_table";
    case "S":
      return "sequence";
    case "c":
      return "composite_type";
    default:
      return isPartition ? "partition" : "table";
  }
}

/** Before version 14 a table nobody analysed has 0 rows on 0 pages, since then -1 rows. */
function estimatedRows(tuples: number, pages: number): number | undefined {
  return tuples < 0 || (tuples === 0 && pages === 0) ? undefined : Math.round(tuples);
}

/** A partitioned table has no estimate until it is analysed itself: its partitions' sum stands in. */
function withPartitionedEstimates(relations: readonly Relation[]): readonly Relation[] {
  const sums = new Map<number, number>();
  for (const relation of relations) {
    if (relation.estimatedRows === undefined) continue;
    for (const parent of relation.parents) {
      sums.set(parent, (sums.get(parent) ?? 0) + relation.estimatedRows);
    }
  }
  return relations.map((relation) => {
    const sum = sums.get(relation.oid);
    const unknown = relation.kind === "partitioned_table" && relation.estimatedRows === undefined;
    return unknown && sum !== undefined ? { ...relation, estimatedRows: sum } : relation;
  });
}

/** Bits of pg_trigger.tgtype. */
const TRIGGER_EVENTS = [
  [4, "insert"],
  [8, "delete"],
  [16, "update"],
  [32, "truncate"],
] as const;

function readTrigger(row: TextRow): Trigger {
  const name = row.text();
  const bits = row.number();
  const events = TRIGGER_EVENTS.flatMap(([bit, event]) => ((bits & bit) === 0 ? [] : [event]));
  return { name, events, routineOid: row.number(), enabled: row.text() !== "D" };
}

const RELATIONS_SQL = `
  SELECT c.oid::text, n.nspname, c.relname, c.relkind::text, c.relispartition, c.reltuples, c.relpages,
    d.description,
    CASE WHEN c.relkind IN ('v', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
      THEN pg_catalog.pg_get_viewdef(c.oid) END,
    (SELECT pg_catalog.json_agg(i.inhparent::int8 ORDER BY i.inhseqno)
      FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid),
    EXISTS (SELECT FROM pg_catalog.pg_rewrite r WHERE r.ev_class = c.oid AND r.rulename <> '_RETURN'),
    c.relrowsecurity,
    (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(t.tgname, t.tgtype, t.tgfoid::int8, t.tgenabled) ORDER BY t.tgname)
      FROM pg_catalog.pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal),
    (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(i.indisprimary::text, i.indnkeyatts, pg_catalog.to_json(i.indkey::int2[])))
      FROM pg_catalog.pg_index i
      WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL),
    (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(k.contype, pg_catalog.to_json(k.conkey), k.confrelid::int8, pg_catalog.to_json(k.confkey),
        CASE WHEN k.contype = 'c' THEN pg_catalog.pg_get_constraintdef(k.oid) END))
      FROM pg_catalog.pg_constraint k WHERE k.conrelid = c.oid AND k.contype IN ('c', 'f')),
    (SELECT pg_catalog.json_agg(a.attname ORDER BY a.attnum)
      FROM pg_catalog.pg_partitioned_table p JOIN pg_catalog.pg_attribute a ON a.attrelid = p.partrelid
      WHERE p.partrelid = c.oid AND a.attnum > 0 AND (a.attnum = ANY (p.partattrs::int2[])
        OR p.partexprs IS NOT NULL AND EXISTS (
          SELECT FROM pg_catalog.pg_depend d
          WHERE d.classid = 'pg_catalog.pg_class'::regclass::oid AND d.refclassid = 'pg_catalog.pg_class'::regclass::oid
            AND d.objid = c.oid AND d.refobjid = c.oid AND a.attnum IN (d.objsubid, d.refobjsubid)
            AND d.deptype = 'i'))),
    (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(r.kind, r.columns) ORDER BY r.kind DESC, r.columns::text) FROM (
      SELECT CASE WHEN i.indexprs IS NULL AND i.indpred IS NULL AND NOT i.indisexclusion
          THEN 'key' ELSE 'computed_key' END AS kind,
        (SELECT pg_catalog.json_agg(a.attnum ORDER BY a.attnum) FROM pg_catalog.pg_attribute a
          WHERE a.attrelid = c.oid AND a.attnum > 0 AND (a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1])
            OR (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL) AND EXISTS (
              SELECT FROM pg_catalog.pg_depend d
              WHERE d.classid = 'pg_catalog.pg_class'::regclass::oid AND d.objid = i.indexrelid
                AND d.refclassid = 'pg_catalog.pg_class'::regclass::oid AND d.refobjid = c.oid
                AND d.refobjsubid = a.attnum))) AS columns
      FROM pg_catalog.pg_index i
      WHERE i.indrelid = c.oid AND (i.indisunique OR i.indisexclusion) AND (i.indnkeyatts > 1
        OR i.indexprs IS NOT NULL OR i.indpred IS NOT NULL OR i.indisexclusion OR NOT i.indisvalid)
      UNION ALL
      SELECT 'check', pg_catalog.to_json(k.conkey) FROM pg_catalog.pg_constraint k
      WHERE k.conrelid = c.oid AND k.contype = 'c' AND pg_catalog.cardinality(k.conkey) > 1) r)
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_description d
    ON d.objoid = c.oid AND d.classoid = 'pg_catalog.pg_class'::regclass::oid AND d.objsubid = 0
  WHERE ${LISTED_RELATIONS}
  ORDER BY n.nspname, c.relname`;

const COLUMNS_SQL = `
  SELECT a.attrelid::text, a.attnum, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
    a.atttypid::text, a.attnotnull, a.attgenerated <> '', d.description,
    pg_catalog.pg_get_expr(f.adbin, f.adrelid)
  FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  LEFT JOIN pg_catalog.pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
  LEFT JOIN pg_catalog.pg_description d
    ON d.objoid = a.attrelid AND d.classoid = 'pg_catalog.pg_class'::regclass::oid AND d.objsubid = a.attnum
  WHERE a.attnum > 0 AND NOT a.attisdropped AND ${LISTED_RELATIONS}
  ORDER BY a.attrelid, a.attnum`;
