import type { Routine } from "../../../protocol/catalog.ts";
import type { QueryRunner } from "../queryRunner.ts";
import { syntheticOid } from "../syntheticOid.ts";
import { TextRow } from "../textRow.ts";
import { isPeoples } from "./listedSchemas.ts";

interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly mode: string;
}

/** Functions and procedures people made. A body this account may not see is empty. */
export async function readRoutines(run: QueryRunner): Promise<readonly Routine[]> {
  const parameters = new Map<string, Parameter[]>();
  for (const fields of await run.rows(PARAMETERS_SQL)) {
    const row = new TextRow(fields);
    const key = routineKey(row.text(), row.text(), row.text());
    const parameter = { name: row.text(), type: row.text(), mode: row.text() };
    const known = parameters.get(key);
    if (known === undefined) parameters.set(key, [parameter]);
    else known.push(parameter);
  }
  return (await run.rows(ROUTINES_SQL)).map((fields) => {
    const row = new TextRow(fields);
    const [schema, name, type] = [row.text(), row.text(), row.text()];
    const own = parameters.get(routineKey(schema, name, type)) ?? [];
    const inputs = own.filter(({ mode }) => mode !== "OUT");
    const returnType = row.text();
    const body = row.text();
    const language = row.text().toLowerCase();
    const deterministic = row.text() === "YES";
    const access = row.text();
    return {
      oid: syntheticOid("routine", schema, name, type),
      schema,
      name,
      kind: type === "PROCEDURE" ? "procedure" : "function",
      argumentTypes: inputs.map((parameter) => parameter.type),
      argumentNames: inputs.map((parameter) => parameter.name),
      defaultedArguments: 0,
      variadic: false,
      returnType,
      returnsSet: false,
      outputColumns: own
        .filter(({ mode }) => mode === "OUT" || mode === "INOUT")
        .map((parameter) => ({ name: parameter.name, type: parameter.type })),
      language: language === "" ? "sql" : language,
      volatility: volatility(deterministic, access),
      securityDefiner: row.text() === "DEFINER",
      body,
    };
  });
}

const routineKey = (schema: string, name: string, type: string): string =>
  JSON.stringify([schema, name, type]);

/** As its author declared it, which the server does not check. */
function volatility(deterministic: boolean, access: string): Routine["volatility"] {
  if (deterministic && access === "NO SQL") return "immutable";
  return access === "READS SQL DATA" || (deterministic && access !== "MODIFIES SQL DATA")
    ? "stable"
    : "volatile";
}

const PARAMETERS_SQL = `
  SELECT specific_schema, specific_name, routine_type, parameter_name, dtd_identifier, parameter_mode
  FROM information_schema.parameters
  WHERE ordinal_position > 0 AND ${isPeoples("specific_schema")}
  ORDER BY specific_schema, specific_name, routine_type, ordinal_position`;

const ROUTINES_SQL = `
  SELECT routine_schema, routine_name, routine_type, dtd_identifier, routine_definition,
    external_language, is_deterministic, sql_data_access, security_type
  FROM information_schema.routines
  WHERE routine_type IN ('FUNCTION', 'PROCEDURE') AND ${isPeoples("routine_schema")}
  ORDER BY routine_schema, routine_name, routine_type`;
