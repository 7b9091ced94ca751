import { expect, test } from "vitest";
import { callerKind } from "../../protocol/callerKind.ts";

test.each([
  ["an id token", "person", { sub: "ada", aud: "sluice", azp: "sluice", nonce: "n" }],
  ["a person's access token (RFC 9068)", "person", { sub: "ada", client_id: "sluice" }],
  ["a person of Okta", "person", { sub: "ada@example.org", cid: "0oa1", uid: "00u1" }],
  ["a person of Entra ID", "person", { sub: "pairwise", oid: "object", name: "Ada", azp: "sluice" }],
  ["a customer of Entra ID", "person", { sub: "object", oid: "object", auth_time: 1, name: "Ada" }],
  ["a person of Keycloak", "person", { sub: "uuid", azp: "sluice", preferred_username: "ada" }],
  ["client credentials (RFC 9068)", "service", { sub: "nightly", client_id: "nightly" }],
  ["a service of Auth0", "service", { sub: "nightly@clients", azp: "nightly", gty: "client-credentials" }],
  ["a service of Okta", "service", { sub: "0oa1", cid: "0oa1" }],
  ["an application of Entra ID", "service", { sub: "object", oid: "object", azp: "app" }],
  ["an application of Entra ID that says so", "service", { sub: "a", oid: "b", idtyp: "app", name: "App" }],
  ["a service of Keycloak", "service", { sub: "uuid", azp: "n", preferred_username: "service-account-n" }],
  [
    "a service account of Google",
    "service",
    { sub: "117", azp: "117", email: "n@p.iam.gserviceaccount.com" },
  ],
  ["a program that acts for a person (RFC 8693)", "delegate", { sub: "ada", act: { sub: "copilot" } }],
  ["a service that acts for a person", "delegate", { sub: "ada", azp: "ada", act: { sub: "copilot" } }],
])("%s is of a %s", (_what, kind, payload) => {
  expect(callerKind(payload)).toBe(kind);
});
