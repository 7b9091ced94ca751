import { z } from "zod";

/** Who a record speaks of, and where. */
const ACTOR_PERSON = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("user"),
    subject: z.string(),
    issuer: z.string(),
    name: z.string(),
    email: z.string().exactOptional(),
    groups: z.array(z.string()).readonly(),
  }),
  z.object({ kind: z.literal("local_user"), account: z.string(), host: z.string() }),
]);
export const ACTOR = z.union([
  ACTOR_PERSON,
  z.object({
    kind: z.literal("service"),
    subject: z.string(),
    issuer: z.string(),
    name: z.string(),
    groups: z.array(z.string()).readonly(),
  }),
  z.object({
    kind: z.literal("ai_agent"),
    agent: z.string(),
    model: z.string(),
    host: z.string(),
    onBehalfOf: ACTOR_PERSON,
    asserted: z.boolean(),
  }),
]);

export const CONNECTION = z.object({
  id: z.string(),
  name: z.string(),
  engine: z.string(),
  host: z.string(),
  port: z.number(),
  database: z.string(),
  environment: z.string(),
  environmentSet: z.boolean(),
});

/** A connection as a requester describes it to others. */
export const ASKED_CONNECTION = z.object({
  name: z.string(),
  engine: z.string(),
  host: z.string(),
  port: z.number().int(),
  database: z.string(),
  environment: z.string(),
});
