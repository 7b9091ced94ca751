import type { Catalog } from "../protocol/catalog.ts";
import type { SessionId } from "../protocol/ids.ts";
import type { Label } from "../protocol/label.ts";
import { loadPostgresCatalog } from "./catalog/loadPostgresCatalog.ts";
import type { Labels } from "./classify/classifyCatalog.ts";
import type { DatabaseSession } from "./connect/databaseSession.ts";
import type { Database } from "./database.ts";
import { plannedRowsOf } from "./plannedRows.ts";
import { type ColumnId, columnKey, type SplitStatement, type Understanding } from "./sql/facts.ts";
import { type CatalogIndex, indexCatalog } from "./sql/postgres/catalogIndex.ts";
import { NOTHING_REMEMBERED, remember, type SessionMemory } from "./sql/postgres/sessionMemory.ts";
import { understandPostgres } from "./sql/postgres/understand.ts";

const REMEMBERED_STATEMENTS = 500;
const SCHEMA_SAVEPOINT = "sluice_schema";

/**
 * One person's sequence of statements on one backend: an editor document, the query box, a CLI run.
 * Settings and transactions live here, and so does the name resolution that depends on them.
 */
export class StatementSession {
  readonly id: SessionId;
  readonly database: Database;
  #backend: Promise<DatabaseSession> | null = null;
  #index: {
    readonly generation: number;
    readonly catalog: Catalog;
    readonly searchPath: string;
    readonly index: CatalogIndex;
  } | null = null;
  /** What exists for this session alone, and what it is: temporary tables, an open transaction's changes. */
  #own: Catalog | null = null;
  #ownLabels: Labels | null = null;
  #hasTemporary = false;
  #searchPath: readonly string[] | null = null;
  #memory: SessionMemory = NOTHING_REMEMBERED;
  readonly #understood = new Map<string, Understanding>();
  readonly #planned = new Map<string, Promise<number | undefined>>();
  /** Statements are strictly one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(id: SessionId, database: Database) {
    this.id = id;
    this.database = database;
  }

  /** Runs `work` after everything that was asked of this session before. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work, work);
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** The backend, opened at first use and again after it was lost. @throws ConnectError */
  async backend(): Promise<DatabaseSession> {
    const open = await this.#backend?.catch(() => null);
    if (open?.alive) return open;
    this.#searchPath = null;
    this.#own = null;
    this.#ownLabels = null;
    this.#hasTemporary = false;
    this.#memory = NOTHING_REMEMBERED;
    this.#backend = this.database.openSession();
    return this.#backend;
  }

  /** The backend if there is one: nothing is opened. */
  async openBackend(): Promise<DatabaseSession | null> {
    return (await this.#backend?.catch(() => null)) ?? null;
  }

  /** What the statement does, by the names as this session sees them. */
  async understand(statement: SplitStatement): Promise<Understanding> {
    const index = await this.index();
    const key = `${statement.span.start}:${statement.text}`;
    const known = this.#understood.get(key);
    if (known !== undefined) return known;
    const understanding = understandPostgres(statement, index, this.#memory);
    if (this.#understood.size >= REMEMBERED_STATEMENTS) this.#understood.clear();
    this.#understood.set(key, understanding);
    return understanding;
  }

  /** Catalog index under this session's search path. */
  async index(): Promise<CatalogIndex> {
    const catalog = this.#own ?? (await this.database.catalog());
    const searchPath = (this.#searchPath ?? catalog.searchPath).join("\0");
    const { generation } = this.database;
    const known = this.#index;
    if (known?.generation === generation && known.catalog === catalog && known.searchPath === searchPath) {
      return known.index;
    }
    const index = indexCatalog(
      this.#searchPath === null ? catalog : { ...catalog, searchPath: this.#searchPath },
    );
    this.#index = { generation, catalog, searchPath, index };
    this.#understood.clear();
    this.#planned.clear();
    return index;
  }

  /** To be called after a statement that ran: prepared statements and cursors are called by name later. */
  remember(statement: SplitStatement): void {
    const memory = remember(this.#memory, statement);
    if (memory !== this.#memory) this.#understood.clear();
    this.#memory = memory;
  }

  /** To be called after a statement that may have changed how names resolve. */
  async readSettings(): Promise<void> {
    const backend = await this.backend();
    if (backend.transaction() === "failed") return;
    const [row] = await backend.rows("SELECT array_to_json(current_schemas(true))::text");
    const schemas: unknown = JSON.parse(row?.[0] ?? "[]");
    this.#searchPath = Array.isArray(schemas) ? schemas.map((schema) => temporaryName(String(schema))) : null;
  }

  /**
   * How many rows a write that `mayBePlanned` would change, by the planner; undefined where it cannot say. Asked once
   * for a statement. A session with names of its own is not asked: the planner sees the database as others do.
   */
  async plannedRows(statement: SplitStatement): Promise<number | undefined> {
    if (this.#own !== null || this.#searchPath !== null) return undefined;
    const known = this.#planned.get(statement.text);
    if (known !== undefined) return known;
    const plan = this.database
      .plan(statement.text)
      .then((json) => (json === undefined ? undefined : plannedRowsOf(json)));
    if (this.#planned.size >= REMEMBERED_STATEMENTS) this.#planned.clear();
    this.#planned.set(statement.text, plan);
    return plan;
  }

  /** What a column is: as the database knows it, or as this session's own tables make it. */
  labelOf(id: ColumnId): Label | undefined {
    return this.#ownLabels?.get(columnKey(id)) ?? this.database.labelOf(id);
  }

  /**
   * To be called after a statement that changed the schema, and where a transaction that held such a change ends.
   * Temporary tables, and the changes of an open transaction, exist for this session alone.
   */
  async readSchema(temporary: boolean): Promise<void> {
    const backend = await this.backend();
    const state = backend.transaction();
    if (state === "failed") return;
    this.#hasTemporary ||= temporary;
    if (state === "none") await this.database.refresh(true);
    await this.#readOwn(backend, state === "open");
  }

  /** Reads anew what exists, where something has changed; true where it has. */
  async refresh(): Promise<boolean> {
    const backend = await this.openBackend();
    if (this.#own === null || backend === null) return this.database.refresh(true);
    if (backend.transaction() === "failed") return false;
    await this.#readOwn(backend, backend.transaction() === "open");
    return true;
  }

  get hasOwnSchema(): boolean {
    return this.#own !== null;
  }

  async #readOwn(backend: DatabaseSession, inTransaction: boolean): Promise<void> {
    if (!inTransaction && !this.#hasTemporary) {
      this.#own = null;
      this.#ownLabels = null;
      return;
    }
    if (inTransaction) await backend.rows(`SAVEPOINT ${SCHEMA_SAVEPOINT}`);
    try {
      this.#own = withoutTemporaryNumber(await loadPostgresCatalog(backend));
      this.#ownLabels = this.database.labelsFor(this.#own);
    } finally {
      if (inTransaction) {
        await backend.rows(`ROLLBACK TO SAVEPOINT ${SCHEMA_SAVEPOINT}`);
        await backend.rows(`RELEASE SAVEPOINT ${SCHEMA_SAVEPOINT}`);
      }
    }
  }

  async cancel(): Promise<void> {
    await (await this.openBackend())?.cancel();
  }

  async close(): Promise<void> {
    await (await this.openBackend())?.close();
    this.#backend = null;
  }
}

/** A session's temporary schema has a number that the next session gets too: here it is `pg_temp`, as in SQL. */
const temporaryName = (schema: string): string => (/^pg_temp_\d+$/.test(schema) ? "pg_temp" : schema);

/** The catalog with this session's temporary tables under `pg_temp`. */
function withoutTemporaryNumber(catalog: Catalog): Catalog {
  return {
    ...catalog,
    searchPath: catalog.searchPath.map(temporaryName),
    relations: catalog.relations.map((relation) => ({ ...relation, schema: temporaryName(relation.schema) })),
  };
}
