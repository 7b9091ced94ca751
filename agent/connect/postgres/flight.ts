import { type Connection, DatabaseError, type Submittable } from "pg";
import type { DescribedColumn } from "../databaseSession.ts";
import type { IncomingRow } from "../incomingRow.ts";
import { RowTooLargeError } from "../rowTooLarge.ts";
import type { DataRows, RowSink } from "./dataRows.ts";

/**
 * Messages of the extended query protocol sent in one write and closed by one Sync, so that a governed read
 * costs one round trip. https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
 */
export type Leg =
  /**
   * Parse, Bind, Execute: answered by CommandComplete. `prepared` is parsed only where it is not known to be there
   * still; closing it first does no harm where it is not there.
   */
  | {
      readonly kind: "run";
      readonly text: string;
      readonly values: readonly string[];
      readonly prepared?: { readonly name: string; readonly known: boolean };
    }
  /** Parse, Bind, Describe of a portal: answered by RowDescription or NoData. */
  | { readonly kind: "bind"; readonly portal: string; readonly text: string }
  /** Parse, Describe of a statement: answered by RowDescription or NoData. */
  | { readonly kind: "describe"; readonly statement: string; readonly text: string }
  /** Execute of a portal: answered by PortalSuspended or CommandComplete. */
  | { readonly kind: "fetch"; readonly portal: string; readonly maxRows: number }
  /** Bind, Execute of a described statement: answered by CommandComplete. */
  | { readonly kind: "execute"; readonly statement: string; readonly values?: RawRow }
  | { readonly kind: "close"; readonly what: "statement" | "portal"; readonly name: string };

export interface LegAnswer {
  readonly columns: readonly DescribedColumn[];
  readonly rows: RawRow[];
  readonly tag: string | null;
  readonly suspended: boolean;
}

export type RawRow = readonly (string | null)[];

/** Watches a flight while it is in the air. Throwing from `onLeg` abandons everything that follows. */
export interface FlightWatcher {
  /** A leg before the last has been answered. */
  onLeg?(index: number, answer: LegAnswer): void;
  /** A row of a `fetch` leg; without it rows are collected in the answer. `bytes` is its size on the wire. */
  onFetched?(row: IncomingRow, bytes: number): void;
  /** A larger row of a `fetch` leg fails the flight; without it every row is taken. */
  readonly mostRowBytes?: number;
  /** Such a row came: nothing of what follows is wanted. */
  onRefused?(): void;
}

/** The error as PostgreSQL sent it, and the leg that failed. */
export interface FlightFailure {
  readonly error: unknown;
  readonly leg: Leg | undefined;
}

interface WireField {
  readonly name: string;
  readonly tableID: number;
  readonly columnID: number;
  readonly dataTypeID: number;
}

/** One flight. `landed` settles when the server has answered all legs, or one of them failed. */
export class Flight implements Submittable, RowSink {
  readonly landed: Promise<readonly LegAnswer[]>;
  readonly #legs: readonly Leg[];
  readonly #watcher: FlightWatcher;
  readonly #dataRows: DataRows;
  readonly #answers: LegAnswer[] = [];
  #index = 0;
  #columns: readonly DescribedColumn[] = [];
  #rows: RawRow[] = [];
  #abandoned: { readonly reason: unknown } | null = null;
  #connection: Connection | null = null;
  #resolve: (answers: readonly LegAnswer[]) => void = () => {};
  #reject: (failure: FlightFailure) => void = () => {};
  readonly #onNoData = (): void => this.#described([]);

  constructor(legs: readonly Leg[], dataRows: DataRows, watcher: FlightWatcher = {}) {
    this.#legs = legs;
    this.#dataRows = dataRows;
    this.#watcher = watcher;
    this.landed = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  submit(connection: Connection): void {
    this.#connection = connection;
    connection.on("noData", this.#onNoData);
    if (this.#watcher.onFetched !== undefined) this.#dataRows.sink = this;
    connection.stream.cork();
    for (const leg of this.#legs) send(connection, leg);
    connection.sync();
    connection.stream.uncork();
    this.#skipSilent();
  }

  handleRowDescription(message: { readonly fields: readonly WireField[] }): void {
    this.#described(
      message.fields.map((field) => ({
        name: field.name,
        relationOid: field.tableID,
        ordinal: field.columnID,
        typeOid: field.dataTypeID,
      })),
    );
  }

  /** Rows of the agent's own questions. */
  handleDataRow(message: { readonly fields: RawRow }): void {
    if (this.#abandoned === null) this.#rows.push(message.fields);
  }

  wantsRow(): boolean {
    return this.#legs[this.#index]?.kind === "fetch";
  }

  takeRow(row: IncomingRow, bytes: number): void {
    if (this.#abandoned !== null) return;
    try {
      this.#watcher.onFetched?.(row, bytes);
    } catch (reason) {
      this.#abandoned = { reason };
    }
  }

  get mostRowBytes(): number {
    return this.#watcher.mostRowBytes ?? Number.POSITIVE_INFINITY;
  }

  refuseRow(): void {
    if (this.#abandoned !== null) return;
    this.#abandoned = { reason: new RowTooLargeError(this.mostRowBytes) };
    this.#watcher.onRefused?.();
  }

  handleCommandComplete(message: { readonly text: string }): void {
    this.#answer(message.text, false);
  }

  handleEmptyQuery(): void {
    this.#answer("", false);
  }

  handlePortalSuspended(): void {
    this.#answer(null, true);
  }

  handleReadyForQuery(): void {
    this.#detach();
    if (this.#abandoned !== null) this.#reject({ error: this.#abandoned.reason, leg: undefined });
    else this.#resolve(this.#answers);
  }

  /** Lands when the server is ready again, or gone: only then its transaction state is known. */
  handleError(error: unknown): void {
    this.#detach();
    // Given up already: what the server says afterwards changes nothing.
    const failure =
      this.#abandoned === null
        ? { error, leg: this.#legs[this.#index] }
        : { error: this.#abandoned.reason, leg: undefined };
    const connection = this.#connection;
    if (connection === null || connection.stream.destroyed || !(error instanceof DatabaseError)) {
      this.#reject(failure);
      return;
    }
    const landed = (): void => {
      connection.off("readyForQuery", landed);
      connection.off("end", landed);
      this.#reject(failure);
    };
    connection.on("readyForQuery", landed);
    connection.on("end", landed);
  }

  handleCopyData(): void {
    // COPY is not sent over this protocol path: policy refuses it before.
  }

  #described(columns: readonly DescribedColumn[]): void {
    const leg = this.#legs[this.#index];
    if (leg?.kind !== "bind" && leg?.kind !== "describe") return;
    this.#columns = columns;
    this.#answer(null, false);
  }

  #answer(tag: string | null, suspended: boolean): void {
    const answer: LegAnswer = { columns: this.#columns, rows: this.#rows, tag, suspended };
    this.#rows = [];
    this.#columns = [];
    this.#answers.push(answer);
    const index = this.#index;
    this.#index += 1;
    this.#skipSilent();
    if (this.#abandoned !== null) return;
    try {
      this.#watcher.onLeg?.(index, answer);
    } catch (reason) {
      this.#abandoned = { reason };
    }
  }

  /** Close is answered by CloseComplete, which pg does not hand on. */
  #skipSilent(): void {
    while (this.#legs[this.#index]?.kind === "close") {
      this.#answers.push({ columns: [], rows: [], tag: null, suspended: false });
      this.#index += 1;
    }
  }

  #detach(): void {
    this.#connection?.off("noData", this.#onNoData);
    if (this.#dataRows.sink === this) this.#dataRows.sink = null;
  }
}

function send(connection: Connection, leg: Leg): void {
  switch (leg.kind) {
    case "run": {
      const name = leg.prepared?.name ?? "";
      if (leg.prepared?.known === false) connection.close({ type: "S", name }, true);
      if (leg.prepared?.known !== true) connection.parse({ name, text: leg.text, types: [] }, true);
      connection.bind({ statement: name, values: [...leg.values] }, true);
      connection.execute({ portal: "" }, true);
      return;
    }
    case "bind":
      connection.parse({ name: "", text: leg.text, types: [] }, true);
      connection.bind({ portal: leg.portal, statement: "" }, true);
      connection.describe({ type: "P", name: leg.portal }, true);
      return;
    case "describe":
      connection.parse({ name: leg.statement, text: leg.text, types: [] }, true);
      connection.describe({ type: "S", name: leg.statement }, true);
      return;
    case "fetch":
      connection.stream.write(executeMessage(leg.portal, leg.maxRows));
      return;
    case "execute":
      connection.bind({ statement: leg.statement, values: [...(leg.values ?? [])] }, true);
      connection.execute({ portal: "" }, true);
      return;
    case "close":
      connection.close({ type: leg.what === "portal" ? "P" : "S", name: leg.name }, true);
      return;
  }
}

/** Execute with a row limit, which pg's own types cannot express. Protocol: message format "Execute (F)". */
function executeMessage(portal: string, maxRows: number): Buffer {
  const name = Buffer.from(portal, "utf8");
  const message = Buffer.alloc(1 + 4 + name.length + 1 + 4);
  message.write("E", 0, "latin1");
  message.writeInt32BE(message.length - 1, 1);
  name.copy(message, 5);
  message.writeInt32BE(maxRows, message.length - 4);
  return message;
}
