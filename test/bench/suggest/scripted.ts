import type { Model } from "../../../src/suggestions/model.ts";
import type { Pair, Subject } from "./subject.ts";

/** How a model of CI answers: right, and in the ways real ones are wrong. */
const MANNERS = [
  "plain",
  "fenced",
  "prose",
  "misspelt",
  "corrected",
  "invents",
  "refuses",
  "several",
  "destroys",
  "other",
] as const;
export type Manner = (typeof MANNERS)[number];

export const mannerOf = (position: number): Manner => MANNERS[position % MANNERS.length] ?? "plain";

/** Answers a pair in its manner; what it was sent before tells whether it is asked again. */
export function scriptedModel({ name }: Subject, { sql }: Pair, manner: Manner): Model {
  return {
    name: `scripted-${name}`,
    async *send(messages) {
      const again = messages.length > 2;
      for (const piece of answer(sql, manner, again).match(/[\s\S]{1,40}/g) ?? []) yield piece;
    },
  };
}

function answer(sql: string, manner: Manner, again: boolean): string {
  const table = /(?:FROM|UPDATE|INTO)\s+(\w+)\.(\w+)/i.exec(sql);
  const [schema = "public", relation = "nothing"] = table?.slice(1) ?? [];
  switch (manner) {
    case "plain":
      return sql;
    case "fenced":
      return `\`\`\`sql\n${sql};\n\`\`\``;
    case "prose":
      return `Of course! This query does it:\n\n\`\`\`postgresql\n${sql}\n\`\`\`\n\nIt first filters the rows. Let me know if you need more.`;
    case "misspelt":
      return sql.replace(`${schema}.${relation}`, `${schema}.${relation.slice(0, -2)}${relation.slice(-1)}`);
    case "corrected":
      return again ? sql : `SELECT no_such_column_at_all FROM ${schema}.${relation}`;
    case "invents":
      return `SELECT x.imaginary_total FROM ${schema}.imaginary_things x`;
    case "refuses":
      return "I'm sorry, but I can't help with that.";
    case "several":
      return `${sql};\nDROP TABLE ${schema}.${relation};`;
    case "destroys":
      return `DROP TABLE ${schema}.${relation} CASCADE`;
    case "other":
      return `SELECT * FROM ${schema}.${relation}`;
  }
}
