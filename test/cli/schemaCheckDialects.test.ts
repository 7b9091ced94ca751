import { execFile } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPolicy, type Policy } from "../../agent/policy/policy.ts";
import { checkAgainstDdl, type SchemaCheck } from "../../agent/schemaCheck.ts";

const MYSQL = `-- MySQL dump 10.13
/*!40101 SET NAMES utf8mb4 */;
CREATE DATABASE /*!32312 IF NOT EXISTS*/ \`shop\`; USE \`shop\`;
CREATE TABLE \`customers\` (
  \`id\` int(11) NOT NULL AUTO_INCREMENT, \`email\` varchar(120) NOT NULL, \`ssn\` char(11), \`notes\` longtext,
  \`status\` enum('new','old') DEFAULT 'new', PRIMARY KEY (\`id\`), UNIQUE KEY \`mail\` (\`email\`)
) ENGINE=InnoDB COMMENT='People who buy';
CREATE TABLE \`orders\` (\`id\` int PRIMARY KEY, \`customer_id\` int, \`total\` decimal(10,2), \`x\` varchar(99),
  CONSTRAINT \`who\` FOREIGN KEY (\`customer_id\`) REFERENCES \`customers\` (\`id\`));
INSERT INTO \`customers\` VALUES (1,'a@example.org','123-45-6789','n','new');
CREATE VIEW \`contacts\` AS SELECT \`id\`, \`email\` AS \`reach\` FROM \`customers\`;
DELIMITER ;;
CREATE TRIGGER \`keep\` AFTER INSERT ON \`customers\` FOR EACH ROW BEGIN
  UPDATE \`orders\` SET \`x\` = NEW.\`ssn\` WHERE \`customer_id\` = NEW.\`id\`; END;;
DELIMITER ;
`;

const SQLITE = `PRAGMA foreign_keys=OFF; BEGIN TRANSACTION;
CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, ssn TEXT, status VARCHAR(9));
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INT REFERENCES customers, total NUMERIC);
INSERT INTO customers VALUES (1, 'a@example.org', '123-45-6789', 'new');
CREATE VIEW contacts AS SELECT id, email AS reach FROM customers;
COMMIT;`;

let policy: Policy;
beforeAll(async () => {
  policy = await createPolicy();
});

async function judged(dialect: "mysql" | "sqlite", text: string, more: Partial<SchemaCheck> = {}) {
  const ddl = dialect === "mysql" ? MYSQL : SQLITE;
  const environment = "development";
  const all = await checkAgainstDdl({ dialect, ddl, text, as: "person", environment, policy, ...more });
  return all.map(({ report, decision }) => ({
    is: `${report.kind} ${decision.verdict}`,
    masks: Object.fromEntries(decision.columns.map((column) => [column.name, column.mask !== null])),
  }));
}

describe.each(["mysql", "sqlite"] as const)("checkAgainstDdl of %s", (dialect) => {
  it("masks what names make sensitive, through views, and shows the rest", async () => {
    const all = await judged(
      dialect,
      "SELECT id, reach FROM contacts; SELECT ssn FROM customers; SELECT id FROM orders",
    );
    expect(all).toEqual([
      { is: "select allow", masks: { id: false, reach: true } },
      { is: "select allow", masks: { ssn: true } },
      { is: "select allow", masks: { id: false } },
    ]);
  });

  it("judges by the environment and by who asks", async () => {
    const filter = "SELECT id FROM customers WHERE ssn = '1'";
    expect((await judged(dialect, filter, { as: "agent" }))[0]?.is).toBe("select deny");
    const [change] = await judged(dialect, "UPDATE orders SET total = 1 WHERE id = 5", {
      environment: "production",
    });
    expect(change?.is).toBe("update approve");
  });

  it("knows in later statements what earlier ones created, renamed and dropped", async () => {
    const all = await judged(
      dialect,
      `CREATE TABLE visits (id int, email text);
       SELECT email FROM visits;
       ALTER TABLE visits RENAME COLUMN email TO remark;
       SELECT email FROM visits;
       SELECT id FROM visits;
       DROP TABLE visits;
       SELECT id FROM visits;`,
    );
    expect(all[1]?.masks).toEqual({ email: true });
    expect(all.map((one) => one.is.split(" ")[0])).toEqual([
      "create_table",
      "select",
      expect.stringMatching(/^(?:alter_table|rename_column)$/),
      "unresolved",
      "select",
      "drop_table",
      "unresolved",
    ]);
  });

  it("lets no label be lost by storing data under an innocent name", async () => {
    const all = await judged(
      dialect,
      `CREATE TABLE plain AS SELECT id, ssn AS amount FROM customers;
       SELECT id, amount FROM plain;
       CREATE TABLE other (amount text); INSERT INTO other SELECT email FROM customers;
       SELECT amount FROM other;`,
    );
    expect(all[1]?.masks).toEqual({ id: false, amount: true });
    expect(all[4]?.masks).toEqual({ amount: true });
  });

  it("says where DDL or text is not the dialect's", async () => {
    await expect(
      judged(dialect, "SELECT 1", { ddl: "CREATE TABLE t (a int,, b int)" }),
    ).rejects.toMatchObject({
      problem: { code: "ddl-invalid", message: expect.stringContaining("line 1, column 23") },
    });
    expect((await judged(dialect, "SELECT FROM WHERE"))[0]?.is).toBe("syntax_error deny");
  });
});

describe("checkAgainstDdl of mysql alone", () => {
  it("follows USE, and what triggers store", async () => {
    const all = await judged(
      "mysql",
      "SELECT x FROM orders; CREATE DATABASE other; USE other; SELECT id FROM orders; SELECT id FROM shop.orders",
    );
    expect(all[0]?.masks).toEqual({ x: true });
    expect(all.map(({ is }) => is.split(" ")[0])).toEqual([
      "select",
      "create_schema",
      "use",
      "unresolved",
      "select",
    ]);
  });

  it("hands on what user variables hold", async () => {
    const all = await judged("mysql", "SELECT ssn INTO @s FROM customers LIMIT 1; SELECT @s AS s");
    expect(all[1]?.masks).toEqual({ s: true });
  });
});

describe("sluice with --dialect", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "sluice-dialects-"));
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  function sluice(args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
    const cli = new URL("../../agent/cli.ts", import.meta.url).pathname;
    return new Promise((resolve) => {
      const options = { cwd: folder, env: { ...process.env, SLUICE_HOME: path.join(folder, "home") } };
      const child = execFile(process.execPath, [cli, ...args], options, (_, out, err) =>
        resolve({ code: child.exitCode ?? -1, out, err }),
      );
    });
  }

  it.each([
    ["mysql", MYSQL, "shop"],
    ["sqlite", SQLITE, "main"],
  ])("classifies and checks by %s", async (dialect, ddl, schema) => {
    const file = path.join(folder, `${dialect}.sql`);
    fs.writeFileSync(file, ddl);
    const { out, code } = await sluice(["classify", "--schema", file, "--dialect", dialect, "--json"]);
    const { columns }: { columns: readonly unknown[] } = JSON.parse(out);
    expect(code).toBe(0);
    expect(columns).toContainEqual(
      expect.objectContaining({ schema, table: "customers", column: "ssn", level: "restricted" }),
    );
    const check = ["check", "--schema", file, "--dialect", dialect, "--json", "DELETE FROM orders"];
    expect(await sluice(check)).toMatchObject({ code: 3 });
  });

  it("knows no other dialect", async () => {
    const file = path.join(folder, "any.sql");
    fs.writeFileSync(file, "");
    expect(await sluice(["classify", "--schema", file, "--dialect", "oracle"])).toMatchObject({
      code: 2,
      err: expect.stringContaining('--dialect takes postgres, mysql or sqlite, not "oracle".'),
    });
  });
});
