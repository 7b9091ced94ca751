import type { CastRoutine, OperatorRoutine } from "../../protocol/catalog.ts";
import type { QueryRunner } from "./queryRunner.ts";
import { TextRow } from "./textRow.ts";

/** Operators and casts that people or extensions made: they call routines that no text names. */
export interface HiddenCalls {
  readonly operators: readonly OperatorRoutine[];
  readonly casts: readonly CastRoutine[];
}

export async function readHiddenCalls(run: QueryRunner): Promise<HiddenCalls> {
  const operators: OperatorRoutine[] = [];
  const casts: CastRoutine[] = [];
  for (const fields of await run.rows(HIDDEN_CALLS_SQL)) {
    const row = new TextRow(fields);
    const isCast = row.boolean();
    const schema = row.text();
    const name = row.text();
    const routineOid = row.number();
    const context = row.text();
    if (isCast) casts.push({ target: name, named: context === "e", routineOid });
    else operators.push({ schema, name, routineOid });
  }
  return { operators, casts };
}

/** An operator class of an extension is computed by the extension's own code, as its functions are. */
const HIDDEN_CALLS_SQL = `
  SELECT false, n.nspname, o.oprname, o.oprcode::oid::text, ''
  FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
  WHERE o.oid >= 16384::oid AND o.oprcode::oid >= 16384::oid
  UNION ALL
  SELECT true, '', pg_catalog.format_type(c.casttarget, NULL), c.castfunc::text, c.castcontext::text
  FROM pg_catalog.pg_cast c WHERE c.oid >= 16384::oid AND c.castfunc >= 16384::oid
  ORDER BY 1, 2, 3, 4`;
