import { z } from "zod";
import { ENGINES } from "./connection.ts";
import { connectionId } from "./ids.ts";

const COMMON = {
  id: z.string().min(1).transform(connectionId),
  name: z.string().min(1),
  database: z.string().min(1),
  user: z.string(),
  environment: z.enum(["production", "staging", "development"]).exactOptional(),
  tls: z.enum(["disable", "require", "verify"]),
};

/** A connection profile as it comes from outside: a saved file, the editor. */
export const CONNECTION_PROFILE = z.discriminatedUnion("engine", [
  z.object({ ...COMMON, engine: z.literal("sqlite"), host: z.literal(""), port: z.literal(0) }),
  z.object({
    ...COMMON,
    engine: z.enum(ENGINES).exclude(["sqlite"]),
    host: z.string().min(1),
    port: z.number().int().min(1).max(65_535),
    user: z.string().min(1),
  }),
]);
