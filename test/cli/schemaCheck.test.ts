import { execFile } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPolicy, type Policy } from "../../agent/policy/policy.ts";
import { checkAgainstDdl, type SchemaCheck } from "../../agent/schemaCheck.ts";

const DEMO = fs.readFileSync(new URL("../../scripts/demo/schema.sql", import.meta.url), "utf8");

let policy: Policy;
beforeAll(async () => {
  policy = await createPolicy();
});

/** `kind verdict` of each statement, with the masks and the rules that found something. */
async function judged(text: string, more: Partial<SchemaCheck> = {}) {
  const all = await checkAgainstDdl({
    dialect: "postgres",
    ddl: DEMO,
    text,
    as: "person",
    environment: "production",
    policy,
    ...more,
  });
  return all.map(({ report, decision }) => ({
    is: `${report.kind} ${decision.verdict}`,
    masks: Object.fromEntries(decision.columns.map((column) => [column.name, column.mask !== null])),
    rules: decision.findings.map((finding) => finding.rule),
  }));
}

const verdicts = async (text: string, more: Partial<SchemaCheck> = {}) =>
  (await judged(text, more)).map((one) => one.is);

describe("checkAgainstDdl", () => {
  it("masks what names and types make sensitive, through views, and shows the rest", async () => {
    const [one] = await judged("SELECT id, contact, orders FROM shop.customer_overview");
    expect(one).toMatchObject({ is: "select allow", masks: { id: false, contact: true, orders: false } });
  });

  it("judges by the environment", async () => {
    const text = "UPDATE shop.products SET price = 1 WHERE id = 5";
    expect(await verdicts(text)).toEqual(["update approve"]);
    expect(await verdicts(text, { environment: "development" })).toEqual(["update allow"]);
  });

  it("judges by who asks", async () => {
    const text = "SELECT id FROM clinic.patients WHERE ssn = '1'";
    expect(await verdicts(text)).toEqual(["select allow"]);
    expect(await verdicts(text, { as: "agent" })).toEqual(["select deny"]);
    expect(await verdicts(text, { as: "service" })).toEqual(["select deny"]);
  });

  it("knows in later statements what earlier ones created, renamed and dropped", async () => {
    const all = await judged(
      `CREATE TABLE shop.visits (id int, email text);
       SELECT email FROM shop.visits;
       ALTER TABLE shop.visits RENAME COLUMN email TO remark;
       SELECT email FROM shop.visits;
       CREATE FUNCTION shop.one() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
       SELECT shop.one();
       SET search_path TO shop;
       SELECT id FROM visits;
       DROP TABLE visits;
       SELECT id FROM visits;`,
      { environment: "development" },
    );
    expect(all.map((one) => one.is.replace(/ (?:approve|deny)$/, " …"))).toEqual([
      "create_table allow",
      "select allow",
      "rename_column allow",
      "unresolved …",
      "create_function allow",
      "select allow",
      expect.stringMatching(/^set /),
      "select allow",
      expect.stringMatching(/^drop_table /),
      "unresolved …",
    ]);
    expect(all[1]?.masks).toEqual({ email: true });
  });

  it("lets no label be lost by storing data under an innocent name", async () => {
    const all = await judged(
      `CREATE TABLE shop.plain AS SELECT id, ssn AS amount FROM people.employees;
       SELECT id, amount FROM shop.plain;
       CREATE TEMP TABLE t (x text);
       INSERT INTO t SELECT card_number FROM shop.cards;
       SELECT x FROM t;
       CREATE MATERIALIZED VIEW shop.m AS SELECT api_key AS k FROM shop.api_clients;
       SELECT k FROM shop.m`,
      { environment: "development" },
    );
    expect(all[1]?.masks).toEqual({ id: false, amount: true });
    expect(all[4]?.masks).toEqual({ x: true });
    expect(all[6]?.masks).toEqual({ k: true });
  });

  it("takes names of prepared statements and reports what doesn't resolve", async () => {
    const all = await judged(
      "PREPARE q AS SELECT ssn FROM people.employees; EXECUTE q; SELECT nothing FROM shop.orders",
    );
    expect(all[1]).toMatchObject({ masks: { ssn: true } });
    expect(all[2]).toMatchObject({ is: "unresolved deny", rules: ["unresolved-name"] });
  });

  it("says where DDL or text is not SQL", async () => {
    await expect(judged("SELECT 1", { ddl: "CREATE TABLE (" })).rejects.toMatchObject({
      problem: { code: "ddl-invalid", message: expect.stringContaining("line 1, column 14") },
    });
    await expect(judged("SELEC 1")).rejects.toMatchObject({ problem: { code: "syntax-error" } });
  });
});

describe("sluice check --schema", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "sluice-check-"));
  const schema = path.join(folder, "schema.sql");
  fs.writeFileSync(schema, DEMO);
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  function sluice(args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
    const cli = new URL("../../agent/cli.ts", import.meta.url).pathname;
    return new Promise((resolve) => {
      const options = { cwd: folder, env: { ...process.env, SLUICE_HOME: path.join(folder, "home") } };
      const child = execFile(
        process.execPath,
        [cli, "check", "--schema", schema, ...args],
        options,
        (_, out, err) => resolve({ code: child.exitCode ?? -1, out, err }),
      );
    });
  }

  it("prints one JSON object for each statement and exits by the gravest", async () => {
    const { code, out } = await sluice(["--json", "SELECT id FROM shop.orders; DELETE FROM shop.orders"]);
    const lines = out
      .trim()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
    expect(lines).toMatchObject([{ decision: "allow" }, { decision: "deny" }]);
    expect(code).toBe(3);
    // Nothing is recorded, since nothing ran.
    expect(fs.existsSync(path.join(folder, "home"))).toBe(false);
  });

  it("waits, allows and refuses by exit code", async () => {
    expect(await sluice(["ALTER TABLE shop.orders ADD COLUMN note text"])).toMatchObject({ code: 4 });
    expect(await sluice(["SELECT 1"])).toMatchObject({ code: 0 });
    expect(await sluice(["--environment", "moon", "SELECT 1"])).toMatchObject({ code: 2 });
  });

  it("is bound by the workspace's policy", async () => {
    fs.mkdirSync(path.join(folder, ".sluice"));
    const file = path.join(folder, ".sluice", "policy.cedar");
    fs.writeFileSync(file, '@id("nothing-here")\nforbid (principal, action == Action::"read", resource);\n');
    const { code } = await sluice(["SELECT id FROM shop.orders"]);
    fs.rmSync(file);
    expect(code).toBe(3);
  });
});
