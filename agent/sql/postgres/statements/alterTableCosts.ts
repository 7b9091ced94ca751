import type { AlterTableCmd, ColumnDef, Constraint } from "libpg-query";
import { nameParts } from "../names.ts";

/**
 * What a command of ALTER TABLE does to the rows that are there, as flags: `rewrites` them, `validates` them, `builds_index`
 * over them, or has no value for them (`not_null_without_default`).
 */
export function costsOf(command: AlterTableCmd, hasVolatileDefault: boolean): readonly string[] {
  const { subtype, def } = command;
  switch (subtype) {
    case "AT_AddColumn":
      return def && "ColumnDef" in def ? costsOfColumn(def.ColumnDef, hasVolatileDefault) : [];
    case "AT_AddConstraint":
      return def && "Constraint" in def ? costsOfConstraint(def.Constraint) : [];
    case "AT_SetLogged":
    case "AT_SetUnLogged":
    case "AT_SetTableSpace":
    case "AT_SetAccessMethod":
      return ["rewrites"];
    case "AT_DetachPartition":
      return def && "PartitionCmd" in def && def.PartitionCmd.concurrent ? ["concurrently"] : [];
    default:
      return [];
  }
}

function costsOfColumn({ constraints, typeName }: ColumnDef, hasVolatileDefault: boolean): readonly string[] {
  const own = (constraints ?? []).flatMap((one) => ("Constraint" in one ? [one.Constraint] : []));
  const has = (...types: readonly Constraint["contype"][]): boolean =>
    own.some(({ contype }) => types.includes(contype));
  const type = nameParts(typeName?.names).at(-1) ?? "";
  const counts = /^(?:small|big)?serial[248]?$/.test(type) || has("CONSTR_IDENTITY");
  const stored = own.some(
    ({ contype, generated_kind }) => contype === "CONSTR_GENERATED" && generated_kind !== "v",
  );
  const valued = counts || has("CONSTR_DEFAULT", "CONSTR_GENERATED");
  return [
    ...(has("CONSTR_NOTNULL", "CONSTR_PRIMARY") && !valued ? ["not_null_without_default"] : []),
    ...(counts || stored || hasVolatileDefault ? ["rewrites"] : []),
    ...(has("CONSTR_UNIQUE", "CONSTR_PRIMARY") ? ["builds_index"] : []),
  ];
}

function costsOfConstraint({ contype, skip_validation, indexname }: Constraint): readonly string[] {
  switch (contype) {
    case "CONSTR_CHECK":
    case "CONSTR_FOREIGN":
    case "CONSTR_NOTNULL":
      return skip_validation ? [] : ["validates"];
    case "CONSTR_UNIQUE":
    case "CONSTR_PRIMARY":
      return indexname ? [] : ["builds_index"];
    case "CONSTR_EXCLUSION":
      return ["builds_index"];
    default:
      return [];
  }
}
