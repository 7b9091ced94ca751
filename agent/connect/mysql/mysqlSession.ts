import type mysql from "mysql2";
import type { ConnectionProfile } from "../../../protocol/connection.ts";
import { ConnectError, connectionLost } from "../connectError.ts";
import {
  type DatabaseSession,
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
import { extendedMetadata, openMysql, send } from "./openMysql.ts";
import { ErrPacket } from "./packets.ts";
import { PrepareProbe } from "./prepareProbe.ts";
import { lockingSql, type RelationName } from "./relationLocks.ts";
import { ResultStream } from "./resultStream.ts";
import { type MysqlSettings, readSettings, SETTINGS_SQL, sameSettings, settingsChanged } from "./settings.ts";
import { withValues } from "./sqlValues.ts";
import { type Answer, FileAskedError, type RawRow, type ResultWatcher, TextCommand } from "./textCommand.ts";
import { refuseUnkeptWrites } from "./unkeptWrites.ts";
import { endsSession, mayBeAboutText, toServerError } from "./wireError.ts";
import { writtenRows, writtenSince } from "./writtenRows.ts";

const SAVEPOINT = "sluice_statement";

export interface MysqlOptions {
  readonly profile: ConnectionProfile;
  readonly password: string | undefined;
  readonly applicationName: string;
  /** Name of a relation of the catalog by its oid, as the server spells it. */
  readonly relationName: (oid: number) => RelationName | undefined;
  /** Versions of relations as they are now: the catalog's own way, run on this session. */
  readonly relationVersions: (
    run: Pick<DatabaseSession, "rows">,
    names: ReadonlyMap<number, RelationName>,
  ) => Promise<Description["versions"]>;
  /** Milliseconds a statement may run; the time a person takes between two pages counts. None: the server's. */
  readonly statementTimeout?: number;
}

/** One MySQL or MariaDB backend. Statements on it are strictly one after the other. */
export class MysqlSession implements DatabaseSession {
  readonly encrypted: boolean;
  readonly serverVersion: string;
  readonly #options: MysqlOptions;
  readonly #connection: mysql.Connection;
  readonly #notices: ServerNotice[] = [];
  #settings: MysqlSettings;
  #status: Pick<Answer["status"], "inTransaction" | "autocommit"> = {
    inTransaction: false,
    autocommit: true,
  };
  /** Work that must end before the backend takes the next statement. */
  #settled: Promise<void> = Promise.resolve();
  #killing: Promise<void> | null = null;
  #running = 0;
  #openResult: OpenResult | null = null;
  #alive = true;

  static async open(options: MysqlOptions): Promise<MysqlSession> {
    const connection = await openMysql(options.profile, options.password, options.applicationName);
    try {
      const ask = async (sql: string): Promise<RawRow | undefined> =>
        (await send(connection, new TextCommand(sql, extendedMetadata(connection)))).rows[0];
      const row = await ask(SETTINGS_SQL);
      const settings = readSettings(row);
      const cipher = await ask("SHOW SESSION STATUS LIKE 'Ssl_cipher'");
      if (options.statementTimeout !== undefined) await ask(timeoutSql(settings, options.statementTimeout));
      return new MysqlSession(options, connection, settings, row?.[0] ?? "", (cipher?.[1] ?? "") !== "");
    } catch (error) {
      connection.destroy();
      throw error;
    }
  }

  private constructor(
    options: MysqlOptions,
    connection: mysql.Connection,
    settings: MysqlSettings,
    serverVersion: string,
    encrypted: boolean,
  ) {
    this.#options = options;
    this.#connection = connection;
    this.#settings = settings;
    this.serverVersion = serverVersion;
    this.encrypted = encrypted;
    const gone = (): void => {
      this.#alive = false;
    };
    connection.on("end", gone);
    connection.on("error", gone);
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** As of the last statement that may have changed them. */
  get settings(): MysqlSettings {
    return this.#settings;
  }

  /** MySQL knows no failed transaction: what fails leaves it open, or rolled back as a whole. */
  transaction(): TransactionState {
    return this.#inside() ? "open" : "none";
  }

  async rows(sql: string, values: readonly string[] = []): Promise<readonly RawRow[]> {
    await this.#ready();
    return (await this.#run(withValues(sql, values))).rows;
  }

  /**
   * Runs in a READ ONLY transaction that is rolled back. Inside a person's own transaction MySQL has no such
   * thing, so what a judged read did all the same (by a function it calls) is rolled back to a savepoint when its
   * result ends. What that cannot undo: changes to tables without transactions (MyISAM, Aria, MEMORY), sequence
   * numbers, user variables, and named locks. A statement's facts must speak for those.
   */
  async read(request: ReadRequest): Promise<OpenResult> {
    await this.#ready();
    const inside = this.#status.inTransaction;
    let result: ResultStream | null = null;
    try {
      await this.#run(inside ? `SAVEPOINT ${SAVEPOINT}` : "START TRANSACTION READ ONLY");
      const versions = await this.#heldVersions(request.relationOids);
      const stream = new ResultStream(request.firstRows, this.#streamHost(inside));
      result = stream;
      this.#openResult = stream;
      const watcher: ResultWatcher = {
        onColumns: (columns) => {
          request.check({ columns, versions });
          stream.onColumns(columns);
        },
        onRow: stream.onRow,
      };
      await stream.begin(this.#run(request.text, { told: request.text, watcher }));
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
    const inside = this.#inside();
    try {
      await this.#run(inside ? `SAVEPOINT ${SAVEPOINT}` : "START TRANSACTION");
      await this.#holdsSettings();
      const names = this.#names(request.relationOids);
      const limit = request.maxAffectedRows;
      const before = limit === undefined ? 0 : await this.#prepareLimit(names);
      const kept: RawRow[] = [];
      let returned = 0;
      const watcher: ResultWatcher = {
        onColumns: () => {},
        onRow: (row) => {
          returned += 1;
          if (kept.length < request.keepRows) kept.push(row);
        },
      };
      const answer = await this.#run(request.text, { told: request.text, watcher });
      await this.#takeWarnings(answer);
      const versions = await this.#options.relationVersions(this.#asker(), names);
      request.check({ columns: answer.columns, versions });
      const result = writeResult(request.text, answer, kept, returned);
      if (limit !== undefined) {
        const written = Math.max(
          result.affected ?? 0,
          await writtenSince(this.#asker(), before, limit, [...names.values()]),
        );
        if (written > limit) throw new TooManyRowsError(written, limit);
      }
      await this.#run(inside ? `RELEASE SAVEPOINT ${SAVEPOINT}` : "COMMIT AND NO CHAIN NO RELEASE");
      return result;
    } catch (error) {
      await this.#undo(inside);
      throw error;
    }
  }

  async plain(text: string): Promise<WriteResult> {
    await this.#ready();
    const answer = await this.#run(text, { told: text });
    await this.#takeWarnings(answer);
    await this.readSettings();
    return writeResult(text, answer, answer.rows, answer.rows.length);
  }

  /** Reads what `settings` says anew. @throws SettingsError where strings can no longer be told apart. */
  async readSettings(): Promise<MysqlSettings> {
    this.#settings = readSettings((await this.#run(SETTINGS_SQL)).rows[0]);
    return this.#settings;
  }

  /**
   * The server's own reading of a SELECT, every column with its database and table, views merged. Runs nothing
   * that a READ ONLY transaction does not allow; constant subqueries may be computed.
   * @throws ServerError
   */
  async explainExtended(text: string): Promise<string> {
    await this.#ready();
    const inside = this.#status.inTransaction;
    try {
      await this.#run(inside ? `SAVEPOINT ${SAVEPOINT}` : "START TRANSACTION READ ONLY");
      const explain = this.#settings.variant === "mariadb" ? "EXPLAIN EXTENDED" : "EXPLAIN";
      await this.#run(`${explain} ${text}`, { told: text });
      const notes = (await this.#run("SHOW WARNINGS")).rows;
      return notes.find(([, code]) => code === RESOLVED_TEXT)?.[2] ?? "";
    } finally {
      await this.#endRead(inside);
    }
  }

  /** On a connection of its own: `KILL QUERY` leaves the session and its transaction as they are. */
  cancel(): Promise<void> {
    if (this.#running === 0) return Promise.resolve();
    const { profile, password, applicationName } = this.#options;
    const killing = openMysql(profile, password, applicationName)
      .then(async (other) => {
        const kill = new TextCommand(`KILL QUERY ${this.#connection.threadId}`, extendedMetadata(other));
        if (this.#running > 0) await send(other, kill);
        other.end();
      })
      .catch(() => {});
    this.#killing = killing;
    return killing;
  }

  takeNotices(): readonly ServerNotice[] {
    return this.#notices.splice(0);
  }

  async close(): Promise<void> {
    if (!this.#alive) return;
    await this.#openResult?.close().catch(() => {});
    await this.#settled;
    this.#alive = false;
    await new Promise<void>((resolve) => this.#connection.end(() => resolve()));
  }

  #inside(): boolean {
    return this.#status.inTransaction || !this.#status.autocommit;
  }

  /** Ends an open result and waits for what is still on its way. */
  async #ready(): Promise<void> {
    const open = this.#openResult;
    this.#openResult = null;
    await open?.close();
    await this.#settled;
    if (this.#killing !== null) await this.#absorbKill();
    if (!this.#alive) {
      throw new ConnectError(connectionLost(this.#options.profile, "the server closed it"));
    }
  }

  /** A KILL that came too late for its statement would stop the next one: let it stop one of ours. */
  async #absorbKill(): Promise<void> {
    await this.#killing;
    this.#killing = null;
    await this.#run("DO 0").catch(() => {});
  }

  /**
   * Settings and versions as they are for the statement that follows. An empty SELECT first takes the metadata
   * locks of its tables until the transaction ends, so no DDL comes between. Where this account may not even do
   * that, DDL that commits within the next round trip would go unseen.
   */
  async #heldVersions(oids: readonly number[]): Promise<Description["versions"]> {
    await this.#holdsSettings();
    const names = this.#names(oids);
    for (const sql of lockingSql([...names.values()])) {
      await this.#run(sql).catch((error: unknown) => {
        if (!(error instanceof ServerError)) throw error;
      });
    }
    return names.size === 0 ? new Map() : this.#options.relationVersions(this.#asker(), names);
  }

  /** Where a write has a limit: that it can be kept, and the count its rows are told from. */
  async #prepareLimit(names: ReadonlyMap<number, RelationName>): Promise<number> {
    await refuseUnkeptWrites(this.#asker(), [...names.values()]);
    return this.#settings.variant === "mariadb" ? writtenRows(this.#asker()) : Number.POSITIVE_INFINITY;
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
    return { rows: async (sql, values = []) => (await this.#run(withValues(sql, values))).rows };
  }

  #streamHost(inside: boolean) {
    return {
      pause: () => this.#connection.pause(),
      resume: () => this.#connection.resume(),
      cancel: () => this.cancel(),
      finish: () => this.#endRead(inside),
    };
  }

  #endRead(inside: boolean): Promise<void> {
    this.#settled = this.#undo(inside).catch(() => {});
    return this.#settled;
  }

  async #undo(inside: boolean): Promise<void> {
    if (!this.#alive) return;
    if (this.#killing !== null) await this.#absorbKill();
    const statements = inside
      ? [`ROLLBACK TO SAVEPOINT ${SAVEPOINT}`, `RELEASE SAVEPOINT ${SAVEPOINT}`]
      : ["ROLLBACK AND NO CHAIN NO RELEASE"];
    // The savepoint is gone where a deadlock rolled the whole transaction back.
    for (const statement of statements) await this.#run(statement).catch(() => {});
  }

  async #takeWarnings(answer: Answer): Promise<void> {
    if (answer.results > 1) {
      this.#notices.push({
        severity: "NOTE",
        code: "",
        message: "Only the first of several results is shown.",
      });
    }
    if (answer.warnings === 0) return;
    for (const [severity, code, message] of (await this.#run("SHOW WARNINGS")).rows) {
      this.#notices.push({ severity: severity ?? "", code: code ?? "", message: message ?? "" });
    }
  }

  async #run(
    sql: string,
    options: { readonly told?: string; readonly watcher?: ResultWatcher } = {},
  ): Promise<Answer> {
    const command = new TextCommand(sql, extendedMetadata(this.#connection), options.watcher);
    this.#running += 1;
    const sent = send(this.#connection, command).finally(() => {
      this.#running -= 1;
    });
    try {
      const answer = await sent;
      this.#status = answer.status;
      return answer;
    } catch (failure) {
      throw await this.#explain(failure, options.told);
    }
  }

  async #explain(failure: unknown, text: string | undefined): Promise<unknown> {
    const { profile } = this.#options;
    if (failure instanceof ErrPacket && !endsSession(failure)) {
      const stage = text !== undefined && (await this.#isAboutText(failure, text)) ? "parse" : "execute";
      // An error carries no status; a deadlock may have ended the transaction.
      if (text !== undefined && this.#alive) await this.#run("DO 0").catch(() => {});
      return toServerError(failure, text ?? "", stage);
    }
    if (failure instanceof FileAskedError) {
      const message = "LOAD DATA LOCAL reads a file of this machine, which Sluice never sends";
      return new ServerError({ ...NO_PLACE, message, sqlstate: "0A000", stage: "execute" });
    }
    if (!isConnectionFailure(failure)) return failure;
    this.#alive = false;
    const detail = failure instanceof ErrPacket ? "the server ended it" : failure.message;
    return new ConnectError(connectionLost(profile, detail), failure);
  }

  async #isAboutText(refusal: ErrPacket, text: string): Promise<boolean> {
    if (!mayBeAboutText(refusal) || !this.#alive) return false;
    const again = await send(this.#connection, new PrepareProbe(text)).catch(() => null);
    return again !== null && again.errno === refusal.errno && again.message === refusal.message;
  }
}

/** ER_YES: the note of EXPLAIN EXTENDED. */
const RESOLVED_TEXT = "1003";

const NO_PLACE = { position: undefined, constraint: undefined, table: undefined, column: undefined } as const;

const timeoutSql = ({ variant }: MysqlSettings, milliseconds: number): string =>
  variant === "mariadb"
    ? `SET SESSION max_statement_time = ${milliseconds / 1000}`
    : `SET SESSION max_execution_time = ${Math.ceil(milliseconds)}`;

/** mysql2's and Node's errors have a code; what a check threw is passed on as it is. */
const isConnectionFailure = (failure: unknown): failure is Error =>
  failure instanceof ErrPacket ||
  (failure instanceof Error &&
    (("fatal" in failure && failure.fatal === true) || ("code" in failure && "syscall" in failure)));

/** MySQL has no command tags: the statement's first word and the rows it touched. */
function writeResult(text: string, answer: Answer, rows: readonly RawRow[], returned: number): WriteResult {
  const { columns } = answer;
  const word = FIRST_WORD.exec(text)?.[1]?.toUpperCase() ?? "OK";
  const counted = columns.length > 0 ? returned : answer.affected;
  const affected = COUNTED.has(word) ? counted : null;
  return { tag: affected === null ? word : `${word} ${affected}`, affected, columns, rows, returned };
}

const FIRST_WORD = /^(?:\s|--[^\n]*\n|#[^\n]*\n|\/\*(?![!M])[\s\S]*?\*\/)*([a-z]+)/i;
const COUNTED: ReadonlySet<string> = new Set([
  "INSERT",
  "UPDATE",
  "DELETE",
  "REPLACE",
  "LOAD",
  "CALL",
  "WITH",
]);
