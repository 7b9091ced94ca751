import type { Column } from "../../protocol/catalog.ts";
import type { TextRow } from "./textRow.ts";

type ConstrainedParts = Pick<Column, "inPrimaryKey" | "unique" | "references" | "checks">;
type NameOf = (relation: number, ordinal: number) => Column["references"];

/** What keys and checks say of the columns of one relation. */
export interface ColumnConstraints {
  of(ordinal: number, nameOf: NameOf): ConstrainedParts;
}

/** `indexes`: unique ones, of rows primary, key columns, columns; `constraints`: checks and foreign keys. */
export function readConstraints(
  indexes: readonly TextRow[],
  constraints: readonly TextRow[],
): ColumnConstraints {
  const primary = new Set<number>();
  const unique = new Set<number>();
  for (const index of indexes) {
    const isPrimary = index.boolean();
    const keyColumns = index.number();
    const key = index.numbers().slice(0, keyColumns);
    if (isPrimary) for (const ordinal of key) primary.add(ordinal);
    if (key.length === 1) for (const ordinal of key) unique.add(ordinal);
  }
  const checks = new Map<number, string[]>();
  const references = new Map<number, { readonly relation: number; readonly ordinal: number }>();
  for (const constraint of constraints) {
    const kind = constraint.text();
    const columns = constraint.numbers();
    const target = constraint.number();
    const targetColumns = constraint.numbers();
    const text = constraint.text();
    const [only] = columns;
    if (kind === "c" && columns.length === 1 && only !== undefined) {
      checks.set(only, [...(checks.get(only) ?? []), text]);
    }
    if (kind !== "f") continue;
    for (const [position, ordinal] of columns.entries()) {
      const targetColumn = targetColumns[position];
      if (targetColumn !== undefined) references.set(ordinal, { relation: target, ordinal: targetColumn });
    }
  }
  return {
    of: (ordinal, nameOf) => {
      const reference = references.get(ordinal);
      const named = reference && nameOf(reference.relation, reference.ordinal);
      return {
        inPrimaryKey: primary.has(ordinal),
        unique: unique.has(ordinal),
        ...(named !== undefined && { references: named }),
        checks: checks.get(ordinal) ?? [],
      };
    },
  };
}
