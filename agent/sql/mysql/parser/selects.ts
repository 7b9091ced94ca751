import type { Node, SelectStmt, WindowDef } from "libpg-query";
import { readWindow } from "./aggregates.ts";
import { readExpression } from "./expressions.ts";
import { noteExtras, type QueryExtras } from "./extras.ts";
import { readFromClause } from "./fromClauses.ts";
import { readInto } from "./intos.ts";
import { placed } from "./nodes.ts";
import { outputName } from "./outputNames.ts";
import { intoClause } from "./queryTails.ts";
import { readSort } from "./sorting.ts";
import type { TokenStream } from "./tokenStream.ts";

const options: ReadonlySet<string> = new Set(
  `ALL DISTINCT DISTINCTROW HIGH_PRIORITY STRAIGHT_JOIN SQL_SMALL_RESULT SQL_BIG_RESULT SQL_BUFFER_RESULT SQL_CACHE
   SQL_NO_CACHE SQL_CALC_FOUND_ROWS`.split(/\s+/),
);

/** One SELECT, without the clauses that belong to the query around it. */
export function readSelect(stream: TokenStream): SelectStmt {
  stream.expect("SELECT");
  const select: SelectStmt = {};
  const extras: { -readonly [Key in keyof QueryExtras]: QueryExtras[Key] } = {};
  while (options.has(stream.token.key) && !(stream.token.key === "SQL_CACHE" && stream.mysql)) {
    const { key } = stream.next();
    if (key === "DISTINCT" || key === "DISTINCTROW") select.distinctClause = [{} as Node];
    if (key === "SQL_CALC_FOUND_ROWS") extras.countsRows = true;
  }
  select.targetList = stream.list(() => readItem(stream));
  if (select.targetList.slice(1).some(isStar)) stream.fail("* can only come first");
  if (stream.at("INTO")) select.intoClause = intoClause({ into: readInto(stream) });
  if (stream.accept("FROM")) select.fromClause = readFromClause(stream);
  if (stream.accept("WHERE")) select.whereClause = readExpression(stream);
  if (stream.accept("GROUP", "BY")) {
    select.groupClause = stream.list(() => {
      const key = readSort(stream);
      return "SortBy" in key && key.SortBy.node ? key.SortBy.node : key;
    });
    stream.accept("WITH", "ROLLUP");
  }
  if (stream.accept("HAVING")) select.havingClause = readExpression(stream);
  if (stream.accept("WINDOW"))
    select.windowClause = stream.list(() => ({ WindowDef: readNamedWindow(stream) }));
  if (stream.accept("PROCEDURE")) {
    stream.name();
    stream.parenthesized(() => (stream.at(")") ? [] : stream.list(() => readExpression(stream))));
    extras.procedure = true;
  }
  return noteExtras(select, extras);
}

function readNamedWindow(stream: TokenStream): WindowDef {
  const name = stream.name().toLowerCase();
  stream.expect("AS");
  return { ...readWindow(stream), name };
}

const isStar = (node: Node): boolean =>
  "ResTarget" in node &&
  node.ResTarget.val !== undefined &&
  "ColumnRef" in node.ResTarget.val &&
  node.ResTarget.val.ColumnRef.fields?.length === 1 &&
  node.ResTarget.val.ColumnRef.fields.some((field) => "A_Star" in field);

/** One item of the select list, with the name its column gets. */
export function readItem(stream: TokenStream): Node {
  const location = stream.token.start;
  const star = readStar(stream);
  if (star) return { ResTarget: { val: star, location } };
  const first = stream.position;
  const val = readExpression(stream);
  const end = stream.last.end;
  const automatic = outputName(stream, first, val);
  const name = readAlias(stream) ?? automatic;
  return { ResTarget: placed({ name, val, location }, location, end) };
}

/** `*`, `t.*` or `schema.t.*`. */
function readStar(stream: TokenStream): Node | undefined {
  const location = stream.token.start;
  const parts: Node[] = [];
  let ahead = 0;
  while (stream.ahead(ahead).key !== "*") {
    const token = stream.ahead(ahead);
    const isName = token.kind === "name" || token.kind === "word";
    if (!isName || stream.ahead(ahead + 1).key !== "." || parts.length === 2) return undefined;
    parts.push({ String: { sval: token.value } });
    ahead += 2;
  }
  if (parts.length > 0 && !stream.atName) return undefined;
  stream.position += ahead + 1;
  return { ColumnRef: { fields: [...parts, { A_Star: {} }], location } };
}

function readAlias(stream: TokenStream): string | undefined {
  const as = stream.accept("AS");
  if (stream.token.kind === "string" && stream.token.key === "") return stream.next().value;
  if (as || stream.atName) return stream.name();
  return undefined;
}
