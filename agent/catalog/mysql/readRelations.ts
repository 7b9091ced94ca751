import type { Column, Relation, RelationKind, Routine, Trigger } from "../../../protocol/catalog.ts";
import type { QueryRunner } from "../queryRunner.ts";
import { syntheticOid } from "../syntheticOid.ts";
import { TextRow } from "../textRow.ts";
import { type PartKind, partsSql } from "./definitionParts.ts";
import { isListed } from "./listedSchemas.ts";
import { readConstraints } from "./readConstraints.ts";
import { readPartitions } from "./readPartitions.ts";
import { partText, versionOf } from "./relationVersions.ts";

export interface FoundRelations {
  readonly relations: readonly Relation[];
  /** Bodies of triggers, which MySQL has no routines for. */
  readonly triggerBodies: readonly Routine[];
}

/** Every relation with its columns, in nine queries. A version is the digest of exactly what was read. */
export async function readRelations(run: QueryRunner, variant: "mysql" | "mariadb"): Promise<FoundRelations> {
  const parts = new Map<string, Record<PartKind, string[]>>();
  for (const kind of ["table", "column", "view", "trigger"] as const) {
    for (const [schema, name, part] of await run.rows(partsSql(kind, isListed))) {
      const key = relationKey(schema ?? "", name ?? "");
      const known = parts.get(key) ?? { table: [], column: [], view: [], trigger: [] };
      known[kind].push(part ?? "");
      parts.set(key, known);
    }
  }
  const constraints = await readConstraints(run, variant);
  const partitions = await readPartitions(run);
  const details = await run.rows(DETAILS_SQL);
  const triggerBodies: Routine[] = [];
  const relations: Relation[] = [];
  for (const fields of details) {
    const row = new TextRow(fields);
    const [schema, name] = [row.text(), row.text()];
    const found = parts.get(relationKey(schema, name));
    const [table] = found?.table ?? [];
    if (found === undefined || table === undefined) continue;
    const kind = relationKind(partRow(table).text());
    const rows = row.optionalText();
    const comment = row.text();
    const definition = found.view.map((part) => partRow(part).text()).find((text) => text !== "");
    const triggers = found.trigger.map((part) => readTrigger(schema, name, part));
    triggerBodies.push(...triggers.map(({ body }) => body));
    const rowRules = constraints.rulesOf(schema, name);
    const version = versionOf(
      Object.entries(found).flatMap(([kind, texts]) => texts.map((text) => partText(kind, text))),
    );
    const columns = found.column
      .map((part) => readColumn(part))
      .sort((a, b) => a.ordinal - b.ordinal)
      .map((column) => ({ ...column, ...constraints.of(schema, name, column.name) }));
    const partitionColumns = partitions.of(schema, name, columns);
    relations.push({
      oid: syntheticOid("relation", schema, name),
      schema,
      name,
      kind,
      columns,
      ...(partitionColumns !== undefined && { partitionColumns }),
      ...(kind === "view" && definition !== undefined && { definition }),
      ...(kind !== "view" && comment !== "" && { comment }),
      ...(rows !== undefined && kind !== "view" && { estimatedRows: Number(rows) }),
      parents: [],
      ...(rowRules.length > 0 && { rowRules }),
      hasRules: false,
      triggers: triggers.map(({ trigger }) => trigger),
      hasRowSecurity: false,
      version,
    });
  }
  return { relations, triggerBodies };
}

const relationKey = (schema: string, name: string): string => JSON.stringify([schema, name]);

function relationKind(type: string): RelationKind {
  return type === "VIEW" ? "view" : type === "SEQUENCE" ? "sequence" : "table";
}

/** The fields of one part, in the order `definitionParts` lists them. */
function partRow(part: string): TextRow {
  const fields: unknown = JSON.parse(part);
  return new TextRow(
    Array.isArray(fields) ? fields.map((field: unknown) => (field === null ? null : String(field))) : [],
  );
}

type BareColumn = Omit<Column, "references" | "checks" | "unique">;

function readColumn(part: string): BareColumn & { readonly unique: boolean } {
  const row = partRow(part);
  const ordinal = row.number();
  const name = row.text();
  const type = row.text();
  const notNull = row.text() === "NO";
  const defaultText = row.optionalText();
  const extra = row.optionalText() ?? "";
  const counts = /\bauto_increment\b/i.test(extra);
  const touched = /\bon update\b/i.test(extra);
  const expression = row.optionalText() ?? "";
  const [characterSet] = row.optionalText()?.split("_") ?? [];
  const key = row.text();
  const comment = row.text();
  const generated = expression !== "";
  const kept = generated ? expression : defaultText;
  return {
    name,
    ordinal,
    type,
    typeOid: 0,
    notNull,
    generated,
    ...(counts && { counts }),
    ...(touched && { touched }),
    ...(characterSet !== undefined && { characterSet }),
    ...(comment !== "" && { comment }),
    ...(kept !== undefined && { defaultText: kept }),
    inPrimaryKey: key === "PRI",
    unique: key === "UNI",
  };
}

const EVENTS: Readonly<Record<string, Trigger["events"][number]>> = {
  INSERT: "insert",
  UPDATE: "update",
  DELETE: "delete",
};

/** Its body stands as a routine of a name no statement can call. */
function readTrigger(
  schema: string,
  table: string,
  part: string,
): { readonly trigger: Trigger; readonly body: Routine } {
  const row = partRow(part);
  const name = row.text();
  const event = EVENTS[row.text()];
  const timing = row.text();
  row.optionalText(); // order
  const body = row.text();
  const routineOid = syntheticOid("trigger", schema, table, name);
  return {
    trigger: { name, events: event === undefined ? [] : [event], routineOid, enabled: true },
    body: {
      oid: routineOid,
      schema,
      name: `${timing.toLowerCase()} trigger ${name}`,
      kind: "function",
      argumentTypes: [],
      argumentNames: [],
      defaultedArguments: 0,
      variadic: false,
      returnType: "trigger",
      returnsSet: false,
      outputColumns: [],
      language: "sql",
      volatility: "volatile",
      securityDefiner: true,
      body,
    },
  };
}

const DETAILS_SQL = `
  SELECT table_schema, table_name, table_rows, table_comment
  FROM information_schema.tables
  WHERE ${isListed("table_schema", "table_name")}
  ORDER BY table_schema, table_name`;
