import { isSensitive, type Label } from "../protocol/label.ts";
import { correctedType } from "./classify/correctedType.ts";
import { loosens } from "./classify/corrections.ts";
import type { SharedLabel } from "./classify/labelsFile.ts";
import { fits } from "./classify/sharedLabels.ts";
import { type ColumnId, columnKey } from "./sql/facts.ts";

export type LabelAfter =
  | { readonly kind: "label"; readonly label: Label | undefined }
  /** What it would be hangs on what only the agent at the database knows. */
  | { readonly kind: "cannot_tell" };

/**
 * What labels would be under other shared labels than those they were made by. A label that is raised is foreseen; one
 * that is lowered, or taken back, is not: what it would be without the line, classification alone knows. Nor is what
 * the raised column's values raise elsewhere.
 */
export class ChangedLabels {
  readonly #before: readonly SharedLabel[];
  readonly #after: readonly SharedLabel[];
  /** A changed line is about a type that is ordinary by itself, and records don't name those. */
  readonly #ofOrdinary: boolean;
  readonly #same: boolean;

  constructor(before: readonly SharedLabel[], after: readonly SharedLabel[]) {
    const [old, young] = [new Set(before.map(meaning)), new Set(after.map(meaning))];
    const changed = [
      ...before.filter((line) => !young.has(meaning(line))),
      ...after.filter((line) => !old.has(meaning(line))),
    ];
    this.#before = before;
    this.#after = after;
    this.#same = before.map(meaning).join("\n") === after.map(meaning).join("\n");
    this.#ofOrdinary = changed.some(({ what }) => {
      if (what.kind !== "type") return false;
      const level = correctedType(what.infoType)?.level;
      return level === "public" || level === "internal";
    });
  }

  /** Of a column with this label, on a connection of this name. */
  after(connection: string, column: ColumnId, label: Label | undefined): LabelAfter {
    const unchanged: LabelAfter = { kind: "label", label };
    if (this.#same) return unchanged;
    const hidden = label !== undefined && isSensitive(label);
    if (!hidden && label?.infoType === "ordinary" && this.#ofOrdinary) return { kind: "cannot_tell" };
    const before = lineFor(this.#before, connection, column, label);
    const after = lineFor(this.#after, connection, column, label);
    if (before === undefined && after === undefined) return unchanged;
    if (before !== undefined && after !== undefined && meaning(before) === meaning(after)) return unchanged;
    if (after === undefined || before !== undefined) return { kind: "cannot_tell" };
    const { to, reason } = after;
    if (label === undefined) return { kind: "cannot_tell" };
    if (loosens(label, to)) return { kind: "cannot_tell" };
    const mask = hidden && label.infoType !== to.infoType ? "full" : to.mask;
    return {
      kind: "label",
      label: { ...to, mask: mask === "redact" ? "full" : mask, confidence: 1, evidence: [reason] },
    };
  }
}

/** Of several lines about a column the last one counts. */
const lineFor = (
  lines: readonly SharedLabel[],
  connection: string,
  column: ColumnId,
  label: Label | undefined,
): SharedLabel | undefined =>
  lines.findLast(
    (line) =>
      (line.connection === undefined || fits(line.connection, connection)) &&
      (line.what.kind === "column"
        ? fits(line.what.pattern, columnKey(column))
        : line.what.infoType === label?.infoType),
  );

/** What a line does, whatever the reason for it. */
const meaning = ({ connection, what, to }: SharedLabel): string => JSON.stringify([connection, what, to]);
