import { expect, test } from "vitest";
import { connectionLost } from "../../agent/connect/connectError.ts";
import { parseConnectionUrl } from "../../agent/connect/connectionUrl.ts";
import { centralConnectionId } from "../../protocol/lease/centralId.ts";

const { profile } = parseConnectionUrl("postgres://ada@db.example/shop");
const ended = "the server is shutting down or restarting";

test("where a login was lent, its end is told as what a lost connection may mean", () => {
  const lent = connectionLost({ ...profile, id: centralConnectionId("shop") }, ended);
  expect(lent.code).toBe("connection-lost");
  expect(lent.message).toContain(
    "the server is shutting down or restarting, or the login that the collector lent for it was taken away.",
  );
  expect(lent.action).toContain("another login is asked for");
});

test("where none was, nothing is said of logins", () => {
  const own = connectionLost(profile, ended);
  expect(own.message).toMatch(/shutting down or restarting\.$/);
  expect(JSON.stringify(own)).not.toContain("login");
});
