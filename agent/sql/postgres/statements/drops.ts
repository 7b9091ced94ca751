import type { Node, ObjectType } from "libpg-query";
import type { Analysis } from "../analysis.ts";
import { nameParts } from "../names.ts";
import type { StatementReader } from "./statement.ts";
import { wordEnd } from "./wordEnd.ts";

const KINDS: Partial<Readonly<Record<ObjectType, string>>> = {
  OBJECT_MATVIEW: "materialized_view",
  OBJECT_FUNCTION: "function",
  OBJECT_PROCEDURE: "function",
  OBJECT_ROUTINE: "function",
  OBJECT_AGGREGATE: "function",
  OBJECT_DOMAIN: "type",
  OBJECT_FDW: "foreign_data_wrapper",
};

/** Object kinds as facts name them: `table`, `materialized_view`, `foreign_server`. */
export const objectKindOf = (type: ObjectType | undefined): string =>
  type === undefined ? "object" : (KINDS[type] ?? type.slice(7).toLowerCase());

const RELATIONS: ReadonlySet<string> = new Set([
  "table",
  "view",
  "materialized_view",
  "foreign_table",
  "sequence",
]);
const SERVER_WIDE: ReadonlySet<string> = new Set([
  "extension",
  "foreign_server",
  "foreign_data_wrapper",
  "event_trigger",
  "language",
  "access_method",
  "publication",
  "subscription",
]);

const INDEX: ReadonlySet<string> = new Set(["index"]);

/** DROP of anything, one action an object. */
export const readDrop: StatementReader = (analysis, node, { span }) => {
  const drop = (objectKind: string, names: readonly string[], flags: readonly string[] = []): void => {
    for (const name of names) analysis.actions.push({ action: "drop", objectKind, name, flags, span });
  };
  if ("DropStmt" in node) {
    const { removeType, objects = [], behavior, missing_ok, concurrent } = node.DropStmt;
    const kind = objectKindOf(removeType);
    const flags = [
      ...(behavior === "DROP_CASCADE" ? ["cascade"] : []),
      ...(concurrent ? ["concurrently"] : []),
    ];
    for (const object of objects) {
      const parts = partsOf(object);
      if (RELATIONS.has(kind) && !missing_ok) mustExist(analysis, parts, kind, span);
      const waits = kind === "index" && objects.length === 1 && !concurrent && behavior !== "DROP_CASCADE";
      const at = waits ? wordEnd(analysis, span, INDEX) : undefined;
      analysis.actions.push({
        action: "drop",
        objectKind: kind,
        name: parts.join("."),
        flags,
        span,
        ...(at === undefined ? {} : { insertConcurrentlyAt: at }),
      });
    }
    return { kind: `drop_${kind}`, effect: SERVER_WIDE.has(kind) ? "admin" : "ddl" };
  }
  if ("DropdbStmt" in node) {
    drop("database", [node.DropdbStmt.dbname ?? ""]);
    return { kind: "drop_database", effect: "admin" };
  }
  if ("DropRoleStmt" in node) {
    drop("role", rolesOf(node.DropRoleStmt.roles));
    return { kind: "drop_role", effect: "admin" };
  }
  if ("DropOwnedStmt" in node) {
    const name = rolesOf(node.DropOwnedStmt.roles).join(", ");
    analysis.actions.push({ action: "drop_owned", objectKind: "role", name, flags: [], span });
    return { kind: "drop_owned", effect: "admin" };
  }
  if ("DropTableSpaceStmt" in node) {
    drop("tablespace", [node.DropTableSpaceStmt.tablespacename ?? ""]);
    return { kind: "drop_tablespace", effect: "admin" };
  }
  if ("DropSubscriptionStmt" in node) {
    drop("subscription", [node.DropSubscriptionStmt.subname ?? ""]);
    return { kind: "drop_subscription", effect: "admin" };
  }
  if ("DropUserMappingStmt" in node) {
    drop("user_mapping", [node.DropUserMappingStmt.servername ?? ""]);
    return { kind: "drop_user_mapping", effect: "admin" };
  }
  return undefined;
};

/** The names of roles as written; CURRENT_USER and PUBLIC by those words. */
export const rolesOf = (nodes: readonly Node[] | undefined): readonly string[] =>
  (nodes ?? []).flatMap((node) =>
    "RoleSpec" in node
      ? [node.RoleSpec.rolename ?? (node.RoleSpec.roletype ?? "").replace("ROLESPEC_", "").toLowerCase()]
      : [],
  );

/** The parts of an object's name, whatever node holds it. */
export function partsOf(object: Node): readonly string[] {
  if ("List" in object) return nameParts(object.List.items);
  if ("ObjectWithArgs" in object) return nameParts(object.ObjectWithArgs.objname);
  if ("TypeName" in object) return nameParts(object.TypeName.names);
  if ("RangeVar" in object) {
    return [object.RangeVar.schemaname, object.RangeVar.relname].filter((part) => part !== undefined);
  }
  return nameParts([object]);
}

function mustExist(
  analysis: Analysis,
  parts: readonly string[],
  kind: string,
  span: { readonly start: number; readonly end: number },
): void {
  const schema = parts.length > 1 ? parts.at(-2) : undefined;
  if (analysis.index.findRelation(schema, parts.at(-1) ?? "")) return;
  analysis.fail(`${kind.replaceAll("_", " ")} "${parts.join(".")}" does not exist`, span);
}
