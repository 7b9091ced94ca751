import type { Catalog, Relation } from "../../protocol/catalog.ts";
import { loadMysqlCatalog } from "../catalog/loadMysqlCatalog.ts";
import { mysqlFingerprint } from "../catalog/mysql/fingerprint.ts";
import { mysqlRelationVersions } from "../catalog/mysql/relationVersions.ts";
import { temporaryDefinition, temporaryOid } from "../catalog/mysql/temporaryTables.ts";
import type { DatabaseSession } from "../connect/databaseSession.ts";
import { MysqlSession } from "../connect/mysql/mysqlSession.ts";
import { countingMysql } from "../sql/mysql/counting.ts";
import { keepableMysql } from "../sql/mysql/keepable.ts";
import { redactMysql } from "../sql/mysql/redactLiterals.ts";
import { savepointName } from "../sql/mysql/savepointName.ts";
import { FRESH_SESSION, NOTHING_REMEMBERED, type TableName } from "../sql/mysql/session.ts";
import { beginsMysql, rememberMysql } from "../sql/mysql/sessionMemory.ts";
import type { MysqlSettings } from "../sql/mysql/settings.ts";
import { splitMysql } from "../sql/mysql/split.ts";
import { databaseOf, isTemporarySchema } from "../sql/mysql/temporarySchema.ts";
import { readTemporaryTable } from "../sql/mysql/temporaryTables.ts";
import { understandMysql } from "../sql/mysql/understand.ts";
import { type DatabaseEngine, type SessionReading, STATEMENT_TIMEOUT_MS } from "./databaseEngine.ts";
import { mysqlSamples } from "./mysqlSamples.ts";

/** How a session begins to read on the database of a catalog: what its own session had when it was loaded. */
const initial = new WeakMap<Catalog, MysqlSettings>();

/** A text is split before any session is open; then by MySQL's own defaults. */
const DEFAULTS: MysqlSettings = {
  ansiQuotes: false,
  noBackslashEscapes: false,
  pipesAsConcat: false,
  lowerCaseTableNames: 0,
  serverVersion: 80_000,
  variant: "mysql",
  database: undefined,
};

/** A catalog that was read from DDL tells only for which server it was written. */
function settingsOf(catalog: Catalog | null): MysqlSettings {
  if (catalog === null) return DEFAULTS;
  const { version, variant = "mysql" } = catalog;
  return initial.get(catalog) ?? { ...DEFAULTS, serverVersion: version, variant };
}

export const mysqlEngine: DatabaseEngine = {
  openSession: ({ profile, password, applicationName, relation }) =>
    MysqlSession.open({
      profile,
      password,
      applicationName,
      relationName: (oid) => nameOf(relation(oid)),
      relationVersions: mysqlRelationVersions,
      statementTimeout: STATEMENT_TIMEOUT_MS,
    }),
  loadCatalog: async (session) => {
    const catalog = await loadMysqlCatalog(session);
    const settings = settingsFrom(session);
    if (settings !== undefined) initial.set(catalog, settings);
    return catalog;
  },
  fingerprint: mysqlFingerprint,
  newReading: (catalog) => newReading(settingsOf(catalog)),
  isTemporary: isTemporarySchema,
  splitsBySettings: true,
  commitsByItself: true,
  split: (text, catalog) => splitMysql(text, settingsOf(catalog)),
  splitWhileTyping: (text, catalog) => {
    const split = splitMysql(text, settingsOf(catalog));
    return split.kind === "split" ? split.statements : [{ text, span: { start: 0, end: text.length } }];
  },
  redact: ({ text, span }, facts, isHidden, catalog) =>
    redactMysql(text, span.start, facts, isHidden, settingsOf(catalog)),
  samples: mysqlSamples,
};

const settingsFrom = (session: DatabaseSession): MysqlSettings | undefined =>
  session instanceof MysqlSession ? session.settings : undefined;

function newReading(settings: MysqlSettings): SessionReading {
  let current = settings;
  let memory = FRESH_SESSION;
  return {
    understand: (statement, index) => understandMysql(statement, index, { settings: current, memory }),
    keepable: (statement, facts, index, maxRows) => keepableMysql(statement, facts, index, current, maxRows),
    counting: (statement, facts, index, most) => countingMysql(statement, facts, index, current, most),
    savepoint: ({ text }) => savepointName(text, current),
    begins: (understanding) => {
      const before = memory;
      memory = beginsMysql(memory, understanding);
      return memory !== before;
    },
    remember: (_statement, understanding) => {
      const before = memory;
      memory =
        understanding === undefined
          ? { ...NOTHING_REMEMBERED, tableNames: before.tableNames }
          : rememberMysql(memory, understanding);
      return memory !== before;
    },
    readSettings: async (backend) => {
      current = settingsFrom(backend) ?? current;
      return current.database === undefined ? [] : [current.database];
    },
    mayHaveTemporary: () => memory.tableNames.size > 0,
    ownCatalog: async (backend, shared) => {
      const own = await temporaryTables(backend, [...memory.tableNames.values()], current);
      return { ...shared, relations: [...shared.relations, ...own] };
    },
  };
}

/** Those of the names that mean temporary tables now; one that cannot be followed stays unknown. */
async function temporaryTables(
  backend: DatabaseSession,
  names: readonly TableName[],
  settings: MysqlSettings,
): Promise<readonly Relation[]> {
  const printed = settings.variant === "mariadb" ? { ...settings, ...AS_PRINTED } : settings;
  const found: Relation[] = [];
  for (const name of names) {
    const definition = await temporaryDefinition(backend, name);
    if (definition === undefined) continue;
    const relation = readTemporaryTable(definition.text, name, printed);
    const oid = temporaryOid(name.schema, name.name);
    if (relation !== undefined) found.push({ ...relation, oid, version: definition.version });
  }
  return found;
}

/** How MariaDB prints definitions when it is asked to do so plainly. */
const AS_PRINTED = { ansiQuotes: false, noBackslashEscapes: false, pipesAsConcat: false } as const;

const nameOf = (relation: Relation | undefined) =>
  relation && {
    schema: databaseOf(relation.schema),
    name: relation.name,
    temporary: isTemporarySchema(relation.schema),
  };
