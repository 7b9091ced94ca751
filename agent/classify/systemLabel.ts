import type { Label } from "../../protocol/label.ts";

/** Columns of the server's own tables that hold users' data or secrets. */
const SECRET: ReadonlyMap<string, string> = new Map([
  ["pg_authid.rolpassword", "password hashes of the server's accounts"],
  ["pg_subscription.subconninfo", "connection strings with passwords"],
  ["pg_user_mapping.umoptions", "passwords for foreign servers"],
  ["pg_foreign_server.srvoptions", "addresses of foreign servers"],
  ["pg_foreign_data_wrapper.fdwoptions", "settings of foreign servers"],
  ["pg_foreign_table.ftoptions", "settings of foreign tables"],
  ["pg_largeobject.data", "large objects, which may be anything"],
  ["pg_statistic_ext_data.stxdmcv", "frequent values of users' columns"],
  ["pg_statistic_ext_data.stxdexpr", "frequent values of users' expressions"],
  ...[1, 2, 3, 4, 5].map(
    (slot) => [`pg_statistic.stavalues${slot}`, "sampled values of users' columns"] as const,
  ),
]);

/** What a column of the server's own tables is: names of things, but for the few that hold more. */
export function systemLabel(table: string, column: string): Label {
  const secret = SECRET.get(`${table}.${column}`);
  return {
    infoType: secret === undefined ? "ordinary" : "system_secret",
    category: secret === undefined ? "none" : "credential",
    level: secret === undefined ? "internal" : "restricted",
    mask: "full",
    confidence: 1,
    evidence: [secret === undefined ? "the server's own description of what exists" : `holds ${secret}`],
  };
}
