import type { EngineName } from "../../protocol/connection.ts";
import type { Problem } from "../../protocol/messages.ts";

/** DDL that its database does not take. The problem's positions are UTF-16 offsets into the DDL. */
export class DdlError extends Error {
  readonly problem: Problem;

  constructor(engine: EngineName, ddl: string, message: string, start: number, end: number) {
    super(message);
    this.name = "DdlError";
    const before = ddl.slice(0, start).split("\n");
    const line = before.length;
    const column = (before.at(-1)?.length ?? 0) + 1;
    const { name, exporter } = WORDS[engine];
    this.problem = {
      code: "ddl-invalid",
      message: `The DDL is not valid ${name}: line ${line}, column ${column}: ${message}.`,
      action: `Correct that place, or export the schema anew with ${exporter}.`,
      start,
      end,
    };
  }
}

const WORDS: Readonly<Record<EngineName, { readonly name: string; readonly exporter: string }>> = {
  postgres: { name: "PostgreSQL", exporter: "pg_dump --schema-only" },
  mysql: { name: "MySQL", exporter: "mysqldump --no-data --routines" },
  sqlite: { name: "SQLite", exporter: "the .schema command of its shell" },
};
