/** The little SQL that both stores understand, with `?` for values. */
export interface Sql {
  all<Row extends object>(text: string, values: readonly SqlValue[]): Promise<readonly Row[]>;
  /** Number of rows written. */
  run(text: string, values: readonly SqlValue[]): Promise<number>;
}

export type SqlValue = string | number | null;
