import { faker } from "@faker-js/faker";

const TYPES = [
  "int(11)",
  "int unsigned",
  "bigint(20)",
  "varchar(80)",
  "char(2)",
  "decimal(10,2)",
  "datetime",
  "date",
  "longtext",
  "tinyint(1)",
  "enum('new','it''s paid','sent')",
  "varbinary(16)",
  "double",
  "timestamp NULL",
  "json",
];

/** Tables as migrations have them, with keys, references to the tables before, views and triggers; by faker's seed. */
export function generateDdl(tables: number, database: string): string {
  const made: string[] = [];
  const parts = [`CREATE DATABASE \`${database}\` CHARACTER SET utf8mb4;`, `USE \`${database}\`;`];
  for (let number = 0; number < tables; number++) {
    const name = `${faker.word.noun().replaceAll(/\W/g, "_")}_${number}`;
    const columns = faker.helpers.uniqueArray(() => faker.database.column().toLowerCase(), 6);
    const lines = ["`id` int(11) NOT NULL AUTO_INCREMENT"];
    for (const column of columns.filter((one) => one !== "id")) {
      const comment = faker.helpers.maybe(() => ` COMMENT ${quoted(faker.lorem.sentence())}`) ?? "";
      const notNull = faker.datatype.boolean() ? " NOT NULL" : "";
      const type = faker.helpers.arrayElement(TYPES);
      lines.push(`\`${column}\` ${type}${type.endsWith("NULL") ? "" : notNull}${comment}`);
    }
    lines.push("PRIMARY KEY (`id`)");
    const [target] = faker.helpers.arrayElements(made, 1);
    if (target !== undefined) {
      lines.splice(1, 0, "`parent` int(11)");
      lines.push(`CONSTRAINT \`fk_${number}\` FOREIGN KEY (\`parent\`) REFERENCES \`${target}\` (\`id\`)`);
    }
    const comment = faker.helpers.maybe(() => ` COMMENT=${quoted(faker.company.catchPhrase())}`) ?? "";
    parts.push(
      `DROP TABLE IF EXISTS \`${name}\`;`,
      "/*!40101 SET @saved_cs_client     = @@character_set_client */;",
      `CREATE TABLE \`${name}\` (\n  ${lines.join(",\n  ")}\n) ENGINE=InnoDB AUTO_INCREMENT=5 DEFAULT CHARSET=utf8mb4${comment};`,
    );
    const [shown = "id"] = columns;
    if (number % 5 === 0) {
      parts.push(
        `/*!50001 CREATE ALGORITHM=UNDEFINED */ /*!50001 VIEW \`v_${number}\` AS select \`t\`.\`${shown}\` AS \`shown\` from \`${name}\` \`t\` */;`,
      );
    }
    if (number % 7 === 0) {
      parts.push(
        "DELIMITER ;;",
        `/*!50003 CREATE*/ /*!50003 TRIGGER \`tr_${number}\` BEFORE UPDATE ON \`${name}\` FOR EACH ROW BEGIN SET @a = 1; SET @b = 2; END */;;`,
        "DELIMITER ;",
      );
    }
    made.push(name);
  }
  return parts.join("\n");
}

const NAMES = ["id", "a", "b", "c", "Amount", "late"];

/** Statements that change a few tables in any order, whether they can be run or not; by faker's seed. */
export function generateChanges(count: number): readonly string[] {
  const { arrayElement, maybe } = faker.helpers;
  const table = (): string => arrayElement(["t", "u", "v"]);
  const name = (): string => arrayElement(NAMES);
  const column = (): string => {
    const extra = [
      "UNIQUE",
      "COMMENT 'said'",
      "PRIMARY KEY",
      "CHECK (id > 1)",
      `REFERENCES ${table()} (id)`,
      "NULL",
    ];
    return `${arrayElement(["int", "varchar(40)", "date", "decimal(8,2)", "bigint unsigned"])}${
      maybe(() => " NOT NULL") ?? ""
    }${maybe(() => ` ${arrayElement(extra)}`, { probability: 0.3 }) ?? ""}`;
  };
  const place = (): string => maybe(() => arrayElement([" FIRST", ` AFTER ${name()}`])) ?? "";
  const key = (): string =>
    arrayElement(["KEY k", "UNIQUE k", "UNIQUE", "INDEX", "UNIQUE KEY other", "PRIMARY KEY"]);
  const change = (): string =>
    arrayElement([
      () => `ADD ${name()} ${column()}${place()}`,
      () => `ADD COLUMN IF NOT EXISTS ${name()} ${arrayElement(["int", "date NOT NULL", "text"])}`,
      () => `ADD (${name()} ${column()}, ${name()} ${column()})`,
      () => `DROP ${name()}`,
      () => `CHANGE ${name()} ${name()} ${column()}${place()}`,
      () => `MODIFY ${name()} ${column()}${place()}`,
      () => `RENAME COLUMN ${name()} TO ${name()}`,
      () => `ADD ${key()} (${name()})`,
      () => `ADD ${key()} (${name()}, ${name()})`,
      () =>
        `ADD CONSTRAINT ${arrayElement(["f", "g"])} FOREIGN KEY (${name()}) REFERENCES ${table()} (${name()})`,
      () => `ADD CONSTRAINT w CHECK (${name()} > 5)`,
      () =>
        `DROP ${arrayElement(["INDEX k", "INDEX other", `INDEX ${name()}`, "PRIMARY KEY", "CONSTRAINT w"])}`,
      () => `DROP FOREIGN KEY ${arrayElement(["f", "g", `${table()}_ibfk_1`])}`,
      () => `RENAME ${arrayElement(["INDEX k TO other", "KEY other TO k"])}`,
      () => `ALTER ${name()} ${arrayElement(["SET DEFAULT 4", "DROP DEFAULT"])}`,
      () => `COMMENT '${faker.lorem.word()}'`,
    ])();
  return Array.from({ length: count }, () =>
    arrayElement([
      () =>
        `CREATE TABLE ${table()} (id int ${maybe(() => "PRIMARY KEY") ?? ""}, a varchar(30), b date NOT NULL)`,
      () => `CREATE TABLE ${table()} LIKE ${table()}`,
      () => `CREATE TABLE ${table()} AS SELECT id, ${name()} FROM ${table()}`,
      () => `RENAME TABLE ${table()} TO ${table()}`,
      () => `DROP TABLE ${table()}`,
      () => `CREATE UNIQUE INDEX made ON ${table()} (${name()})`,
      () => `ALTER TABLE ${table()} RENAME ${table()}`,
      ...Array.from({ length: 14 }, () => () => `ALTER TABLE ${table()} ${change()}`),
      () => `ALTER TABLE ${table()} ${change()}, ${change()}`,
    ])(),
  );
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
