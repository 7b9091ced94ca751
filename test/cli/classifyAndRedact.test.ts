import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { objects, sluice } from "./sluice.ts";

const home = fs.mkdtempSync(path.join(os.tmpdir(), "sluice-text-"));
afterAll(() => fs.rmSync(home, { recursive: true, force: true }));

const write = (name: string, bytes: string | Uint8Array): string => {
  const file = path.join(home, name);
  fs.writeFileSync(file, bytes);
  return file;
};

describe("sluice classify --csv", () => {
  it("reads a file that is not UTF-8 as what it nearly always is, and says so", async () => {
    const text = "id,stra\xdfe,vorname\n1,Hauptstra\xdfe 5,J\xf6rg\n2,Ringstra\xdfe 17,J\xfcrgen\n";
    const file = write("latin.csv", Buffer.from(text, "latin1"));
    const { code, out, err } = await sluice({ home }, "classify", "--csv", file, "--json");
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining("is read as Windows-1252") });
    const { columns }: { columns: readonly unknown[] } = JSON.parse(out);
    expect(columns).toContainEqual(expect.objectContaining({ column: "straße", infoType: "street_address" }));
    expect(columns).toContainEqual(expect.objectContaining({ column: "vorname", infoType: "given_name" }));
  });

  it("tells all of why", async () => {
    const file = write("mail.csv", "mail\na@example.org\nb@example.org\n");
    const { out } = await sluice({ home }, "classify", "--csv", file);
    expect(out).toContain("2 of 2 sampled values match the form of an e-mail address");
  });

  it("reads a file whose first value is larger than all that is looked at", async () => {
    const file = write("large.csv", `id,blob,mail\n1,"${"ü".repeat(5_000_000)}",x\n`);
    const { code, err } = await sluice({ home }, "classify", "--csv", file, "--json");
    expect({ code, err }).toEqual({ code: 0, err: "" });
  });
});

describe("sluice classify --schema", () => {
  it("lists the tables of SQLite without those of the database itself", async () => {
    const file = write("lite.sql", "CREATE TABLE users(id INTEGER PRIMARY KEY, email TEXT);");
    const { out } = await sluice({ home }, "classify", "--schema", file, "--dialect", "sqlite", "--json");
    const { columns }: { columns: readonly { table: string }[] } = JSON.parse(out);
    expect(new Set(columns.map(({ table }) => table))).toEqual(new Set(["users"]));
  });

  it("takes a file for what it looks like, and says so", async () => {
    const mysql = write(
      "dump.sql",
      "-- MySQL dump 10.13\nCREATE TABLE `users` (`id` int NOT NULL AUTO_INCREMENT, `email` varchar(99), PRIMARY KEY (`id`)) ENGINE=InnoDB;\n",
    );
    const { code, out, err } = await sluice({ home }, "classify", "--schema", mysql);
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining("is read as mysql") });
    expect(out).toContain("users.email");
    const told = await sluice({ home }, "classify", "--schema", mysql, "--dialect", "postgres");
    expect(told.code).toBe(1);
    const postgres = write("pg.sql", "CREATE TABLE users (id serial, email text);");
    expect((await sluice({ home }, "classify", "--schema", postgres)).err).toBe("");
  });

  it.each(["postgres", "mysql"])("tells of a table that is created twice, in %s", async (dialect) => {
    const twice = "CREATE TABLE a (id int); CREATE TABLE IF NOT EXISTS a (b int); CREATE TABLE c (x int);";
    const args = ["classify", "--dialect", dialect, "--schema"];
    expect((await sluice({ home }, ...args, write("once.sql", twice))).err).toBe("");
    const file = write("twice.sql", `${twice} CREATE TABLE a (email text);`);
    expect((await sluice({ home }, ...args, file)).err).toMatch(/\ba is created twice/);
  });

  it("names the byte where a file is no text", async () => {
    const file = write("broken.sql", Buffer.from("create table t(\xff int);", "latin1"));
    const { code, err } = await sluice({ home }, "classify", "--schema", file);
    expect(code).toBe(1);
    expect(err).toContain("the byte at offset 15 belongs to no character");
  });
});

describe("sluice classify -c", () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startPostgres();
    const client = new pg.Client({ connectionString: server.connectionString });
    await client.connect();
    await client.query(`CREATE TABLE open (note text); CREATE TABLE closed (note text); INSERT INTO closed VALUES ('x');
      CREATE ROLE reader LOGIN PASSWORD 'reader'; GRANT SELECT ON open TO reader;
      CREATE ROLE hasty LOGIN PASSWORD 'hasty'; ALTER ROLE hasty SET statement_timeout = 1`);
    await client.end();
  });
  afterAll(() => server.stop());
  const as = (role: string): string => {
    const url = new URL(server.connectionString);
    [url.username, url.password] = [role, role];
    return `${url.href}?environment=development`;
  };

  it("tells what nobody could look at, and fails", async () => {
    const { code, err } = await sluice({ home }, "classify", "-c", as("reader"));
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(/Not read: public\.closed: .*\n.*counts as confidential/),
    });
    const { out } = await sluice({ home }, "classify", "-c", as("reader"), "--json");
    expect(JSON.parse(out).unread).toEqual([{ table: "public.closed", why: expect.any(String) }]);
  });

  it("says that a role's time is too short", async () => {
    const { code, err } = await sluice({ home }, "classify", "-c", as("hasty"));
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining("statement_timeout") });
    expect(err).not.toContain("inside Sluice");
  });
});

describe("sluice redact", () => {
  const card = "4111 1111 1111 1111";

  it("reads UTF-16, with and without its mark", async () => {
    const text = `card ${card} of a@example.org\n`;
    const little = Buffer.from(text, "utf16le");
    const big = Buffer.from(little).swap16();
    for (const input of [Buffer.concat([Buffer.from([0xff, 0xfe]), little]), little, big]) {
      const { code, out } = await sluice({ home, input }, "redact");
      expect({ code, out }).toEqual({ code: 0, out: "card [REDACTED:payment_card] of [REDACTED:email]\n" });
    }
    const csv = write("wide.csv", Buffer.from("\ufeffid,mail\n1,a@example.org\n", "utf16le"));
    expect((await sluice({ home }, "classify", "--csv", csv)).out).toContain("wide.mail");
  });

  it("tells places in the whole text, whatever pieces it came in", async () => {
    const text = `${"ä line that holds nothing\n".repeat(4_000)}😀 a@example.org\n${card}\n`;
    const found = objects(await sluice({ home, input: text }, "redact", "--json"));
    expect(
      found.map(({ infoType, start, end }) => [infoType, text.slice(Number(start), Number(end))]),
    ).toEqual([
      ["email", "a@example.org"],
      ["payment_card", card],
    ]);
  });

  it("cuts nothing in two on a line without an end", async () => {
    // Wherever the line is cut, a number stands there.
    const input = `${card} and `.repeat(120_000);
    const { out } = await sluice({ home, input }, "redact");
    expect(out.length).toBe("[REDACTED:payment_card] and ".length * 120_000);
    expect(out).not.toMatch(/\d/);
  });

  it("goes on past bytes that are no text", async () => {
    const input = Buffer.from("bad \xff bytes b@example.org\n", "latin1");
    const { code, out } = await sluice({ home, input }, "redact");
    expect({ code, out }).toEqual({ code: 0, out: "bad \ufffd bytes [REDACTED:email]\n" });
  });
});
