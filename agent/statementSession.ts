import { type Actor, actorIdentity } from "../protocol/actor.ts";
import type { Catalog } from "../protocol/catalog.ts";
import type { SessionId } from "../protocol/ids.ts";
import type { Label } from "../protocol/label.ts";
import type { Labels } from "./classify/classifyCatalog.ts";
import { ConnectError, transactionLost } from "./connect/connectError.ts";
import type { DatabaseSession, TransactionState } from "./connect/databaseSession.ts";
import type { Database } from "./database.ts";
import type { SessionReading } from "./engines/databaseEngine.ts";
import type { Audience } from "./labels/labelling.ts";
import { plannedRowsOf } from "./plannedRows.ts";
import {
  type ColumnId,
  columnKey,
  type Flow,
  type SplitStatement,
  type StatementFacts,
  type Understanding,
} from "./sql/facts.ts";
import type { Keepable } from "./sql/keepable.ts";
import { type CatalogIndex, indexCatalog } from "./sql/postgres/catalogIndex.ts";
import { TemporaryFlows } from "./temporaryFlows.ts";
import { PendingChanges } from "./undo/pendingChanges.ts";

const REMEMBERED_STATEMENTS = 500;
const SCHEMA_SAVEPOINT = "sluice_schema";

/**
 * One person's sequence of statements on one backend: an editor document, the query box, a CLI run.
 * Settings and transactions live here, and so does the name resolution that depends on them.
 */
export class StatementSession {
  readonly id: SessionId;
  readonly database: Database;
  /** Whose eyes labels are for here. */
  readonly audience: Audience;
  /** What the open transaction changed, where that is kept. */
  readonly pending = new PendingChanges();
  #backend: Promise<DatabaseSession> | null = null;
  #index: {
    readonly generation: number;
    readonly catalog: Catalog;
    readonly searchPath: string;
    readonly index: CatalogIndex;
  } | null = null;
  /** What exists for this session alone, and what it is: temporary tables, an open transaction's changes. */
  #own: Catalog | null = null;
  #ownLabels: { readonly generation: number; readonly labels: Labels } | null = null;
  #hasTemporary = false;
  #temporaryFlows: TemporaryFlows;
  #searchPath: readonly string[] | null = null;
  #inTransaction = false;
  #transactionNumber = 0;
  #lost = false;
  /** Who worked in it last; null before anybody has. */
  #worker: string | null = null;
  /** What it has set, prepared and declared; null before its first statement is judged. */
  #reading: SessionReading | null = null;
  readonly #understood = new Map<string, Understanding>();
  /** The statement that was sent last, as it was judged. */
  #begun: { readonly key: string; readonly understanding: Understanding } | null = null;
  readonly #planned = new Map<string, Promise<number | undefined>>();
  /** Statements are strictly one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(id: SessionId, database: Database, audience: Audience = "people") {
    this.id = id;
    this.database = database;
    this.audience = audience;
    this.#temporaryFlows = this.#noFlows();
  }

  /** Runs `work` after everything that was asked of this session before. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work, work);
    this.#last = turn.catch(() => {});
    return turn;
  }

  /**
   * To be called before a statement is judged that is to run. What one has begun, made or set here is not another's: it is
   * rolled back and gone. Nothing is begun with a login that was lent and is over.
   */
  async worksFor(actor: Actor): Promise<void> {
    const worker = actorIdentity(actor);
    const open = await this.openBackend();
    const over = open !== null && !this.#inTransaction && !this.database.goesOn(open);
    if (over || (this.#worker !== null && this.#worker !== worker)) await this.close();
    this.#worker = worker;
  }

  /**
   * The backend, opened at first use and again after it was lost.
   * @throws ConnectError, also where a transaction of the person's was lost with it: what follows was meant for inside.
   */
  async backend(): Promise<DatabaseSession> {
    if (this.#lost) await this.close();
    const open = await this.#backend?.catch(() => null);
    if (open?.alive) return open;
    this.pending.clear();
    if (this.#inTransaction) {
      this.transactionIs("none");
      throw new ConnectError(transactionLost(this.database.profile));
    }
    this.#forget();
    this.#backend = this.database.openSession((oid) =>
      this.#own?.relations.find((relation) => relation.oid === oid),
    );
    return this.#backend;
  }

  /**
   * The lease under which a statement would run now, where the login is lent: the backend is opened for that.
   * @throws ConnectError
   */
  async lease(): Promise<string | undefined> {
    return this.database.isLent ? this.database.leaseOf(await this.backend()) : undefined;
  }

  /** A new backend has none of what the former one had. */
  #forget(): void {
    this.#searchPath = null;
    this.#own = null;
    this.#ownLabels = null;
    this.#hasTemporary = false;
    this.#temporaryFlows = this.#noFlows();
    this.#reading = null;
  }

  /** To be called after BEGIN, COMMIT and their kin: whether the person is in a transaction now. */
  transactionIs(state: TransactionState): void {
    this.#inTransaction = state !== "none";
    if (this.#inTransaction) return;
    this.#transactionNumber += 1;
    this.#lost = false;
  }

  /** Tells the person's transactions apart. */
  get transactionNumber(): number {
    return this.#transactionNumber;
  }

  /**
   * What was done in a transaction may not be kept any more. Nothing else runs in it, whatever is waiting; the person is
   * told with their next statement.
   */
  loseTransaction(number: number): void {
    if (number !== this.#transactionNumber) return;
    this.#lost = true;
    void this.inTurn(async () => {
      if (this.#lost) await this.close();
    }).catch(() => {});
  }

  /** Whether the person is in a transaction. */
  get inTransaction(): boolean {
    return this.#inTransaction;
  }

  /** The backend if there is one: nothing is opened. */
  async openBackend(): Promise<DatabaseSession | null> {
    return (await this.#backend?.catch(() => null)) ?? null;
  }

  /** What the statement does, by the names as this session sees them. */
  async understand(statement: SplitStatement): Promise<Understanding> {
    const index = await this.index();
    const key = keyOf(statement);
    const known = this.#understood.get(key);
    if (known !== undefined) return known;
    const understanding = this.#read(index).understand(statement, index);
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

  /** How the rows of a write are read and put back; of more than `maxRows` it need not be exact. */
  async keepable(statement: SplitStatement, facts: StatementFacts, maxRows: number): Promise<Keepable> {
    const index = await this.index();
    return this.#read(index).keepable(statement, facts, index, maxRows);
  }

  /**
   * The read that counts what a write would change, and stops after `most`, for a session as new as this one; undefined
   * where none can tell: in a transaction, or where names mean something else here than in another session.
   */
  async counting(
    statement: SplitStatement,
    facts: StatementFacts,
    most: number,
  ): Promise<string | undefined> {
    if (this.#inTransaction || this.#own !== null || !(await this.#hasSharedPath())) return undefined;
    const index = await this.index();
    return this.#read(index).counting(statement, facts, index, most);
  }

  /** The savepoint a statement sets, releases or goes back to. */
  savepoint(statement: SplitStatement): string | undefined {
    return this.#reading?.savepoint(statement);
  }

  /** To be called before a statement is sent: what it assigns while it runs stays, even where it fails. */
  begins(statement: SplitStatement): void {
    const index = this.#index?.index;
    const understanding = this.#understood.get(keyOf(statement));
    this.#begun = understanding === undefined ? null : { key: keyOf(statement), understanding };
    if (index === undefined || understanding === undefined) return;
    if (this.#read(index).begins(understanding)) this.#understood.clear();
  }

  /** To be called after a statement that ran: prepared statements and cursors are called by name later. */
  remember(statement: SplitStatement): void {
    const index = this.#index?.index;
    if (index === undefined) return;
    const understanding = this.#begun?.key === keyOf(statement) ? this.#begun.understanding : undefined;
    if (this.#read(index).remember(statement, understanding, index)) this.#understood.clear();
  }

  #read({ catalog }: CatalogIndex): SessionReading {
    this.#reading ??= this.database.engine.newReading(catalog);
    return this.#reading;
  }

  /** To be called after a statement that may have changed how names resolve. */
  async readSettings(): Promise<void> {
    const backend = await this.backend();
    if (backend.transaction() === "failed") return;
    const schemas = await this.#read(await this.index()).readSettings(backend);
    this.#searchPath = schemas;
    this.#understood.clear();
  }

  /**
   * How many rows a statement that `mayBePlanned` would change or return, by the planner; undefined where it cannot say. Asked once
   * for a statement. A session with names of its own is not asked: the planner sees the database as others do.
   */
  async plannedRows(statement: SplitStatement): Promise<number | undefined> {
    if (this.#own !== null || !(await this.#hasSharedPath())) return undefined;
    const known = this.#planned.get(statement.text);
    if (known !== undefined) return known;
    const plan = this.database
      .plan(statement.text)
      .then((json) => (json === undefined ? undefined : plannedRowsOf(json)));
    if (this.#planned.size >= REMEMBERED_STATEMENTS) this.#planned.clear();
    this.#planned.set(statement.text, plan);
    return plan;
  }

  async #hasSharedPath(): Promise<boolean> {
    if (this.#searchPath === null) return true;
    const { searchPath } = await this.database.catalog();
    return searchPath.join("\0") === this.#searchPath.join("\0");
  }

  /** What a column is: as the database knows it, or as this session's own tables make it. */
  labelOf(id: ColumnId): Label | undefined {
    return this.#readOwnLabels()?.get(columnKey(id)) ?? this.database.labelOf(id, this.audience);
  }

  /**
   * Remembers where a statement is about to store data, before it runs: its label goes with it. What goes into a
   * temporary table is this session's alone.
   * @throws FlowStoreError where that cannot be kept; then the statement may not run.
   */
  carry(flows: readonly Flow[]): void {
    const labelOf = (id: ColumnId): Label | undefined => this.labelOf(id);
    if (this.#temporaryFlows.add(flows, labelOf)) this.#ownLabels = null;
    const { engine } = this.database;
    this.database.carry(
      flows.filter(({ target }) => !engine.isTemporary(target.schema)),
      labelOf,
    );
  }

  #noFlows(): TemporaryFlows {
    return new TemporaryFlows((schema) => this.database.engine.isTemporary(schema));
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
    const has = this.#own !== null || this.#reading?.mayHaveTemporary() === true;
    if (!has || backend === null) return this.database.refresh(true);
    const state = backend.transaction();
    if (state === "failed") return false;
    if (state === "none") await this.database.refresh(true);
    await this.#readOwn(backend, state === "open");
    return true;
  }

  get hasOwnSchema(): boolean {
    return this.#own !== null;
  }

  async #readOwn(backend: DatabaseSession, inTransaction: boolean): Promise<void> {
    const reading = this.#read(await this.index());
    if (!inTransaction && !this.#hasTemporary && !reading.mayHaveTemporary()) {
      this.#own = null;
      this.#ownLabels = null;
      return;
    }
    if (inTransaction) await backend.rows(`SAVEPOINT ${SCHEMA_SAVEPOINT}`);
    try {
      this.#own = await reading.ownCatalog(backend, await this.database.catalog());
      this.#ownLabels = null;
      this.#readOwnLabels();
    } finally {
      if (inTransaction) {
        await backend.rows(`ROLLBACK TO SAVEPOINT ${SCHEMA_SAVEPOINT}`);
        await backend.rows(`RELEASE SAVEPOINT ${SCHEMA_SAVEPOINT}`);
      }
    }
  }

  #readOwnLabels(): Labels | null {
    if (this.#own === null) return null;
    const { generation } = this.database;
    if (this.#ownLabels?.generation !== generation) {
      const labels = this.database.labelsFor(this.#own, this.audience);
      this.#ownLabels = { generation, labels: this.#temporaryFlows.over(labels) };
    }
    return this.#ownLabels.labels;
  }

  async cancel(): Promise<void> {
    await (await this.openBackend())?.cancel();
  }

  async close(): Promise<void> {
    await (await this.openBackend())?.close();
    this.#backend = null;
    this.pending.clear();
    this.#lost = false;
    this.#forget();
  }
}

const keyOf = ({ span, text }: SplitStatement): string => `${span.start}:${text}`;
