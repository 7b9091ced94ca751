import type { Node } from "libpg-query";
import type { Analysis } from "../analysis.ts";
import { relationItem, spanOfRelation } from "../relations.ts";
import { writeTarget } from "../writeTargets.ts";
import type { StatementReader } from "./statement.ts";
import { wordEnd } from "./wordEnd.ts";

/** TRUNCATE, LOCK, VACUUM, ANALYZE, REINDEX, CLUSTER, CHECKPOINT, LOAD, LISTEN, NOTIFY. */
export const readMaintenance: StatementReader = (analysis, node, { span }) => {
  const note = (action: string, objectKind: string, name: string, flags: readonly string[] = []): void =>
    void analysis.actions.push({ action, objectKind, name, flags, span });
  if ("TruncateStmt" in node) {
    for (const relation of node.TruncateStmt.relations ?? []) truncate(analysis, relation);
    if (node.TruncateStmt.behavior === "DROP_CASCADE")
      note("truncate", "table", "referencing tables", ["cascade"]);
    return { kind: "truncate", effect: "write" };
  }
  if ("LockStmt" in node) {
    for (const one of node.LockStmt.relations ?? []) {
      if (!("RangeVar" in one)) continue;
      const item = relationItem(analysis, one.RangeVar, "read");
      const name = [item.relation?.schema, item.relation?.name].filter(Boolean).join(".");
      const at = spanOfRelation(analysis, one.RangeVar);
      analysis.actions.push({ action: "lock", objectKind: "table", name, flags: [], span: at });
    }
    return { kind: "lock", effect: "session" };
  }
  if ("VacuumStmt" in node) {
    const { options = [], rels = [], is_vacuumcmd } = node.VacuumStmt;
    const kind = is_vacuumcmd ? "vacuum" : "analyze";
    const flags = options.flatMap((one) => ("DefElem" in one ? [one.DefElem.defname ?? ""] : []));
    const names = rels.flatMap((one) =>
      "VacuumRelation" in one ? [one.VacuumRelation.relation?.relname ?? ""] : [],
    );
    note(kind, "table", names.join(", ") || "every table", is_vacuumcmd ? flags : []);
    return { kind, effect: "admin" };
  }
  if ("ReindexStmt" in node) {
    const { relation, name, params = [] } = node.ReindexStmt;
    const flags = params.flatMap((one) => ("DefElem" in one ? [one.DefElem.defname ?? ""] : []));
    const at = flags.includes("concurrently") ? undefined : wordEnd(analysis, span, REINDEXED);
    analysis.actions.push({
      action: "reindex",
      objectKind: "index",
      name: relation?.relname ?? name ?? "",
      flags,
      span,
      ...(at === undefined ? {} : { insertConcurrentlyAt: at }),
    });
    return { kind: "reindex", effect: "admin" };
  }
  if ("ClusterStmt" in node) {
    note("cluster", "table", node.ClusterStmt.relation?.relname ?? "every table");
    return { kind: "cluster", effect: "admin" };
  }
  if ("CheckPointStmt" in node) {
    note("checkpoint", "server", "the server");
    return { kind: "checkpoint", effect: "admin" };
  }
  if ("LoadStmt" in node) {
    note("load", "library", "a library");
    return { kind: "load", effect: "admin" };
  }
  if ("NotifyStmt" in node) {
    note("notify", "channel", node.NotifyStmt.conditionname ?? "");
    return { kind: "notify", effect: "write" };
  }
  if ("ListenStmt" in node || "UnlistenStmt" in node) {
    return { kind: "ListenStmt" in node ? "listen" : "unlisten", effect: "session" };
  }
  return undefined;
};

const REINDEXED: ReadonlySet<string> = new Set(["index", "table", "schema", "database"]);

function truncate(analysis: Analysis, node: Node): void {
  if (!("RangeVar" in node)) return;
  const target = writeTarget(analysis, node.RangeVar, "truncate");
  analysis.targets.push({
    schema: target.schema,
    table: target.name,
    oid: target.oid,
    operation: "truncate",
    predicate: "not_applicable",
    columns: [],
    span: target.span,
  });
}
