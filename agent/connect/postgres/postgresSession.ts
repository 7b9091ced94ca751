import type { ConnectionProfile } from "../../../protocol/connection.ts";
import { ConnectError, connectionLost } from "../connectError.ts";
import {
  type DatabaseSession,
  type Description,
  type OpenResult,
  type ReadRequest,
  type ServerNotice,
  TooManyRowsError,
  type TransactionState,
  type WriteRequest,
  type WriteResult,
} from "../databaseSession.ts";
import { everyText } from "../incomingRow.ts";
import { MOST_ROW_BYTES } from "../rowTooLarge.ts";
import { captureAfter, captureBefore, InsertedRows, mayReturn } from "./capture.ts";
import { Cursor } from "./cursor.ts";
import {
  Flight,
  type FlightFailure,
  type FlightWatcher,
  type Leg,
  type LegAnswer,
  type RawRow,
} from "./flight.ts";
import { type OpenedClient, openPostgres, RELIED_ON } from "./openPostgres.ts";
import { restoreRows } from "./restore.ts";
import type { Fly } from "./rowImages.ts";
import { speakerOf, toServerError } from "./wireError.ts";

const PORTAL = "sluice_portal";
const STATEMENT = "sluice_statement";
const VERSIONS = "sluice_versions";
const SAVEPOINT = "sluice_statement";

export interface PostgresOptions {
  readonly profile: ConnectionProfile;
  readonly password: string | undefined;
  readonly applicationName: string;
  /** Takes an array of oids as `$1`, returns oid and version: the catalog's own expression. */
  readonly relationVersionsSql: string;
}

/** One PostgreSQL backend. Statements on it are strictly one after the other. */
export class PostgresSession implements DatabaseSession {
  readonly #options: PostgresOptions;
  readonly #opened: OpenedClient;
  readonly #notices: ServerNotice[] = [];
  /** Work that must end before the backend takes the next statement. */
  #settled: Promise<void> = Promise.resolve();
  #openResult: OpenResult | null = null;
  #versionsKnown = false;
  #alive = true;

  static async open(options: PostgresOptions): Promise<PostgresSession> {
    return new PostgresSession(
      options,
      await openPostgres(options.profile, options.password, options.applicationName),
    );
  }

  private constructor(options: PostgresOptions, opened: OpenedClient) {
    this.#options = options;
    this.#opened = opened;
    const gone = (): void => {
      this.#alive = false;
    };
    opened.client.on("end", gone);
    opened.client.on("error", gone);
    opened.client.on("notice", (notice) => {
      this.#notices.push({
        severity: notice.severity ?? "NOTICE",
        code: notice.code ?? "00000",
        message: notice.message ?? "",
        speaker: speakerOf(notice.where),
      });
    });
  }

  get serverVersion(): string {
    return this.#opened.serverVersion;
  }

  get encrypted(): boolean {
    return this.#opened.encrypted;
  }

  get alive(): boolean {
    return this.#alive;
  }

  transaction(): TransactionState {
    switch (this.#opened.client.getTransactionStatus()) {
      case "T":
        return "open";
      case "E":
        return "failed";
      default:
        return "none";
    }
  }

  async rows(sql: string, values: readonly string[] = []): Promise<readonly (readonly (string | null)[])[]> {
    await this.#ready();
    const [answer] = await this.#fly([{ kind: "run", text: sql, values }], sql);
    return answer?.rows ?? [];
  }

  async read<R>(request: ReadRequest<R>): Promise<OpenResult<R>> {
    await this.#ready();
    const inside = this.transaction() === "open";
    const legs: Leg[] = inside
      ? [statement(`SAVEPOINT ${SAVEPOINT}`), statement("SET LOCAL transaction_read_only = on")]
      : [statement("BEGIN READ ONLY")];
    const bindAt = legs.length;
    legs.push({ kind: "bind", portal: PORTAL, text: request.text }, this.#versionsLeg(request.relationOids));
    legs.push({ kind: "fetch", portal: PORTAL, maxRows: request.firstRows });

    let cursor: Cursor<R> | null = null;
    let described: LegAnswer | null = null;
    let announce: (cursor: Cursor<R>) => void = () => {};
    const bound = new Promise<Cursor<R>>((resolve) => {
      announce = resolve;
    });
    const mostRowBytes = request.maxRowBytes ?? MOST_ROW_BYTES;
    const watcher: FlightWatcher = {
      onLeg: (index, answer) => {
        if (index === bindAt) described = answer;
        if (index !== bindAt + 1) return;
        const columns = described?.columns ?? [];
        request.check({ columns, versions: versionsOf(answer) });
        cursor = new Cursor(columns, this.#cursorHost(request.text, inside, mostRowBytes), request.toRow);
        announce(cursor);
      },
      onFetched: (row, bytes) => cursor?.onRow(row, bytes),
      mostRowBytes,
    };
    const flight = this.#fly(legs, request.text, watcher).then((answers) => {
      this.#versionsKnown = true;
      return { suspended: answers.at(-1)?.suspended ?? false };
    });
    try {
      const opened = await Promise.race([bound, flight.then(() => bound)]);
      this.#openResult = opened;
      await opened.begin(flight);
      return opened;
    } catch (error) {
      if (cursor === null) await this.#endRead(inside, true);
      throw error;
    }
  }

  async write(request: WriteRequest): Promise<WriteResult> {
    await this.#ready();
    const inside = this.transaction() === "open";
    try {
      const result =
        request.restore === undefined
          ? await this.#change(request, inside)
          : await restoreRows(this.#flying, request, request.restore, {
              versions: this.#versionsLeg(request.relationOids),
              writtenRows: statement(WRITTEN_ROWS),
              countOf: writtenRows,
              check: (described, versions) => {
                this.#versionsKnown = true;
                request.check({ columns: described?.columns ?? [], versions: versionsOf(versions) });
              },
            });
      request.mayCommit?.();
      await this.#fly([statement(inside ? `RELEASE SAVEPOINT ${SAVEPOINT}` : "COMMIT")], request.text);
      return result;
    } catch (error) {
      if (this.#alive) {
        await this.#undo(inside);
      }
      throw error;
    }
  }

  /** The write itself, with what is kept of it; its transaction is left open. */
  async #change(request: WriteRequest, inside: boolean): Promise<WriteResult> {
    const limit = request.maxAffectedRows;
    const plan = request.capture;
    const count: readonly Leg[] = limit === undefined && plan === undefined ? [] : [statement(WRITTEN_ROWS)];
    const begin = statement(inside ? `SAVEPOINT ${SAVEPOINT}` : "BEGIN");
    const inserts = plan?.operation === "insert" ? plan : undefined;
    if (inserts) await this.#fly([begin], request.text);
    const readable = inserts && (await mayReturn(this.#flying, inserts));
    const inserted = inserts && readable?.kind === "readable" ? new InsertedRows(inserts) : undefined;
    const text = (inserts && inserted ? inserts.returningText : undefined) ?? request.text;
    const answers = await this.#fly(
      [
        ...(inserts ? [] : [begin]),
        { kind: "bind", portal: PORTAL, text },
        this.#versionsLeg(request.relationOids),
        ...count,
      ],
      request.text,
    );
    const [described, versions, before] = inserts ? answers : answers.slice(1);
    this.#versionsKnown = true;
    const all = described?.columns ?? [];
    const columns = inserts && inserted ? all.slice(0, all.length - inserts.columns) : all;
    request.check({ columns, versions: versionsOf(versions) });
    const changes = plan === undefined || plan.operation === "insert" ? undefined : plan;
    const locked = changes && (await captureBefore(this.#flying, changes));
    const kept: RawRow[] = [];
    let returned = 0;
    const [executed, , after] = await this.#fly(
      [{ kind: "fetch", portal: PORTAL, maxRows: 0 }, CLOSE_PORTAL, ...count],
      request.text,
      {
        onFetched: (row) => {
          const own = inserted?.take(everyText(row));
          if (columns.length === 0 && inserted !== undefined) return;
          returned += 1;
          if (kept.length < request.keepRows) kept.push(own ?? everyText(row));
        },
        mostRowBytes: MOST_ROW_BYTES,
      },
    );
    const result = { ...writeResult(executed, columns), rows: kept, returned };
    // Triggers, functions, cascades and CTEs write rows that the command tag does not count.
    const everywhere = writtenRows(after) - writtenRows(before);
    const written = Math.max(result.affected ?? 0, everywhere);
    if (limit !== undefined && written > limit) throw new TooManyRowsError(written, limit);
    if (readable !== undefined) {
      const capture = readable.kind === "none" ? readable : inserted?.captured(readable, everywhere);
      return capture === undefined ? result : { ...result, capture };
    }
    if (changes === undefined || locked === undefined) return result;
    const capture =
      locked.kind === "none"
        ? locked
        : await captureAfter(this.#flying, changes, locked, { affected: result.affected, everywhere });
    return { ...result, capture };
  }

  async plain(text: string): Promise<WriteResult> {
    await this.#ready();
    // DISCARD and DEALLOCATE take prepared statements away, ours too.
    this.#versionsKnown = false;
    const [described, executed] = await this.#fly(
      [
        { kind: "describe", statement: STATEMENT, text },
        { kind: "execute", statement: STATEMENT },
        CLOSE_STATEMENT,
      ],
      text,
    ).catch(async (error: unknown) => {
      if (this.#alive) {
        await this.#fly([CLOSE_STATEMENT], "").catch(() => {});
      }
      throw error;
    });
    if (/^(?:reset|discard)\b/i.test(text)) await this.#opened.client.query(RELIED_ON);
    return writeResult(executed, described?.columns ?? []);
  }

  cancel(): Promise<void> {
    return this.#opened.cancel();
  }

  takeNotices(): readonly ServerNotice[] {
    return this.#notices.splice(0);
  }

  async close(): Promise<void> {
    if (!this.#alive) return;
    await this.#openResult?.close().catch(() => {});
    await this.#settled;
    this.#alive = false;
    await this.#opened.client.end();
  }

  /** Ends an open cursor and waits for what is still on its way. */
  async #ready(): Promise<void> {
    const open = this.#openResult;
    this.#openResult = null;
    await open?.close();
    await this.#settled;
    if (!this.#alive) {
      throw new ConnectError(connectionLost(this.#options.profile, "the server closed it"));
    }
  }

  #versionsLeg(oids: readonly number[]): Leg {
    return {
      kind: "run",
      text: this.#options.relationVersionsSql,
      values: [`{${oids.join(",")}}`],
      prepared: { name: VERSIONS, known: this.#versionsKnown },
    };
  }

  #cursorHost(text: string, inside: boolean, mostRowBytes: number) {
    const stream = this.#opened.client.connection.stream;
    return {
      fetch: async (maxRows: number, onRow: FlightWatcher["onFetched"]) => {
        const watcher: FlightWatcher = onRow === undefined ? {} : { onFetched: onRow, mostRowBytes };
        const [answer] = await this.#fly([{ kind: "fetch", portal: PORTAL, maxRows }], text, watcher);
        return { suspended: answer?.suspended ?? false };
      },
      pause: () => void stream.pause(),
      resume: () => void stream.resume(),
      cancel: () => this.cancel(),
      finish: () => this.#endRead(inside, false),
    };
  }

  #endRead(inside: boolean, failed: boolean): Promise<void> {
    const ended = !this.#alive
      ? Promise.resolve()
      : failed || this.transaction() === "failed"
        ? this.#undo(inside)
        : this.#fly(
            inside ? [CLOSE_PORTAL, statement(`RELEASE SAVEPOINT ${SAVEPOINT}`)] : [statement("COMMIT")],
            "",
          ).then(() => {});
    this.#settled = ended.catch(() => {});
    return this.#settled;
  }

  async #undo(inside: boolean): Promise<void> {
    const legs = inside
      ? [statement(`ROLLBACK TO SAVEPOINT ${SAVEPOINT}`), statement(`RELEASE SAVEPOINT ${SAVEPOINT}`)]
      : [statement("ROLLBACK")];
    if (this.transaction() !== "none") await this.#fly(legs, "").catch(() => {});
  }

  readonly #flying: Fly = (legs, text, watcher) => this.#fly(legs, text, watcher);

  async #fly(legs: readonly Leg[], text: string, watcher?: FlightWatcher): Promise<readonly LegAnswer[]> {
    let stopping: Promise<void> | undefined;
    const onRefused = (): void => {
      // What the server still sends is dropped, and may be much. A paused socket would never hear the end of it.
      this.#opened.client.connection.stream.resume();
      stopping = this.cancel().catch(() => {});
    };
    const flight = new Flight(legs, this.#opened.dataRows, { ...watcher, onRefused });
    this.#opened.client.query(flight);
    try {
      return await flight.landed;
    } catch (failure) {
      // Afterwards it would stop what comes next.
      await stopping;
      throw this.#explain(failure, text);
    }
  }

  #explain(failure: unknown, text: string): unknown {
    if (!isFlightFailure(failure)) return failure;
    const stage = failure.leg?.kind === "bind" || failure.leg?.kind === "describe" ? "parse" : "execute";
    const serverError = toServerError(failure.error, text, stage);
    if (serverError !== null) {
      if (/^(?:57P|08(?!P01))/.test(serverError.sqlstate)) {
        this.#alive = false;
        return new ConnectError(
          connectionLost(this.#options.profile, "the server is shutting down or restarting"),
        );
      }
      return serverError;
    }
    if (failure.leg === undefined) return failure.error;
    this.#alive = false;
    const detail = failure.error instanceof Error ? failure.error.message : String(failure.error);
    return new ConnectError(connectionLost(this.#options.profile, detail), failure.error);
  }
}

/** Rows this transaction has inserted, changed or deleted so far, in any table of a user's. */
const WRITTEN_ROWS =
  "SELECT coalesce(pg_catalog.sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_catalog.pg_stat_xact_user_tables";

const writtenRows = (answer: LegAnswer | undefined): number => Number(answer?.rows[0]?.[0] ?? 0);

const CLOSE_STATEMENT: Leg = { kind: "close", what: "statement", name: STATEMENT };
const CLOSE_PORTAL: Leg = { kind: "close", what: "portal", name: PORTAL };

const statement = (text: string): Leg => ({ kind: "run", text, values: [] });

const isFlightFailure = (value: unknown): value is FlightFailure =>
  typeof value === "object" && value !== null && "error" in value && "leg" in value;

function versionsOf(answer: LegAnswer | undefined): Description["versions"] {
  const versions = new Map<number, string>();
  for (const [oid, version] of answer?.rows ?? []) versions.set(Number(oid), version ?? "");
  return versions;
}

/** `UPDATE 3` → 3; `INSERT 0 5` → 5; `CREATE TABLE` → null. */
function writeResult(answer: LegAnswer | undefined, columns: Description["columns"]): WriteResult {
  const tag = answer?.tag ?? "";
  const count = /^(?:INSERT \d+|UPDATE|DELETE|MERGE|SELECT|COPY|MOVE|FETCH) (\d+)$/.exec(tag)?.[1];
  const rows = answer?.rows ?? [];
  return {
    tag,
    affected: count === undefined ? null : Number(count),
    columns,
    rows,
    returned: rows.length,
  };
}
