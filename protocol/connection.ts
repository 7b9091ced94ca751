import type { ConnectionId } from "./ids.ts";

export type Environment = "production" | "staging" | "development";

/** `mysql` is MySQL and MariaDB; `sqlite` is a file, whose path is `database`. */
export const ENGINES = ["postgres", "mysql", "sqlite"] as const;
export type EngineName = (typeof ENGINES)[number];

/** A database a person can pick. The password is never part of it. */
export interface ConnectionProfile {
  readonly id: ConnectionId;
  readonly name: string;
  readonly engine: EngineName;
  /** Empty for a file. */
  readonly host: string;
  /** 0 for a file. */
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Not set means: treated like production. */
  readonly environment?: Environment;
  readonly tls: TlsMode;
}

/** libpq's sslmode, without the ones that silently fall back: `verify` checks chain and host name. */
export type TlsMode = "disable" | "require" | "verify";

/** The environment policy and guardrails judge by. */
export const effectiveEnvironment = (profile: ConnectionProfile): Environment =>
  profile.environment ?? "production";
