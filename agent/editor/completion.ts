import { type CompletionItem, CompletionItemKind } from "vscode-languageserver/node";
import type { Relation } from "../../protocol/catalog.ts";
import { isSensitive } from "../../protocol/label.ts";
import type { Database } from "../database.ts";
import type { CatalogIndex } from "../sql/postgres/catalogIndex.ts";
import { completionScope } from "../sql/postgres/completionScope.ts";

const KEYWORDS = [
  "SELECT",
  "FROM",
  "WHERE",
  "JOIN",
  "LEFT JOIN",
  "ON",
  "GROUP BY",
  "ORDER BY",
  "HAVING",
  "LIMIT",
  "INSERT INTO",
  "UPDATE",
  "DELETE FROM",
  "WITH",
  "AS",
  "AND",
  "OR",
  "NOT",
  "IN",
  "EXISTS",
  "BETWEEN",
  "LIKE",
  "IS NULL",
  "DISTINCT",
  "UNION ALL",
  "CASE",
  "WHEN",
  "THEN",
  "ELSE",
  "END",
  "COUNT",
  "RETURNING",
  "SET",
  "VALUES",
];

/** Columns of the tables in scope first, then aliases, tables, schemas and keywords. */
export function completionsAt(
  text: string,
  offset: number,
  index: CatalogIndex,
  relations: readonly Relation[],
  database: Database,
): readonly CompletionItem[] {
  const scope = completionScope(text, offset, index);
  const items: CompletionItem[] = [];
  if (scope.expected !== "table") {
    for (const table of scope.tables) {
      for (const column of table.columns) items.push(columnItem(column, table, database));
      if (scope.qualifier === undefined) {
        items.push({
          label: table.alias,
          kind: CompletionItemKind.Variable,
          detail: table.schema === "" ? table.name : `${table.schema}.${table.name}`,
          sortText: `2${table.alias}`,
        });
      }
    }
  }
  if (scope.expected !== "column") {
    const user = relations.filter(
      (relation) => !SYSTEM.has(relation.schema) && relation.kind !== "composite_type",
    );
    const wanted =
      scope.qualifier === undefined ? user : user.filter((relation) => relation.schema === scope.qualifier);
    for (const relation of wanted) items.push(relationItem(relation, scope.qualifier === undefined, index));
    if (scope.qualifier === undefined) {
      for (const schema of new Set(user.map((relation) => relation.schema))) {
        items.push({ label: schema, kind: CompletionItemKind.Module, sortText: `4${schema}` });
      }
    }
  }
  if (scope.qualifier === undefined) {
    for (const keyword of KEYWORDS)
      items.push({ label: keyword, kind: CompletionItemKind.Keyword, sortText: `5${keyword}` });
  }
  return items;
}

const SYSTEM: ReadonlySet<string> = new Set(["pg_catalog", "information_schema", "pg_toast"]);

function columnItem(
  column: { readonly name: string; readonly type: string },
  table: { readonly schema: string; readonly name: string },
  database: Database,
): CompletionItem {
  const label = database.labelOf({ schema: table.schema, table: table.name, column: column.name });
  const sensitive = label !== undefined && isSensitive(label);
  return {
    label: column.name,
    kind: CompletionItemKind.Field,
    detail: column.type,
    labelDetails: {
      description: sensitive ? `${table.name} · ${label.infoType} (${label.level})` : table.name,
    },
    insertText: quoted(column.name),
    sortText: `1${column.name}`,
  };
}

function relationItem(relation: Relation, qualify: boolean, index: CatalogIndex): CompletionItem {
  const visible = index.catalog.searchPath.includes(relation.schema);
  const name = quoted(relation.name);
  return {
    label: relation.name,
    kind: relation.kind === "view" ? CompletionItemKind.Interface : CompletionItemKind.Struct,
    detail: relation.schema,
    insertText: qualify && !visible ? `${quoted(relation.schema)}.${name}` : name,
    filterText: relation.name,
    sortText: `3${relation.name}`,
  };
}

const quoted = (name: string): string =>
  /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
