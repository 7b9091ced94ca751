import type { Node, SelectStmt } from "libpg-query";
import { readExpression } from "./expressions.ts";
import { noteExtras } from "./extras.ts";
import { readTableName } from "./tableNames.ts";
import type { TokenStream } from "./tokenStream.ts";

/** `VALUES (1, 2)` of MariaDB, `VALUES ROW(1, 2)` and `TABLE t` of MySQL. */
export function readValuesQuery(stream: TokenStream): SelectStmt {
  const location = stream.next().start;
  if (stream.last.key === "TABLE") {
    const val: Node = { ColumnRef: { fields: [{ A_Star: {} }], location } };
    return {
      targetList: [{ ResTarget: { val, location } }],
      fromClause: [{ RangeVar: readTableName(stream) }],
    };
  }
  const names: string[] = [];
  const rows = stream.list((): Node => {
    if (stream.mysql) stream.expect("ROW");
    const items = stream.parenthesized(() =>
      stream.list(() => {
        const item = readExpression(stream);
        names.push(stream.mysql ? `column_${names.length}` : stream.last.value);
        return item;
      }),
    );
    return { List: { items } };
  });
  return noteExtras({ valuesLists: rows }, { names });
}
