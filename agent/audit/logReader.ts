import { setTimeout } from "node:timers/promises";
import { COLLECTOR_INFO, type CollectorInfo } from "../../protocol/collector/ingest.ts";
import { RECORD_PAGE, RECORD_PAGE_LIMIT } from "../../protocol/collector/records.ts";
import { EVIDENCE_PAGE, type EvidencePage } from "../../protocol/collector/retention.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import type { LoggedRecord } from "../../protocol/log/loggedRecord.ts";
import { entriesPath, readEntryBundle, TILE_WIDTH, tilePath } from "../../protocol/log/tile.ts";
import type { ReadTile } from "../../protocol/log/tileNodes.ts";
import type { EvidenceRecord } from "./logEvidence.ts";
import { LogReadError } from "./logReadError.ts";

const PATIENCE_MS = 60_000;
/** No file of a log and no page of records is larger; whoever sends more wants something else. */
const LONGEST_ANSWER = 64 * 1024 * 1024;
const HASH_LENGTH = 32;
/** Tiles above the leaves are asked for again and again. */
const KEPT_TILES = 64;
const AHEAD = 4;
const MOST_TRIES = 10;
const LONGEST_PAUSE_S = 60;
const recordsOf = (chain: Sha256): string => `v1/devices/${chain}/records`;
/** The answers that are not for everybody. */
const PRIVATE = /^v1\/(devices\/[0-9a-f]{64}\/records|retention\/evidence)\?/;

/** Reads a collector's log over HTTP. Believes nothing of it: whoever calls verifies. */
export class LogReader {
  readonly #address: URL;
  readonly #token: string | null;
  readonly #signal: AbortSignal;

  /** `token` is needed for the texts of records; the log itself is public. */
  constructor(options: {
    readonly address: URL;
    readonly token: string | null;
    readonly signal: AbortSignal;
  }) {
    const { href } = options.address;
    this.#address = new URL(href.endsWith("/") ? href : `${href}/`);
    this.#token = options.token;
    this.#signal = options.signal;
  }

  /** The signed note of the log's newest head. @throws LogReadError */
  async checkpoint(): Promise<string> {
    return new TextDecoder().decode(await this.#require("checkpoint"));
  }

  /** What the collector says of itself. @throws LogReadError */
  async info(): Promise<CollectorInfo> {
    return this.#parsed("v1/info", COLLECTOR_INFO, await this.#require("v1/info"));
  }

  /** Every entry of the tree of `size` leaves, in order. @throws LogReadError */
  async *entries(size: number): AsyncGenerator<Uint8Array> {
    const tiles = Math.ceil(size / TILE_WIDTH);
    const asked: Promise<readonly Uint8Array[]>[] = [];
    for (let index = 0; index < tiles; index += 1) {
      for (let next = index + asked.length; next < Math.min(index + AHEAD, tiles); next += 1) {
        const answer = this.#entryTile(next, Math.min(TILE_WIDTH, size - next * TILE_WIDTH));
        // It is awaited below; until then a refusal is nobody's surprise.
        answer.catch(() => {});
        asked.push(answer);
      }
      yield* (await asked.shift()) ?? [];
    }
  }

  /** Tiles of the tree of `size` leaves. */
  tiles(size: number): ReadTile {
    const kept = new Map<string, Promise<Uint8Array>>();
    return (level, index) => {
      const name = `${level}/${index}`;
      const known = kept.get(name);
      if (known !== undefined) return known;
      const hashes = Math.floor(size / TILE_WIDTH ** level) - index * TILE_WIDTH;
      const tile = this.#hashTile(level, index, Math.min(TILE_WIDTH, hashes));
      for (const oldest of kept.keys()) {
        if (kept.size < KEPT_TILES) break;
        kept.delete(oldest);
      }
      kept.set(name, tile);
      return tile;
    };
  }

  /** A chain's records from the first on. @throws LogReadError */
  async *records(chain: Sha256): AsyncGenerator<LoggedRecord> {
    for (let from = 1; ; ) {
      const path = `${recordsOf(chain)}?from=${from}&limit=${RECORD_PAGE_LIMIT}`;
      const { records } = this.#parsed(path, RECORD_PAGE, await this.#require(path));
      const last = records.at(-1);
      if (last === undefined) return;
      if (last.seq < from) throw this.nonsense(path, "the records do not go on");
      yield* records;
      from = last.seq + 1;
    }
  }

  /**
   * What the collector's own chains say of texts that were dropped, in the order of the log, and whether that tells of
   * holds. Nothing where the collector knows no retention. @throws LogReadError
   */
  async evidence(): Promise<{ readonly records: readonly EvidenceRecord[]; readonly holds: boolean }> {
    const records: EvidenceRecord[] = [];
    let holds = true;
    for (let from: number | null = 0; from !== null; ) {
      const path: string = `v1/retention/evidence?from=${from}`;
      const answer: Uint8Array | null = await this.#get(path);
      if (answer === null) return { records: [], holds: true };
      const page: EvidencePage = this.#parsed(path, EVIDENCE_PAGE, answer);
      if (page.next !== null && page.next <= from) throw this.nonsense(path, "the records do not go on");
      for (const record of page.records) records.push(record);
      holds &&= page.holds;
      from = page.next;
    }
    return { records, holds };
  }

  /** Whether it may ask for what is not for everybody. */
  get signedIn(): boolean {
    return this.#token !== null;
  }

  /** What to throw where the answer to a path cannot be used. */
  nonsense(path: string, what: string): LogReadError {
    return LogReadError.nonsense(this.#at(path), what);
  }

  async #entryTile(index: number, width: number): Promise<readonly Uint8Array[]> {
    const path = entriesPath({ index, width });
    const entries = readEntryBundle(await this.#filled(path, entriesPath({ index, width: TILE_WIDTH })));
    if (entries === null || entries.length < width)
      throw this.nonsense(path, `it does not hold ${width} entries`);
    return entries.slice(0, width);
  }

  async #hashTile(level: number, index: number, width: number): Promise<Uint8Array> {
    const path = tilePath({ level, index, width });
    const bytes = await this.#filled(path, tilePath({ level, index, width: TILE_WIDTH }));
    if (bytes.length < width * HASH_LENGTH) throw this.nonsense(path, `it does not hold ${width} hashes`);
    return bytes.subarray(0, width * HASH_LENGTH);
  }

  /** A log may forget a part of a tile once it has the whole of it. */
  async #filled(path: string, whole: string): Promise<Uint8Array> {
    return (await this.#get(path)) ?? this.#require(whole);
  }

  async #require(path: string): Promise<Uint8Array> {
    const bytes = await this.#get(path);
    if (bytes === null) throw LogReadError.missing(this.#at(path));
    return bytes;
  }

  /** Null where there is no such file. A collector that is asked too often is asked again when it says. */
  async #get(path: string): Promise<Uint8Array | null> {
    const at = this.#at(path);
    try {
      for (let tries = 1; ; tries += 1) {
        const response = await this.#answer(at, path);
        if (response.ok) return await bodyOf(response, at);
        await response.body?.cancel();
        if (response.status === 404) return null;
        if (response.status !== 429 || tries === MOST_TRIES) throw LogReadError.refused(at, response.status);
        await setTimeout(pauseOf(response), undefined, { signal: this.#signal });
      }
    } catch (error) {
      throw error instanceof LogReadError ? error : LogReadError.unreachable(at, error);
    }
  }

  #answer(at: URL, path: string): Promise<Response> {
    const secret = this.#token !== null && PRIVATE.test(path);
    return fetch(at, {
      redirect: "error",
      signal: AbortSignal.any([this.#signal, AbortSignal.timeout(PATIENCE_MS)]),
      ...(secret ? { headers: { authorization: `Bearer ${this.#token}` } } : {}),
    });
  }

  #at(path: string): URL {
    return new URL(path, this.#address);
  }

  #parsed<T>(
    path: string,
    schema: { safeParse(value: unknown): { success: true; data: T } | { success: false } },
    bytes: Uint8Array,
  ): T {
    let value: unknown = null;
    try {
      value = JSON.parse(new TextDecoder().decode(bytes));
    } catch {
      // What is no JSON fits no schema either.
    }
    const read = schema.safeParse(value);
    if (!read.success) throw this.nonsense(path, "it is not what a collector answers");
    return read.data;
  }
}

async function bodyOf(response: Response, at: URL): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > LONGEST_ANSWER) throw LogReadError.nonsense(at, `it is longer than ${LONGEST_ANSWER} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** How long a collector asks to be left alone. */
function pauseOf(response: Response): number {
  const seconds = Number(response.headers.get("retry-after") ?? "1");
  return Math.min(seconds >= 0 ? seconds : 1, LONGEST_PAUSE_S) * 1000;
}
