import type { Span } from "../facts.ts";
import type { Analysis } from "../postgres/analysis.ts";

/**
 * An AUTO_INCREMENT column is given a value: the server counts on from it, and tells everybody where it is. The column
 * is noted as what carries the values that stand at the same place as function arguments.
 */
export const noteCounter = (analysis: Analysis, column: string, span: Span): void =>
  void analysis.functions.push({
    schema: "",
    name: column,
    volatility: "volatile",
    hazards: ["sequence_write"],
    span,
  });
