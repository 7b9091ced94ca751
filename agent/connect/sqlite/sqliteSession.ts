import path from "node:path";
import type { ConnectionProfile } from "../../../protocol/connection.ts";
import type { CapturePlan } from "../capturePlan.ts";
import { ConnectError, connectionLost } from "../connectError.ts";
import {
  type DatabaseSession,
  type DescribedColumn,
  type Description,
  type OpenResult,
  type ReadRequest,
  ServerError,
  type ServerNotice,
  TooManyRowsError,
  type TransactionState,
  type WriteRequest,
  type WriteResult,
} from "../databaseSession.ts";
import { MOST_ROW_BYTES, RowTooLargeError } from "../rowTooLarge.ts";
import { type AskChild, captureAfter, captureBefore } from "./capture.ts";
import type {
  Added,
  ChildAnswer,
  ChildRequest,
  Images,
  PreparedColumn,
  Side,
  TextRow,
} from "./childMessages.ts";
import { ChildEndedError, DatabaseProcess } from "./childProcess.ts";
import { fileLocked, fileProblem, pathProblem } from "./fileFailure.ts";
import { restoreRows } from "./restore.ts";
import { SqliteCursor } from "./sqliteCursor.ts";
import { cancelled, toServerError } from "./sqliteError.ts";

const SAVEPOINT = "sluice_statement";

export interface SqliteOptions {
  readonly profile: ConnectionProfile;
  /** Versions of relations as they are now: the catalog's own way, run on this session. */
  readonly relationVersions: (
    run: Pick<DatabaseSession, "rows">,
    oids: readonly number[],
  ) => Promise<Description["versions"]>;
  /** Milliseconds a statement may run; the time between two pages does not count. */
  readonly statementTimeout?: number;
}

/** One database file, held by a process of its own. Statements on it are strictly one after the other. */
export class SqliteSession implements DatabaseSession {
  readonly encrypted = false;
  readonly serverVersion: string;
  readonly #options: SqliteOptions;
  readonly #path: string;
  #process: DatabaseProcess;
  /** Work that must end before the next statement. */
  #settled: Promise<void> = Promise.resolve();
  #openResult: OpenResult | null = null;
  /** The transaction that is open is a statement's, not the person's. */
  #wrapped = false;
  #closed = false;
  /** The process that ended held a transaction or temporary tables of the person's: they are gone. */
  #lost = false;

  /** @throws ConnectError where the file is missing, no database, locked, or may not be read. */
  static async open(options: SqliteOptions): Promise<SqliteSession> {
    const problem = pathProblem(options.profile);
    if (problem !== null) throw new ConnectError(problem);
    // Never a URI, whose parameters would decide how the file is opened.
    const file = path.resolve(options.profile.database);
    const opened = new DatabaseProcess(file);
    try {
      const sql = "SELECT sqlite_version()";
      const answer = await opened.ask({ kind: "rows", side: "reading", sql, values: [] });
      if (answer.kind === "failed") throw asConnectError(answer.failure, options.profile);
      const version = answer.kind === "rows" ? (answer.rows[0]?.[0] ?? "") : "";
      return new SqliteSession(options, file, opened, version);
    } catch (error) {
      await opened.end();
      throw error instanceof ChildEndedError
        ? new ConnectError(connectionLost(options.profile, "its process ended"), error)
        : error;
    }
  }

  private constructor(options: SqliteOptions, file: string, opened: DatabaseProcess, serverVersion: string) {
    this.#options = options;
    this.#path = file;
    this.#process = opened;
    this.serverVersion = serverVersion;
  }

  get alive(): boolean {
    return !this.#closed && !this.#lost;
  }

  /** Something runs that could be cancelled. */
  get busy(): boolean {
    return this.#process.busy;
  }

  /** Of the process that holds the file now. */
  get processId(): number | undefined {
    return this.#process.id;
  }

  transaction(): TransactionState {
    return this.#process.inTransaction && !this.#wrapped ? "open" : "none";
  }

  async rows(sql: string, values: readonly string[] = []): Promise<readonly TextRow[]> {
    await this.#ready();
    return this.#rows(this.#readingSide(), sql, values);
  }

  /**
   * On a connection that is opened for reading only; inside a person's transaction, or where they made temporary
   * tables, on theirs with `query_only` on. An open result holds a read lock: where the file is not in WAL mode,
   * nobody can commit a change to it until the result ends.
   */
  async read<R>(request: ReadRequest<R>): Promise<OpenResult<R>> {
    await this.#ready();
    const side = this.#readingSide();
    const own = side === "reading" || this.transaction() === "none";
    try {
      if (side === "writing") await this.#rows(side, "PRAGMA query_only = ON");
      if (own) await this.#begin(side, "BEGIN");
      const versions = await this.#versions(side, request.relationOids);
      const columns = await this.#prepare(request.text, side, "read");
      request.check({ columns, versions });
      const host = {
        next: (rows: number, bytes: number) =>
          this.#page({ rows, bytes, rowBytes: request.maxRowBytes ?? MOST_ROW_BYTES }, request.text),
        finish: () => this.#endRead(side, own),
      };
      const cursor = new SqliteCursor(columns, host, request.toRow);
      this.#openResult = cursor;
      await cursor.begin(request.firstRows);
      return cursor;
    } catch (error) {
      await this.#endRead(side, own);
      throw error;
    }
  }

  /** The rows that triggers and foreign keys change count towards the limit. */
  async write(request: WriteRequest): Promise<WriteResult> {
    await this.#ready();
    const inside = this.transaction() === "open";
    try {
      await this.#begin("writing", inside ? `SAVEPOINT ${SAVEPOINT}` : "BEGIN IMMEDIATE");
      const versions = await this.#versions("writing", request.relationOids);
      const columns = await this.#prepare(request.text, "writing", "write");
      request.check({ columns, versions });
      const result =
        request.restore === undefined
          ? await this.#change(request, columns)
          : await restoreRows(this.#asking(request.text), request, request.restore, () => this.#changes());
      request.mayCommit?.();
      await this.#rows("writing", inside ? `RELEASE ${SAVEPOINT}` : "COMMIT");
      this.#wrapped = false;
      return result;
    } catch (error) {
      await this.#undo(inside);
      throw error;
    }
  }

  /** The write itself, which is prepared, with what is kept of it; its transaction is left open. */
  async #change(request: WriteRequest, columns: readonly DescribedColumn[]): Promise<WriteResult> {
    const { capture, text } = request;
    const kept = capture && (await captureBefore(this.#asking(text), capture));
    const added =
      kept?.kind === "before" && capture?.returningText !== undefined
        ? await this.#addReturning(text, capture.returningText, columns, capture)
        : undefined;
    const before = await this.#changes();
    const { images, ...finished } = await this.#finish(request.keepRows, text, added);
    const changed = (await this.#changes()) - before;
    const limit = request.maxAffectedRows;
    if (limit !== undefined && !isSchemaChange(text) && changed > limit)
      throw new TooManyRowsError(changed, limit);
    const result = { ...writeResult(text, changed), columns, ...finished };
    if (capture === undefined || kept === undefined) return result;
    const captured = kept.kind === "none" ? kept : captureAfter(capture, kept, images, changed);
    return { ...result, capture: captured };
  }

  /** Prepares the text that returns every column too; where it returns anything else, the statement itself again. */
  async #addReturning(
    statement: string,
    text: string,
    own: readonly DescribedColumn[],
    plan: CapturePlan,
  ): Promise<Added | undefined> {
    const columns = await this.#prepare(text, "writing", "write").catch((error: unknown) => {
      if (error instanceof ServerError) return [];
      throw error;
    });
    const same =
      columns.length === own.length + plan.columns &&
      own.every(({ name }, position) => columns[position]?.name === name);
    if (same) return { columns: plan.columns, maxRows: plan.maxRows, maxBytes: plan.maxBytes };
    await this.#prepare(statement, "writing", "write");
    return undefined;
  }

  async plain(text: string): Promise<WriteResult> {
    await this.#ready();
    const columns = await this.#prepare(text, "writing", "anything");
    const finished = await this.#finish(Number.POSITIVE_INFINITY, text);
    return { tag: firstWord(text), affected: null, columns, ...finished };
  }

  /**
   * Ends the process that runs the statement. A transaction of the person's that it held is rolled back and their
   * temporary tables are gone: then this session is no more, else it goes on with another process.
   */
  async cancel(): Promise<void> {
    const running = this.#process;
    if (running.busy) await running.end();
  }

  /** SQLite has none. */
  takeNotices(): readonly ServerNotice[] {
    return [];
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    await this.#openResult?.close().catch(() => {});
    await this.#settled;
    this.#closed = true;
    await this.#process.end();
  }

  /** Ends an open result, waits for what is under way, and replaces a process that was ended. */
  async #ready(): Promise<void> {
    const open = this.#openResult;
    this.#openResult = null;
    await open?.close();
    await this.#settled;
    if (!this.alive) throw new ConnectError(connectionLost(this.#options.profile, "its process was ended"));
    if (this.#process.alive) return;
    await this.#process.end();
    this.#wrapped = false;
    this.#process = new DatabaseProcess(this.#path);
  }

  #readingSide(): Side {
    const { inTransaction, hasTemporary } = this.#process;
    return inTransaction || hasTemporary ? "writing" : "reading";
  }

  async #begin(side: Side, sql: string): Promise<void> {
    await this.#rows(side, sql);
    this.#wrapped = side === "writing" && !sql.startsWith("SAVEPOINT");
  }

  #versions(side: Side, oids: readonly number[]): Promise<Description["versions"]> {
    if (oids.length === 0) return Promise.resolve(new Map());
    const run = { rows: (sql: string, values: readonly string[] = []) => this.#rows(side, sql, values) };
    return this.#options.relationVersions(run, oids);
  }

  async #changes(): Promise<number> {
    return Number((await this.#rows("writing", "SELECT total_changes()"))[0]?.[0]);
  }

  async #rows(side: Side, sql: string, values: readonly string[] = []): Promise<readonly TextRow[]> {
    const answer = await this.#ask({ kind: "rows", side, sql, values }, sql);
    return answer.kind === "rows" ? answer.rows : [];
  }

  async #prepare(
    sql: string,
    side: Side,
    may: "read" | "write" | "anything",
  ): Promise<readonly DescribedColumn[]> {
    const answer = await this.#ask({ kind: "prepare", side, sql, may }, sql);
    return answer.kind === "prepared" ? answer.columns.map(described) : [];
  }

  async #page(
    wanted: { readonly rows: number; readonly bytes: number; readonly rowBytes: number },
    text: string,
  ) {
    const answer = await this.#ask({ kind: "next", ...wanted }, text);
    if (answer.kind === "refused_row") throw new RowTooLargeError(wanted.rowBytes);
    return answer.kind === "page" ? { rows: answer.rows, done: answer.done } : { rows: [], done: true };
  }

  async #finish(
    keepRows: number,
    text: string,
    added?: Added,
  ): Promise<Pick<WriteResult, "rows" | "returned"> & { readonly images?: Images }> {
    const answer = await this.#ask({ kind: "finish", keepRows, ...(added && { added }) }, text);
    if (answer.kind !== "finished") return { rows: [], returned: 0 };
    const { rows, returned, images } = answer;
    return { rows, returned, ...(images && { images }) };
  }

  #asking(text: string): AskChild {
    return (request) => this.#ask(request, text);
  }

  #endRead(side: Side, own: boolean): Promise<void> {
    this.#settled = this.#endReading(side, own).catch(() => {});
    return this.#settled;
  }

  async #endReading(side: Side, own: boolean): Promise<void> {
    // A page nobody waits for any more is still being computed.
    if (this.#process.busy) await this.cancel();
    if (!this.#process.alive) return;
    await this.#ask({ kind: "release" }, "");
    if (own) await this.#rows(side, "ROLLBACK");
    if (side === "writing") await this.#rows(side, "PRAGMA query_only = OFF");
    this.#wrapped = false;
  }

  async #undo(inside: boolean): Promise<void> {
    if (!this.#process.alive) return;
    await this.#ask({ kind: "release" }, "").catch(() => {});
    // Some failures (a full disk, RAISE(ROLLBACK)) have ended the transaction already.
    const statements = inside ? [`ROLLBACK TO ${SAVEPOINT}`, `RELEASE ${SAVEPOINT}`] : ["ROLLBACK"];
    for (const sql of statements) await this.#rows("writing", sql).catch(() => {});
    this.#wrapped = false;
  }

  async #ask(request: ChildRequest, text: string): Promise<ChildAnswer> {
    const { profile, statementTimeout } = this.#options;
    const asked = this.#process;
    const timer =
      statementTimeout === undefined ? undefined : setTimeout(() => void this.cancel(), statementTimeout);
    try {
      const answer = await asked.ask(request);
      if (answer.kind !== "failed") return answer;
      const { failure } = answer;
      const problem = fileProblem(failure, profile);
      if (failure.stage === "open") throw asConnectError(failure, profile);
      if (problem !== null) throw new ConnectError(problem);
      throw toServerError(failure, text);
    } catch (error) {
      if (!(error instanceof ChildEndedError)) throw error;
      this.#lost ||= this.transaction() === "open" || asked.hasTemporary;
      if (error.asked) throw cancelled();
      throw new ConnectError(connectionLost(profile, "the process that held the file ended"), error);
    } finally {
      clearTimeout(timer);
    }
  }
}

const described = ({ name, type }: PreparedColumn): DescribedColumn => ({
  name,
  ...(type !== null && { type: type.toLowerCase() }),
  relationOid: 0,
  ordinal: 0,
  typeOid: 0,
});

function asConnectError(
  failure: { readonly code: string; readonly message: string },
  profile: ConnectionProfile,
) {
  const locked = /^SQLITE_(?:BUSY|LOCKED)/.test(failure.code);
  const problem = locked ? fileLocked(profile) : fileProblem(failure, profile);
  return new ConnectError(problem ?? connectionLost(profile, failure.message));
}

/** SQLite has no command tags: the statement's first word and the rows it changed. */
function writeResult(text: string, changed: number): Pick<WriteResult, "tag" | "affected"> {
  const word = firstWord(text);
  return SCHEMA_WORDS.has(word)
    ? { tag: word, affected: null }
    : { tag: `${word} ${changed}`, affected: changed };
}

const firstWord = (text: string): string =>
  /^(?:[\s;\ufeff]|--[^\n]*\n|\/\*[\s\S]*?\*\/)*([a-z]+)/i.exec(text)?.[1]?.toUpperCase() ?? "OK";

/** Rows that SQLite itself writes to carry out a change of the schema are no rows of anybody's. */
const isSchemaChange = (text: string): boolean => SCHEMA_WORDS.has(firstWord(text));

const SCHEMA_WORDS: ReadonlySet<string> = new Set(["CREATE", "ALTER", "DROP", "ANALYZE", "REINDEX"]);
