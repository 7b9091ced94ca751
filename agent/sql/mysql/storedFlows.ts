import type { Catalog, Relation, Routine } from "../../../protocol/catalog.ts";
import type { Flow } from "../facts.ts";
import type { CatalogIndex } from "../postgres/catalogIndex.ts";
import { Unresolved } from "../postgres/problem.ts";
import { constant } from "../postgres/value.ts";
import { MysqlAnalysis } from "./mysqlAnalysis.ts";
import type { Statement } from "./parser/statement.ts";
import { MYSQL_READERS } from "./readers.ts";
import { currentSchema } from "./relations.ts";
import { readSettled } from "./routineBodies.ts";
import { callRoutine } from "./routines.ts";
import { FRESH_SESSION } from "./session.ts";
import type { MysqlSettings } from "./settings.ts";

/** What the triggers of a database store when others write to it: labels follow the data there. */
export function storedMysqlFlows(index: CatalogIndex): readonly Flow[] {
  const settings = settingsOf(index.catalog);
  return index.catalog.relations.flatMap((relation) =>
    relation.triggers.flatMap((trigger) => {
      const routine = index.routineByOid(trigger.routineOid);
      if (!routine) return [];
      const session = { settings, memory: FRESH_SESSION };
      const frame = { kind: "elsewhere", view: undefined } as const;
      const analysis = new MysqlAnalysis(index, frame, MYSQL_READERS, session);
      callRoutine(analysis, routine, { start: 0, end: 0 }, constant, relation);
      return analysis.flows;
    }),
  );
}

/** What a catalog tells of how its server reads texts. */
const settingsOf = ({ relations, version, variant, database }: Catalog): MysqlSettings => ({
  ansiQuotes: false,
  noBackslashEscapes: false,
  pipesAsConcat: false,
  // Where all names are in lower case, the server may have made them so.
  lowerCaseTableNames: relations.every(({ name }) => name === name.toLowerCase()) ? 1 : 0,
  serverVersion: version,
  variant: variant ?? "mysql",
  database,
});

/** What the body of a trigger or event stores whenever it runs. */
export function flowsOfBody(
  analysis: MysqlAnalysis,
  body: Statement,
  table: Relation | undefined,
): { readonly flows: readonly Flow[]; readonly unknown?: string } {
  try {
    const routine = { ...bodyOnly, schema: currentSchema(analysis) ?? "" };
    const { flows, unknowns } = readSettled(analysis, routine, table, body);
    return { flows, ...(unknowns[0] === undefined ? {} : { unknown: unknowns[0] }) };
  } catch (error) {
    if (!(error instanceof Unresolved)) throw error;
    return { flows: [], unknown: error.message };
  }
}

/** The body of something that is not in the catalog yet. */
const bodyOnly: Routine = {
  oid: -1,
  schema: "",
  name: "body",
  kind: "procedure",
  argumentTypes: [],
  argumentNames: [],
  defaultedArguments: 0,
  variadic: false,
  returnType: "",
  returnsSet: false,
  outputColumns: [],
  language: "sql",
  volatility: "volatile",
  securityDefiner: false,
  body: "",
};
