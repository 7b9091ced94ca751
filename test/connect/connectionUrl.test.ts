import path from "node:path";
import { describe, expect, test } from "vitest";
import { isConnectionUrl, parseConnectionUrl } from "../../agent/connect/connectionUrl.ts";
import { CONNECTION_PROFILE } from "../../protocol/connectionSchema.ts";

describe("addresses of databases", () => {
  test.each([
    ["postgres://ada@db.example/shop", { engine: "postgres", port: 5432, tls: "require", database: "shop" }],
    ["mysql://ada:p%40ss@db.example/shop", { engine: "mysql", port: 3306, tls: "require", user: "ada" }],
    [
      "mariadb://ada@localhost:3307/shop?ssl-mode=VERIFY_IDENTITY",
      { engine: "mysql", port: 3307, tls: "verify" },
    ],
    [
      "mysql://ada@127.0.0.1/shop?environment=staging",
      { engine: "mysql", tls: "disable", environment: "staging" },
    ],
    [
      "sqlite:/srv/shop.db",
      { engine: "sqlite", database: "/srv/shop.db", host: "", port: 0, name: "shop.db" },
    ],
    [
      "sqlite:///srv/my%20shop.db?environment=development",
      { database: "/srv/my shop.db", environment: "development" },
    ],
    ["sqlite:shop.db", { database: path.resolve("shop.db") }],
  ])("%s", (text, expected) => {
    expect(isConnectionUrl(text)).toBe(true);
    const { profile } = parseConnectionUrl(text);
    expect(profile).toMatchObject(expected);
    expect(CONNECTION_PROFILE.safeParse(profile).success).toBe(true);
  });

  test("the password is apart from the profile", () => {
    const { profile, password } = parseConnectionUrl("mysql://ada:p%40ss@db.example/shop");
    expect(password).toBe("p@ss");
    expect(JSON.stringify(profile)).not.toContain("p@ss");
  });

  test.each([
    "postgres://ada:/geheim@db.example/shop",
    "postgres://ada:12/geheim@db.example/shop",
    "mysql://ada:34#geheim@db.example/shop",
    "postgres://ada:ge/heim@db.example/shop",
  ])("a password that ends the address early is not taken for a database: %s", (text) => {
    expect(() => parseConnectionUrl(text)).toThrow(
      expect.objectContaining({
        name: "ConnectError",
        message: expect.not.stringContaining("heim"),
        problem: expect.objectContaining({ code: "bad-connection-url" }),
      }),
    );
  });

  test("one id for one place, another for another engine", () => {
    const id = (text: string) => parseConnectionUrl(text).profile.id;
    expect(id("mysql://ada@db.example/shop")).toBe(id("mariadb://ada:other@db.example:3306/shop"));
    expect(id("mysql://ada@db.example:5432/shop")).not.toBe(id("postgres://ada@db.example:5432/shop"));
  });

  test.each([["oracle://db.example/shop"], ["sqlite:"], ["://"]])("not one: %s", (text) => {
    expect(() => parseConnectionUrl(text)).toThrow(expect.objectContaining({ name: "ConnectError" }));
  });
});
