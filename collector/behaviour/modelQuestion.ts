import type { Values } from "../search/database.ts";
import { countedModelName, dayOf } from "../search/modelCounts.ts";

/** What is asked about models; null for everything. */
export interface ModelQuestion {
  readonly model: string | null;
  readonly infoType: string | null;
  readonly environment: string | null;
  readonly from: number | null;
  readonly to: number | null;
}

/** The condition on `c`, a row of what was counted. */
export function whereOf({ model, infoType, environment, from, to }: ModelQuestion, values: Values): string {
  const named = (column: string, of: "model" | "infoType" | "environment", text: string | null) =>
    text === null ? [] : [`c.${column} = ${values.add(countedModelName(of, text))}`];
  const conditions = [
    ...named("model", "model", model),
    ...named("info_type", "infoType", infoType),
    ...named("environment", "environment", environment),
    ...(from === null ? [] : [`c.day >= ${values.add(dayOf(from))}`]),
    ...(to === null ? [] : [`c.day <= ${values.add(dayOf(to - 1))}`]),
  ];
  return conditions.length === 0 ? "1 = 1" : conditions.join(" AND ");
}
