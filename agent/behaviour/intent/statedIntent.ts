import type { Signal } from "../../../protocol/behaviour/signal.ts";
import { type Act, readPurpose, type StatedPurpose } from "./statedPurpose.ts";
import { speaksOf, wordsOf } from "./words.ts";

/** What a statement does, as far as a purpose can speak of it. */
export interface StatementDeed {
  readonly effect: string;
  readonly kind: string;
  readonly outputs: readonly {
    /** It tells how many, or something worked out of many rows. */
    readonly aggregated: boolean;
    /** It is not made of any column. */
    readonly constant: boolean;
    readonly sensitive: boolean;
  }[];
  /** `schema.table.column` of everything it uses. */
  readonly columns: readonly string[];
  readonly touchesSensitive: boolean;
  /** Only some rows are meant. */
  readonly filtered: boolean;
  readonly limit: number | undefined;
  /** It writes its result somewhere else than to whoever asks. */
  readonly sendsAway: boolean;
}

const WRITES: readonly Act[] = ["update", "insert", "delete", "schema", "grant"];
/** Of one thing nobody reads more rows than that. */
const FEW = 100;

/**
 * Holds a stated purpose against what a statement does. It speaks up only where the purpose says something that the
 * statement plainly is not: a purpose that says nothing of it fits everything. `named`: whether a word names a table of
 * the database.
 */
export function statedIntent(
  purpose: string | undefined,
  deed: StatementDeed,
  named: (word: string) => boolean,
): Signal | null {
  if (purpose === undefined || deed.effect === "session") return null;
  const stated = readPurpose(purpose);
  const words =
    readsMoreThanSaid(stated, deed) ?? writesUnsaid(stated, deed) ?? speaksOfOther(stated, deed, named);
  if (words === null) return null;
  return { rule: "purpose-mismatch", weight: "unusual", points: 20, words };
}

function readsMoreThanSaid({ acts, onlyOne }: StatedPurpose, deed: StatementDeed): string | null {
  const shown = deed.outputs.filter(({ constant }) => !constant);
  const raw = shown.length > 0 && shown.every(({ aggregated }) => !aggregated);
  const sensitive = shown.some((output) => output.sensitive && !output.aggregated);
  if (deed.effect === "read" && deed.sendsAway && acts.size > 0 && !acts.has("export"))
    return "the purpose speaks of no export, and the result is sent elsewhere";
  if (deed.effect !== "read" || !raw || !sensitive) return null;
  const onlyCounts = acts.size > 0 && [...acts].every((act) => act === "count" || act === "aggregate");
  if (onlyCounts) return "the purpose is to count or sum up, and single rows of sensitive columns are read";
  const all = !deed.filtered && (deed.limit === undefined || deed.limit > FEW);
  if (onlyOne && all && !acts.has("export"))
    return "the purpose is about one thing, and sensitive columns of every row are read";
  return null;
}

function writesUnsaid({ acts }: StatedPurpose, { effect, kind }: StatementDeed): string | null {
  if (acts.size === 0 || !["write", "ddl", "admin"].includes(effect)) return null;
  const does = actOf(effect, kind);
  if (!WRITES.some((act) => acts.has(act))) return `the purpose is to read, and this is ${article(kind)}`;
  const said = (...few: readonly Act[]): boolean => few.some((act) => acts.has(act));
  switch (does) {
    case "delete":
      return said("delete") ? null : `the purpose speaks of no deletion, and this is ${article(kind)}`;
    case "grant":
      return said("grant") ? null : `the purpose speaks of no rights, and this is ${article(kind)}`;
    case "schema":
      return said("schema", "delete", "insert")
        ? null
        : `the purpose speaks of data, and this is ${article(kind)}`;
    default:
      // To delete may be to mark as deleted; to insert and to update are told apart by hardly anybody.
      return null;
  }
}

function actOf(effect: string, kind: string): Act {
  if (/^(grant|revoke|create_role|alter_role|drop_role|create_user|alter_user|reassign)/.test(kind))
    return "grant";
  if (/^(delete|truncate|drop_table|drop_schema|drop_database)/.test(kind)) return "delete";
  return effect === "write" ? "update" : "schema";
}

const article = (kind: string): string =>
  `${/^[aeiou]/.test(kind) ? "an" : "a"} ${kind.toUpperCase().replaceAll("_", " ")}`;

/** It names tables of this database, and the statement uses sensitive data of others only. */
function speaksOfOther(
  { subjects }: StatedPurpose,
  { touchesSensitive, columns }: StatementDeed,
  named: (word: string) => boolean,
): string | null {
  if (!touchesSensitive || columns.length === 0) return null;
  const about = subjects.filter(named);
  if (about.length === 0) return null;
  const used = new Set(columns.flatMap(wordsOf));
  if (subjects.some((subject) => [...used].some((word) => speaksOf(subject, word)))) return null;
  const tables = [...new Set(columns.map((column) => column.slice(0, column.lastIndexOf("."))))];
  return `the purpose speaks of ${[...new Set(about)].slice(0, 3).join(", ")}, and sensitive data of ${tables.slice(0, 3).join(", ")} is used`;
}
