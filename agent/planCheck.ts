import type { Problem } from "../protocol/messages.ts";
import type { Description, DescriptionCheck } from "./connect/databaseSession.ts";
import type { StatementFacts } from "./sql/facts.ts";

/** The server described the result otherwise than the plan foresaw: law 7 closes the door. */
export class PlanMismatchError extends Error {
  readonly problem: Problem;
  constructor(detail: string) {
    super(detail);
    this.name = "PlanMismatchError";
    this.problem = {
      code: "plan-mismatch",
      message: `What the server describes is not what was judged: ${detail}. No row was shown.`,
      action: "The schema may have changed just now. Refresh the connection and run the statement again.",
    };
  }
}

/** Relations whose definition the plan rests on. */
export const plannedRelations = (facts: StatementFacts): readonly number[] => [
  ...new Set(facts.relations.filter((use) => use.version !== "").map((use) => use.oid)),
];

/**
 * Compares the server's own description with the plan: every relation in the version that was judged, as many
 * columns, the same names, and for every foretold origin that origin.
 */
export function planCheck(
  facts: StatementFacts,
  maskedAtSource: ReadonlySet<number> = new Set(),
): DescriptionCheck {
  return (description: Description): void => {
    for (const use of facts.relations) {
      if (use.version === "") continue;
      const version = description.versions.get(use.oid);
      if (version !== use.version) {
        throw new PlanMismatchError(
          `${use.schema}.${use.name} ${version === undefined ? "is gone" : "has changed"}`,
        );
      }
    }
    const { columns } = description;
    if (columns.length !== facts.outputs.length) {
      throw new PlanMismatchError(`${columns.length} columns instead of ${facts.outputs.length}`);
    }
    for (const [position, output] of facts.outputs.entries()) {
      const column = columns[position];
      const name = facts.dialect === "postgres" ? truncated(output.name) : output.name;
      if (column === undefined || column.name !== name) {
        throw new PlanMismatchError(
          `column ${position + 1} is "${column?.name ?? ""}" instead of "${output.name}"`,
        );
      }
      const origin = maskedAtSource.has(position) ? null : output.origin;
      if (origin === undefined) continue;
      const foretold = origin ?? { relationOid: 0, ordinal: 0 };
      if (column.relationOid !== foretold.relationOid || column.ordinal !== foretold.ordinal) {
        throw new PlanMismatchError(`column "${output.name}" comes from another place`);
      }
    }
  };
}

/** PostgreSQL cuts identifiers at 63 bytes (NAMEDATALEN - 1), never inside a character. */
function truncated(name: string): string {
  const bytes = Buffer.from(name, "utf8");
  if (bytes.length <= 63) return name;
  let end = 63;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end).toString("utf8");
}
