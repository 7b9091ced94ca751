import { createHash } from "node:crypto";
import path from "node:path";
import type { ConnectionProfile, EngineName, Environment, TlsMode } from "../../protocol/connection.ts";
import { connectionId } from "../../protocol/ids.ts";
import { ConnectError } from "./connectError.ts";

export interface ParsedConnectionUrl {
  readonly profile: ConnectionProfile;
  readonly password: string | undefined;
}

interface Scheme {
  readonly engine: Exclude<EngineName, "sqlite">;
  readonly port: number;
  readonly user: () => string;
  readonly password: () => string | undefined;
}

const POSTGRES: Scheme = {
  engine: "postgres",
  port: 5432,
  user: () => process.env.PGUSER || "postgres",
  password: () => process.env.PGPASSWORD,
};
const MYSQL: Scheme = {
  engine: "mysql",
  port: 3306,
  user: () => "root",
  password: () => process.env.MYSQL_PWD,
};
const SCHEMES: Readonly<Record<string, Scheme>> = {
  "postgres:": POSTGRES,
  "postgresql:": POSTGRES,
  "mysql:": MYSQL,
  "mariadb:": MYSQL,
};

/** Whether a text means to be the address of a database, and not the name of a connection. */
export const isConnectionUrl = (text: string): boolean => text.includes("://") || text.startsWith(SQLITE);

const SQLITE = "sqlite:";

/**
 * Reads `postgres://user:password@host:port/database?sslmode=…&environment=…`, the same with `mysql://` or
 * `mariadb://`, or `sqlite:path`. The id is derived from where the URL points, so the same database keeps its labels
 * and history. TLS defaults to `require`, and to `disable` on this machine.
 * @throws ConnectError where the text is not such a URL.
 */
export function parseConnectionUrl(text: string): ParsedConnectionUrl {
  if (text.startsWith(SQLITE)) return parseFile(text);
  const url = URL.canParse(text) ? new URL(text) : null;
  const scheme = url === null ? undefined : SCHEMES[url.protocol];
  if (url === null || scheme === undefined) throw badUrl();
  // The rest of a password that was not spelled for an address would pass for the database, and be shown as such.
  if (url.username === "" && `${url.pathname}${url.hash}`.includes("@")) throw badSpelling();
  const host = decodeURIComponent(url.searchParams.get("host") ?? url.hostname) || "localhost";
  const port = Number(url.port || scheme.port);
  const user = decodeURIComponent(url.username) || scheme.user();
  const database = decodeURIComponent(url.pathname.slice(1)) || user;
  const name = `${user}@${host}:${port}/${database}`;
  const password = decodeURIComponent(url.password) || scheme.password();
  return {
    profile: {
      id: idOf(scheme.engine === "postgres" ? name : `${scheme.engine} ${name}`),
      name,
      engine: scheme.engine,
      host: host.replace(/^\[|\]$/g, ""),
      port,
      database,
      user,
      tls: tlsOf(url.searchParams.get("sslmode") ?? url.searchParams.get("ssl-mode"), host),
      ...environmentOf(url.searchParams),
    },
    password,
  };
}

/** `sqlite:/path/to/file.db`, `sqlite:///path`, or a path from where the program runs; `?environment=…` may follow. */
function parseFile(text: string): ParsedConnectionUrl {
  const [, written = "", query = ""] = /^sqlite:(?:\/\/)?([^?]*)\??(.*)$/s.exec(text) ?? [];
  if (written === "") throw badUrl();
  const database = path.resolve(decodeURIComponent(written));
  return {
    profile: {
      id: idOf(`sqlite ${database}`),
      name: path.basename(database),
      engine: "sqlite",
      host: "",
      port: 0,
      database,
      user: "",
      tls: "disable",
      ...environmentOf(new URLSearchParams(query)),
    },
    password: undefined,
  };
}

const idOf = (name: string): ConnectionProfile["id"] =>
  connectionId(`url-${createHash("sha256").update(name).digest("hex").slice(0, 16)}`);

const badUrl = (): ConnectError =>
  new ConnectError({
    code: "bad-connection-url",
    message: "This is neither the name of a saved connection nor the address of a database.",
    action:
      "Write it as postgres://user@host:5432/database, mysql://user@host:3306/database or sqlite:/path/to/file.db, or save a connection and use its name.",
  });

const badSpelling = (): ConnectError =>
  new ConnectError({
    code: "bad-connection-url",
    message: "The user or password in this address holds a character that ends it early, such as / or #.",
    action:
      "Write / as %2F, # as %23, ? as %3F and @ as %40, or save a connection and keep its password there.",
  });

function tlsOf(sslmode: string | null, host: string): TlsMode {
  switch (sslmode?.toLowerCase()) {
    case "disable":
    case "disabled":
      return "disable";
    case "verify-full":
    case "verify-ca":
    case "verify":
    case "verify_ca":
    case "verify_identity":
      return "verify";
    case "require":
    case "required":
      return "require";
    default:
      return ["localhost", "127.0.0.1", "::1", "[::1]"].includes(host) || host.startsWith("/")
        ? "disable"
        : "require";
  }
}

function environmentOf(parameters: URLSearchParams): { readonly environment?: Environment } {
  const text = parameters.get("environment");
  return text === "production" || text === "staging" || text === "development" ? { environment: text } : {};
}
