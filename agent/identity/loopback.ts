import http from "node:http";
import { IdentityError, signInCancelled } from "./identityError.ts";

const WAIT_MS = 5 * 60_000;

export interface Loopback {
  readonly redirectUri: string;
  /** The address the browser came back to. One answer only; whatever comes later is turned away. */
  readonly answer: Promise<URL>;
  close(): void;
}

/**
 * Listens on 127.0.0.1 at a port of the system's choice for the one redirect of a native app's sign-in.
 * RFC 8252 section 7.3.
 */
export async function listenOnLoopback(state: string, signal: AbortSignal): Promise<Loopback> {
  const { promise, resolve, reject } = Promise.withResolvers<URL>();
  promise.catch(() => {});
  let answered = false;
  const server = http.createServer((request, response) => {
    const url = new URL(request.url ?? "/", origin(server));
    const belongs = url.pathname === "/callback" && url.searchParams.get("state") === state && !answered;
    response.writeHead(belongs ? 200 : 400, {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
      "cache-control": "no-store",
      connection: "close",
    });
    response.end(page(belongs));
    if (!belongs) return;
    answered = true;
    resolve(url);
  });
  await new Promise<void>((ready, failed) => {
    server.once("error", failed);
    server.listen(0, "127.0.0.1", ready);
  });
  const timer = setTimeout(
    () =>
      reject(
        new IdentityError(
          "sign-in-timeout",
          "Nobody signed in within five minutes.",
          "Start signing in again.",
        ),
      ),
    WAIT_MS,
  );
  const aborted = (): void => reject(signInCancelled());
  if (signal.aborted) aborted();
  signal.addEventListener("abort", aborted);
  return {
    redirectUri: `${origin(server)}/callback`,
    answer: promise,
    close: () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", aborted);
      server.close();
      server.closeIdleConnections();
    },
  };
}

function origin(server: http.Server): string {
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
}

const page = (belongs: boolean): string => `<!doctype html><html lang="en"><title>Sluice</title>
<style>body{font:16px system-ui;margin:20vh auto;max-width:30em;text-align:center;color-scheme:light dark}</style>
<h1>${belongs ? "You are signed in" : "This sign-in is not expected"}</h1>
<p>${belongs ? "Close this tab and go back to your editor." : "Start signing in from your editor or terminal again."}</p></html>`;
