import type { Environment, TlsMode } from "../../protocol/connection.ts";

/** What a pasted address says; parts it leaves out are undefined. */
export interface ConnectionAddress {
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

/** Reads a `postgres://` address, or null where the text is none. */
export function parseAddress(text: string): ConnectionAddress | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !["postgres:", "postgresql:"].includes(url.protocol)) return null;
  try {
    const host = decodeURIComponent(url.searchParams.get("host") ?? url.hostname).replace(/^\[|\]$/g, "");
    return {
      host: host || "localhost",
      port: url.port === "" ? 5432 : Number(url.port),
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
