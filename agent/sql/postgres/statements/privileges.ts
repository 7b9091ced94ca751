import type { DefElem, GrantStmt, Node } from "libpg-query";
import type { Span } from "../../facts.ts";
import type { Analysis } from "../analysis.ts";
import { objectKindOf, partsOf, rolesOf } from "./drops.ts";
import { settingsOf } from "./settings.ts";
import type { StatementReader } from "./statement.ts";

/** GRANT, REVOKE, roles and what is set for them, ownership, and settings of the whole server. */
export const readPrivilegeStatement: StatementReader = (analysis, node, { span }) => {
  if ("GrantStmt" in node) {
    grant(analysis, node.GrantStmt, span);
    return { kind: node.GrantStmt.is_grant ? "grant" : "revoke", effect: "admin" };
  }
  if ("AlterDefaultPrivilegesStmt" in node) {
    const { action } = node.AlterDefaultPrivilegesStmt;
    if (action) grant(analysis, action, span);
    return { kind: "alter_default_privileges", effect: "admin" };
  }
  const note = (action: string, objectKind: string, name: string, flags: readonly string[] = []): void =>
    void analysis.actions.push({ action, objectKind, name, flags, span });
  if ("GrantRoleStmt" in node) {
    const { is_grant, granted_roles = [], opt } = node.GrantRoleStmt;
    const names = granted_roles.flatMap((one) =>
      "AccessPriv" in one ? [one.AccessPriv.priv_name ?? ""] : [],
    );
    const flags = is_grant && attributesOf(opt).includes("admin") ? ["grant_option"] : [];
    note(is_grant ? "grant" : "revoke", "role", names.join(", "), flags);
    return { kind: is_grant ? "grant_role" : "revoke_role", effect: "admin" };
  }
  if ("CreateRoleStmt" in node) {
    const { role = "", options } = node.CreateRoleStmt;
    note("create", "role", role, attributesOf(options));
    return { kind: "create_role", effect: "admin" };
  }
  if ("AlterRoleStmt" in node) {
    const { role, options } = node.AlterRoleStmt;
    note("alter", "role", role?.rolename ?? "", attributesOf(options));
    return { kind: "alter_role", effect: "admin" };
  }
  if ("AlterRoleSetStmt" in node) {
    note("alter", "role", node.AlterRoleSetStmt.role?.rolename ?? "all", ["settings"]);
    return { kind: "alter_role_set", effect: "admin" };
  }
  if ("AlterDatabaseSetStmt" in node) {
    note("alter", "database", node.AlterDatabaseSetStmt.dbname ?? "", ["settings"]);
    return { kind: "alter_database_set", effect: "admin" };
  }
  if ("AlterSystemStmt" in node) {
    const { setstmt } = node.AlterSystemStmt;
    const [setting] = setstmt ? settingsOf(setstmt, span) : [];
    note("alter_system", "server", setting?.name ?? "all settings");
    return { kind: "alter_system", effect: "admin" };
  }
  if ("AlterOwnerStmt" in node) {
    const { objectType, relation, object } = node.AlterOwnerStmt;
    const parts = relation ? [relation.schemaname, relation.relname] : object ? partsOf(object) : [];
    note("alter", objectKindOf(objectType), parts.filter(Boolean).join("."), ["change_owner"]);
    return { kind: "alter_owner", effect: "admin" };
  }
  if ("ReassignOwnedStmt" in node) {
    note("reassign_owned", "role", rolesOf(node.ReassignOwnedStmt.roles).join(", "));
    return { kind: "reassign_owned", effect: "admin" };
  }
  return undefined;
};

function grant(analysis: Analysis, node: GrantStmt, span: Span): void {
  const grantees = node.grantees ?? [];
  const toPublic = grantees.some((one) => "RoleSpec" in one && one.RoleSpec.roletype === "ROLESPEC_PUBLIC");
  const names = (node.objects ?? []).map((object) => partsOf(object).join("."));
  analysis.actions.push({
    action: node.is_grant ? "grant" : "revoke",
    objectKind: objectKindOf(node.objtype),
    name: names.join(", ") || "new objects",
    flags: [
      ...(toPublic ? ["to_public"] : []),
      ...(node.privileges?.length ? [] : ["all_privileges"]),
      ...(node.is_grant && node.grant_option ? ["grant_option"] : []),
    ],
    span,
  });
}

/** Attributes a role is given: `superuser`, `bypassrls`, `createrole`; those taken away are left out. */
function attributesOf(options: readonly Node[] | undefined): readonly string[] {
  return (options ?? []).flatMap((node) => {
    if (!("DefElem" in node)) return [];
    const { defname = "", arg } = node.DefElem satisfies DefElem;
    const off = arg !== undefined && "Boolean" in arg && arg.Boolean.boolval !== true;
    return off ? [] : [defname.toLowerCase()];
  });
}
