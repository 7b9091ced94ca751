import { openHome } from "../home.ts";
import { fileSecrets } from "../identity/fileSecrets.ts";
import { loadSession } from "../identity/storedSession.ts";

/** The person's token, or one that was handed in; the collector says who may read what. Null where there is none. */
export async function collectorToken(): Promise<string | null> {
  const given = process.env.SLUICE_TOKEN;
  if (given !== undefined && given !== "") return given;
  const session = await loadSession(fileSecrets(openHome().secrets));
  return session !== null && session !== "unreadable" && session.kind === "user"
    ? (session.idToken ?? null)
    : null;
}
