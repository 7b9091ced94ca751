import { loadSqliteCatalog } from "../catalog/loadSqliteCatalog.ts";
import { sqliteFingerprint, sqliteRelationVersions } from "../catalog/sqlite/relationVersions.ts";
import { readTemporaryTables, TEMPORARY, temporaryVersions } from "../catalog/sqlite/temporaryTables.ts";
import { SqliteSession } from "../connect/sqlite/sqliteSession.ts";
import { countingSqlite } from "../sql/sqlite/counting.ts";
import { keepableSqlite } from "../sql/sqlite/keepable.ts";
import { redactSqlite } from "../sql/sqlite/redactLiterals.ts";
import { savepointName } from "../sql/sqlite/savepointName.ts";
import { splitSqlite, splitSqliteWhileTyping } from "../sql/sqlite/split.ts";
import { understandSqlite } from "../sql/sqlite/understand.ts";
import { type DatabaseEngine, type SessionReading, STATEMENT_TIMEOUT_MS } from "./databaseEngine.ts";
import { sqliteSamples } from "./sqliteSamples.ts";

export const sqliteEngine: DatabaseEngine = {
  openSession: ({ profile }) =>
    SqliteSession.open({
      profile,
      relationVersions: async (run, oids) =>
        new Map([...(await sqliteRelationVersions(run, oids)), ...(await temporaryVersions(run))]),
      statementTimeout: STATEMENT_TIMEOUT_MS,
    }),
  loadCatalog: (session) => loadSqliteCatalog(session),
  fingerprint: sqliteFingerprint,
  newReading: () => READING,
  isTemporary: (schema) => schema === TEMPORARY,
  splitsBySettings: false,
  commitsByItself: false,
  split: (text) => splitSqlite(text),
  splitWhileTyping: (text) => splitSqliteWhileTyping(text),
  redact: ({ text, span }, facts, isHidden) => redactSqlite(text, span.start, facts, isHidden),
  samples: sqliteSamples,
};

/** SQLite remembers nothing by name from one statement to the next but the schema. */
const READING: SessionReading = {
  understand: (statement, index) => understandSqlite(statement, index),
  keepable: keepableSqlite,
  counting: countingSqlite,
  savepoint: ({ text }) => savepointName(text),
  begins: () => false,
  remember: () => false,
  readSettings: async () => null,
  mayHaveTemporary: () => false,
  ownCatalog: async (backend) => {
    const catalog = await loadSqliteCatalog(backend);
    const taken = new Set(catalog.relations.map(({ name }) => name.toLowerCase()));
    const own = await readTemporaryTables(backend, taken);
    return {
      ...catalog,
      searchPath: [TEMPORARY, ...catalog.searchPath],
      relations: [...catalog.relations, ...own],
    };
  },
};
