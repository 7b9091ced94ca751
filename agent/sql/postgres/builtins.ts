import builtins from "./builtins.generated.json" with { type: "json" };

interface BuiltinFunction {
  /** Volatility of the most volatile function of that name: i, s or v. */
  readonly v: string;
  /** Kinds of the functions of that name: f, a (aggregate), w (window), p (procedure). */
  readonly k: string;
  readonly r: readonly string[];
  readonly s?: boolean;
  /** Leakproof, all of them: an error or a notice never depends on the arguments. */
  readonly l?: boolean;
  readonly o?: readonly string[];
}

const functions: ReadonlyMap<string, BuiltinFunction> = new Map(Object.entries(builtins.functions));
const operators: ReadonlyMap<string, boolean> = new Map(Object.entries(builtins.operators));
const relations: ReadonlyMap<string, readonly string[]> = new Map(Object.entries(builtins.relations));
const types: ReadonlySet<string> = new Set(builtins.types);

/** What `pg_catalog` has under a function name, all overloads taken together. */
export const builtinFunction = (name: string): BuiltinFunction | undefined => functions.get(name);

export const isBuiltinOperator = (name: string): boolean => operators.has(name) || name === "<>";

/** The columns of a relation of pg_catalog or information_schema, as PostgreSQL 18 has them. */
export const systemRelation = (schema: string, name: string): readonly string[] | undefined =>
  relations.get(`${schema}.${name}`);

export const isSystemSchema = (schema: string): boolean =>
  schema === "pg_catalog" || schema === "information_schema" || schema === "pg_toast";

export const isBuiltinType = (name: string): boolean => types.has(name);

/** Never fail whatever their arguments hold, beyond what PostgreSQL itself marks leakproof. */
const total = new Set(
  `array_agg json_agg jsonb_agg string_agg count sum avg min max any_value every bool_and bool_or
   json_object_agg jsonb_object_agg json_agg_strict jsonb_agg_strict stddev stddev_pop stddev_samp variance
   var_pop var_samp corr covar_pop covar_samp regr_count percentile_cont percentile_disc mode grouping
   row_number rank dense_rank percent_rank cume_dist lag lead first_value last_value
   upper lower initcap length char_length character_length octet_length bit_length btrim ltrim rtrim trim
   concat concat_ws left right reverse md5 strpos position starts_with quote_literal quote_ident quote_nullable
   split_part replace translate overlay ascii to_json to_jsonb row_to_json array_to_json json_build_object
   jsonb_build_object json_build_array jsonb_build_array json_typeof jsonb_typeof array_length cardinality
   array_to_string array_upper array_lower array_ndims array_append array_prepend array_cat unnest
   date_part date_trunc extract age to_char format coalesce greatest least nullif num_nulls num_nonnulls
   abs sign ceil ceiling floor round trunc hashtext jsonb_strip_nulls json_strip_nulls jsonb_pretty
   isfinite isempty lower_inc upper_inc timezone text varchar bpchar date numeric float8
   json_each jsonb_each json_each_text jsonb_each_text host family masklen hostmask netmask network
   regexp_replace regexp_match regexp_matches regexp_count xmlforest xmlelement sha224 sha256 sha384 sha512`
    .split(/\s+/)
    .filter(Boolean),
);

/** Comparisons and concatenation: values of any content go through. Arithmetic can overflow, matching can't. */
const totalOperators = new Set(
  `= <> != < <= > >= || ~~ ~~* !~~ !~~* ~ ~* !~ !~* -> ->> #> #>> @> <@ ? ?| ?& && @@ ^@`
    .split(/\s+/)
    .filter(Boolean),
);

/** Whether an error raised by the function can't depend on what its arguments hold. */
export const isTotalFunction = (name: string): boolean => total.has(name) || functions.get(name)?.l === true;

export const isTotalOperator = (name: string): boolean =>
  totalOperators.has(name) || operators.get(name) === true;
