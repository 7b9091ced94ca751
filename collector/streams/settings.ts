import { z } from "zod";
import { LEVELS } from "../../protocol/label.ts";

const NAME = z.string().regex(/^[A-Za-z0-9._-]{1,60}$/, "it has to be letters, digits, dots and dashes");
const URL = z.url({ protocol: /^https?$/ });

/** Which records go; all of them where nothing is given. What cannot fulfil something given does not go. */
const FILTER = z.strictObject({
  /** Statements that were refused, or that wait for approval. */
  blocked: z.literal(true).exactOptional(),
  environments: z.array(z.string().min(1)).min(1).readonly().exactOptional(),
  /** A column of this level, or above, is touched. */
  level: z.enum(LEVELS).exactOptional(),
});
export type StreamFilter = z.infer<typeof FILTER>;

const EVERY = {
  /** Under which its position is kept. */
  name: NAME,
  filter: FILTER.prefault({}),
  /** Where a stream begins that is new: with what comes from now on, or with the log. */
  from: z.enum(["now", "beginning"]).default("now"),
};

/** Where records go as they come. */
export const STREAM = z.discriminatedUnion("kind", [
  /** OCSF events in JSON, signed with the secret as webhooks are. */
  z.strictObject({ kind: z.literal("ocsf"), url: URL, secret: z.string().min(16), ...EVERY }),
  /** RFC 5424 over TLS or TCP, each message with its length before it. */
  z.strictObject({
    kind: z.literal("syslog"),
    host: z.string().min(1),
    port: z.number().int().min(1).max(65_535).default(6514),
    /** Without TLS on this machine only. */
    tls: z.boolean().default(true),
    /** File in PEM of who vouches for the receiver; those that Node knows where it is left out. */
    ca: z.string().min(1).exactOptional(),
    ...EVERY,
  }),
  /** OTLP/HTTP in JSON. */
  z.strictObject({
    kind: z.literal("otlp"),
    url: URL,
    /** Such as a token. */
    headers: z.record(z.string(), z.string()).readonly().default({}),
    ...EVERY,
  }),
]);
export type StreamSettings = z.infer<typeof STREAM>;
export type StreamOf<Kind extends StreamSettings["kind"]> = Extract<StreamSettings, { kind: Kind }>;
