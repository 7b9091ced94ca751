import type { IncomingMessage, ServerResponse } from "node:http";
import type Provider from "oidc-provider";
import type { DemoAccount } from "./accounts.ts";

const MAX_FORM_BYTES = 10_000;

/** The provider's own pages: one form for login and password; consent is given with it. */
export function interactions(provider: Provider, accounts: readonly DemoAccount[]) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const { prompt, params, grantId, session } = await provider.interactionDetails(request, response);
      if (prompt.name === "consent" && session !== undefined) {
        const id = await consent(provider, grantId, session.accountId, params);
        await provider.interactionFinished(
          request,
          response,
          { consent: { grantId: id } },
          { mergeWithLastSubmission: true },
        );
        return;
      }
      if (request.method !== "POST") return send(response, 200, page());
      const form = await readForm(request);
      const account = accounts.find(
        ({ login, password }) => login === form.get("login") && password === form.get("password"),
      );
      if (account === undefined) return send(response, 401, page("That login and password do not match."));
      await provider.interactionFinished(request, response, { login: { accountId: account.login } });
    } catch (error) {
      send(response, 400, page(error instanceof Error ? error.message : String(error)));
    }
  };
}

async function consent(
  provider: Provider,
  grantId: string | undefined,
  accountId: string,
  params: Readonly<Record<string, unknown>>,
): Promise<string> {
  const found = grantId === undefined ? undefined : await provider.Grant.find(grantId);
  const grant = found ?? new provider.Grant({ accountId, clientId: String(params.client_id) });
  grant.addOIDCScope(String(params.scope ?? "openid"));
  return grant.save();
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_FORM_BYTES) throw new Error("The form is too large.");
    chunks.push(bytes);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
}

function send(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
  response.end(html);
}

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const page = (
  problem = "",
): string => `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">
<title>Northwind sign-in</title>
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
  body { margin: 18vh auto; max-width: 20rem; padding: 0 1rem }
  label { display: block; margin-top: 1rem } input, button { font: inherit; width: 100%; padding: .5rem; box-sizing: border-box }
  button { margin-top: 1.5rem } .problem { color: #c33 }
</style>
<h1>Northwind</h1><p>Sign in to go on to Sluice.</p>
<p class="problem" role="alert">${escaped(problem)}</p>
<form method="post">
  <label>Login <input name="login" autocomplete="username" autofocus required></label>
  <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
  <button type="submit">Sign in</button>
</form></html>`;
