import mysql from "mysql2/promise";
import type { TestMariadb } from "../../mariadb.ts";

export type Answer =
  | {
      readonly kind: "rows";
      readonly names: readonly string[];
      readonly rows: readonly (readonly (string | null)[])[];
    }
  | { readonly kind: "error"; readonly code: number; readonly message: string };

/** One connection that answers with texts, whatever the types, and with errors as values. */
export class Asker {
  readonly #connection: mysql.Connection;

  private constructor(connection: mysql.Connection) {
    this.#connection = connection;
  }

  static async open(server: TestMariadb): Promise<Asker> {
    const { host, port, user, password, database } = server;
    const connection = await mysql.createConnection({
      ...{ host, port, user, password, database },
      rowsAsArray: true,
      typeCast: (field) => field.string(),
      // Spaces before parentheses mean what the server's default says.
      flags: ["-IGNORE_SPACE"],
    });
    return new Asker(connection);
  }

  async ask(sql: string): Promise<Answer> {
    try {
      const [rows, fields] = await this.#connection.query(sql);
      const names = Array.isArray(fields) ? fields.map((field) => field.name) : [];
      return { kind: "rows", names, rows: Array.isArray(rows) ? rows.map(texts) : [] };
    } catch (error) {
      if (error instanceof Error && "errno" in error && typeof error.errno === "number") {
        return { kind: "error", code: error.errno, message: error.message };
      }
      throw error;
    }
  }

  /** Runs what must work. */
  async run(...statements: readonly string[]): Promise<void> {
    for (const sql of statements) {
      const answer = await this.ask(sql);
      if (answer.kind === "error") throw new Error(`${answer.message}: ${sql}`);
    }
  }

  /** As the catalog's loader asks. */
  async rows(sql: string): Promise<readonly (readonly (string | null)[])[]> {
    const answer = await this.ask(sql);
    if (answer.kind === "error") throw new Error(`${answer.message}: ${sql}`);
    return answer.rows;
  }

  async close(): Promise<void> {
    await this.#connection.end();
  }
}

const texts = (row: unknown): readonly (string | null)[] =>
  Array.isArray(row) ? row.map((value: unknown) => (value === null ? null : String(value))) : [];
