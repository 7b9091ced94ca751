/**
 * Signs in through the provider's real pages without a browser: follows redirects, keeps cookies, fills the form,
 * and ends at the loopback address the sign-in waits on.
 */
export async function completeLogin(
  authorizationUrl: string,
  account: { readonly login: string; readonly password: string },
): Promise<void> {
  const cookies = new Map<string, string>();
  let url = new URL(authorizationUrl);
  let form: URLSearchParams | null = null;
  for (let hop = 0; hop < 20; hop += 1) {
    const response: Response = await fetch(url, {
      method: form === null ? "GET" : "POST",
      redirect: "manual",
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") },
      ...(form === null ? {} : { body: form }),
    });
    form = null;
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ""] = cookie.split(";");
      const at = pair.indexOf("=");
      cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    const location = response.headers.get("location");
    if (location !== null) {
      url = new URL(location, url);
      continue;
    }
    const text = await response.text();
    if (url.pathname === "/callback") {
      if (!response.ok) throw new Error(`The sign-in was not expected: ${text}`);
      return;
    }
    if (response.status !== 200 || !text.includes('name="password"')) {
      throw new Error(`The provider answered ${response.status} at ${url.pathname}.`);
    }
    form = new URLSearchParams({ login: account.login, password: account.password });
  }
  throw new Error("The provider sends around in circles.");
}
