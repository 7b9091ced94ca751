import type { MaskKind } from "../../protocol/label.ts";
import { BUCKET, HIDDEN, INITIALS, LONGEST, MASK_RULES } from "./maskRules.ts";

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const hidden = quote(HIDDEN);

/** What stands for a value of which nothing is told, not even whether there is one. */
export const HIDDEN_VALUE = `${hidden}::pg_catalog.text`;

const matches = (text: string, pattern: string): string =>
  `pg_catalog.textregexeq(${text}, ${quote(pattern)})`;
const replace = (text: string, pattern: string, by: string, flags = ""): string =>
  `pg_catalog.regexp_replace(${text}, ${quote(pattern)}, ${quote(by)}${flags === "" ? "" : `, ${quote(flags)}`})`;

/**
 * The SQL expression that masks a column on the server as `maskValue` does in the agent, or null for a mask that only
 * the agent can apply. Every function is PostgreSQL's own, whatever the search path says.
 */
export function postgresMask(kind: MaskKind, column: string): string | null {
  const shown = expression(kind, column);
  if (shown === null) return null;
  // A composite of nulls "is null" but has a text form; num_nulls looks at the value itself.
  return `CASE WHEN pg_catalog.num_nulls(${column}) OPERATOR(pg_catalog.=) 1 THEN NULL ELSE ${shown} END`;
}

function expression(kind: MaskKind, column: string): string | null {
  if (kind === "null") return "NULL::pg_catalog.text";
  if (kind === "full") return hidden;
  // format prints a value as the server would send it, which a cast to text does not for every type.
  const value = `pg_catalog.format('%s', ${column})`;
  const branches = branchesOf(kind, value);
  if (branches === null) return null;
  const long = `WHEN pg_catalog.length(${value}) OPERATOR(pg_catalog.>) ${LONGEST} THEN ${hidden}`;
  return `CASE ${long} ${branches} ELSE ${hidden} END`;
}

function branchesOf(kind: MaskKind, value: string): string | null {
  if (kind === "initials") {
    const words = replace(value, INITIALS.word, INITIALS.show, "g");
    return `WHEN ${matches(value, INITIALS.whole)} THEN ${replace(words, " $", "")}`;
  }
  if (kind === "bucket") return bucket(replace(value, BUCKET.strip, "", "g"));
  const rules = MASK_RULES[kind];
  if (rules === undefined) return null;
  return rules
    .map(({ strip, whole, show }) => {
      const bare = strip === undefined ? value : replace(value, strip, "", "g");
      return `WHEN ${matches(bare, whole)} THEN ${replace(bare, whole, show)}`;
    })
    .join(" ");
}

function bucket(bare: string): string {
  const sign = replace(bare, BUCKET.whole, "\\1");
  const digits = replace(bare, BUCKET.whole, "\\2");
  const zeros = `pg_catalog.repeat('0', pg_catalog.length(${digits}) OPERATOR(pg_catalog.-) 2)`;
  const size = `pg_catalog.concat('25', ${zeros})::pg_catalog.numeric`;
  const from = `pg_catalog.div(${digits}::pg_catalog.numeric, ${size}) OPERATOR(pg_catalog.*) ${size}`;
  const minus = `CASE WHEN ${sign} OPERATOR(pg_catalog.=) '-' THEN ${quote(BUCKET.minus)} ELSE '' END`;
  const band = `pg_catalog.concat(${minus}, ${from}, '–', ${from} OPERATOR(pg_catalog.+) ${size})`;
  return `WHEN ${matches(bare, BUCKET.zero)} THEN '0' WHEN ${matches(bare, BUCKET.whole)} THEN ${band}`;
}
