import type { Node } from "libpg-query";
import type { Column, Relation } from "../../../protocol/catalog.ts";
import type { ExactRow, MadeKeys } from "../keepable.ts";
import type { InsertStatement } from "./parser/statement.ts";
import { foldColumn } from "./settings.ts";

/**
 * The keys of the rows an INSERT makes, where its VALUES say them plainly or the server counts them up; undefined
 * where neither is so.
 */
export function madeKeys(write: InsertStatement, relation: Relation): MadeKeys | undefined {
  const rows = rowsOf(write, relation);
  const key = relation.columns.filter(({ inPrimaryKey }) => inPrimaryKey);
  if (rows === undefined || write.ignores) return undefined;
  const [only, another] = key;
  const counts = only?.counts === true && another === undefined;
  if (counts && rows.every((row) => !row.has(foldColumn(only.name)))) return { kind: "counted" };
  const keys: ExactRow[] = [];
  for (const row of rows) {
    const cells = key.map((column) => plainCell(row.get(foldColumn(column.name)), column));
    if (cells.some((cell) => cell === undefined)) return undefined;
    keys.push(cells.map((cell) => cell ?? null));
  }
  return { kind: "given", keys };
}

/** What each row gives to which column; undefined where a query gives it. */
function rowsOf(
  write: InsertStatement,
  relation: Relation,
): readonly ReadonlyMap<string, Node | undefined>[] | undefined {
  if (write.assignments !== undefined) {
    return [new Map(write.assignments.map(({ name, value }) => [foldColumn(name.at(-1) ?? ""), value]))];
  }
  if (write.rows === undefined) return undefined;
  const named = (write.columns ?? relation.columns).map(({ name }) => foldColumn(name));
  return write.rows.map(
    (row) =>
      new Map(row.length === 0 && !write.columns ? [] : named.map((name, at) => [name, row[at]] as const)),
  );
}

/** A literal whose value a column of this type stores as it stands; undefined for anything else. */
function plainCell(node: Node | undefined, { type, characterSet }: Column): string | undefined {
  if (node === undefined || !("A_Const" in node)) return undefined;
  const { ival, fval, sval } = node.A_Const;
  const whole = ival === undefined ? fval?.fval : String(ival.ival ?? 0);
  if (whole !== undefined && /^\d+$/.test(whole) && /^(?:tiny|small|medium|big)?int/i.test(type)) {
    // Zero may be a wish for the next number.
    return /^0+$/.test(whole) ? undefined : whole;
  }
  const text = sval?.sval;
  const isText = /^(?:var)?char/i.test(type) && characterSet?.startsWith("utf8") === true;
  return text === undefined || !isText ? undefined : Buffer.from(text, "utf8").toString("hex").toUpperCase();
}
