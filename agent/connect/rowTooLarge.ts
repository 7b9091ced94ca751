import type { Problem } from "../../protocol/messages.ts";

const MIB = 1024 * 1024;
/** A larger row is not taken in: one row has to fit into memory whole, more than once. */
export const MOST_ROW_BYTES = 64 * MIB;
/** A model reads no more of one. */
export const PROGRAM_ROW_BYTES = 4 * MIB;

/** A single row would fill the agent's memory. The statement was stopped, and nothing of the row was kept. */
export class RowTooLargeError extends Error {
  readonly problem: Problem;
  constructor(most: number) {
    super(`A row of the result is larger than ${most / MIB} MB. Nothing of it was read.`);
    this.name = "RowTooLargeError";
    this.problem = {
      code: "row-too-large",
      message: this.message,
      action: "Select fewer columns, or a part of the long ones: left(column, 1000), length(column).",
    };
  }
}
