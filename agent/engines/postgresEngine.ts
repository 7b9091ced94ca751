import type { Catalog } from "../../protocol/catalog.ts";
import { catalogFingerprint } from "../catalog/fingerprint.ts";
import { loadPostgresCatalog } from "../catalog/loadPostgresCatalog.ts";
import { relationVersionsSql } from "../catalog/relationVersions.ts";
import { PostgresSession } from "../connect/postgres/postgresSession.ts";
import { countingPostgres } from "../sql/postgres/counting.ts";
import { keepablePostgres } from "../sql/postgres/keepable.ts";
import { redactAllLiterals, redactLiterals } from "../sql/postgres/redactLiterals.ts";
import { savepointName } from "../sql/postgres/savepointName.ts";
import { NOTHING_REMEMBERED, remember } from "../sql/postgres/sessionMemory.ts";
import { splitPostgres, splitWhileTyping } from "../sql/postgres/split.ts";
import { understandPostgres } from "../sql/postgres/understand.ts";
import type { DatabaseEngine, SessionReading } from "./databaseEngine.ts";

export const postgresEngine: DatabaseEngine = {
  openSession: ({ profile, password, applicationName }) =>
    PostgresSession.open({ profile, password, applicationName, relationVersionsSql }),
  loadCatalog: (session) => loadPostgresCatalog(session),
  fingerprint: catalogFingerprint,
  newReading: () => newReading(),
  isTemporary: (schema) => schema === TEMPORARY,
  splitsBySettings: false,
  commitsByItself: false,
  split: (text) => splitPostgres(text),
  splitWhileTyping: (text) => splitWhileTyping(text),
  redact: ({ text, span }, facts, isHidden) =>
    facts === null ? redactAllLiterals(text) : redactLiterals(text, span.start, facts, isHidden),
  samples: undefined,
};

function newReading(): SessionReading {
  let memory = NOTHING_REMEMBERED;
  return {
    understand: (statement, index) => understandPostgres(statement, index, memory),
    // Only a statement that ran to its end leaves a prepared statement or a cursor.
    begins: () => false,
    keepable: keepablePostgres,
    counting: countingPostgres,
    savepoint: savepointName,
    remember: (statement, _understanding, index) => {
      const before = memory;
      memory = remember(memory, statement, index);
      return memory !== before;
    },
    readSettings: async (backend) => {
      const [row] = await backend.rows(
        "SELECT pg_catalog.array_to_json(pg_catalog.current_schemas(true))::text",
      );
      const schemas: unknown = JSON.parse(row?.[0] ?? "[]");
      return Array.isArray(schemas) ? schemas.map(String).map(temporaryName) : null;
    },
    mayHaveTemporary: () => false,
    ownCatalog: async (backend) => withoutTemporaryNumber(await loadPostgresCatalog(backend)),
  };
}

const TEMPORARY = "pg_temp";

/** A session's temporary schema has a number that the next session gets too: here it is called as in SQL. */
const temporaryName = (schema: string): string => (/^pg_temp_\d+$/.test(schema) ? TEMPORARY : schema);

function withoutTemporaryNumber(catalog: Catalog): Catalog {
  return {
    ...catalog,
    searchPath: catalog.searchPath.map(temporaryName),
    relations: catalog.relations.map((relation) => ({ ...relation, schema: temporaryName(relation.schema) })),
  };
}
