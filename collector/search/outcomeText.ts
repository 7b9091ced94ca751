import type { OutcomeBody } from "../../protocol/audit/record.ts";

/** What came of a statement, in a line. A write hands out no rows and changes some: both are told. */
export function outcomeText({
  intent,
  outcome,
  rows,
  affected,
  maskedCells,
  errorClass,
}: OutcomeBody): string {
  const failed = errorClass === null ? "" : ` (${errorClass})`;
  const words = outcome === "done" ? "changed" : "would have changed";
  const changed = affected === null ? [] : [`${counted(affected)} ${words}`];
  const handedOut = rows === null || (rows === 0 && affected !== null) ? [] : [`${counted(rows)} handed out`];
  const told = [
    ...changed,
    ...handedOut,
    ...(maskedCells === 0 ? [] : [`${counted(maskedCells, "cell")} masked`]),
  ];
  return [`Statement ${intent}: ${outcome.replaceAll("_", " ")}${failed}`, ...told].join(", ");
}

const counted = (number: number, what = "row"): string => `${number} ${what}${number === 1 ? "" : "s"}`;
