import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { fileSecrets } from "../../agent/identity/fileSecrets.ts";
import { Identity } from "../../agent/identity/identity.ts";
import type { SecretStore } from "../../agent/identity/secretStore.ts";
import { loadSession, type StoredSession, storeSession } from "../../agent/identity/storedSession.ts";
import type { IdentityState } from "../../protocol/messages.ts";
import { completeLogin } from "../../scripts/demo/browserless.ts";
import { type DemoProvider, startDemoProvider } from "../../scripts/demo/provider.ts";
import { memorySecrets, newHome, problemTold } from "../robustness/engine.ts";
import { enterDeviceCode } from "./browser.ts";

const ADA = { login: "ada", password: "ada-demo" };
const NEVER = new AbortController().signal;

let provider: DemoProvider;
let home: string;
let secrets: SecretStore;
const opened: Identity[] = [];

interface Changes {
  readonly openBrowser?: (url: string) => Promise<boolean>;
  readonly provider?: Pick<DemoProvider, "issuer" | "clientId"> | null;
  readonly secrets?: SecretStore;
  readonly retryMs?: number;
}

/** Signs in as Ada unless the test drives the browser itself. */
function identity(changes: Changes = {}): Identity {
  const at = changes.provider === undefined ? provider : changes.provider;
  const made = new Identity({
    home,
    secrets: changes.secrets ?? secrets,
    ...(changes.retryMs === undefined ? {} : { retryMs: changes.retryMs }),
    config: at === null ? null : { issuer: at.issuer, clientId: at.clientId },
    openBrowser:
      changes.openBrowser ??
      (async (url) => {
        await completeLogin(url, ADA);
        return true;
      }),
  });
  opened.push(made);
  return made;
}

const stored = async (): Promise<Extract<StoredSession, { kind: "user" }>> => {
  const session = await loadSession(secrets);
  if (session === null || session === "unreadable" || session.kind !== "user")
    throw new Error("Nobody's session is stored.");
  return session;
};
/** As if the access token's time had run out. */
const expire = async (): Promise<void> =>
  storeSession(secrets, { ...(await stored()), expiresAt: Date.now() - 1_000 });
const post = (where: string, fields: Record<string, string>, at = provider): Promise<Response> =>
  fetch(`${at.issuer}${where}`, {
    method: "POST",
    body: new URLSearchParams({ client_id: at.clientId, ...fields }),
  });
const next = (from: Identity, wanted: (state: IdentityState) => boolean): Promise<IdentityState> =>
  new Promise((resolve) => {
    const stop = from.onChange((state) => {
      if (!wanted(state)) return;
      stop();
      resolve(state);
    });
  });

beforeAll(async () => {
  provider = await startDemoProvider();
});
afterAll(() => provider.stop());
beforeEach(() => {
  home = newHome();
  secrets = memorySecrets();
});
afterEach(() => {
  vi.unstubAllGlobals();
  for (const one of opened.splice(0)) one.close();
  fs.rmSync(home, { recursive: true, force: true });
});

describe("signing in with code and PKCE", () => {
  test("names the person and the groups of the provider", async () => {
    const ada = identity();
    expect(ada.state()).toEqual({ kind: "signed_out", providerConfigured: true });
    const actor = await ada.signIn({ signal: NEVER });
    expect(actor).toEqual({
      kind: "user",
      subject: "ada",
      issuer: provider.issuer,
      name: "Ada Lindqvist",
      email: "ada@northwind-demo.example",
      groups: ["developers"],
    });
    expect(ada.requireActor()).toEqual(actor);
  });

  test("asks for nothing but a code, with S256, state and nonce of its own each time", async () => {
    const asked: URL[] = [];
    const openBrowser = async (url: string): Promise<boolean> => {
      asked.push(new URL(url));
      await completeLogin(url, ADA);
      return true;
    };
    await identity({ openBrowser }).signIn({ signal: NEVER });
    await identity({ openBrowser }).signIn({ signal: NEVER });
    const [first, second] = asked.map(({ searchParams }) => Object.fromEntries(searchParams));
    expect(first).toMatchObject({ response_type: "code", code_challenge_method: "S256" });
    for (const name of ["state", "nonce", "code_challenge"]) expect(first?.[name]).not.toBe(second?.[name]);
    expect(new URL(first?.redirect_uri ?? "").hostname).toBe("127.0.0.1");
  });

  test("a wrong password signs nobody in", async () => {
    const cancel = new AbortController();
    const ada = identity({
      openBrowser: async (url) => {
        await expect(completeLogin(url, { login: "ada", password: "guess" })).rejects.toThrow("401");
        cancel.abort();
        return true;
      },
    });
    expect((await problemTold(ada.signIn({ signal: cancel.signal }))).code).toBe("sign-in-cancelled");
    expect((await problemTold(Promise.resolve().then(() => ada.requireActor()))).code).toBe("not-signed-in");
  });

  test("a browser that was not opened", async () => {
    const ada = identity({ openBrowser: () => Promise.resolve(false) });
    expect((await problemTold(ada.signIn({ signal: NEVER }))).code).toBe("browser-declined");
  });

  test("declined at the provider", async () => {
    const ada = identity({
      openBrowser: async (url) => {
        const { redirect_uri: redirect = "", state = "" } = Object.fromEntries(new URL(url).searchParams);
        const answer = new URLSearchParams({ error: "access_denied", state, iss: provider.issuer });
        expect((await fetch(`${redirect}?${answer}`)).status).toBe(200);
        return true;
      },
    });
    expect(await problemTold(ada.signIn({ signal: NEVER }))).toMatchObject({
      code: "sign-in-declined",
      message: "Signing in was declined.",
    });
  });
});

describe("answers that do not belong to the question are refused", () => {
  const failing = async (tamper: (url: URL) => void | Promise<void>): Promise<string> => {
    const ada = identity({
      openBrowser: async (text) => {
        const url = new URL(text);
        await tamper(url);
        await completeLogin(url.href, ADA);
        return true;
      },
    });
    const { code } = await problemTold(ada.signIn({ signal: NEVER }));
    expect(ada.state().kind).toBe("signed_out");
    expect(await loadSession(secrets)).toBeNull();
    return code;
  };

  test("another nonce in the id token", async () => {
    expect(await failing((url) => url.searchParams.set("nonce", "somebody-elses"))).toBe("sign-in-failed");
  });
  test("a code that another verifier was made for", async () => {
    expect(await failing((url) => url.searchParams.set("code_challenge", "A".repeat(43)))).toBe(
      "sign-in-refused",
    );
  });
  test("a made-up code, of this provider or under another provider's name", async () => {
    const ada = (iss: string) =>
      identity({
        openBrowser: async (text) => {
          const { redirect_uri: redirect = "", state = "" } = Object.fromEntries(new URL(text).searchParams);
          await fetch(`${redirect}?${new URLSearchParams({ code: "made-up", state, iss })}`);
          return true;
        },
      });
    expect((await problemTold(ada(provider.issuer).signIn({ signal: NEVER }))).code).toBe("sign-in-refused");
    expect((await problemTold(ada("https://evil.example").signIn({ signal: NEVER }))).code).toBe(
      "sign-in-failed",
    );
  });
  test("another state is turned away, and the right answer is still waited for", async () => {
    const ada = identity({
      openBrowser: async (text) => {
        const url = new URL(text);
        const redirect = url.searchParams.get("redirect_uri") ?? "";
        const foreign = await fetch(`${redirect}?code=stolen&state=somebody-elses`);
        expect(foreign.status).toBe(400);
        expect(await foreign.text()).toContain("This sign-in is not expected");
        expect((await fetch(new URL("/elsewhere", redirect))).status).toBe(400);
        await completeLogin(url.href, ADA);
        return true;
      },
    });
    await ada.signIn({ signal: NEVER });
    expect(ada.state().kind).toBe("signed_in");
  });
  test("the same answer a second time", async () => {
    let redirect = "";
    let state = "";
    const ada = identity({
      openBrowser: async (text) => {
        ({ redirect_uri: redirect = "", state = "" } = Object.fromEntries(new URL(text).searchParams));
        await completeLogin(text, ADA);
        const again = await fetch(`${redirect}?code=again&state=${state}`).catch(() => null);
        expect(again?.status ?? 400).toBe(400);
        return true;
      },
    });
    await ada.signIn({ signal: NEVER });
    await expect(fetch(`${redirect}?code=late&state=${state}`)).rejects.toThrow();
  });
});

describe("the session", () => {
  test("is taken up again after a restart, without asking the provider", async () => {
    const actor = await identity().signIn({ signal: NEVER });
    const later = identity({ openBrowser: () => Promise.reject(new Error("no browser here")) });
    await later.restore();
    expect(later.state()).toMatchObject({ kind: "signed_in", actor });
  });

  test("is refreshed before it ends, and a rotated refresh token is kept", async () => {
    const short = await startDemoProvider({ accessTokenTtl: 2 });
    try {
      const ada = identity({ provider: short });
      await ada.signIn({ signal: NEVER });
      const before = await stored();
      const renewed = await next(ada, ({ kind }) => kind !== "signed_out");
      const after = await stored();
      expect(renewed).toMatchObject({ kind: "signed_in", actor: before.actor });
      expect(after.expiresAt).toBeGreaterThan(before.expiresAt);
      expect(after.accessToken).not.toBe(before.accessToken);
      expect(after.refreshToken).not.toBe(before.refreshToken);
      expect(await next(ada, ({ kind }) => kind !== "signed_out")).toMatchObject({ kind: "signed_in" });
    } finally {
      await short.stop();
    }
  });

  test("is refreshed at the start where it has ended meanwhile", async () => {
    await identity().signIn({ signal: NEVER });
    const { accessToken } = await stored();
    await expire();
    const later = identity();
    await later.restore();
    expect(later.state().kind).toBe("signed_in");
    expect((await stored()).accessToken).not.toBe(accessToken);
  });

  test("is refreshed once where two processes need it at once", async () => {
    const kept = fileSecrets(path.join(home, "secrets"));
    secrets = kept;
    await identity().signIn({ signal: NEVER });
    for (let round = 0; round < 3; round += 1) {
      const { accessToken } = await stored();
      await expire();
      // The provider revokes the whole session when a refresh token is used a second time.
      const [a, b] = await Promise.all([takenUp(), takenUp()]);
      expect(a.state.kind).toBe("signed_in");
      expect(b).toEqual(a);
      expect((await stored()).accessToken).not.toBe(accessToken);
    }
  });

  test("one process that died holding the lock keeps nobody waiting", async () => {
    fs.writeFileSync(path.join(home, "session.lock"), "");
    await identity().signIn({ signal: NEVER });
    await expire();
    const later = identity();
    await later.restore();
    expect(later.state().kind).toBe("signed_in");
  });

  test("ends with a clear prompt where the refresh token was revoked or has expired", async () => {
    await identity().signIn({ signal: NEVER });
    const { refreshToken = "" } = await stored();
    expect((await post("/token/revocation", { token: refreshToken })).status).toBe(200);
    await expire();
    const later = identity();
    await later.restore();
    const state = later.state();
    expect(state).toMatchObject({ kind: "expired", actor: { subject: "ada" } });
    const problem = await problemTold(Promise.resolve().then(() => later.requireActor()));
    expect(problem.code).toBe("session-expired");
    expect(problem.message).toContain("The session of ada@northwind-demo.example has ended:");
    expect(problem.action).toBe("Sign in again.");
    await later.signIn({ signal: NEVER });
    expect(later.state().kind).toBe("signed_in");
  });

  test("revoked while it is in use ends at the next refresh, by itself", async () => {
    const short = await startDemoProvider({ accessTokenTtl: 2 });
    try {
      const ada = identity({ provider: short });
      await ada.signIn({ signal: NEVER });
      const { refreshToken = "" } = await stored();
      await post("/token/revocation", { token: refreshToken }, short);
      expect(await next(ada, ({ kind }) => kind !== "signed_in")).toMatchObject({ kind: "expired" });
    } finally {
      await short.stop();
    }
  });

  test("of another provider or another client is not taken up", async () => {
    await identity().signIn({ signal: NEVER });
    const other = identity({ provider: { issuer: "https://other.example", clientId: "sluice" } });
    await other.restore();
    expect(other.state()).toMatchObject({
      kind: "signed_out",
      reason: "The sign-in provider has changed.",
    });
  });

  test("that cannot be read is no session", async () => {
    await secrets.store("session", '{"kind":"user"}');
    const later = identity();
    await later.restore();
    expect(later.state()).toMatchObject({
      kind: "signed_out",
      reason: "The stored session could not be read.",
    });
  });

  test("lies in files that only their owner may read, or it is refused", async () => {
    secrets = fileSecrets(path.join(home, "secrets"));
    await identity().signIn({ signal: NEVER });
    const file = path.join(home, "secrets", "session.secret");
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    expect(fs.statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
    fs.chmodSync(file, 0o644);
    const problem = await problemTold(identity().restore());
    expect(problem.code).toBe("secret-readable-by-others");
    expect(problem.action).toContain(`chmod 600 "${file}"`);
  });
});

function takenUp(): Promise<{ readonly state: IdentityState; readonly token: string }> {
  const script = path.join(import.meta.dirname, "sessionProcess.ts");
  const child = spawn(process.execPath, [script, home, provider.issuer, provider.clientId], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return new Promise((resolve, reject) => {
    let out = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out += text;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(JSON.parse(out));
      else reject(new Error(`The process ended with ${code}.`));
    });
  });
}

describe("signing out", () => {
  test("revokes both tokens at the provider, and forgets them here", async () => {
    const ada = identity();
    await ada.signIn({ signal: NEVER });
    const { accessToken, refreshToken = "" } = await stored();
    const headers = { authorization: `Bearer ${accessToken}` };
    expect((await fetch(`${provider.issuer}/me`, { headers })).status).toBe(200);
    await ada.signOut();
    expect(ada.state()).toEqual({ kind: "signed_out", providerConfigured: true });
    expect(await loadSession(secrets)).toBeNull();
    expect((await fetch(`${provider.issuer}/me`, { headers })).status).toBe(401);
    const again = await post("/token", { grant_type: "refresh_token", refresh_token: refreshToken });
    expect(await again.json()).toMatchObject({ error: "invalid_grant" });
  });

  test("in one window ends the session of another at its next refresh", async () => {
    const short = await startDemoProvider({ accessTokenTtl: 2 });
    try {
      const [here, there] = [identity({ provider: short }), identity({ provider: short })];
      await here.signIn({ signal: NEVER });
      await there.restore();
      await here.signOut();
      expect(await next(there, ({ kind }) => kind !== "signed_in")).toMatchObject({
        kind: "expired",
        reason: "You signed out in another window.",
      });
    } finally {
      await short.stop();
    }
  });

  test("while the session is being refreshed does not bring it back", async () => {
    await identity().signIn({ signal: NEVER });
    await expire();
    const later = identity();
    const restoring = later.restore();
    await next(later, ({ kind }) => kind === "signed_in");
    await later.signOut();
    await restoring;
    expect(later.state().kind).toBe("signed_out");
    expect(await loadSession(secrets)).toBeNull();
  });

  test("works without the provider", async () => {
    const gone = await startDemoProvider();
    const ada = identity({ provider: gone });
    await ada.signIn({ signal: NEVER });
    await gone.stop();
    await ada.signOut();
    expect(await loadSession(secrets)).toBeNull();
  });
});

describe("a provider that is down", () => {
  const nobody = { issuer: "http://127.0.0.1:1", clientId: "sluice" };

  test("is told at sign-in", async () => {
    expect(await problemTold(identity({ provider: nobody }).signIn({ signal: NEVER }))).toEqual({
      code: "provider-unreachable",
      message: "The sign-in provider http://127.0.0.1:1 does not answer.",
      action: "Check the network or VPN and try again; nothing runs without a session.",
    });
  });

  test("leaves a session that has not ended as it is, and no anonymous one when it has", async () => {
    const gone = await startDemoProvider();
    await identity({ provider: gone }).signIn({ signal: NEVER });
    await gone.stop();
    const meanwhile = identity({ provider: gone });
    await meanwhile.restore();
    expect(meanwhile.state().kind).toBe("signed_in");
    await expire();
    const later = identity({ provider: gone });
    await later.restore();
    expect(later.state()).toMatchObject({ kind: "expired" });
    const problem = await problemTold(Promise.resolve().then(() => later.requireActor()));
    expect(problem).toMatchObject({ code: "session-expired", action: "Sign in again." });
    expect(problem.message).toContain("does not answer");
  });
});

test("a session that ended while the provider could not be reached goes on when it can", async () => {
  await identity().signIn({ signal: NEVER });
  await expire();
  const reach = globalThis.fetch;
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("fetch failed")));
  const later = identity({ retryMs: 20 });
  await later.restore();
  expect(later.state()).toMatchObject({ kind: "expired" });
  vi.stubGlobal("fetch", reach);
  expect(await next(later, ({ kind }) => kind === "signed_in")).toMatchObject({ actor: { subject: "ada" } });
  expect(later.requireActor()).toMatchObject({ subject: "ada" });
});

describe("with a code on another device", () => {
  test("signs in once the person has entered it there", async () => {
    const ada = identity();
    const actor = await ada.signInByDevice({
      signal: NEVER,
      show: (code, uri) => {
        expect(code).toMatch(/^[A-Z]{4}-[A-Z]{4}$/);
        void enterDeviceCode(uri, ADA);
      },
    });
    expect(actor).toMatchObject({ subject: "ada", groups: ["developers"] });
  });

  test("is declined there", async () => {
    const declined = identity().signInByDevice({
      signal: NEVER,
      show: (_code, uri) => void enterDeviceCode(uri, ADA, "abort"),
    });
    expect((await problemTold(declined)).code).toBe("sign-in-declined");
  });

  test("is given up", async () => {
    const cancel = new AbortController();
    const given = identity().signInByDevice({ signal: cancel.signal, show: () => cancel.abort() });
    expect((await problemTold(given)).code).toBe("sign-in-cancelled");
  });
});

describe("without a provider", () => {
  test("a person may go on unverified, and says so", async () => {
    const local = identity({ provider: null });
    const actor = await local.continueAsLocalUser();
    expect(actor.kind).toBe("local_user");
    expect(local.label()).toContain("(unverified)");
    const later = identity({ provider: null });
    await later.restore();
    expect(later.state()).toEqual({ kind: "signed_in", actor });
  });

  test("nobody can sign in", async () => {
    const local = identity({ provider: null });
    expect((await problemTold(local.signIn({ signal: NEVER }))).code).toBe("no-provider");
  });

  test("a local user ends where a provider is set up, and cannot be one there", async () => {
    await identity({ provider: null }).continueAsLocalUser();
    const later = identity();
    await later.restore();
    expect(later.state()).toMatchObject({ kind: "signed_out" });
    expect((await problemTold(later.continueAsLocalUser())).code).toBe("provider-configured");
  });
});

describe("a service", () => {
  afterEach(() => {
    delete process.env.SLUICE_SERVICE_ID;
    delete process.env.SLUICE_SERVICE_SECRET;
  });

  test("signs in with credentials of its own", async () => {
    process.env.SLUICE_SERVICE_ID = provider.service.clientId;
    process.env.SLUICE_SERVICE_SECRET = provider.service.clientSecret;
    expect(await identity().requireService()).toMatchObject({
      kind: "service",
      subject: provider.service.clientId,
    });
  });

  test("with a wrong secret, or none, is nobody", async () => {
    expect((await problemTold(identity().requireService())).code).toBe("no-service-credentials");
    process.env.SLUICE_SERVICE_ID = provider.service.clientId;
    process.env.SLUICE_SERVICE_SECRET = "guess";
    expect((await problemTold(identity().requireService())).code).toBe("sign-in-refused");
  });
});
