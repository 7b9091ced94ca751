import type { SplitStatement, StatementFacts, Understanding } from "../../../agent/sql/facts.ts";
import { FRESH_SESSION, type MysqlMemory } from "../../../agent/sql/mysql/session.ts";
import { rememberMysql } from "../../../agent/sql/mysql/sessionMemory.ts";
import type { MysqlSettings } from "../../../agent/sql/mysql/settings.ts";
import { splitMysql } from "../../../agent/sql/mysql/split.ts";
import { understandMysql } from "../../../agent/sql/mysql/understand.ts";
import { type CatalogIndex, indexCatalog } from "../../../agent/sql/postgres/catalogIndex.ts";
import type { Catalog, Column, Relation, Routine } from "../../../protocol/catalog.ts";

export const SETTINGS: MysqlSettings = {
  ansiQuotes: false,
  noBackslashEscapes: false,
  pipesAsConcat: false,
  lowerCaseTableNames: 0,
  serverVersion: 101119,
  variant: "mariadb",
  database: "shop",
};

export const MYSQL: MysqlSettings = { ...SETTINGS, variant: "mysql", serverVersion: 80036 };

const column = (text: string, index: number): Column => {
  const [name = "", type = "varchar(80)", flag] = text.split(":");
  return {
    name,
    ordinal: index + 1,
    type,
    typeOid: 0,
    notNull: flag === "n",
    generated: false,
    inPrimaryKey: false,
    unique: false,
    checks: [],
  };
};

let oids = 0;
const relation = (name: string, columns: readonly string[], more: Partial<Relation> = {}): Relation => ({
  oid: ++oids,
  schema: "shop",
  name,
  kind: "table",
  columns: columns.map(column),
  parents: [],
  hasRules: false,
  triggers: [],
  hasRowSecurity: false,
  version: "1",
  ...more,
});

const routine = (
  name: string,
  kind: "function" | "procedure",
  body: string,
  args: readonly string[] = [],
): Routine => ({
  oid: ++oids + 1000,
  schema: "shop",
  name,
  kind,
  argumentTypes: args.map(() => "varchar(80)"),
  argumentNames: args,
  defaultedArguments: 0,
  variadic: false,
  returnType: kind === "function" ? "text" : "",
  returnsSet: false,
  outputColumns: [],
  language: "sql",
  volatility: "volatile",
  securityDefiner: true,
  body,
});

const audit = routine(
  "before trigger audit",
  "function",
  "INSERT INTO log (line) VALUES (CONCAT('changed ', NEW.note))",
);

const CATALOG: Catalog = {
  engine: "mysql",
  version: 101119,
  variant: "mariadb",
  database: "shop",
  currentUser: "sluice@%",
  searchPath: ["shop"],
  types: [],
  relations: [
    relation("customers", ["id:int(11):n", "Email", "name", "ssn", "born:date", "salary:decimal(10,2)"]),
    relation("orders", ["id:int(11):n", "customer_id:int(11):n", "total:decimal(10,2)", "note"], {
      triggers: [{ name: "audit", events: ["update"], routineOid: audit.oid, enabled: true }],
    }),
    relation("log", ["id:int(11):n", "line:text"]),
    relation("mails", ["id:int(11):n", "mail"], {
      kind: "view",
      definition:
        "select `shop`.`customers`.`id` AS `id`,`shop`.`customers`.`Email` AS `mail` from `shop`.`customers` where `shop`.`customers`.`salary` > 10",
    }),
    relation("visits", ["id:int(11):n", "ssn", "note"], { partitionColumns: ["ssn"] }),
    relation("links", [], {
      columns: [
        {
          ...column("name", 0),
          references: { schema: "shop", table: "visits", column: "note" },
          otherReferences: [{ schema: "shop", table: "visits", column: "id" }],
        },
      ],
    }),
    relation("Cased", ["id:int(11):n"]),
  ],
  routines: [
    audit,
    routine(
      "mail_of",
      "function",
      "BEGIN DECLARE found TEXT; SELECT Email INTO found FROM customers WHERE name = who; RETURN found; END",
      ["who"],
    ),
    routine("keep", "function", "BEGIN INSERT INTO log (line) VALUES (what); RETURN 1; END", ["what"]),
    routine("list_mails", "procedure", "SELECT id, Email FROM customers WHERE name = who", ["who"]),
    routine("two_lists", "procedure", "BEGIN SELECT 1; SELECT 2; END"),
    routine("dynamic", "procedure", "BEGIN PREPARE s FROM @t; EXECUTE s; END"),
    routine(
      "copies",
      "procedure",
      "BEGIN DECLARE done INT DEFAULT 0; DECLARE v TEXT; DECLARE c CURSOR FOR SELECT ssn FROM customers; DECLARE CONTINUE HANDLER FOR NOT FOUND SET done = 1; OPEN c; l: LOOP FETCH c INTO v; IF done THEN LEAVE l; END IF; UPDATE orders SET note = v WHERE id = 1; END LOOP; CLOSE c; END",
    ),
  ],
};

export const INDEX: CatalogIndex = indexCatalog(CATALOG);

const whole = (text: string): SplitStatement => ({ text, span: { start: 0, end: text.length } });

/** What one statement does in a session where nothing came before. */
export const understand = (
  text: string,
  settings: MysqlSettings = SETTINGS,
  memory: MysqlMemory = FRESH_SESSION,
): Understanding => understandMysql(whole(text), INDEX, { settings, memory });

/** Facts of a statement that is expected to be understood. */
export function factsOf(text: string, settings: MysqlSettings = SETTINGS): StatementFacts {
  const found = understand(text, settings);
  if (found.kind !== "understood") {
    const why = "facts" in found ? found.facts.unknowns.map((one) => one.reason).join("; ") : found.message;
    throw new Error(`${found.kind}: ${why}: ${text}`);
  }
  return found.facts;
}

/** The understanding of the last of several statements of one session. */
export function inSession(script: string, settings: MysqlSettings = SETTINGS): Understanding {
  const split = splitMysql(script, settings);
  if (split.kind !== "split") throw new Error(split.message);
  let memory = FRESH_SESSION;
  let last: Understanding | undefined;
  for (const statement of split.statements) {
    last = understandMysql(statement, INDEX, { settings, memory });
    memory = rememberMysql(memory, last);
  }
  if (!last) throw new Error("There is no statement.");
  return last;
}

const name = (id: { readonly table: string; readonly column: string }): string => `${id.table}.${id.column}`;

/** `email[customers.email] direct` for each output. */
export const outputs = (facts: StatementFacts): readonly string[] =>
  facts.outputs.map((one) => `${one.name}[${one.sources.map(name).sort().join(" ")}] ${one.transform}`);

/** `customers.email filter_equality` for each use that is no output. */
export const shaping = (facts: StatementFacts): readonly string[] =>
  [
    ...new Set(
      facts.reads.filter((use) => use.role !== "output").map((use) => `${name(use.column)} ${use.role}`),
    ),
  ].sort();

export const flows = (facts: StatementFacts): readonly string[] =>
  facts.flows.map(
    (one) => `${one.sources.map(name).sort().join(" ")} -> ${name(one.target)}${one.opaque ? " ?" : ""}`,
  );

export const targets = (facts: StatementFacts): readonly string[] =>
  facts.targets.map((one) => `${one.operation} ${one.table} ${one.predicate}`);

export const actions = (facts: StatementFacts): readonly string[] =>
  facts.actions.map((one) => [one.action, one.objectKind, ...one.flags].join(" "));
