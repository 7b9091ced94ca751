import fs from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import { z } from "zod";
import type { ConnectionId } from "../../protocol/ids.ts";
import { LEVELS, MASK_KINDS } from "../../protocol/label.ts";
import type { Problem } from "../../protocol/messages.ts";
import { type ColumnId, columnKey } from "../sql/facts.ts";
import { adoptionKey, type Correction } from "./corrections.ts";

/** What people said of one connection's columns, and what shared files said and was recorded. */
export interface KeptCorrections {
  readonly own: readonly Correction[];
  /** What a workspace's file says in the same words is in effect; it has been recorded. */
  readonly adopted: readonly Correction[];
}

/** Corrections are not known any more or cannot be kept. What they raised must not be shown: nothing runs. */
export class CorrectionsError extends Error {
  readonly problem: Problem;
  constructor(file: string, cause: unknown) {
    const detail = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
    super(detail, { cause });
    this.name = "CorrectionsError";
    this.problem = {
      code: "corrections-unusable",
      message: `${file}, which says how people corrected labels, cannot be used: ${detail}`,
      action:
        "Free disk space or make it readable and writable. If it is damaged, restore it from a backup; where it is removed, every correction has to be made anew.",
    };
  }
}

const LOCK_WAIT_MS = 10_000;

/**
 * Keeps corrections, one file for each connection. A file is replaced as a whole and is durable before anything is
 * answered; processes take turns through a lock of the operating system that ends with whoever holds it.
 */
export class CorrectionStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Changes whenever the file does, whoever wrote it. */
  stamp(connectionId: ConnectionId): string {
    const stat = fs.statSync(this.#file(connectionId), { bigint: true, throwIfNoEntry: false });
    return stat === undefined ? "" : `${stat.ino} ${stat.mtimeNs} ${stat.size}`;
  }

  /** @throws CorrectionsError where there is a file that cannot be read. */
  load(connectionId: ConnectionId): KeptCorrections {
    const file = this.#file(connectionId);
    try {
      if (!fs.existsSync(file)) return { own: [], adopted: [] };
      return KEPT.parse(JSON.parse(fs.readFileSync(file, "utf8")));
    } catch (cause) {
      throw new CorrectionsError(
        file,
        cause instanceof z.ZodError ? new Error("it has another shape") : cause,
      );
    }
  }

  /** Keeps a correction in place of a former one of the same column. @throws CorrectionsError */
  correct(connectionId: ConnectionId, correction: Correction): void {
    this.#change(connectionId, ({ own, adopted }) => ({
      own: [...without(own, correction.column), correction],
      adopted,
    }));
  }

  /** Forgets what was said of a column. @throws CorrectionsError */
  takeBack(connectionId: ConnectionId, column: ColumnId): void {
    this.#change(connectionId, ({ own, adopted }) => ({ own: without(own, column), adopted }));
  }

  /** Keeps what a shared file says of these columns as recorded. @throws CorrectionsError */
  adopt(connectionId: ConnectionId, corrections: readonly Correction[]): void {
    const anew = new Set(corrections.map(adoptionKey));
    this.#change(connectionId, ({ own, adopted }) => ({
      own,
      adopted: [...adopted.filter((one) => !anew.has(adoptionKey(one))), ...corrections],
    }));
  }

  #change(connectionId: ConnectionId, change: (kept: KeptCorrections) => KeptCorrections): void {
    const file = this.#file(connectionId);
    try {
      fs.mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      const lock = new Database(`${file}.lock`, { timeout: LOCK_WAIT_MS });
      try {
        lock.exec("BEGIN EXCLUSIVE");
        replace(file, JSON.stringify({ version: 1, ...change(this.load(connectionId)) }, null, 1));
      } finally {
        lock.close();
      }
    } catch (cause) {
      throw cause instanceof CorrectionsError ? cause : new CorrectionsError(file, cause);
    }
  }

  #file(connectionId: ConnectionId): string {
    return path.join(this.#folder, `${connectionId.replace(/[^A-Za-z0-9_-]/g, "_")}.corrections.json`);
  }
}

function replace(file: string, content: string): void {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    const handle = fs.openSync(temporary, "w", 0o600);
    try {
      fs.writeSync(handle, content);
      fs.fsyncSync(handle);
    } finally {
      fs.closeSync(handle);
    }
    fs.renameSync(temporary, file);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
  if (process.platform === "win32") return;
  const folder = fs.openSync(path.dirname(file), "r");
  try {
    fs.fsyncSync(folder);
  } finally {
    fs.closeSync(folder);
  }
}

const without = (corrections: readonly Correction[], column: ColumnId): readonly Correction[] =>
  corrections.filter((one) => columnKey(one.column) !== columnKey(column));

const CORRECTION = z.object({
  column: z.object({ schema: z.string(), table: z.string(), column: z.string() }),
  infoType: z.string(),
  category: z.enum(["PII", "PHI", "PCI", "credential", "business", "none"]),
  level: z.enum(LEVELS),
  mask: z.enum(MASK_KINDS),
  reason: z.string(),
  by: z.string(),
  at: z.string().nullable(),
  final: z.boolean(),
  environment: z.enum(["production", "staging", "development"]),
  carried: z.enum(LEVELS),
});
const KEPT = z.object({
  version: z.literal(1),
  own: z.array(CORRECTION),
  adopted: z.array(CORRECTION),
});
