import { createHash } from "node:crypto";
import { type QueryRunner, sqlState } from "../queryRunner.ts";
import { syntheticOid } from "../syntheticOid.ts";

/** A temporary table of the session that asks: no list of the server names it, so it is asked for by name. */
export interface TemporaryDefinition {
  readonly text: string;
  readonly version: string;
}

/** Undefined where no temporary table has the name. */
export async function temporaryDefinition(
  run: QueryRunner,
  { schema, name }: { readonly schema: string; readonly name: string },
): Promise<TemporaryDefinition | undefined> {
  const [row] = await run
    .rows(`${PLAINLY} SHOW CREATE TABLE ${quoted(schema)}.${quoted(name)}`)
    .catch((error: unknown) => {
      if (sqlState(error) === undefined) throw error;
      return [];
    });
  const text = row?.[1] ?? "";
  if (!/^CREATE TEMPORARY TABLE/i.test(text)) return undefined;
  return { text, version: versionOf(text) };
}

/** Under some modes MariaDB leaves out what keeps the rows. MySQL, which has no such modes, passes over the comment. */
const PLAINLY = "/*M!100600 SET STATEMENT sql_mode = '', sql_quote_show_create = 1 FOR */";

/** Apart from those of the tables that temporary ones hide. */
export const temporaryOid = (schema: string, name: string): number =>
  syntheticOid("relation", "temporary", schema, name);

/** A digest of the definition; where its counter stands is no part of it. */
const versionOf = (text: string): string =>
  createHash("sha256")
    .update(text.replaceAll(/ AUTO_INCREMENT=\d+/g, ""))
    .digest("hex")
    .slice(0, 32);

const quoted = (name: string): string => `\`${name.replaceAll("`", "``")}\``;
