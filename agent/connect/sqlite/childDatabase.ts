import Database from "better-sqlite3";
import { sizeOf } from "../rowDigest.ts";
import { cellText } from "./cellText.ts";
import type {
  Added,
  ChildAnswer,
  ChildFailure,
  ChildReply,
  ChildRequest,
  Images,
  Permission,
  Side,
  TextRow,
  Within,
} from "./childMessages.ts";
import { exactRow, InexactError, valuesOf } from "./exactCell.ts";
import { refusal } from "./statementGuard.ts";

const BUSY_TIMEOUT_MS = 5_000;

interface Prepared {
  readonly statement: Database.Statement<unknown[], unknown>;
  readonly side: Side;
  rows: IterableIterator<unknown> | null;
}

/** The file as the child process holds it: one connection that cannot write, one that can and opens when needed. */
export class ChildDatabase {
  readonly #path: string;
  readonly #sides: { reading: Database.Database | null; writing: Database.Database | null } = {
    reading: null,
    writing: null,
  };
  #prepared: Prepared | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  answer(id: number, request: ChildRequest): ChildReply {
    const answer = this.#attempt(request);
    const { writing } = this.#sides;
    return {
      id,
      answer,
      inTransaction: writing?.inTransaction ?? false,
      hasTemporary: writing !== null && this.#hasTemporary(writing),
    };
  }

  #attempt(request: ChildRequest): ChildAnswer {
    let stage: ChildFailure["stage"] = "execute";
    try {
      switch (request.kind) {
        case "rows": {
          stage = "open";
          const database = this.#side(request.side);
          stage = "parse";
          const statement = safe(database.prepare(request.sql));
          stage = "execute";
          if (!statement.reader) {
            statement.run(...request.values);
            return { kind: "rows", rows: [] };
          }
          return {
            kind: "rows",
            rows: statement
              .raw(true)
              .all(...request.values)
              .map(textRow),
          };
        }
        case "prepare": {
          this.#release();
          stage = "open";
          const database = this.#side(request.side);
          stage = "parse";
          return this.#prepare(database, request);
        }
        case "next":
          return this.#next(request.rows, request.bytes, request.rowBytes);
        case "finish":
          return this.#finish(request.keepRows, request.added);
        case "images": {
          const read = safe(this.#side("writing").prepare(request.sql));
          if (!read.readonly)
            throw new RefusedError("The statement would write where only reading was meant");
          const images = new BoundedImages(request.within);
          for (const row of read.raw(true).iterate()) images.add(row);
          return { kind: "images", images: images.end() };
        }
        case "rowsByKeys": {
          const read = safe(this.#side("writing").prepare(request.sql)).raw(true);
          const rows = request.keys.map((key) => {
            const row = read.get(...valuesOf(key));
            return row === undefined ? null : exactRow(row);
          });
          return { kind: "rowsByKeys", rows };
        }
        case "repeat": {
          const refused = refusal(request.sql, "write");
          if (refused !== null) throw new RefusedError(refused);
          const write = safe(this.#side("writing").prepare(request.sql));
          for (const values of request.values) write.run(...valuesOf(values));
          return { kind: "released" };
        }
        case "release":
          this.#release();
          return { kind: "released" };
      }
    } catch (error) {
      // A question that failed leaves what is prepared to run.
      if (request.kind === "next" || request.kind === "finish") this.#release();
      return { kind: "failed", failure: failureOf(error, stage) };
    }
  }

  #prepare(
    database: Database.Database,
    request: { readonly sql: string; readonly side: Side; readonly may: Permission },
  ): ChildAnswer {
    const refused = refusal(request.sql, request.may);
    if (refused !== null) {
      // A mistake in the text is told as one; a PRAGMA may run already while it is compiled.
      if (!refused.includes("PRAGMA")) database.prepare(request.sql);
      throw new RefusedError(refused);
    }
    const statement = safe(database.prepare(request.sql));
    if (request.may === "read" && !(statement.readonly && statement.reader)) {
      throw new RefusedError("The statement would write where only reading was judged");
    }
    this.#prepared = { statement, side: request.side, rows: null };
    const columns = statement.reader ? statement.columns().map(({ name, type }) => ({ name, type })) : [];
    return { kind: "prepared", columns };
  }

  #next(most: number, mostBytes: number, mostRowBytes: number): ChildAnswer {
    const prepared = this.#prepared;
    if (prepared === null) return { kind: "page", rows: [], done: true };
    prepared.rows ??= prepared.statement.raw(true).iterate();
    const rows: TextRow[] = [];
    let bytes = 0;
    while (rows.length < most && bytes < mostBytes) {
      const { value, done } = prepared.rows.next();
      if (done === true) {
        this.#prepared = null;
        return { kind: "page", rows, done: true };
      }
      if (lengthOf(value) > mostRowBytes) {
        this.#release();
        return { kind: "refused_row" };
      }
      const row = textRow(value);
      bytes += row.reduce((sum, cell) => sum + (cell?.length ?? 0), 0);
      rows.push(row);
    }
    return { kind: "page", rows, done: false };
  }

  #finish(keepRows: number, added: Added | undefined): ChildAnswer {
    const prepared = this.#prepared;
    if (prepared === null) return { kind: "finished", rows: [], returned: 0 };
    const kept: TextRow[] = [];
    const images = added && new BoundedImages(added);
    let returned = 0;
    if (prepared.statement.reader) {
      for (const value of prepared.statement.raw(true).iterate()) {
        const row: readonly unknown[] = Array.isArray(value) ? value : [value];
        const own = row.length - (added?.columns ?? 0);
        images?.add(row.slice(own));
        if (own === 0) continue;
        returned += 1;
        if (kept.length < keepRows) kept.push(textRow(row.slice(0, own)));
      }
    } else {
      prepared.statement.run();
    }
    this.#prepared = null;
    return { kind: "finished", rows: kept, returned, ...(images && { images: images.end() }) };
  }

  #release(): void {
    this.#prepared?.rows?.return?.();
    this.#prepared = null;
  }

  #side(side: Side): Database.Database {
    const known = this.#sides[side];
    if (known !== null) return known;
    const database = new Database(this.#path, {
      readonly: side === "reading",
      fileMustExist: true,
      timeout: BUSY_TIMEOUT_MS,
    });
    try {
      database.pragma("trusted_schema = OFF");
      if (side === "reading") database.pragma("query_only = ON");
      // The first look at the file tells whether it is a database at all.
      database.prepare("SELECT count(*) FROM sqlite_schema").get();
    } catch (error) {
      database.close();
      throw error;
    }
    this.#sides[side] = database;
    return database;
  }

  #hasTemporary(writing: Database.Database): boolean {
    // A running iterator keeps its connection from other questions; it runs only on a side already chosen.
    if (this.#prepared?.side === "writing" && this.#prepared.rows !== null) return true;
    return writing.prepare("SELECT 1 FROM temp.sqlite_schema LIMIT 1").get() !== undefined;
  }
}

/** Integers come as bigint: they may be larger than a number can be exact. */
const safe = (statement: Database.Statement<unknown[], unknown>) => statement.safeIntegers(true);

/** Of a row's texts and bytes, about what it will take as text; told before anything is made of them. */
const lengthOf = (value: unknown): number =>
  Array.isArray(value)
    ? value.reduce<number>((sum, cell) => sum + lengthOf(cell), 0)
    : typeof value === "string"
      ? value.length
      : value instanceof Uint8Array
        ? value.length * 2
        : 0;

const textRow = (value: unknown): TextRow => (Array.isArray(value) ? value.map(cellText) : [cellText(value)]);

/** Rows in their exact form that are kept as long as they are few and small enough; all are counted. */
class BoundedImages {
  readonly #within: Within;
  readonly #rows: TextRow[] = [];
  #count = 0;
  #bytes = 0;
  #inexact = false;

  constructor(within: Within) {
    this.#within = within;
  }

  add(value: unknown): void {
    this.#count += 1;
    if (this.#count > this.#within.maxRows || this.#bytes > this.#within.maxBytes || this.#inexact) return;
    try {
      const row = exactRow(value);
      this.#bytes += sizeOf(row);
      this.#rows.push(row);
    } catch (error) {
      if (!(error instanceof InexactError)) throw error;
      this.#inexact = true;
    }
  }

  end(): Images {
    const all = this.#rows.length === this.#count && this.#bytes <= this.#within.maxBytes;
    return { rows: all ? this.#rows : [], count: this.#count, bytes: this.#bytes, inexact: this.#inexact };
  }
}

class RefusedError extends Error {}

function failureOf(error: unknown, stage: ChildFailure["stage"]): ChildFailure {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof InexactError) return { stage, code: "SLUICE_INEXACT", message };
  if (error instanceof RefusedError) return { stage: "parse", code: "SLUICE_REFUSED", message };
  if (error instanceof Database.SqliteError) return { stage, code: error.code, message };
  // better-sqlite3's own words: more than one statement, or none.
  return { stage, code: error instanceof RangeError ? "SLUICE_STATEMENTS" : "SQLITE_MISUSE", message };
}
