import { createHash } from "node:crypto";
import type { ConnectionProfile, Environment, TlsMode } from "../../protocol/connection.ts";
import { connectionId } from "../../protocol/ids.ts";
import { ConnectError } from "./connectError.ts";

/**
 * Reads `postgres://user:password@host:port/database?sslmode=…&environment=…`. The id is derived from where
 * the URL points, so the same database keeps its labels and history. TLS defaults to `require`, and to
 * `disable` on this machine.
 * @throws ConnectError where the text is not such a URL.
 */
export function parseConnectionUrl(text: string): {
  readonly profile: ConnectionProfile;
  readonly password: string | undefined;
} {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !["postgres:", "postgresql:"].includes(url.protocol)) {
    throw new ConnectError({
      code: "bad-connection-url",
      message: "This is neither the name of a saved connection nor a postgres:// address.",
      action: "Write it as postgres://user@host:5432/database, or save a connection and use its name.",
    });
  }
  const host = decodeURIComponent(url.searchParams.get("host") ?? url.hostname) || "localhost";
  const port = Number(url.port || "5432");
  const user = decodeURIComponent(url.username) || process.env.PGUSER || "postgres";
  const database = decodeURIComponent(url.pathname.slice(1)) || user;
  const name = `${user}@${host}:${port}/${database}`;
  const environment = environmentOf(url.searchParams.get("environment"));
  const password = decodeURIComponent(url.password) || process.env.PGPASSWORD;
  return {
    profile: {
      id: connectionId(`url-${createHash("sha256").update(name).digest("hex").slice(0, 16)}`),
      name,
      engine: "postgres",
      host: host.replace(/^\[|\]$/g, ""),
      port,
      database,
      user,
      tls: tlsOf(url.searchParams.get("sslmode"), host),
      ...(environment === undefined ? {} : { environment }),
    },
    password,
  };
}

function tlsOf(sslmode: string | null, host: string): TlsMode {
  switch (sslmode) {
    case "disable":
      return "disable";
    case "verify-full":
    case "verify-ca":
    case "verify":
      return "verify";
    case "require":
      return "require";
    default:
      return ["localhost", "127.0.0.1", "::1", "[::1]"].includes(host) || host.startsWith("/")
        ? "disable"
        : "require";
  }
}

function environmentOf(text: string | null): Environment | undefined {
  return text === "production" || text === "staging" || text === "development" ? text : undefined;
}
