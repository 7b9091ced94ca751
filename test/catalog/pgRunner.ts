import pg from "pg";
import type { QueryRunner } from "../../agent/catalog/queryRunner.ts";

export interface PgRunner extends QueryRunner {
  /** Any statements, for setting things up. */
  execute(sql: string): Promise<void>;
  /** How many questions were asked through `rows`. */
  readonly asked: readonly string[];
  end(): Promise<void>;
}

/** A QueryRunner over plain `pg`, every value as the server prints it. */
export async function connectRunner(connectionString: string): Promise<PgRunner> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  const asked: string[] = [];
  const asText = { getTypeParser: () => (value: unknown) => value };
  return {
    asked,
    rows: async (sql, values = []) => {
      asked.push(sql);
      const result = await client.query<(string | null)[]>({
        text: sql,
        values: [...values],
        rowMode: "array",
        types: asText,
      });
      return result.rows;
    },
    execute: async (sql) => {
      await client.query(sql);
    },
    end: () => client.end(),
  };
}
