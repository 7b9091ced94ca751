import type { Column, RowRule } from "../../../protocol/catalog.ts";
import type { QueryRunner } from "../queryRunner.ts";

/**
 * Unique indexes by table that are over several columns, compute what they compare or leave rows out. SQLite names the
 * columns of none that computes: every one whose name its text holds counts.
 */
export async function readUniqueIndexes(
  run: QueryRunner,
): Promise<ReadonlyMap<string, readonly FoundIndex[]>> {
  const found = new Map<string, FoundIndex[]>();
  for (const [table = "", partial, computed, columns, text] of await run.rows(INDEXES_SQL)) {
    const names: unknown = JSON.parse(columns ?? "[]");
    const index: FoundIndex = {
      computes: partial === "1" || computed === "1",
      columns: Array.isArray(names) ? names.map(String) : [],
      text: text ?? "",
    };
    found.set(table ?? "", [...(found.get(table ?? "") ?? []), index]);
  }
  return found;
}

export interface FoundIndex {
  readonly computes: boolean;
  readonly columns: readonly string[];
  readonly text: string;
}

/** Its unique indexes, and the checks in its text. */
export function rowRulesOf(
  definition: string,
  columns: readonly Column[],
  indexes: readonly FoundIndex[],
): readonly RowRule[] {
  const keys = indexes.map(({ computes, columns: own, text }): RowRule => {
    if (!computes) return { kind: "key", columns: own };
    return { kind: "computed_key", columns: [...new Set([...own, ...namedIn(text, columns)])] };
  });
  const checks = checksIn(definition).map(
    (text): RowRule => ({ kind: "check", columns: namedIn(text, columns) }),
  );
  return [...keys, ...checks].filter((rule) => rule.columns.length > 0);
}

function namedIn(text: string, columns: readonly Column[]): readonly string[] {
  const words = new Set(
    [...text.matchAll(/"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|[\p{L}\p{N}_$]+/gu)].map(([word]) =>
      word
        .replace(/^["`[]|["`\]]$/g, "")
        .replace(/(["`])\1/g, "$1")
        .toLowerCase(),
    ),
  );
  return columns.map(({ name }) => name).filter((name) => words.has(name.toLowerCase()));
}

/** Comments and strings hold no definitions, and quoted names no parentheses. */
const PIECES =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|[\p{L}\p{N}_$]+|[()]/gu;

/** The texts of the CHECK constraints of a CREATE TABLE, without their strings and comments. */
function checksIn(definition: string): readonly string[] {
  const pieces = [...definition.matchAll(PIECES)]
    .map(([piece]) => piece)
    .filter((piece) => !/^(?:--|\/\*|')/.test(piece));
  return pieces.flatMap((piece, at) => {
    if (!/^check$/i.test(piece) || pieces[at + 1] !== "(") return [];
    let depth = 0;
    const end = pieces.findIndex((one, position) => {
      if (position <= at) return false;
      if (one === "(") depth += 1;
      if (one === ")") depth -= 1;
      return depth === 0;
    });
    return [pieces.slice(at + 2, end < 0 ? undefined : end).join(" ")];
  });
}

const INDEXES_SQL = `
  SELECT m.name, max(l.partial), max(i.cid < 0), json_group_array(i.name) FILTER (WHERE i.name IS NOT NULL),
    (SELECT s.sql FROM main.sqlite_schema s WHERE s.type = 'index' AND s.name = l.name)
  FROM main.sqlite_schema m, pragma_index_list(m.name, 'main') l, pragma_index_info(l.name, 'main') i
  WHERE m.type = 'table' AND l."unique" = 1
  GROUP BY m.name, l.name HAVING count(*) > 1 OR max(l.partial) = 1 OR max(i.cid < 0) = 1
  ORDER BY m.name, l.name`;
