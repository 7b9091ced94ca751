/** A value as text: numbers so that they read back as the same, bytes as `\x` and hex digits. */
export function cellText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return value;
  if (typeof value === "number") return realText(value);
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString("hex")}`;
  return String(value);
}

/** Integers arrive as bigint, so a number is a REAL, which SQLite never prints without a point. */
function realText(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "Inf" : "-Inf";
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}
