import type { Catalog } from "../../../protocol/catalog.ts";
import { DdlError } from "../ddlError.ts";
import type { CatalogIndex } from "../postgres/catalogIndex.ts";
import { apply, STRUCTURAL } from "./ddl/apply.ts";
import { SchemaState } from "./ddl/schemaState.ts";
import { lex } from "./lexer/lexer.ts";
import { rememberText } from "./parser/outputNames.ts";
import { NotParsed, TokenStream } from "./parser/tokenStream.ts";
import type { MysqlSettings } from "./settings.ts";
import { splitMysql } from "./split.ts";

/**
 * What exists in databases of MySQL or MariaDB that DDL makes, with no server: read from what mysqldump or migrations
 * have, statement by statement. Oids are made up and say nothing; data and statements that change no structure are
 * passed over. Texts are read as under the server's own default modes, and names of tables as written.
 * @throws DdlError where a statement cannot be read.
 */
export class MysqlDdlCatalog {
  readonly #state: SchemaState;

  constructor(ddl: string, variant: "mysql" | "mariadb" = variantOf(ddl)) {
    const settings = settingsFor(variant);
    const split = splitMysql(ddl, settings);
    if (split.kind !== "split")
      throw new DdlError("mysql", ddl, split.message, split.span.start, split.span.end);
    const statements = split.statements.map((statement) => ({
      ...statement,
      words: firstWords(statement.text, settings),
    }));
    const database =
      statements.map(({ words }) => databaseIn(words)).find((name) => name !== undefined) ?? UNNAMED;
    this.#state = new SchemaState(settings, database);
    for (const { text, span, words } of statements) {
      const [head] = words;
      if (head === undefined || OTHERS.has(head.key)) continue;
      if (!STRUCTURAL.has(head.key)) {
        const at = span.start + head.start;
        throw new DdlError("mysql", ddl, "no statement begins like this", at, span.start + head.end);
      }
      const failure = this.#run(text);
      if (failure === undefined) continue;
      const start = span.start + failure.span.start;
      throw new DdlError("mysql", ddl, failure.message, start, span.start + failure.span.end);
    }
    this.#startSession(database);
  }

  /** Changes the catalog as a statement of a session on it would; one that cannot be read changes nothing. */
  apply(text: string): void {
    const [head] = firstWords(text, this.#state.settings);
    if (head !== undefined && STRUCTURAL.has(head.key)) this.#run(text);
  }

  #run(text: string): NotParsed | undefined {
    const { settings } = this.#state;
    const { tokens } = lex(text, settings);
    rememberText(tokens, text);
    try {
      apply(this.#state, { text, stream: new TokenStream(tokens, settings) });
      return undefined;
    } catch (error) {
      if (error instanceof NotParsed) return error;
      throw error;
    }
  }

  /** A new session is on the first database named, and has no temporary tables. */
  #startSession(database: string): void {
    this.#state.database = database;
    for (const relation of [...this.#state.relations.values()]) {
      if (relation.temporary) this.#state.drop(relation);
    }
    this.#state.changed();
  }

  /** What exists now, under the names as this session resolves them. */
  index(): CatalogIndex {
    return this.#state.index();
  }

  /** Tables the DDL creates more than once. */
  get doubled(): readonly string[] {
    return this.#state.doubled;
  }

  get catalog(): Catalog {
    return this.index().catalog;
  }
}

/** The name of a database that the DDL calls nothing. */
const UNNAMED = "app";

/** The maker a dump names, or comments that only one reads. */
const variantOf = (ddl: string): "mysql" | "mariadb" =>
  /^-- MariaDB dump|\/\*M!|^-- Server version\s+\S*MariaDB/im.test(ddl) ? "mariadb" : "mysql";

const settingsFor = (variant: "mysql" | "mariadb"): MysqlSettings => ({
  ansiQuotes: false,
  noBackslashEscapes: false,
  pipesAsConcat: false,
  lowerCaseTableNames: 0,
  serverVersion: variant === "mariadb" ? 110_800 : 80_400,
  variant,
  database: undefined,
});

/** Statements of data are long, and their beginning tells what they are. */
const BEGINNING = 400;

const firstWords = (text: string, settings: MysqlSettings) =>
  lex(text.slice(0, BEGINNING), settings)
    .tokens.slice(0, 8)
    .filter(({ kind }) => kind !== "end");

/** The database that CREATE DATABASE or USE names. */
function databaseIn(words: ReturnType<typeof firstWords>): string | undefined {
  const keys = words.map(({ key }) => key);
  if (keys[0] === "USE") return words[1]?.value;
  if (keys[0] !== "CREATE") return undefined;
  let at = keys[1] === "OR" ? 3 : 1;
  if (keys[at] !== "DATABASE" && keys[at] !== "SCHEMA") return undefined;
  at++;
  if (keys[at] === "IF") at += 3;
  return words[at]?.value;
}

/** First words of statements that leave what exists as it is. */
const OTHERS: ReadonlySet<string> = new Set(
  `INSERT REPLACE UPDATE DELETE SELECT WITH VALUES TABLE DO CALL LOAD HANDLER TRUNCATE IMPORT ANALYZE OPTIMIZE CHECK
   CHECKSUM REPAIR CACHE FLUSH RESET LOCK UNLOCK SET START BEGIN COMMIT ROLLBACK SAVEPOINT RELEASE XA GRANT REVOKE
   SHOW EXPLAIN DESCRIBE DESC HELP PREPARE EXECUTE DEALLOCATE KILL PURGE CHANGE STOP BINLOG INSTALL UNINSTALL SHUTDOWN
   CLONE RESTART SIGNAL GET BACKUP ( ;`.split(/\s+/),
);
