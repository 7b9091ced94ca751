import type { RestorePlan } from "../capturePlan.ts";
import type {
  DatabaseSession,
  OpenResult,
  ReadRequest,
  ServerNotice,
  TransactionState,
  WriteRequest,
  WriteResult,
} from "../databaseSession.ts";
import { MOST_ROW_BYTES } from "../rowTooLarge.ts";
import { Backend, type BackendOptions } from "./backend.ts";
import { CaptureWrite } from "./captureWrite.ts";
import { MORE_RESULTS, notice } from "./notices.ts";
import {
  hasMadeTemporary,
  lockDefinitions,
  type ReadVersions,
  type RelationName,
  sessionVersions,
} from "./relationLocks.ts";
import { restoreRows, storingModes } from "./restore.ts";
import { ResultStream } from "./resultStream.ts";
import { type MysqlSettings, readSettings, SETTINGS_SQL, sameSettings, settingsChanged } from "./settings.ts";
import { withValues } from "./sqlValues.ts";
import type { Answer, RawRow, ResultWatcher } from "./textCommand.ts";
import { whyNotKept } from "./unkeptWrites.ts";
import { transactionFailed } from "./wireError.ts";
import { WriteLimit } from "./writeLimit.ts";
import { writeResult } from "./writeResult.ts";

const SAVEPOINT = "sluice_statement";

export interface MysqlOptions extends BackendOptions {
  /** Name of a relation of the catalog by its oid, as the server spells it. */
  readonly relationName: (oid: number) => RelationName | undefined;
  /** Versions of relations as they are now: the catalog's own way, run on this session. */
  readonly relationVersions: ReadVersions;
}

/** One MySQL or MariaDB backend. Statements on it are strictly one after the other. */
export class MysqlSession implements DatabaseSession {
  readonly encrypted: boolean;
  readonly serverVersion: string;
  readonly #options: MysqlOptions;
  readonly #backend: Backend;
  readonly #notices: ServerNotice[] = [];
  #settings: MysqlSettings;
  /** Work that must end before the backend takes the next statement. */
  #settled: Promise<void> = Promise.resolve();
  #openResult: OpenResult | null = null;
  /** The transaction that is open is a statement's, not the person's. */
  #wrapped = false;
  /** The session may have temporary tables. Stays so: what the server counts of them can be set back. */
  #mayHaveTemporary = false;
  /** The person's transaction was rolled back by the server, and they have not ended it yet. */
  #failed = false;

  /** @throws ConnectError, or SettingsError where the server insists on another character set. */
  static async open(options: MysqlOptions): Promise<MysqlSession> {
    const backend = await Backend.open(options);
    try {
      const [row] = (await backend.run(SETTINGS_SQL)).rows;
      const settings = readSettings(row);
      const [cipher] = (await backend.run("SHOW SESSION STATUS LIKE 'Ssl_cipher'")).rows;
      if (settings.variant === "mariadb") await backend.run(IDLE_LIMIT_SQL);
      const encrypted = (cipher?.[1] ?? "") !== "";
      return new MysqlSession(options, backend, settings, { serverVersion: row?.[0] ?? "", encrypted });
    } catch (error) {
      await backend.close();
      throw error;
    }
  }

  private constructor(
    options: MysqlOptions,
    backend: Backend,
    settings: MysqlSettings,
    server: Pick<DatabaseSession, "serverVersion" | "encrypted">,
  ) {
    this.#options = options;
    this.#backend = backend;
    this.#settings = settings;
    this.serverVersion = server.serverVersion;
    this.encrypted = server.encrypted;
  }

  get alive(): boolean {
    return this.#backend.alive;
  }

  /** As of the last statement that may have changed them. */
  get settings(): MysqlSettings {
    return this.#settings;
  }

  /**
   * A person's own. MySQL knows no failed one: it rolls it back (in a deadlock) and runs what follows outside of any,
   * which here waits until they have ended it.
   */
  transaction(): TransactionState {
    if (this.#failed) return "failed";
    return this.#inside() && !this.#wrapped ? "open" : "none";
  }

  async rows(sql: string, values: readonly string[] = []): Promise<readonly RawRow[]> {
    await this.#ready();
    return (await this.#backend.run(withValues(sql, values))).rows;
  }

  /**
   * Runs in a READ ONLY transaction that is rolled back. Inside a person's own transaction MySQL has no such
   * thing, so what a judged read did all the same (by a function it calls) is rolled back to a savepoint when its
   * result ends. What that cannot undo: changes to tables without transactions (MyISAM, Aria, MEMORY), sequence
   * numbers, user variables, and named locks. A statement's facts must speak for those.
   */
  async read<R>(request: ReadRequest<R>): Promise<OpenResult<R>> {
    await this.#ready();
    if (this.#failed) throw transactionFailed();
    const inside = this.#backend.status.inTransaction;
    let result: ResultStream<R> | null = null;
    try {
      await this.#begin(inside, "START TRANSACTION READ ONLY");
      const versions = await this.#heldVersions(request.relationOids);
      const stream = new ResultStream(request.firstRows, this.#streamHost(inside), request.toRow);
      result = stream;
      this.#openResult = stream;
      let stopping: Promise<void> | undefined;
      const watcher: ResultWatcher = {
        onColumns: (columns) => {
          request.check({ columns, versions });
          stream.onColumns(columns);
        },
        onRow: stream.onRow,
        limit: {
          rowBytes: request.maxRowBytes ?? MOST_ROW_BYTES,
          // A paused socket would never hear the end of what is given up.
          onRefused: () => {
            this.#backend.resume();
            stopping = this.cancel().catch(() => {});
          },
        },
      };
      // A word to stop that is still on its way would stop what comes next.
      const ran = this.#backend.run(request.text, { told: true, watcher }).finally(() => stopping);
      await stream.begin(ran);
      return stream;
    } catch (error) {
      if (result === null) await this.#endRead(inside);
      throw error;
    }
  }

  /**
   * The statement runs first and is checked before COMMIT: by then its own metadata locks hold the tables as they
   * were judged, and a closed door rolls it back.
   */
  async write(request: WriteRequest): Promise<WriteResult> {
    await this.#ready();
    if (this.#failed) throw transactionFailed();
    this.#mayHaveTemporary ||= MAKES_TEMPORARY.test(request.text);
    const inside = this.#inside();
    try {
      await this.#begin(inside, "START TRANSACTION");
      await this.#holdsSettings();
      const names = this.#names(request.relationOids);
      const result =
        request.restore === undefined
          ? await this.#change(request, names)
          : await this.#restore(request, request.restore, names);
      request.mayCommit?.();
      await this.#backend.run(inside ? `RELEASE SAVEPOINT ${SAVEPOINT}` : "COMMIT AND NO CHAIN NO RELEASE");
      this.#wrapped = false;
      return result;
    } catch (error) {
      await this.#undo(inside);
      throw error;
    }
  }

  /** The write itself, with what is kept of it; its transaction is left open. */
  async #change(request: WriteRequest, names: ReadonlyMap<number, RelationName>): Promise<WriteResult> {
    const limit = await WriteLimit.prepare(
      this.#asker(),
      request.maxAffectedRows,
      [...names.values()],
      this.#settings,
    );
    const write = await CaptureWrite.prepare(
      {
        ask: this.#ask,
        isOpen: async () => {
          await this.#backend.run("DO 0");
          return this.#inside();
        },
        whyNot: () => whyNotKept(this.#asker(), names.get(request.capture?.relationOid ?? 0)),
      },
      request,
    );
    const answer = await this.#backend.run(write.text, { told: true, watcher: write.watcher });
    await this.#takeWarnings(answer);
    const result = write.result(answer);
    request.check({ columns: result.columns, versions: await this.#versions(names) });
    await limit?.check(this.#asker(), result.affected ?? 0);
    const capture = await write.captured(answer);
    return capture === undefined ? result : { ...result, capture };
  }

  /** Any value that was once stored can be stored again, and moments are told in UTC, until it is done. */
  async #restore(
    request: WriteRequest,
    restore: RestorePlan,
    names: ReadonlyMap<number, RelationName>,
  ): Promise<WriteResult> {
    const asker = this.#asker();
    await lockDefinitions(asker, [...names.values()]);
    request.check({ columns: [], versions: await this.#versions(names) });
    const [[zone] = []] = await asker.rows("SELECT @@session.time_zone");
    const set = "SET SESSION sql_mode = ?, SESSION time_zone = ?";
    const { sqlMode } = this.#settings;
    await asker.rows(set, [storingModes(sqlMode), "+00:00"]);
    try {
      return await restoreRows(this.#ask, request, restore);
    } finally {
      if (this.alive) await asker.rows(set, [sqlMode.join(), zone ?? "SYSTEM"]);
    }
  }

  async plain(text: string): Promise<WriteResult> {
    await this.#ready();
    if (this.#failed && !ENDS_TRANSACTION.test(text)) throw transactionFailed();
    this.#mayHaveTemporary ||= MAKES_TEMPORARY.test(text);
    const inside = this.#backend.status.inTransaction;
    const answer = await this.#backend.run(text, { told: true }).catch((error: unknown) => {
      this.#failed ||= inside && !this.#inside();
      throw error;
    });
    const wasFailed = this.#failed;
    this.#failed = false;
    await this.#takeWarnings(answer);
    await this.readSettings();
    // There was nothing left that could have been committed.
    return wasFailed ? { ...writeResult(text, answer), tag: "ROLLBACK" } : writeResult(text, answer);
  }

  /** Reads what `settings` says anew. @throws SettingsError where strings can no longer be told apart. */
  async readSettings(): Promise<MysqlSettings> {
    this.#settings = readSettings((await this.#backend.run(SETTINGS_SQL)).rows[0]);
    return this.#settings;
  }

  /**
   * The server's own reading of a SELECT, every column with its database and table, views merged. It runs nothing
   * that a READ ONLY transaction does not allow, but rows found by a unique key are read, and their values printed
   * in place of their columns: the text is raw data, and says nothing of such a table's columns.
   * @throws ServerError
   */
  async explainExtended(text: string): Promise<string> {
    await this.#ready();
    const inside = this.#backend.status.inTransaction;
    try {
      await this.#begin(inside, "START TRANSACTION READ ONLY");
      const explain = this.#settings.variant === "mariadb" ? "EXPLAIN EXTENDED" : "EXPLAIN";
      await this.#backend.run(`${explain} ${text}`, { told: true });
      const notes = (await this.#backend.run("SHOW WARNINGS")).rows;
      return notes.find(([, code]) => code === RESOLVED_TEXT)?.[2] ?? "";
    } finally {
      await this.#endRead(inside);
    }
  }

  cancel(): Promise<void> {
    return this.#backend.cancel();
  }

  takeNotices(): readonly ServerNotice[] {
    return this.#notices.splice(0);
  }

  async close(): Promise<void> {
    if (!this.alive) return;
    await this.#openResult?.close().catch(() => {});
    await this.#settled;
    await this.#backend.close();
  }

  async #begin(inside: boolean, transaction: string): Promise<void> {
    this.#wrapped = !inside;
    await this.#backend.run(inside ? `SAVEPOINT ${SAVEPOINT}` : transaction);
  }

  #inside(): boolean {
    const { inTransaction, autocommit } = this.#backend.status;
    return inTransaction || !autocommit;
  }

  /** Ends an open result and waits for what is still on its way. */
  async #ready(): Promise<void> {
    const open = this.#openResult;
    this.#openResult = null;
    await open?.close();
    await this.#settled;
    await this.#backend.absorbKill();
  }

  async #heldVersions(oids: readonly number[]): ReturnType<ReadVersions> {
    await this.#holdsSettings();
    const names = this.#names(oids);
    await lockDefinitions(this.#asker(), [...names.values()]);
    return this.#versions(names);
  }

  async #versions(names: ReadonlyMap<number, RelationName>): ReturnType<ReadVersions> {
    const asker = this.#asker();
    this.#mayHaveTemporary ||= await hasMadeTemporary(asker, this.#settings);
    return sessionVersions(asker, names, this.#options.relationVersions, this.#mayHaveTemporary);
  }

  async #holdsSettings(): Promise<void> {
    const before = this.#settings;
    if (!sameSettings(before, await this.readSettings())) throw settingsChanged();
  }

  #names(oids: readonly number[]): ReadonlyMap<number, RelationName> {
    const names = new Map<number, RelationName>();
    for (const oid of oids) {
      const name = this.#options.relationName(oid);
      if (name !== undefined) names.set(oid, name);
    }
    return names;
  }

  /** Questions in the middle of a statement's own transaction. */
  #asker(): Pick<DatabaseSession, "rows"> {
    return { rows: async (sql, values = []) => (await this.#backend.run(withValues(sql, values))).rows };
  }

  readonly #ask = (text: string, watcher?: ResultWatcher): Promise<Answer> =>
    this.#backend.run(text, watcher === undefined ? {} : { watcher });

  #streamHost(inside: boolean) {
    return {
      pause: () => this.#backend.pause(),
      resume: () => this.#backend.resume(),
      cancel: () => this.cancel(),
      finish: () => this.#endRead(inside),
    };
  }

  #endRead(inside: boolean): Promise<void> {
    this.#settled = this.#undo(inside).catch(() => {});
    return this.#settled;
  }

  async #undo(inside: boolean): Promise<void> {
    if (!this.alive) return;
    await this.#backend.absorbKill();
    const statements = inside
      ? [`ROLLBACK TO SAVEPOINT ${SAVEPOINT}`, `RELEASE SAVEPOINT ${SAVEPOINT}`]
      : ["ROLLBACK AND NO CHAIN NO RELEASE"];
    // An error carries no status, and a deadlock of whatever was asked has ended the transaction.
    if (inside) await this.#backend.run("DO 0").catch(() => {});
    if (inside && !this.#inside()) this.#failed = true;
    else for (const statement of statements) await this.#backend.run(statement).catch(() => {});
    this.#wrapped = false;
  }

  async #takeWarnings(answer: Answer): Promise<void> {
    if (answer.results > 1) this.#notices.push(MORE_RESULTS);
    if (answer.warnings > 0) {
      this.#notices.push(...(await this.#backend.run("SHOW WARNINGS")).rows.map(notice));
    }
  }
}

/** Seconds after which MariaDB ends a session whose transaction nobody works in. */
const IDLE_LIMIT_SQL = "SET SESSION idle_transaction_timeout = 1800";

/** Words of statements that make temporary tables, may lead to such, or set back the count of them. */
const MAKES_TEMPORARY = /\b(?:temporary|call|execute|flush)\b/i;

const ENDS_TRANSACTION = /^\s*(?:rollback|commit)\b(?!\s+(?:work\s+)?to\b)/i;

/** ER_YES: the note of EXPLAIN EXTENDED. */
const RESOLVED_TEXT = "1003";
