import { MysqlSession } from "../../agent/connect/mysql/mysqlSession.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { connectionId } from "../../protocol/ids.ts";
import type { TestMariadb } from "../mariadb.ts";

export const mysqlProfile = (
  server: TestMariadb,
  changes: Partial<ConnectionProfile> = {},
): ConnectionProfile => ({
  id: connectionId("test"),
  name: "test",
  engine: "mysql",
  host: server.host,
  port: server.port,
  database: server.database,
  user: server.user,
  tls: "disable",
  ...changes,
});

/** A session that only asks questions of the agent's own. */
export const openRunner = (
  server: TestMariadb,
  changes: Partial<ConnectionProfile> = {},
  password?: string,
) =>
  MysqlSession.open({
    profile: mysqlProfile(server, changes),
    password: password ?? server.password,
    applicationName: "test",
    relationName: () => undefined,
    relationVersions: async () => new Map(),
  });
