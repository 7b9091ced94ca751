import { z } from "zod";
import { CollectorError } from "./collectorError.ts";
import { STREAM } from "./streams/settings.ts";
import { WEBHOOK } from "./webhooks/hooks.ts";

const GROUPS = z.array(z.string().min(1)).min(1).readonly();

/** Everything a collector can be told. Only the issuer, the client id and a place for its data have no default. */
export const COLLECTOR_OPTIONS = z.strictObject({
  /** Folder for keys, for the note of what was published, and for the SQLite store. */
  data: z.string().min(1),
  /** `postgres://…`; SQLite in the data folder where it is left out. */
  database: z.string().min(1).exactOptional(),
  host: z.string().min(1).default("127.0.0.1"),
  port: z.number().int().min(0).max(65_535).default(7480),
  /** Address under which agents and people reach it. */
  publicUrl: z.url({ protocol: /^https?$/ }).exactOptional(),
  /** Name of the log; by default the public address's host, and `/sluice`. */
  log: z
    .string()
    .regex(/^[A-Za-z0-9.:-]+(\/[A-Za-z0-9._-]+)*$/, "it has to look like logs.example.com/sluice")
    .exactOptional(),
  issuer: z.url({ protocol: /^https?$/ }),
  clientId: z.string().min(1),
  /** Whom tokens have to be for; the client id where it is left out. */
  audience: z.string().min(1).exactOptional(),
  groupsClaim: z.string().min(1).default("groups"),
  roles: z
    .strictObject({
      approver: GROUPS.default(["sluice-approvers"]),
      auditor: GROUPS.default(["sluice-auditors"]),
      admin: GROUPS.default(["sluice-admins"]),
    })
    .prefault({}),
  tls: z.strictObject({ cert: z.string().min(1), key: z.string().min(1) }).exactOptional(),
  /** A proxy on the way here ends TLS and sets X-Forwarded-For. */
  behindProxy: z.boolean().default(false),
  /** Requests a minute of one address, and of one device. */
  limits: z
    .strictObject({
      perMinute: z.number().int().positive().default(600),
      perDevicePerMinute: z.number().int().positive().default(300),
      /** Of one address about any devices, as long as no device has proven that it asks itself. */
      unprovenPerMinute: z.number().int().positive().default(3_000),
    })
    .prefault({}),
  /** Hours a device's clock may be wrong. */
  clockHours: z
    .number()
    .positive()
    .max(24 * 365)
    .default(25),
  approvals: z
    .strictObject({
      /** How long a request may be answered. */
      expireMinutes: z
        .number()
        .positive()
        .max(7 * 24 * 60)
        .default(60),
      /** How long after it was granted a statement may run. */
      grantMinutes: z
        .number()
        .positive()
        .max(24 * 60)
        .default(15),
      longestElevationMinutes: z
        .number()
        .int()
        .positive()
        .max(7 * 24 * 60)
        .default(8 * 60),
      /** How long requests that are over stay in the lists; their records stay in the log. */
      keepDays: z.number().int().min(30).default(365),
    })
    .prefault({}),
  /** Where records go as they come. */
  streams: z
    .array(STREAM)
    .max(20)
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, "two have the same name")
    .readonly()
    .default([]),
  /** Texts of records are dropped when they are so old; everything is kept where it is left out. */
  retention: z.strictObject({ days: z.number().int().min(1) }).exactOptional(),
  /** Where messages about approvals go. */
  webhooks: z.array(WEBHOOK).max(20).readonly().default([]),
  /** Others who sign the log's checkpoints, and how often they are asked. */
  witnesses: z.array(z.strictObject({ url: z.url({ protocol: /^https?$/ }), key: z.string() })).default([]),
  witnessSeconds: z.number().positive().default(10),
  metricsToken: z.string().min(16).nullable().default(null),
  logLevel: z.enum(["silent", "error", "warn", "info", "debug"]).default("info"),
});
export type CollectorOptions = z.infer<typeof COLLECTOR_OPTIONS>;
/** As it is written, with what is left out. */
export type CollectorSettings = z.input<typeof COLLECTOR_OPTIONS>;

/** @throws CollectorError that names every field which is wrong. */
export function readOptions(settings: unknown): CollectorOptions {
  const read = COLLECTOR_OPTIONS.safeParse(settings);
  if (!read.success) {
    const wrong = read.error.issues.map(({ path, message }) => `${path.join(".") || "settings"}: ${message}`);
    throw invalid(wrong.join("; "));
  }
  const options = read.data;
  if (isPlain(options.issuer) && !isLoopback(new URL(options.issuer).hostname))
    throw invalid(`issuer: ${options.issuer} is not https, so anybody on the way could sign people in`);
  if (options.webhooks.some(({ url }) => isPlain(url) && !isLoopback(new URL(url).hostname)))
    throw invalid("webhooks: an address is not https, so anybody on the way could read what is asked for");
  for (const stream of options.streams) {
    const clear = stream.kind === "syslog" ? !stream.tls : isPlain(stream.url);
    const host = stream.kind === "syslog" ? stream.host : new URL(stream.url).hostname;
    if (clear && !isLoopback(host))
      throw invalid(`streams: ${stream.name} is not encrypted, so anybody on the way could read the records`);
  }
  if (options.database !== undefined && !/^postgres(ql)?:\/\//.test(options.database))
    throw invalid("database: it has to begin with postgres://");
  if (!isLoopback(options.host) && options.tls === undefined && !options.behindProxy)
    throw new CollectorError(
      "not-encrypted",
      `The collector does not listen on ${options.host} without TLS: tokens and records would travel in the clear.`,
      "Give it a certificate (tls.cert and tls.key), or set behindProxy where a proxy before it ends TLS, or listen on 127.0.0.1.",
    );
  return options;
}

export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);

const isPlain = (url: string): boolean => new URL(url).protocol === "http:";

const invalid = (message: string): CollectorError =>
  new CollectorError(
    "settings-invalid",
    `The collector's settings are wrong: ${message}.`,
    "Correct them; docs/collector.md lists them all.",
  );
