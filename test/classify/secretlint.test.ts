import { lintSource } from "@secretlint/core";
import { creator } from "@secretlint/secretlint-rule-preset-recommend";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findInText } from "../../agent/classify/text/findInText.ts";
import { redactText } from "../../agent/classify/text/redactText.ts";

const config = {
  rules: [{ id: "@secretlint/secretlint-rule-preset-recommend", rule: creator, options: {} }],
};

/** Where secretlint's rules find secrets in a text. */
async function known(content: string): Promise<readonly { readonly start: number; readonly end: number }[]> {
  const source = { content, filePath: "text.txt", ext: ".txt", contentType: "text" as const };
  const { messages } = await lintSource({ source, options: { config, noPhysicFilePath: true } });
  return messages.map(({ range: [start, end] }) => ({ start, end }));
}

/** A prefix taken apart, so that nobody takes this file for a leak, and the pattern of what follows. */
const key = (prefix: readonly string[], rest: RegExp): fc.Arbitrary<string> =>
  fc.stringMatching(rest).map((random) => prefix.join("") + random);

/** Of each kind of key that the rules know, keys as they are given out. */
const KINDS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  "AWS secret": key(["AWS_SECRET_", "ACCESS_KEY=", '"'], /^[A-Za-z0-9/+]{39}[A-Za-z0-9]$/).map(
    (text) => `${text}"`,
  ),
  GitHub: key(["gh", "p_"], /^[A-Za-z0-9]{36}$/),
  "GitHub, fine-grained": key(["github", "_pat_"], /^\w{82}$/),
  "GitHub app": key(["gh", "s_"], /^\d{8}_[A-Za-z0-9_-]{40}\.[A-Za-z0-9_-]{60}\.[A-Za-z0-9_-]{40}$/),
  GitLab: key(["gl", "pat-"], /^[A-Za-z0-9_-]{19,30}[A-Za-z0-9]$/),
  npm: key(["np", "m_"], /^[A-Za-z0-9]{36}$/),
  "npm configuration": key(["//registry.npmjs.org/:_auth", "Token=np", "m_"], /^[A-Za-z0-9]{36}$/),
  Slack: key(["xo", "xb-"], /^\d{11}-\d{12}-[a-zA-Z0-9]{24}$/),
  "Slack app": key(["xa", "pp-"], /^\d-[A-Z0-9]{11}-\d{13}-[a-f0-9]{40}$/),
  "Slack webhook": key(
    ["https://hooks.slack", ".com/services/"],
    /^T[A-Z0-9]{8}\/B[A-Z0-9]{8}\/[A-Za-z0-9]{24}$/,
  ),
  "basic authentication": key(["https://", "robot:"], /^[a-zA-Z0-9_-]{8,40}$/).map(
    (text) => `${text}@host.acme.io`,
  ),
  OpenAI: key(["sk", "-proj-"], /^[A-Za-z0-9]{74}T3BlbkFJ[A-Za-z0-9]{74}$/),
  "OpenAI, old": key(["s", "k-"], /^[a-zA-Z0-9]{20}T3BlbkFJ[a-zA-Z0-9]{20}$/),
  Anthropic: key(["sk", "-ant-api03-"], /^[A-Za-z0-9_-]{93}AA$/),
  Groq: key(["gs", "k_"], /^[a-zA-Z0-9]{52}$/),
  "Hugging Face": key(["h", "f_"], /^[a-zA-Z]{34}$/),
  Linear: key(["lin", "_api_"], /^[a-zA-Z0-9]{40}$/),
  Notion: key(["nt", "n_"], /^\d{11}[A-Za-z0-9]{35}$/),
  SendGrid: key(["S", "G."], /^[A-Za-z0-9]{22}\.[A-Za-z0-9]{43}$/),
  Shopify: key(["shp", "at_"], /^[a-f0-9]{32}$/),
  Stripe: key(["sk", "_live_"], /^[a-zA-Z0-9]{24,99}$/),
  "Stripe, restricted": key(["rk", "_test_"], /^[a-zA-Z0-9]{24,99}$/),
  "Grafana cloud": key(["gl", "c_"], /^[A-Za-z0-9+/]{32,200}={0,2}$/),
  "Grafana service": key(["gl", "sa_"], /^[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}$/),
  Vault: key(["hv", "s."], /^[A-Za-z0-9]{90,120}$/),
  "Vault batch": key(["hv", "b."], /^[A-Za-z0-9]{138,200}$/),
  "Vault recovery": key(["hv", "r."], /^[A-Za-z0-9]{90,120}$/),
  Vercel: key(["vc", "p_"], /^[A-Za-z0-9]{20,60}$/),
  Databricks: key(["da", "pi"], /^[a-f0-9]{32}$/),
  Docker: key(["dckr", "_pat_"], /^[a-zA-Z0-9_-]{27}$/),
  Figma: key(["fi", "gd_"], /^[A-Za-z0-9_-]{40,200}$/),
  Cloudflare: key(["cf", "ut_"], /^[A-Za-z0-9]{40}[0-9a-f]{8}$/),
  Tailscale: key(["ts", "key-auth-"], /^[0-9A-Za-z]{12}-[0-9A-Za-z]{32}$/),
  "1Password": fc
    .stringMatching(/^[A-Za-z0-9]{200}$/)
    .map(
      (secret) =>
        `op${"s_"}${Buffer.from(JSON.stringify({ signInAddress: "a.example", userAuth: {}, email: "a@b.example", srpX: "x", muk: {}, secretKey: secret, throttleSecret: {}, deviceUuid: "d" })).toString("base64")}`,
    ),
  PostgreSQL: key(["postgres", "://app:"], /^[A-Za-z0-9!$%^&*]{10,30}$/).map(
    (text) => `${text}@db.internal/main`,
  ),
  MySQL: key(["mysql", "://app:"], /^[A-Za-z0-9]{10,30}$/).map((text) => `${text}@db.internal/main`),
  MongoDB: key(["mongodb+srv", "://app:"], /^[A-Za-z0-9]{10,30}$/).map((text) => `${text}@db.internal/main`),
  "private key": fc
    .stringMatching(/^[A-Za-z0-9+/]{400}$/)
    .map((text) => `-----BEGIN RSA ${"PRIVATE"} KEY-----\nMI${text}\n-----END RSA ${"PRIVATE"} KEY-----`),
};

const AROUND: readonly ((secret: string) => string)[] = [
  (secret) => secret,
  (secret) => `The key is ${secret} until Monday.`,
  (secret) => `export TOKEN=${secret}\nnext`,
  (secret) => `{"key":"${secret}","a":1}`,
  (secret) => `curl 'https://host.internal/x' -H 'Authorization: ${secret}'`,
  (secret) => `(${secret})`,
];

describe("secrets that secretlint's rules know", () => {
  it.each(Object.entries(KINDS))("%s: found wherever they are", async (_, secrets) => {
    let seen = 0;
    await fc.assert(
      fc.asyncProperty(secrets, fc.constantFrom(...AROUND), async (secret, around) => {
        const text = around(secret);
        const places = await known(text);
        if (places.length === 0) return;
        seen++;
        const { findings, text: shown } = redactText(text);
        const met = places.every(({ start, end }) =>
          findings.some((one) => one.start < end && one.end > start),
        );
        // Wherever a rule says it stands: nothing long of it is left.
        const left = secret.match(/[A-Za-z0-9]{12,}/g)?.filter((part) => shown.includes(part)) ?? [];
        expect({ text, met, left }).toEqual({ text, met: true, left: [] });
      }),
      { numRuns: 40 },
    );
    expect(seen).toBeGreaterThan(0);
  });

  it("are told from what only looks like them, by both", async () => {
    const alike = [
      "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
      "9fceb02d0ae598e95dc970b74767f19372d61af8",
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==",
      "public_key=ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1Qz9Zk3vQ6u9V0s9m8Y0Zk3vQ6u9V0s9m8Y0Zk3vQ6",
      "keyword=monkey&page=2&sort_key=created_at",
      "https://hooks.example.com/services/T1/B2/c3",
      "cus_monthly_report_2026 task_manager_id npm_config_registry github_pattern sk_learn_model",
      "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
      "arn:aws:iam::123456789012:role/service-role/reader",
    ];
    for (const text of alike) {
      expect({ text, secretlint: await known(text) }).toEqual({ text, secretlint: [] });
      expect({ text, found: findInText(text).map(({ detector }) => detector) }).toEqual({ text, found: [] });
    }
  });
});
