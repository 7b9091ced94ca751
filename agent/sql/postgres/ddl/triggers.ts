import type { CreateTrigStmt } from "libpg-query";
import type { Trigger } from "../../../../protocol/catalog.ts";
import { nameParts } from "../names.ts";
import type { SchemaState } from "./schemaState.ts";

/** Bits of CreateTrigStmt.events (TRIGGER_TYPE in the server's pg_trigger.h), in the order a catalog lists them. */
const EVENTS: readonly (readonly [number, Trigger["events"][number]])[] = [
  [4, "insert"],
  [8, "delete"],
  [16, "update"],
  [32, "truncate"],
];

/** CREATE TRIGGER; one whose function is not known here has the routine 0. */
export function createTrigger(state: SchemaState, node: CreateTrigStmt): void {
  const relation = state.findVar(node.relation);
  if (!relation) return;
  const name = node.trigname ?? "";
  const [routine] = state
    .findRoutines(nameParts(node.funcname))
    .filter((one) => one.argumentTypes.length === 0);
  const bits = node.events ?? 0;
  relation.triggers = relation.triggers.filter((one) => one.name !== name);
  relation.triggers.push({
    name,
    events: EVENTS.flatMap(([bit, event]) => ((bits & bit) === 0 ? [] : [event])),
    routineOid: routine?.oid ?? 0,
    enabled: true,
    perRow: node.row === true,
  });
}
