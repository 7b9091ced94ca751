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

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
