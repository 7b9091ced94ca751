import fs from "node:fs";
import { z } from "zod";
import { IdentityError } from "./identityError.ts";

const CONFIG = z.object({
  identity: z
    .object({
      issuer: z.url(),
      clientId: z.string().min(1),
      scopes: z.array(z.string()).exactOptional(),
      groupsClaim: z.string().exactOptional(),
    })
    .exactOptional(),
});
export type IdentityConfig = NonNullable<z.infer<typeof CONFIG>["identity"]>;

/**
 * Which provider to sign in with: what is given (the editor's settings), else SLUICE_ISSUER and SLUICE_CLIENT_ID,
 * else the file. Null where none is configured.
 * @throws IdentityError naming file and field.
 */
export function readIdentityConfig(
  file: string,
  given: { readonly issuer: string | undefined; readonly clientId: string | undefined },
): IdentityConfig | null {
  const issuer = given.issuer ?? process.env.SLUICE_ISSUER;
  const clientId = given.clientId ?? process.env.SLUICE_CLIENT_ID;
  const saved = readFile(file);
  if (issuer === undefined && clientId === undefined) return saved;
  return parse(
    { identity: { ...saved, issuer: issuer ?? saved?.issuer, clientId: clientId ?? saved?.clientId } },
    "the settings",
  );
}

function readFile(file: string): IdentityConfig | null {
  let text: string;
  try {
    text = fs.readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw unreadable(file, error instanceof Error ? error.message : String(error));
  }
  try {
    return parse(JSON.parse(text), file);
  } catch (error) {
    throw error instanceof IdentityError
      ? error
      : unreadable(file, error instanceof Error ? error.message : String(error));
  }
}

function parse(value: unknown, where: string): IdentityConfig | null {
  const parsed = CONFIG.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw unreadable(where, `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not understood"}`);
  }
  const { identity } = parsed.data;
  if (identity === undefined) return null;
  const { protocol, hostname } = new URL(identity.issuer);
  if (protocol !== "https:" && !isLoopback(hostname)) {
    throw unreadable(where, `identity.issuer: ${identity.issuer} is not https`);
  }
  return identity;
}

export const isLoopback = (hostname: string): boolean =>
  ["127.0.0.1", "localhost", "[::1]", "::1"].includes(hostname);

const unreadable = (where: string, detail: string): IdentityError =>
  new IdentityError(
    "identity-config",
    `The sign-in configuration in ${where} cannot be used: ${detail}.`,
    "Correct it: it needs identity.issuer (an https address) and identity.clientId.",
  );
