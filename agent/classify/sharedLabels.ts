import fs from "node:fs";
import path from "node:path";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { type ColumnId, columnKey } from "../sql/facts.ts";
import type { Labels } from "./classifyCatalog.ts";
import type { Correction } from "./corrections.ts";
import { LabelsFileError, readLabelsFile, type SharedLabel } from "./labelsFile.ts";

/** What the workspace's folders say together of one database's columns. */
export interface SharedCorrections {
  readonly corrections: readonly Correction[];
  /** For a person: lines that are about this connection and fit none of its columns. */
  readonly notices: readonly string[];
}

/** What the collector's policy says of columns, by the word of its administrators. */
export interface CentralLabels {
  /** Changes whenever the lines do. */
  readonly stamp: string;
  readonly lines: readonly SharedLabel[];
}

const NO_CENTRAL: CentralLabels = { stamp: "", lines: [] };

/**
 * Labels people share: through the `.sluice/labels.yaml` of their workspace, which is read anew when it changes, and
 * through the collector's policy. A workspace's lines are laid upon the collector's, and take none of them away.
 */
export class SharedLabels {
  readonly #files: readonly string[];
  readonly #central: () => CentralLabels;
  #stamp: string | null = null;
  #read: readonly SharedLabel[] = [];

  constructor(workspaceFolders: readonly string[], central?: () => CentralLabels | undefined) {
    this.#files = workspaceFolders.map((folder) => path.join(folder, ".sluice", "labels.yaml"));
    this.#central = () => central?.() ?? NO_CENTRAL;
  }

  /** Changes whenever one of the files, or what the collector says, does. */
  stamp(): string {
    return `${this.#filesStamp()}|${this.#central().stamp}`;
  }

  #filesStamp(): string {
    return this.#files
      .map((file) => {
        const stat = fs.statSync(file, { bigint: true, throwIfNoEntry: false });
        return stat === undefined ? "" : `${stat.ino} ${stat.mtimeNs} ${stat.size}`;
      })
      .join("|");
  }

  /** Of the workspace. @throws LabelsFileError */
  entries(): readonly SharedLabel[] {
    const stamp = this.#filesStamp();
    if (stamp === this.#stamp) return this.#read;
    this.#read = this.#files
      .filter((file) => fs.existsSync(file))
      .flatMap((file) => readLabelsFile({ file, text: textOf(file) }));
    this.#stamp = stamp;
    return this.#read;
  }

  /**
   * What is said of these columns, of several lines about one the last; none of it with any right yet. Of a
   * connection that does not exist, such as a file of DDL, every line may be meant.
   * @throws LabelsFileError
   */
  correctionsFor(
    connection: Pick<ConnectionProfile, "name"> | null,
    classified: Labels,
    columns: readonly ColumnId[],
  ): SharedCorrections {
    const central = said(this.#central().lines, connection, classified, columns);
    const workspace = said(this.entries(), connection, classified, columns);
    return {
      corrections: [
        ...central.corrections.map(ofAdministrators),
        ...workspace.corrections.map(({ line: _, ...correction }) => correction),
      ],
      notices: workspace.notices,
    };
  }
}

/** @throws LabelsFileError where there is something that cannot be read. */
function textOf(file: string): string {
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    const what = code === "EISDIR" ? "it is a folder, not a file" : `it cannot be read (${code})`;
    throw new LabelsFileError({ file, text: "" }, { line: 1, col: 1 }, what);
  }
}

/**
 * What a connection is called, people decide themselves: a line that hangs on it may raise by anybody's word, and
 * lowers by the right of whoever works there alone.
 */
const ofAdministrators = ({ line, ...correction }: SaidCorrection): Correction => ({
  ...correction,
  by: "the collector's policy",
  ...(line.connection === undefined ? { byAdministrator: true } : {}),
});

interface SaidCorrection extends Correction {
  readonly line: SharedLabel;
}

function said(
  lines: readonly SharedLabel[],
  connection: Pick<ConnectionProfile, "name"> | null,
  classified: Labels,
  columns: readonly ColumnId[],
): { readonly corrections: readonly SaidCorrection[]; readonly notices: readonly string[] } {
  const corrections = new Map<string, SaidCorrection>();
  const notices: string[] = [];
  const about = lines.filter(
    ({ connection: about }) => about === undefined || connection === null || fits(about, connection.name),
  );
  for (const entry of about) {
    const found = columns.filter((column) => {
      const key = columnKey(column);
      return entry.what.kind === "column"
        ? fits(entry.what.pattern, key)
        : classified.get(key)?.infoType === entry.what.infoType;
    });
    if (found.length === 0 && entry.what.kind === "column") {
      const { pattern } = entry.what;
      const named = connection !== null && entry.connection !== undefined;
      // A line about every database is in vain here where its table exists and the column does not.
      if (
        named ||
        columns.some((column) => columnKey({ ...column, column: lastPart(pattern) }) === pattern)
      ) {
        const of = connection === null ? "this schema" : connection.name;
        notices.push(`${entry.file}, line ${entry.line}: no column of ${of} is called ${pattern}.`);
      }
    }
    for (const column of found)
      corrections.set(columnKey(column), { ...correctionOf(entry, column), line: entry });
  }
  return { corrections: [...corrections.values()], notices };
}

const lastPart = (pattern: string): string => pattern.slice(pattern.lastIndexOf(".") + 1);

const correctionOf = ({ to, reason, file }: SharedLabel, column: ColumnId): Correction => ({
  column,
  ...to,
  reason,
  by: path.join(".sluice", path.basename(file)),
  at: null,
  final: false,
  environment: "production",
  carried: "public",
});

/** Whether a text is a pattern's, whose `*` stands for any run of characters. Linear in their product. */
export function fits(pattern: string, text: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  if (rest.length === 0) return pattern === text;
  if (!text.startsWith(first)) return false;
  const last = rest.pop() ?? "";
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
