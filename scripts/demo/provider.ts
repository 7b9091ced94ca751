import fs from "node:fs";
import http from "node:http";
import { exportJWK, generateKeyPair, type JWK } from "jose";
import Provider, { type Configuration, interactionPolicy } from "oidc-provider";
import { ACCOUNTS, type DemoAccount } from "./accounts.ts";
import { interactions } from "./loginPage.ts";
import { MemoryAdapter } from "./memoryAdapter.ts";

export interface DemoProviderOptions {
  readonly port?: number;
  /** Where signing keys are kept, so that sessions survive a restart of the demo. */
  readonly keyFile?: string;
  readonly accounts?: readonly DemoAccount[];
  /** Seconds an access token lives. */
  readonly accessTokenTtl?: number;
}

export interface DemoProvider {
  readonly issuer: string;
  readonly clientId: string;
  /** A client of its own kind, for services: client credentials. */
  readonly service: { readonly clientId: string; readonly clientSecret: string };
  readonly accounts: readonly DemoAccount[];
  stop(): Promise<void>;
}

const CLIENT_ID = "sluice";
const SERVICE = { clientId: "nightly-report", clientSecret: "nightly-report-demo-secret" };

/** A real OpenID provider on loopback, with a login page and a few accounts. */
export async function startDemoProvider(options: DemoProviderOptions = {}): Promise<DemoProvider> {
  const accounts = options.accounts ?? ACCOUNTS;
  const server = http.createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const issuer = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  const provider = new Provider(issuer, {
    ...CONFIGURATION,
    adapter: MemoryAdapter,
    interactions: {
      url: (_context, interaction) => `${issuer}/interaction/${interaction.uid}`,
      policy: askEachTime(),
    },
    jwks: { keys: [await signingKey(options.keyFile)] },
    ttl: {
      AccessToken: options.accessTokenTtl ?? 15 * 60,
      IdToken: options.accessTokenTtl ?? 15 * 60,
      RefreshToken: 14 * 24 * 60 * 60,
      Session: 24 * 60 * 60,
      Grant: 14 * 24 * 60 * 60,
      Interaction: 10 * 60,
      DeviceCode: 10 * 60,
      ClientCredentials: 10 * 60,
    },
    // A server's token says who it is for, as RFC 9068 has it: programs ask for one by the server's address.
    extraTokenClaims: (_context, token) => {
      const account = accounts.find(({ login }) => token.kind === "AccessToken" && login === token.accountId);
      return account && { name: account.name, email: account.email, groups: [...account.groups] };
    },
    findAccount: (_context, login) => {
      const account = accounts.find((candidate) => candidate.login === login);
      if (account === undefined) return undefined;
      const { name, email, groups } = account;
      return {
        accountId: login,
        claims: () => ({
          sub: login,
          name,
          email,
          email_verified: true,
          preferred_username: login,
          groups: [...groups],
        }),
      };
    },
  });
  const login = interactions(provider, accounts);
  const callback = provider.callback();
  server.on("request", (request, response) => {
    // An editor in the browser may come through its own proxy: redirects must lead back to the provider itself.
    request.headers.host = new URL(issuer).host;
    if (request.url?.startsWith("/interaction/")) void login(request, response);
    else void callback(request, response);
  });
  return {
    issuer,
    clientId: CLIENT_ID,
    service: SERVICE,
    accounts,
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

const CONFIGURATION: Configuration = {
  clients: [
    {
      client_id: CLIENT_ID,
      client_name: "Sluice",
      application_type: "native",
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
      response_types: ["code"],
      // The editor and the command line listen at the first, the collector's page is the second; ports are free.
      redirect_uris: ["http://127.0.0.1/callback", "http://127.0.0.1/"],
    },
    {
      client_id: SERVICE.clientId,
      client_secret: SERVICE.clientSecret,
      grant_types: ["client_credentials"],
      response_types: [],
      redirect_uris: [],
    },
  ],
  pkce: { required: () => true },
  claims: {
    openid: ["sub"],
    profile: ["name", "preferred_username"],
    email: ["email", "email_verified"],
    groups: ["groups"],
  },
  scopes: ["openid", "profile", "email", "groups", "offline_access"],
  conformIdTokenClaims: false,
  rotateRefreshToken: true,
  // A page asks for its token itself.
  clientBasedCORS: (_context, origin) => new URL(origin).hostname === "127.0.0.1",
  issueRefreshToken: async (_context, client) => client.grantTypeAllowed("refresh_token"),
  features: {
    devInteractions: { enabled: false },
    deviceFlow: { enabled: true },
    revocation: { enabled: true, allowedPolicy: () => true },
    clientCredentials: { enabled: true },
    // A service names the collector, and gets a token the collector can read.
    resourceIndicators: {
      enabled: true,
      defaultResource: () => [],
      getResourceServerInfo: (_context, resource) => ({
        scope: "",
        audience: resource,
        accessTokenFormat: "jwt",
        jwt: { sign: { alg: "RS256" } },
      }),
    },
    rpInitiatedLogout: { enabled: true },
  },
  cookies: { keys: ["the demo's cookies guard nothing of value"] },
};

/** Asks for login and password at every sign-in, so that one browser can try several accounts. */
function askEachTime(): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base();
  const { Check } = interactionPolicy;
  const check = new Check(
    "each_time",
    "The demo asks who you are each time.",
    "login_required",
    ({ oidc }) => (oidc.result?.login === undefined ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT),
  );
  policy.get("login")?.checks.add(check);
  return policy;
}

async function signingKey(file: string | undefined): Promise<JWK> {
  if (file !== undefined && fs.existsSync(file)) return JSON.parse(fs.readFileSync(file, "utf8"));
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const key: JWK = { ...(await exportJWK(privateKey)), use: "sig", alg: "RS256", kid: "demo" };
  if (file !== undefined) fs.writeFileSync(file, JSON.stringify(key), { mode: 0o600 });
  return key;
}
