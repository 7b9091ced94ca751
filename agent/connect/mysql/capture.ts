import type { Capture, CapturePlan, ChangeCapturePlan, RawRow, RowTexts } from "../capturePlan.ts";
import {
  changedByOthers,
  changedElsewhere,
  mayNotBeRead,
  type NotCaptured,
  notCaptured,
  notReadable,
  rowsTooLarge,
  tooManyRows,
} from "../captureReasons.ts";
import { ServerError } from "../databaseSession.ts";
import { digestOf, sizeOf } from "../rowDigest.ts";
import type { OkPacket } from "./packets.ts";
import { type Ask, areReferredTo, type CaptureHost, keyOf, rowsByKeys } from "./rowsByKeys.ts";

/** What the server said of the write. */
export type Written = Pick<OkPacket, "affected" | "insertId" | "updated">;

/** What is known of the rows of a write before it runs. */
export interface Before {
  readonly kind: "before";
  /** As they were; empty for an INSERT. */
  readonly images: readonly RawRow[];
}

/** Locks and reads what the write will change, or makes sure that what it makes may be read. */
export function captureBefore(host: CaptureHost, plan: CapturePlan): Promise<Before | NotCaptured> {
  const { texts } = plan;
  const { ask } = host;
  if (texts === undefined) return Promise.resolve(notReadable());
  return apart(host, async () => {
    if (plan.operation !== "insert") return lockedImages(ask, plan, texts);
    try {
      await ask(`${plan.rowText} LIMIT 0`);
    } catch (error) {
      if (error instanceof ServerError && error.sqlstate === NOT_ALLOWED) return mayNotBeRead();
      throw error;
    }
    if (plan.madeKeys?.kind === "given") {
      if (plan.madeKeys.keys.length > plan.maxRows) return tooManyRows(plan.maxRows, "inserts");
      const there = await rowsByKeys(ask, texts, plan.key, plan.madeKeys.keys);
      if (there.some((row) => row !== null)) return notCaptured("it may change rows that are there already");
    }
    return { kind: "before", images: [] };
  });
}

async function lockedImages(
  ask: Ask,
  plan: ChangeCapturePlan,
  texts: RowTexts,
): Promise<Before | NotCaptured> {
  const images = new BoundedRows(plan, "changes");
  await ask(plan.beforeText, { onColumns: () => {}, onRow: (row) => images.add(row) });
  const read = images.end();
  if (read.kind === "none") return read;
  // What a foreign key does to them happens inside of the storage engine, and is counted nowhere.
  if (await areReferredTo(ask, texts, read.rows)) return changedElsewhere();
  return { kind: "before", images: read.rows };
}

/** Reads the rows as the write left them, and makes sure that it changed these and no others. */
export function captureAfter(
  host: CaptureHost,
  plan: CapturePlan,
  { images }: Before,
  written: Written,
  returned: BoundedRows | undefined,
): Promise<Capture> {
  const { texts } = plan;
  const { ask } = host;
  if (texts === undefined) return Promise.resolve(notReadable());
  return apart(host, async () => {
    if (plan.operation === "insert") return insertedRows(ask, plan, texts, written, returned);
    if (written.affected !== images.length) return changedByOthers();
    const keys = images.map((row) => keyOf(row, plan.key));
    const now = await rowsByKeys(ask, texts, plan.key, keys);
    const after = now.map((row) => (row === null ? null : digestOf(row)));
    if (plan.operation === "delete") {
      if (now.some((row) => row !== null)) return changedByOthers();
    } else {
      const changed = images.filter((row, at) => digestOf(row) !== after[at]).length;
      // Of a condition that nothing can meet, the server tells no more than that.
      const { updated = written.affected === 0 ? { found: 0, changed: 0 } : undefined } = written;
      // The rows were locked: as many as the server made different, so it was these.
      const same = updated?.found === images.length && updated.changed === changed;
      if (!same || now.some((row) => row === null)) return changedByOthers();
    }
    const rows = images.map((before, at) => ({ before, after: after[at] ?? null }));
    return { kind: "captured", captured: { rows, settings: [] } };
  });
}

async function insertedRows(
  ask: Ask,
  plan: CapturePlan & { readonly operation: "insert" },
  texts: RowTexts,
  written: Written,
  returned: BoundedRows | undefined,
): Promise<Capture> {
  const read = returned?.end();
  if (read?.kind === "none") return read;
  const keys = read?.rows.map((row) => keyOf(row, plan.key)) ?? (await keysOf(ask, plan, written));
  if (keys === undefined) return notCaptured("its rows cannot be told as they are made");
  if (keys.length > plan.maxRows) return tooManyRows(plan.maxRows, "inserts");
  const now = await rowsByKeys(ask, texts, plan.key, keys);
  const stored = new BoundedRows(plan, "inserts");
  for (const [at, row] of now.entries()) {
    const said = read?.rows[at];
    if (row === null || (said !== undefined && digestOf(said) !== digestOf(row))) {
      return notCaptured("its rows cannot be told as they are made");
    }
    stored.add(row);
  }
  const kept = stored.end();
  if (kept.kind === "none") return kept;
  const rows = kept.rows.map((row) => ({ before: row, after: digestOf(row) }));
  return { kind: "captured", captured: { rows, settings: [] } };
}

/** The keys of rows that were not returned; undefined where they are not as many as were made. */
async function keysOf(
  ask: Ask,
  { madeKeys, maxRows }: CapturePlan & { readonly operation: "insert" },
  { affected, insertId }: Written,
): Promise<readonly RawRow[] | undefined> {
  if (madeKeys?.kind === "given") return madeKeys.keys.length === affected ? madeKeys.keys : undefined;
  if (madeKeys === undefined || insertId === 0) return undefined;
  const { rows } = await ask("SELECT @@auto_increment_increment");
  const step = Number(rows[0]?.[0]);
  return Array.from({ length: Math.min(affected, maxRows + 1) }, (_, at) => [String(insertId + at * step)]);
}

/** Rows that are kept as long as they are few and small enough; all are counted. */
export class BoundedRows {
  readonly #plan: Pick<CapturePlan, "maxRows" | "maxBytes">;
  readonly #does: "changes" | "inserts";
  readonly #rows: RawRow[] = [];
  #count = 0;
  #bytes = 0;

  constructor(plan: Pick<CapturePlan, "maxRows" | "maxBytes">, does: "changes" | "inserts") {
    this.#plan = plan;
    this.#does = does;
  }

  add(row: RawRow): void {
    this.#count += 1;
    this.#bytes += sizeOf(row);
    if (this.#isWithin()) this.#rows.push(row);
    else this.#rows.length = 0;
  }

  end(): { readonly kind: "rows"; readonly rows: readonly RawRow[] } | NotCaptured {
    if (this.#count > this.#plan.maxRows) return tooManyRows(this.#plan.maxRows, this.#does);
    return this.#isWithin() ? { kind: "rows", rows: this.#rows } : rowsTooLarge(this.#does);
  }

  /** How many there were, kept or not. */
  get count(): number {
    return this.#count;
  }

  #isWithin(): boolean {
    return this.#count <= this.#plan.maxRows && this.#bytes <= this.#plan.maxBytes;
  }
}

/** The server refused a question, and the write may go on without it; a cancelled one ends the statement. */
async function apart<T>(host: CaptureHost, work: () => Promise<T>): Promise<T | NotCaptured> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RangeError) return notReadable();
    if (!(error instanceof ServerError) || error.sqlstate === INTERRUPTED) throw error;
    // Outside of its transaction, nothing could roll the write back.
    if (!(await host.isOpen())) throw error;
    return notReadable();
  }
}

/** Access denied. */
const NOT_ALLOWED = "42000";

const INTERRUPTED = "70100";
