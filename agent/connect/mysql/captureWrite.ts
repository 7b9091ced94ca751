import type { Capture } from "../capturePlan.ts";
import { type NotCaptured, notCaptured } from "../captureReasons.ts";
import type { WriteRequest, WriteResult } from "../databaseSession.ts";
import { type Before, BoundedRows, captureAfter, captureBefore } from "./capture.ts";
import type { CaptureHost } from "./rowsByKeys.ts";
import type { Answer, RawRow, ResultWatcher } from "./textCommand.ts";
import { writeResult } from "./writeResult.ts";

/** A write on its way, with what is kept of the rows it changes. */
export class CaptureWrite {
  readonly #host: CaptureHost;
  readonly #request: WriteRequest;
  readonly #before: Before | NotCaptured | undefined;
  readonly #made: BoundedRows | undefined;
  readonly #kept: RawRow[] = [];
  #returned = 0;
  #own = 0;

  static async prepare(host: CaptureHost, request: WriteRequest): Promise<CaptureWrite> {
    const { capture } = request;
    if (capture === undefined) return new CaptureWrite(host, request, undefined);
    const reason = await host.whyNot();
    const before = reason === null ? await captureBefore(host, capture) : notCaptured(reason);
    return new CaptureWrite(host, request, before);
  }

  private constructor(host: CaptureHost, request: WriteRequest, before: Before | NotCaptured | undefined) {
    this.#host = host;
    this.#request = request;
    this.#before = before;
    const { capture } = request;
    const returns = before?.kind === "before" && capture?.returningText !== undefined;
    this.#made = returns ? new BoundedRows(capture, "inserts") : undefined;
  }

  /** What is sent. */
  get text(): string {
    return (this.#made && this.#request.capture?.returningText) ?? this.#request.text;
  }

  get watcher(): ResultWatcher {
    const added = this.#made === undefined ? 0 : (this.#request.capture?.columns ?? 0);
    return {
      onColumns: (columns) => {
        this.#own = columns.length - added;
      },
      onRow: (row) => {
        this.#made?.add(row.slice(this.#own));
        if (this.#own === 0) return;
        this.#returned += 1;
        if (this.#kept.length < this.#request.keepRows) this.#kept.push(row.slice(0, this.#own));
      },
    };
  }

  /** What it would have come to by itself. */
  result(answer: Answer): WriteResult {
    const columns = answer.columns.slice(0, this.#own);
    const affected = this.#made?.count ?? answer.affected;
    return writeResult(this.#request.text, { ...answer, columns, affected }, this.#kept, this.#returned);
  }

  /** Undefined where nothing was to be kept. */
  async captured(answer: Answer): Promise<Capture | undefined> {
    const { capture } = this.#request;
    if (capture === undefined || this.#before === undefined) return undefined;
    if (this.#before.kind === "none") return this.#before;
    // A DELETE that returns its rows is answered with them, and with no count.
    const affected = capture.operation === "delete" && this.#own > 0 ? this.#returned : answer.affected;
    return captureAfter(this.#host, capture, this.#before, { ...answer, affected }, this.#made);
  }
}
