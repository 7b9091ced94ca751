const STRINGS = /'(?:[^'\\]|\\.|'')*'/g;
const TABLES = /`((?:[^`]|``)+)`\.`((?:[^`]|``)+)`(?: `((?:[^`]|``)+)`)?(?![.`])/g;
const COLUMNS = /`((?:[^`]|``)+)`\.`((?:[^`]|``)+)`\.`((?:[^`]|``)+)`/g;

/** What an inner query lists may be used by nobody; whatever is used stands elsewhere too. */
function withoutInnerLists(text: string): string {
  let kept = "";
  let depth = 0;
  /** Depth of the list that is being left out. */
  let list: number | undefined;
  for (const [word] of text.matchAll(/`(?:[^`]|``)*`|\w+|[\s\S]/g)) {
    if (word === "(") depth++;
    if (word === ")") depth--;
    if (list !== undefined && ((word === "from" && depth === list) || depth < list)) list = undefined;
    if (list === undefined) kept += word;
    if (word === "select" && depth > 0) list ??= depth;
  }
  return kept;
}

/**
 * What EXPLAIN EXTENDED names in the text it prints: tables of the schemas, and each column once for every table that
 * its alias can mean.
 */
export function resolvedNames(
  note: string,
  schemas: ReadonlySet<string>,
): { readonly tables: readonly string[]; readonly columns: readonly (readonly string[])[] } {
  const text = note.replaceAll(STRINGS, "''");
  const tables = new Map<string, Set<string>>();
  for (const [, schema = "", table = "", alias] of text.replaceAll(COLUMNS, "?").matchAll(TABLES)) {
    if (!schemas.has(schema)) continue;
    const key = `${schema}.${alias ?? table}`.toLowerCase();
    tables.set(key, (tables.get(key) ?? new Set()).add(`${schema}.${table}`.toLowerCase()));
  }
  const columns = [...withoutInnerLists(text).matchAll(COLUMNS)].flatMap(
    ([, schema = "", alias = "", column = ""]) => {
      const owners = tables.get(`${schema}.${alias}`.toLowerCase());
      return owners ? [[...owners].map((owner) => `${owner}.${column}`.toLowerCase())] : [];
    },
  );
  return { tables: [...tables.values()].flatMap((owners) => [...owners]), columns };
}
