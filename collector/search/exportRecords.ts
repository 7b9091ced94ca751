import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { csvRow } from "../../protocol/audit/export/csv.ts";
import type { AuditRecord } from "../../protocol/audit/record.ts";
import { actorOf, type Caller } from "../identity/caller.ts";
import type { Sequencer } from "../log/sequencer.ts";
import { Refusal } from "../refusal.ts";
import { type SearchDatabase, Values } from "./database.ts";
import { placesOf } from "./placesOf.ts";
import type { Cursor, RecordQuery } from "./recordQuery.ts";
import { hitOf, RECORD_COLUMNS, type RecordRow, storedRecord } from "./recordRow.ts";
import type { Scope } from "./scope.ts";

export const SEARCH_EXPORTS = ["csv", "jsonl"] as const;
export type SearchExport = (typeof SEARCH_EXPORTS)[number];

/** Records that are read at a time: all that an export holds in memory. */
const PAGE = 250;
/** Exports that may run at the same time in one process; each reads all the log at its leisure. */
const MOST_AT_ONCE = 4;

export interface ExportOrder {
  readonly caller: Caller;
  readonly scope: Scope;
  readonly query: RecordQuery;
  /** The search as it was asked for: it goes on record. */
  readonly asked: string;
  readonly format: SearchExport;
}

/** How far an export has come. */
interface Progress {
  records: number;
  whole: boolean;
}

/** Hands out everything that a search finds. That it was, and how much of it, is on record. */
export class RecordExports {
  readonly #search: SearchDatabase;
  readonly #sequencer: Pick<Sequencer, "run">;
  readonly #running = new Set<Readable>();

  constructor(search: SearchDatabase, sequencer: Pick<Sequencer, "run">) {
    this.#search = search;
    this.#sequencer = sequencer;
  }

  /** Lines as fast as they are taken; on record before the first is read. @throws Refusal where too many are running. */
  async begin({ caller, scope, query, asked, format }: ExportOrder): Promise<Readable> {
    this.#checkRoom();
    const id = randomBytes(16).toString("hex");
    await this.#sequencer.run([], (commit) =>
      commit.say({ kind: "export_opened", export: id, actor: actorOf(caller), query: asked, format }),
    );
    this.#checkRoom();
    const progress: Progress = { records: 0, whole: false };
    const lines = Readable.from(this.#lines(query, scope, format, progress));
    this.#running.add(lines);
    lines.once("close", () => {
      this.#running.delete(lines);
      const { records, whole } = progress;
      const how = whole ? "whole" : "cut_short";
      // Where this cannot be written any more, an export that never ended is on record.
      this.#sequencer
        .run([], (commit) => commit.say({ kind: "export_closed", export: id, records, how }))
        .catch(() => {});
    });
    return lines;
  }

  /** Cuts off whoever still reads. */
  stop(): void {
    for (const lines of this.#running) lines.destroy();
  }

  #checkRoom(): void {
    if (this.#running.size < MOST_AT_ONCE) return;
    throw new Refusal("too-many", `${MOST_AT_ONCE} exports are running.`, "Try again when one has ended.");
  }

  async *#lines(
    query: RecordQuery,
    scope: Scope,
    format: SearchExport,
    progress: Progress,
  ): AsyncGenerator<string> {
    if (format === "csv") yield csvRow(COLUMNS);
    for (let cursor = query.cursor; ; ) {
      const { rows, next } = await this.#page({ ...query, cursor, limit: PAGE }, scope);
      for (const row of rows) {
        progress.records += 1;
        yield format === "csv" ? csvRow(cellsOf(row)) : jsonLine(row);
      }
      if (next === null) break;
      cursor = next;
    }
    progress.whole = true;
  }

  async #page(
    query: RecordQuery,
    scope: Scope,
  ): Promise<{ readonly rows: readonly SignedRow[]; readonly next: Cursor | null }> {
    const { places, stopped } = await placesOf(this.#search, query, scope);
    const shown = places.slice(0, query.limit);
    const last = shown.at(-1);
    const more = places.length > query.limit && last !== undefined;
    return {
      rows: await this.#rowsAt(shown.map(({ leaf_index }) => leaf_index)),
      next: more ? { at: last.at, leaf: last.leaf_index } : stopped,
    };
  }

  async #rowsAt(places: readonly number[]): Promise<readonly SignedRow[]> {
    if (places.length === 0) return [];
    const values = new Values();
    const rows = await this.#search.all<SignedRow>(
      `SELECT ${RECORD_COLUMNS}, r.hash, r.signature FROM records r JOIN devices d ON d.id = r.device
       WHERE r.leaf_index IN ${values.row(places)}`,
      values.list,
    );
    const byPlace = new Map(rows.map((row) => [row.leaf_index, row]));
    return places.flatMap((place) => byPlace.get(place) ?? []);
  }
}

interface SignedRow extends RecordRow {
  readonly hash: Buffer;
  readonly signature: Buffer;
}

/** The record as it was signed, where its text is kept, so that whoever has the file can check it. */
const jsonLine = ({ canonical, ...row }: SignedRow): string => {
  const place = JSON.stringify({
    ...{ chain: row.chain, seq: row.seq, leaf: row.leaf_index, device: row.device_name },
    receivedAt: new Date(row.received_at).toISOString(),
    ...{ hash: row.hash.toString("hex"), signature: row.signature.toString("base64") },
  });
  return `${place.slice(0, -1)},"record":${canonical ?? "null"}}\n`;
};

const COLUMNS = [
  ...["at", "receivedAt", "kind", "actor", "name", "connection", "environment", "decision", "approvedBy"],
  ...["statement", "reason", "effect", "risk", "outcome", "rows", "changed", "maskedCells", "device"],
  ...["chain", "seq", "leaf"],
];

function cellsOf(row: RecordRow): readonly (string | number | null)[] {
  const { at, receivedAt, kind, actor, connection, environment, decision, effect, risk, summary, device } =
    hitOf(row);
  const record: AuditRecord | null = row.canonical === null ? null : storedRecord(row.canonical);
  const body = record?.body;
  const outcome = body?.kind === "outcome" ? body : null;
  const judged = body?.kind === "intent" || body?.kind === "refused" ? body : null;
  return [
    ...[at, receivedAt, kind, actor?.id ?? null, actor?.name ?? null, connection, environment],
    ...[decision?.kind ?? null, decision?.kind === "approved" ? decision.by.join(", ") : null],
    ...[judged?.statement ?? summary, judged?.reason ?? null, effect, risk],
    ...[outcome?.outcome ?? null, outcome?.rows ?? null, outcome?.affected ?? null],
    ...[outcome?.maskedCells ?? null, device, row.chain, row.seq, row.leaf_index],
  ];
}
