import type { Row } from "../../protocol/messages.ts";
import { cellText } from "./cellText.ts";

/** One object for each row, values as text. Columns of the same name are told apart: `id`, `id_2`. */
export function toJson(names: readonly string[], rows: readonly Row[]): string {
  const keys = distinct(names);
  const objects = rows.map((row) => {
    const fields = keys.map(
      (key, index) => `${JSON.stringify(key)}:${JSON.stringify(cellText(row[index] ?? null))}`,
    );
    return `  {${fields.join(",")}}`;
  });
  return objects.length === 0 ? "[]\n" : `[\n${objects.join(",\n")}\n]\n`;
}

function distinct(names: readonly string[]): readonly string[] {
  const used = new Set<string>();
  return names.map((name) => {
    let key = name;
    for (let count = 2; used.has(key); count += 1) key = `${name}_${count}`;
    used.add(key);
    return key;
  });
}
