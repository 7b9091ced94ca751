import type { EngineName, Environment, TlsMode } from "../../protocol/connection.ts";

/** What a pasted address says; parts it leaves out are undefined. */
export interface ConnectionAddress {
  readonly engine: EngineName;
  readonly host: string;
  readonly port: number;
  readonly database: string | undefined;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly tls: TlsMode;
  readonly environment: Environment | undefined;
}

const TLS: ReadonlyMap<string, TlsMode> = new Map([
  ["disable", "disable"],
  ["require", "require"],
  ["verify", "verify"],
  ["verify-ca", "verify"],
  ["verify-full", "verify"],
]);

const SCHEMES: ReadonlyMap<string, EngineName> = new Map([
  ["postgres:", "postgres"],
  ["postgresql:", "postgres"],
  ["mysql:", "mysql"],
  ["mariadb:", "mysql"],
  ["sqlite:", "sqlite"],
]);

/** Where a server of each kind listens unless told otherwise; 0 for a file. */
export const DEFAULT_PORTS: Readonly<Record<EngineName, number>> = { postgres: 5432, mysql: 3306, sqlite: 0 };

/** Reads a `postgres://`, `mysql://`, `mariadb://` or `sqlite:` address, or null where the text is none. */
export function parseAddress(text: string): ConnectionAddress | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  const engine = SCHEMES.get(url?.protocol ?? "");
  if (url === null || engine === undefined) return null;
  try {
    if (engine === "sqlite") {
      return {
        engine,
        host: "",
        port: 0,
        database: decodeURIComponent(url.pathname) || undefined,
        user: undefined,
        password: undefined,
        tls: "disable",
        environment: environmentOf(url.searchParams.get("environment")),
      };
    }
    const host = decodeURIComponent(url.searchParams.get("host") ?? url.hostname).replace(/^\[|\]$/g, "");
    return {
      engine,
      host: host || "localhost",
      port: url.port === "" ? DEFAULT_PORTS[engine] : Number(url.port),
      database: decodeURIComponent(url.pathname.slice(1)) || undefined,
      user: decodeURIComponent(url.username) || undefined,
      password: decodeURIComponent(url.password) || undefined,
      tls: TLS.get(url.searchParams.get("sslmode") ?? "") ?? defaultTls(host),
      environment: environmentOf(url.searchParams.get("environment")),
    };
  } catch {
    return null;
  }
}

/** TLS where nothing is said: none on this machine, encryption everywhere else. */
export const defaultTls = (host: string): TlsMode =>
  ["localhost", "127.0.0.1", "::1", ""].includes(host) || host.startsWith("/") ? "disable" : "require";

function environmentOf(text: string | null): Environment | undefined {
  return text === "production" || text === "staging" || text === "development" ? text : undefined;
}
