import { execFile } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const DDL = "CREATE TABLE public.orders (id int PRIMARY KEY, code text, email text);";

/** What a workspace says of columns holds against DDL as it does on a connection. */
describe("shared labels without a database", () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "sluice-labels-"));
    fs.mkdirSync(path.join(folder, ".sluice"));
    fs.writeFileSync(path.join(folder, "schema.sql"), DDL);
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  const say = (text: string): void => fs.writeFileSync(path.join(folder, ".sluice", "labels.yaml"), text);

  function sluice(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
    const cli = new URL("../../agent/cli.ts", import.meta.url).pathname;
    return new Promise((resolve) => {
      const options = { cwd: folder, env: { ...process.env, SLUICE_HOME: path.join(folder, "home") } };
      const child = execFile(process.execPath, [cli, ...args], options, (_, out, err) =>
        resolve({ code: child.exitCode ?? -1, out, err }),
      );
    });
  }

  const levels = async (...args: readonly string[]) => {
    const { out, err } = await sluice("classify", "--schema", "schema.sql", "--json", ...args);
    const { columns }: { columns: readonly { column: string; level: string }[] } = JSON.parse(out);
    return { ...Object.fromEntries(columns.map(({ column, level }) => [column, level])), err };
  };
  const masks = async (...args: readonly string[]) => {
    const sql = "SELECT id, code, email FROM public.orders";
    const { out } = await sluice("check", "--schema", "schema.sql", "--json", ...args, sql);
    const { columns }: { columns: readonly { name: string; mask: unknown }[] } = JSON.parse(out);
    return Object.fromEntries(columns.map(({ name, mask }) => [name, mask !== null]));
  };

  it("raise what is classified and what is masked", async () => {
    expect(await levels()).toMatchObject({ code: "public", email: "confidential" });
    expect(await masks()).toEqual({ id: false, code: false, email: true });
    say("labels:\n  - {column: public.orders.code, is: payment_card, reason: card numbers}\n");
    expect(await levels()).toMatchObject({ code: "restricted", email: "confidential", err: "" });
    expect(await masks()).toEqual({ id: false, code: true, email: true });
  });

  it("raise columns that a migration adds, and what is copied from them", async () => {
    say("labels:\n  - {connection: prod, column: public.orders.tag, is: us_ssn, reason: numbers}\n");
    const sql = `ALTER TABLE public.orders ADD COLUMN tag text;
      CREATE TABLE public.copy AS SELECT tag AS harmless FROM public.orders;
      SELECT harmless FROM public.copy;`;
    const { out } = await sluice("check", "--schema", "schema.sql", "--json", sql);
    const last: unknown = JSON.parse(out.trim().split("\n").at(-1) ?? "");
    expect(last).toMatchObject({ columns: [{ name: "harmless", mask: expect.any(String) }] });
  });

  it("lower nothing, since nobody is signed in who may, and say so", async () => {
    say("labels:\n  - {column: public.orders.email, is: ordinary, level: public, reason: all are ours}\n");
    const found = await levels();
    expect(found).toMatchObject({ email: "confidential" });
    expect(found.err).toContain("would lower public.orders.email");
    expect(await masks()).toMatchObject({ email: true });
  });

  it.each([
    ["labels:\n  - {column: public.orders.code, is: emial, reason: r}\n", "line 2, column 38", "email"],
    ["labels:\n  - {colum: public.orders.code, is: email, reason: r}\n", "line 2, column 6", "colum"],
    ["types:\n  - {is: email, level: secret, reason: r}\n", "line 2, column 24", "confidential"],
    ["labels: [", "line 1", ""],
  ])("stop everything where they have a mistake: %j", async (text, place, word) => {
    say(text);
    for (const command of [["classify"], ["check", "SELECT 1"]]) {
      const [name = "", ...rest] = command;
      const { code, out, err } = await sluice(name, "--schema", "schema.sql", ...rest);
      expect({ code, out }).toEqual({ code: 1, out: "" });
      expect(err).toContain(path.join(".sluice", "labels.yaml"));
      expect(err).toContain(place);
      expect(err).toContain(word);
    }
  });
});
