import type pg from "pg";
import type { Sql, SqlValue } from "../sql.ts";

/** A connection or a pool, asked in the SQL of both stores. */
export function postgresSql(asker: Pick<pg.Pool, "query">): Sql {
  const ask = <Row extends object>(text: string, values: readonly SqlValue[]) =>
    asker.query<Row & pg.QueryResultRow>(numbered(text), [...values]);
  return {
    all: async <Row extends object>(text: string, values: readonly SqlValue[]): Promise<readonly Row[]> =>
      (await ask<Row>(text, values)).rows,
    run: async (text, values) => (await ask(text, values)).rowCount ?? 0,
  };
}

/** `?` as PostgreSQL writes it. */
function numbered(text: string): string {
  let place = 0;
  return text.replace(/\?/g, () => {
    place += 1;
    return `$${place}`;
  });
}
