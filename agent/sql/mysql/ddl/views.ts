import { readTableName } from "../parser/tableNames.ts";
import type { TokenStream } from "../parser/tokenStream.ts";
import { foldColumn } from "../settings.ts";
import type { ViewText } from "./draft.ts";
import type { SchemaState } from "./schemaState.ts";
import { type StatementText, textSince } from "./statementText.ts";
import { queryColumns } from "./viewColumns.ts";

/** CREATE VIEW and ALTER VIEW from the word VIEW on. */
export function createView(state: SchemaState, statement: StatementText): void {
  const { stream } = statement;
  stream.expect("VIEW");
  const ifNotExists = stream.accept("IF", "NOT", "EXISTS");
  const name = readTableName(stream);
  const listed = stream.at("(") ? stream.parenthesized(() => stream.list(() => stream.name())) : undefined;
  stream.expect("AS");
  const query = readQueryText(statement);
  if (ifNotExists && state.find(name)) return;
  const star = starNames(state, query, stream);
  const view: ViewText = {
    query: star === undefined ? query : spelledOut(query, name.relname ?? "", star),
    database: state.database,
    names: listed,
  };
  const before = state.find(name);
  if (before !== undefined) state.drop(before);
  state.create(name, "view", { view });
}

/** The query up to WITH CHECK OPTION or the end. */
function readQueryText(statement: StatementText): string {
  const { stream } = statement;
  const from = stream.position;
  stream.skipTo("WITH", ";");
  while (stream.at("WITH") && !["CASCADED", "LOCAL", "CHECK"].includes(stream.ahead().key)) {
    stream.next();
    stream.skipTo("WITH", ";");
  }
  return textSince(statement, from);
}

/** What a query with `*` answers with at this moment; undefined where it has none, or that cannot be told yet. */
function starNames(
  state: SchemaState,
  query: string,
  { tokens }: TokenStream,
): readonly string[] | undefined {
  const isStar = tokens.some(
    ({ key }, at) =>
      key === "*" && ["SELECT", "DISTINCT", "ALL", ".", ","].includes(tokens[at - 1]?.key ?? ""),
  );
  if (!isStar) return undefined;
  const settings = { ...state.settings, database: state.database };
  const names = queryColumns(state.index(), query, settings)?.map(({ name }) => name);
  return new Set(names?.map(foldColumn)).size === names?.length ? names : undefined;
}

/** A `*` means what it meant when the view was made, whatever its tables have had added since. */
const spelledOut = (query: string, view: string, names: readonly string[]): string =>
  `SELECT ${names.map(quotedName).join(", ")} FROM (${query}) AS ${quotedName(view)}`;

const quotedName = (name: string): string => `\`${name.replaceAll("`", "``")}\``;
