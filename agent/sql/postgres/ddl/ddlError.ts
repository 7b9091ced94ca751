import type { Problem } from "../../../../protocol/messages.ts";

/** DDL that PostgreSQL's grammar does not take. The problem's positions are UTF-16 offsets into the DDL. */
export class DdlError extends Error {
  readonly problem: Problem;

  constructor(ddl: string, message: string, start: number, end: number) {
    super(message);
    this.name = "DdlError";
    const before = ddl.slice(0, start).split("\n");
    const line = before.length;
    const column = (before.at(-1)?.length ?? 0) + 1;
    this.problem = {
      code: "ddl-invalid",
      message: `The DDL is not valid PostgreSQL: line ${line}, column ${column}: ${message}.`,
      action: "Correct that place, or export the schema anew with pg_dump --schema-only.",
      start,
      end,
    };
  }
}
