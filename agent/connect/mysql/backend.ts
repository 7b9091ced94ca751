import type mysql from "mysql2";
import type { ConnectionProfile } from "../../../protocol/connection.ts";
import { ConnectError, connectionLost } from "../connectError.ts";
import { ServerError } from "../databaseSession.ts";
import { Deadline } from "./deadline.ts";
import { extendedMetadata, openMysql, send } from "./openMysql.ts";
import { ErrPacket, type ServerStatus } from "./packets.ts";
import { PrepareProbe } from "./prepareProbe.ts";
import { type Answer, FileAskedError, type ResultWatcher, TextCommand } from "./textCommand.ts";
import { endsSession, mayBeAboutText, toServerError } from "./wireError.ts";

export interface BackendOptions {
  readonly profile: ConnectionProfile;
  readonly password: string | undefined;
  readonly applicationName: string;
  /** Milliseconds a person's statement may run; the time between two pages of its result does not count. */
  readonly statementTimeout?: number;
}

export interface RunOptions {
  /** The statement is a person's: a refusal is told as one of its text or of running it. */
  readonly told?: boolean;
  readonly watcher?: ResultWatcher;
}

/** One connection: what it runs, what the server last said of it, and how what it runs is stopped. */
export class Backend {
  readonly #options: BackendOptions;
  readonly #connection: mysql.Connection;
  #status: ServerStatus = { inTransaction: false, autocommit: true, moreResults: false };
  #running = 0;
  #deadline: Deadline | null = null;
  #killing: Promise<void> | null = null;
  #alive = true;

  /** @throws ConnectError */
  static async open(options: BackendOptions): Promise<Backend> {
    return new Backend(options, await openMysql(options.profile, options.password, options.applicationName));
  }

  private constructor(options: BackendOptions, connection: mysql.Connection) {
    this.#options = options;
    this.#connection = connection;
    const gone = (): void => {
      this.#alive = false;
    };
    connection.on("end", gone);
    connection.on("error", gone);
  }

  get alive(): boolean {
    return this.#alive;
  }

  get status(): ServerStatus {
    return this.#status;
  }

  pause(): void {
    this.#deadline?.pause();
    this.#connection.pause();
  }

  resume(): void {
    this.#deadline?.resume();
    this.#connection.resume();
  }

  /** Sends one statement. @throws ServerError, ConnectError, or what the watcher threw. */
  async run(sql: string, options: RunOptions = {}): Promise<Answer> {
    if (!this.#alive) throw this.lost("the server closed it");
    const command = new TextCommand(sql, extendedMetadata(this.#connection), options.watcher);
    this.#running += 1;
    const { statementTimeout } = this.#options;
    if (options.told === true && statementTimeout !== undefined) {
      this.#deadline = new Deadline(statementTimeout, () => void this.cancel());
    }
    const sent = send(this.#connection, command).finally(() => {
      this.#running -= 1;
      this.#deadline?.pause();
      this.#deadline = null;
    });
    try {
      const answer = await sent;
      this.#status = answer.status;
      return answer;
    } catch (failure) {
      throw await this.#explain(failure, options.told === true ? sql : undefined);
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

  /** A KILL that came too late for its statement would stop the next one: let it stop one of ours. */
  async absorbKill(): Promise<void> {
    if (this.#killing === null) return;
    await this.#killing;
    this.#killing = null;
    await this.run("DO 0").catch(() => {});
  }

  /** The error of a connection that is no more. */
  lost(detail: string, cause?: unknown): ConnectError {
    this.#alive = false;
    return new ConnectError(connectionLost(this.#options.profile, detail), cause);
  }

  close(): Promise<void> {
    this.#alive = false;
    return new Promise((resolve) => this.#connection.end(() => resolve()));
  }

  async #explain(failure: unknown, text: string | undefined): Promise<unknown> {
    if (failure instanceof ErrPacket && !endsSession(failure)) {
      const stage = text !== undefined && (await this.#isAboutText(failure, text)) ? "parse" : "execute";
      // An error carries no status; a deadlock may have ended the transaction.
      if (text !== undefined && this.#alive) await this.run("DO 0").catch(() => {});
      return toServerError(failure, text ?? "", stage);
    }
    if (failure instanceof FileAskedError) {
      const message = "LOAD DATA LOCAL reads a file of this machine, which Sluice never sends";
      return new ServerError({ ...NO_PLACE, message, sqlstate: "0A000", stage: "execute" });
    }
    if (!isConnectionFailure(failure)) return failure;
    return this.lost(failure instanceof ErrPacket ? "the server ended it" : failure.message, failure);
  }

  async #isAboutText(refusal: ErrPacket, text: string): Promise<boolean> {
    if (!mayBeAboutText(refusal) || !this.#alive) return false;
    const again = await send(this.#connection, new PrepareProbe(text)).catch(() => null);
    return again !== null && again.errno === refusal.errno && again.message === refusal.message;
  }
}

const NO_PLACE = { position: undefined, constraint: undefined, table: undefined, column: undefined } as const;

/** mysql2's and Node's errors have a code; what a check threw is passed on as it is. */
const isConnectionFailure = (failure: unknown): failure is Error =>
  failure instanceof ErrPacket ||
  (failure instanceof Error &&
    (("fatal" in failure && failure.fatal === true) || ("code" in failure && "syscall" in failure)));
