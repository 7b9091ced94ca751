import type { DemoAccount } from "../../scripts/demo/accounts.ts";

/** Follows redirects, keeps cookies and fills in forms, as a person with a browser on another device would. */
export async function enterDeviceCode(
  verificationUri: string,
  account: Pick<DemoAccount, "login" | "password">,
  decision: "confirm" | "abort" = "confirm",
): Promise<string> {
  const cookies = new Map<string, string>();
  let url = new URL(verificationUri);
  let body: URLSearchParams | null = null;
  let aborted = false;
  for (let hop = 0; hop < 20; hop += 1) {
    const response: Response = await fetch(url, {
      method: body === null ? "GET" : "POST",
      redirect: "manual",
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") },
      ...(body === null ? {} : { body }),
    });
    body = null;
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get("location");
    if (location !== null) {
      url = new URL(location, url);
      continue;
    }
    const page = await response.text();
    const action = /<form[^>]*action="([^"]+)"/.exec(page)?.[1];
    if (!page.includes("<form") || aborted) return page;
    body = new URLSearchParams();
    for (const [, attributes = ""] of page.matchAll(/<input([^>]*)>/g)) {
      const name = /name="([^"]+)"/.exec(attributes)?.[1];
      if (name !== undefined) body.set(name, /value="([^"]*)"/.exec(attributes)?.[1] ?? "");
    }
    if (page.includes('name="password"')) {
      body.set("login", account.login);
      body.set("password", account.password);
    } else if (decision === "abort") {
      body.set("abort", "yes");
      aborted = true;
    } else if (body.has("user_code")) body.set("confirm", "yes");
    if (action !== undefined) url = new URL(action.replaceAll("&amp;", "&"), url);
  }
  throw new Error("The provider sends around in circles.");
}
