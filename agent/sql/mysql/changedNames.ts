import type { RangeVar } from "libpg-query";
import { nowhere } from "../postgres/analysis.ts";
import type { MysqlAnalysis } from "./mysqlAnalysis.ts";
import { currentSchema } from "./relations.ts";
import type { TableName } from "./session.ts";
import { databaseOf } from "./temporarySchema.ts";

const key = ({ schema, name }: TableName): string => JSON.stringify([schema, name]);

/** Notes that a name means another table afterwards, or none: a temporary one comes in front of it, or goes. */
export function noteChangedName(analysis: MysqlAnalysis, { schemaname, relname = "" }: RangeVar): void {
  const schema = schemaname ?? currentSchema(analysis);
  if (schema === undefined) return;
  analysis.changedNames.set(key({ schema, name: relname }), { schema, name: relname });
}

/** Takes over what a routine, or the text of another statement, changes. */
export function changeNamesAs(
  analysis: MysqlAnalysis,
  changed: ReadonlyMap<string, TableName>,
  byRoutine: boolean,
): void {
  for (const [at, name] of changed) {
    analysis.changedNames.set(at, name);
    if (byRoutine) analysis.namesChangedInside.add(at);
  }
}

/** Names are looked up once, as they are before the statement runs: one that changes on the way may mean either. */
export function doubtChangedNames(analysis: MysqlAnalysis, changed: Iterable<string>): void {
  const all = new Set(changed);
  if (all.size === 0) return;
  const read = analysis.relations.find(({ schema, name }) =>
    all.has(key({ schema: databaseOf(schema), name })),
  );
  if (read) {
    analysis.unknown(
      `Code that runs with this changes which table ${read.name} means, and it is used too.`,
      nowhere,
    );
  }
}
