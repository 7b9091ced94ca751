import { z } from "zod";
import type { SecretStore } from "./secretStore.ts";

const KEY = "session";
const SESSION = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("user"),
    issuer: z.string(),
    clientId: z.string(),
    accessToken: z.string(),
    refreshToken: z.string().optional(),
    idToken: z.string().optional(),
    expiresAt: z.number(),
    actor: z.object({
      kind: z.literal("user"),
      subject: z.string(),
      issuer: z.string(),
      name: z.string(),
      email: z.string().exactOptional(),
      groups: z.array(z.string()),
    }),
  }),
  z.object({ kind: z.literal("local_user") }),
]);
export type StoredSession = z.infer<typeof SESSION>;
export type UserSession = Extract<StoredSession, { kind: "user" }>;

/** What was stored; "unreadable" where it is something else. */
export async function loadSession(secrets: SecretStore): Promise<StoredSession | "unreadable" | null> {
  const text = await secrets.get(KEY);
  if (text === undefined) return null;
  try {
    return SESSION.parse(JSON.parse(text));
  } catch {
    return "unreadable";
  }
}

export const storeSession = (secrets: SecretStore, session: StoredSession): Promise<void> =>
  secrets.store(KEY, JSON.stringify(session));

export const forgetSession = (secrets: SecretStore): Promise<void> => secrets.delete(KEY);
