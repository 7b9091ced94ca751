import { z } from "zod";
import type { ConnectionProfile } from "../connection.ts";
import { centralConnectionId } from "./centralId.ts";

/** Connections that a collector keeps, and lends logins for. Paths are under the collector's address. */

/** A name as the collector's addresses and the agents' own ids hold it. */
export const CENTRAL_ID = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, "it has to be like orders-production");

/** No control character, since names are shown and recorded. */
const text = (longest: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, "it holds a character that is no text");

/** An identifier of a database. It is quoted wherever it is used. */
const NAME = text(63);
const GROUP = text(200);

/** Which database it is; what everybody who may use it is told. */
export const CENTRAL_TARGET = z.strictObject({
  name: text(100),
  engine: z.enum(["postgres", "mysql"]),
  host: z.string().regex(/^[A-Za-z0-9._:-]{1,253}$/, "it has to be a host name or an address"),
  port: z.number().int().min(1).max(65_535),
  database: NAME,
  environment: z.enum(["production", "staging", "development"]),
  tls: z.enum(["disable", "require", "verify"]),
});
export type CentralTarget = z.infer<typeof CENTRAL_TARGET>;

/** What a leased MySQL account may be given on the connection's database: nothing by which it could give to others. */
export const MYSQL_PRIVILEGES = [
  "SELECT",
  "INSERT",
  "UPDATE",
  "DELETE",
  "EXECUTE",
  "SHOW VIEW",
  "CREATE TEMPORARY TABLES",
  "CREATE",
  "ALTER",
  "DROP",
  "INDEX",
  "REFERENCES",
  "LOCK TABLES",
] as const;

const CONNECTIONS = z.number().int().min(1).max(100).default(10);

/** How a login comes about. */
export const LENDING = z.discriminatedUnion("kind", [
  /** A role of its own for each lease, in these roles. */
  z.strictObject({
    kind: z.literal("postgres_role"),
    roles: z.array(NAME).min(1).max(20).readonly(),
    mostConnections: CONNECTIONS,
  }),
  /** An account of its own for each lease. */
  z.strictObject({
    kind: z.literal("mysql_user"),
    privileges: z.array(z.enum(MYSQL_PRIVILEGES)).max(MYSQL_PRIVILEGES.length).readonly(),
    role: NAME.nullable().default(null),
    mostConnections: CONNECTIONS,
  }),
  /** One login for everybody, which does not end with a lease. */
  z.strictObject({ kind: z.literal("static") }),
]);
export type Lending = z.infer<typeof LENDING>;

/** For so long a login is lent at most, unless it is renewed. */
export const LONGEST_LEASE_MINUTES = 480;

/** What is on record of a connection; it holds no secret. */
export const CENTRAL_DEFINITION = z.strictObject({
  target: CENTRAL_TARGET,
  /** Who may use it. */
  groups: z.array(GROUP).min(1).max(50).readonly(),
  lending: LENDING,
  /** Minutes for which a login is lent. */
  minutes: z.number().int().min(2).max(LONGEST_LEASE_MINUTES),
  /** `known`: only to devices that an administrator has confirmed. Any device of the person's where it is left out. */
  devices: z.enum(["any", "known"]).exactOptional(),
});
export type CentralDefinition = z.infer<typeof CENTRAL_DEFINITION>;

/** A login: the administrative one by which accounts are made, or the one that is lent itself where it is static. */
export const CENTRAL_LOGIN = z.strictObject({
  user: NAME,
  password: z.string().min(1).max(1_000),
});
export type CentralLogin = z.infer<typeof CENTRAL_LOGIN>;

/** `PUT /v1/connections/:id`, for administrators. */
export const CENTRAL_ORDER = z
  .strictObject({
    /** The version it takes the place of; 0 for a new one. */
    after: z.number().int().nonnegative(),
    definition: CENTRAL_DEFINITION,
    /** Left out, the one that is kept stays. It is never given back. */
    login: CENTRAL_LOGIN.exactOptional(),
  })
  .refine(
    ({ definition: { target, lending } }) =>
      lending.kind === "static" || (lending.kind === "postgres_role") === (target.engine === "postgres"),
    "lending does not fit the engine: postgres_role is for postgres, mysql_user for mysql",
  )
  .refine(
    ({ definition: { lending } }) =>
      lending.kind !== "mysql_user" || lending.role !== null || lending.privileges.length > 0,
    "an account without privileges and without a role is of no use",
  );
export type CentralOrder = z.infer<typeof CENTRAL_ORDER>;

/** `GET /v1/connections`: those the person's groups may use. */
export const CENTRAL_LIST = z.object({
  connections: z.array(z.object({ id: CENTRAL_ID, ...CENTRAL_TARGET.shape, minutes: z.number() })).readonly(),
});
export type CentralListed = z.infer<typeof CENTRAL_LIST>["connections"][number];

/** `GET /v1/connections/all`, for auditors: everything but the login. */
export interface CentralConnectionView extends CentralDefinition {
  readonly id: string;
  readonly version: number;
  /** User of the login that is kept. */
  readonly user: string;
  readonly changedBy: string;
  /** ISO 8601. */
  readonly changedAt: string;
}

/** As an agent holds it among its own; who one is on the server is told by each lease. */
export const centralProfile = ({ id, minutes: _, ...target }: CentralListed): ConnectionProfile => ({
  id: centralConnectionId(id),
  ...target,
  user: "",
});
