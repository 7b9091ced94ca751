import { createHash, randomBytes } from "node:crypto";
import http from "node:http";
import { completeLogin } from "./browserless.ts";
import type { DemoProvider } from "./provider.ts";

/** The id token of a real sign-in: authorization code and PKCE, through the provider's own pages. */
export async function idTokenOf(
  provider: Pick<DemoProvider, "issuer" | "clientId">,
  account: { readonly login: string; readonly password: string },
): Promise<string> {
  const verifier = randomBytes(32).toString("base64url");
  const server = http.createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const redirect = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/callback`;
  const code = new Promise<string>((resolve) =>
    server.on("request", (request, response) => {
      resolve(new URL(request.url ?? "", redirect).searchParams.get("code") ?? "");
      response.end("Signed in.");
    }),
  );
  const query = new URLSearchParams({
    client_id: provider.clientId,
    response_type: "code",
    redirect_uri: redirect,
    scope: "openid profile email groups",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  });
  try {
    await completeLogin(`${provider.issuer}/auth?${query}`, account);
    const response = await fetch(`${provider.issuer}/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "authorization_code",
        client_id: provider.clientId,
        code: await code,
        redirect_uri: redirect,
        code_verifier: verifier,
      }),
    });
    const { id_token: token }: { id_token: string } = JSON.parse(await response.text());
    return token;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
