import type { Routine } from "../../protocol/catalog.ts";
import type { QueryRunner } from "./queryRunner.ts";
import { TextRow } from "./textRow.ts";

/** Functions in SQL-standard form (BEGIN ATOMIC) keep no source text; they exist since version 14. */
const WITH_PARSED_BODIES = 140000;

/** Routines that people or extensions made; what initdb made is known by name elsewhere. */
export async function readRoutines(run: QueryRunner, serverVersion: number): Promise<readonly Routine[]> {
  const body =
    serverVersion >= WITH_PARSED_BODIES
      ? "coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc)"
      : "p.prosrc";
  const rows = await run.rows(routinesSql(body));
  return rows.map((row) => readRoutine(new TextRow(row)));
}

function readRoutine(row: TextRow): Routine {
  const oid = row.number();
  const schema = row.text();
  const name = row.text();
  const kind = ROUTINE_KINDS[row.text()] ?? "function";
  const argumentTypes = row.texts();
  const [names, modes, allTypes] = [row.texts(), row.texts(), row.texts()];
  const defaultedArguments = row.number();
  const variadic = row.boolean();
  const returnType = row.text();
  const returnsSet = row.boolean();
  const language = row.text();
  const volatility = VOLATILITIES[row.text()] ?? "volatile";
  const securityDefiner = row.boolean();
  const body = row.text();
  const extension = row.optionalText();
  const defaultsText = row.optionalText();
  const isInput = (position: number): boolean => INPUT_MODES.has(modes[position] ?? "i");
  const outputs = modes.flatMap((mode, position) =>
    OUTPUT_MODES.has(mode) ? [{ name: names[position] ?? "", type: allTypes[position] ?? "" }] : [],
  );
  return {
    oid,
    schema,
    name,
    kind,
    argumentTypes,
    argumentNames: names.filter((_, position) => isInput(position)),
    defaultedArguments,
    variadic,
    returnType,
    returnsSet,
    outputColumns: outputs,
    language,
    volatility,
    securityDefiner,
    body,
    ...(extension !== undefined && { extension }),
    ...(defaultsText !== undefined && { defaultsText }),
  };
}

const ROUTINE_KINDS: Readonly<Record<string, Routine["kind"]>> = {
  f: "function",
  p: "procedure",
  a: "aggregate",
  w: "window",
};
const VOLATILITIES: Readonly<Record<string, Routine["volatility"]>> = {
  i: "immutable",
  s: "stable",
  v: "volatile",
};
/** pg_proc.proargmodes: in, inout, variadic; out, inout, table. */
const INPUT_MODES: ReadonlySet<string> = new Set(["i", "b", "v"]);
const OUTPUT_MODES: ReadonlySet<string> = new Set(["o", "b", "t"]);

const typeNames = (oids: string): string =>
  `(SELECT pg_catalog.json_agg(pg_catalog.format_type(u.type, NULL) ORDER BY u.position)
      FROM pg_catalog.unnest(${oids}) WITH ORDINALITY AS u(type, position))`;

const routinesSql = (body: string): string => `
  SELECT p.oid::text, n.nspname, p.proname, p.prokind::text, ${typeNames("p.proargtypes::oid[]")},
    pg_catalog.to_json(p.proargnames), pg_catalog.to_json(p.proargmodes::text[]), ${typeNames("p.proallargtypes")},
    p.pronargdefaults, p.provariadic <> 0::oid, pg_catalog.format_type(p.prorettype, NULL), p.proretset,
    l.lanname, p.provolatile::text, p.prosecdef, ${body}, x.extname,
    pg_catalog.pg_get_expr(p.proargdefaults, 0)
  FROM pg_catalog.pg_proc p
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  JOIN pg_catalog.pg_language l ON l.oid = p.prolang
  LEFT JOIN pg_catalog.pg_depend e
    ON e.classid = 'pg_catalog.pg_proc'::regclass::oid AND e.objid = p.oid AND e.deptype = 'e'
  LEFT JOIN pg_catalog.pg_extension x ON x.oid = e.refobjid
  WHERE p.oid >= 16384::oid AND n.nspname OPERATOR(pg_catalog.!~) '^pg_temp_'
  ORDER BY n.nspname, p.proname, p.oid`;
