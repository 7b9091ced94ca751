/**
 * Puts texts in place of the `?` of one of the agent's own questions, which holds no others. They are written in
 * hexadecimal, so nothing in them can end a string under any sql_mode.
 */
export function withValues(sql: string, values: readonly string[]): string {
  const parts = sql.split("?");
  if (parts.length !== values.length + 1) {
    if (values.length === 0) return sql;
    throw new RangeError(`${values.length} values for ${parts.length - 1} places`);
  }
  return parts.reduce((text, part, position) => `${text}${literal(values[position - 1] ?? "")}${part}`);
}

const literal = (value: string): string =>
  value === "" ? "''" : `_utf8mb4 0x${Buffer.from(value, "utf8").toString("hex")}`;
