import fs from "node:fs";
import path from "node:path";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { type ColumnId, columnKey } from "../sql/facts.ts";
import type { Labels } from "./classifyCatalog.ts";
import type { Correction } from "./corrections.ts";
import { readLabelsFile, type SharedLabel } from "./labelsFile.ts";

/** What the workspace's folders say together of one database's columns. */
export interface SharedCorrections {
  readonly corrections: readonly Correction[];
  /** For a person: lines that are about this connection and fit none of its columns. */
  readonly notices: readonly string[];
}

/** Labels people share through the `.sluice/labels.yaml` of their workspace. Read anew when a file changes. */
export class SharedLabels {
  readonly #files: readonly string[];
  #stamp: string | null = null;
  #read: readonly SharedLabel[] = [];

  constructor(workspaceFolders: readonly string[]) {
    this.#files = workspaceFolders.map((folder) => path.join(folder, ".sluice", "labels.yaml"));
  }

  /** Changes whenever one of the files does. */
  stamp(): string {
    return this.#files
      .map((file) => {
        const stat = fs.statSync(file, { bigint: true, throwIfNoEntry: false });
        return stat === undefined ? "" : `${stat.ino} ${stat.mtimeNs} ${stat.size}`;
      })
      .join("|");
  }

  /** @throws LabelsFileError */
  entries(): readonly SharedLabel[] {
    const stamp = this.stamp();
    if (stamp === this.#stamp) return this.#read;
    this.#read = this.#files
      .filter((file) => fs.existsSync(file))
      .flatMap((file) => readLabelsFile({ file, text: fs.readFileSync(file, "utf8") }));
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
    const corrections = new Map<string, Correction>();
    const notices: string[] = [];
    const about = this.entries().filter(
      ({ connection: about }) => about === undefined || connection === null || fits(about, connection.name),
    );
    for (const entry of about) {
      const found = columns.filter((column) => {
        const key = columnKey(column);
        return entry.what.kind === "column"
          ? fits(entry.what.pattern, key)
          : classified.get(key)?.infoType === entry.what.infoType;
      });
      const named = connection !== null && entry.connection !== undefined;
      if (found.length === 0 && named && entry.what.kind === "column") {
        notices.push(
          `${entry.file}, line ${entry.line}: no column of ${connection.name} is called ${entry.what.pattern}.`,
        );
      }
      for (const column of found) corrections.set(columnKey(column), correctionOf(entry, column));
    }
    return { corrections: [...corrections.values()], notices };
  }
}

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
