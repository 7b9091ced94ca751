import type { SignInSettings } from "../../protocol/collector/search.ts";
import { noteKeyText } from "../../protocol/log/checkpoint.ts";
import { sha256Bytes } from "../../protocol/node/crypto.ts";
import type { Collector } from "../collector.ts";
import type { Asked, Route } from "../http/route.ts";
import { Refusal } from "../refusal.ts";

const HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark light">
<title>Sluice</title>
<link rel="stylesheet" href="/console/codicon.css">
<link rel="stylesheet" href="/console/console.css">
</head>
<body>
<div id="page"></div>
<noscript>The console needs JavaScript.</noscript>
<script src="/console/console.js" defer></script>
</body>
</html>
`;

/** The console's page and its files. They hold nothing of anybody: what they show they ask for with a token. */
export function consoleRoutes(collector: Collector): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/",
      access: "anyone",
      handle: (asked) => page(collector, asked),
    },
    {
      method: "GET",
      path: "/console/:file",
      access: "anyone",
      handle: async ({ param, reply }) => {
        const asset = collector.page.get(param("file"));
        if (asset === undefined)
          throw new Refusal("not-found", "The console has no such file.", "Open the console at /.");
        void reply.type(asset.type).header("cache-control", "no-cache");
        return asset.bytes;
      },
    },
    { method: "GET", path: "/v1/signin", access: "anyone", handle: () => signIn(collector) },
  ];
}

async function page({ signInEndpoints, page: files }: Collector, { reply }: Asked): Promise<string> {
  if (files.size === 0)
    throw new Refusal(
      "not-found",
      "This collector was started without its console.",
      "Run `npm run build`, and start it again.",
    );
  const endpoints = await signInEndpoints.read();
  void reply
    .type("text/html; charset=utf-8")
    .header("cache-control", "no-cache")
    .header("content-security-policy", contentPolicy(endpoints?.tokenEndpoint ?? null));
  return HTML;
}

/** The toolkit opens an empty style element and fills it by script: that much is let through. */
const EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

/** Nothing from elsewhere, nothing inline; it talks to the collector, and to the provider for its token. */
function contentPolicy(tokenEndpoint: string | null): string {
  const provider = tokenEndpoint === null ? "" : ` ${new URL(tokenEndpoint).origin}`;
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' ${EMPTY_STYLE}`,
    "font-src 'self'",
    "img-src 'self'",
    `connect-src 'self'${provider}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

async function signIn({ identity, log, keys, signInEndpoints }: Collector): Promise<SignInSettings> {
  const endpoints = await signInEndpoints.read();
  if (endpoints === null)
    throw new Refusal(
      "unavailable",
      "The sign-in provider does not answer.",
      "Try again; if it stays so, tell whoever runs the collector.",
    );
  const { issuer, clientId } = identity;
  const logKey = noteKeyText(sha256Bytes, keys.checkpoints(log));
  return { issuer, clientId, ...endpoints, log, logKey };
}
