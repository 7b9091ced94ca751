import type { Relation } from "../../../protocol/catalog.ts";
import { apply } from "./ddl/apply.ts";
import { SchemaState } from "./ddl/schemaState.ts";
import { catalogOf } from "./ddl/snapshot.ts";
import { lex } from "./lexer/lexer.ts";
import type { Token } from "./lexer/token.ts";
import { NotParsed, TokenStream } from "./parser/tokenStream.ts";
import type { TableName } from "./session.ts";
import type { MysqlSettings } from "./settings.ts";
import { temporarySchema } from "./temporarySchema.ts";

/** A temporary table by what SHOW CREATE TABLE prints of it; undefined where that cannot be followed. */
export function readTemporaryTable(
  definition: string,
  { schema, name }: TableName,
  settings: MysqlSettings,
): Omit<Relation, "oid" | "version"> | undefined {
  const { tokens, doubt } = lex(definition, settings);
  if (doubt !== undefined || !keepsItsRows(tokens)) return undefined;
  const state = new SchemaState(settings, schema);
  try {
    apply(state, { text: definition, stream: new TokenStream(tokens, settings) });
  } catch (error) {
    if (error instanceof NotParsed) return undefined;
    throw error;
  }
  const [relation] = catalogOf(state).relations;
  if (relation?.kind !== "table" || relation.columns.length === 0) return undefined;
  return { ...relation, schema: temporarySchema(schema), name };
}

/** Engines whose tables hold rows of their own; those of others show what lies elsewhere, in other tables too. */
const KEEPING: ReadonlySet<string> = new Set(["INNODB", "MYISAM", "ARIA", "MEMORY", "HEAP"]);
const LEADING_OUT: ReadonlySet<string> = new Set(["UNION", "CONNECTION", "DIRECTORY", "SEQUENCE"]);

/** By the options behind its columns. */
function keepsItsRows(tokens: readonly Token[]): boolean {
  let depth = 0;
  const end = tokens.findIndex(({ key }) => {
    if (key === "(") depth++;
    if (key === ")") depth--;
    return key === ")" && depth === 0;
  });
  const options = end < 0 ? [] : tokens.slice(end + 1);
  const engine = options.findIndex(({ key }) => key === "ENGINE");
  const named = options[engine + 2]?.value.toUpperCase() ?? "";
  return engine >= 0 && KEEPING.has(named) && !options.some(({ key }) => LEADING_OUT.has(key));
}
