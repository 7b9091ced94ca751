import { createHash } from "node:crypto";
import path from "node:path";
import { fileSecrets } from "../../agent/identity/fileSecrets.ts";
import { Identity } from "../../agent/identity/identity.ts";
import { loadSession } from "../../agent/identity/storedSession.ts";

/** Takes up the session of a home and tells who it is and which token it holds, without telling the token. */
const [home = "", issuer = "", clientId = ""] = process.argv.slice(2);
const secrets = fileSecrets(path.join(home, "secrets"));
const identity = new Identity({
  home,
  secrets,
  config: { issuer, clientId },
  openBrowser: () => Promise.resolve(false),
});
await identity.restore();
const state = identity.state();
const stored = await loadSession(secrets);
const token = typeof stored === "object" && stored?.kind === "user" ? stored.accessToken : "";
console.log(JSON.stringify({ state, token: createHash("sha256").update(token).digest("hex") }));
identity.close();
