import { CatalogError } from "./catalogError.ts";

/** One row of the server's answer, read field by field in the order the query lists them. */
export class TextRow {
  readonly #fields: readonly (string | null)[];
  #next = 0;

  constructor(fields: readonly (string | null)[]) {
    this.#fields = fields;
  }

  optionalText(): string | undefined {
    return this.#fields[this.#next++] ?? undefined;
  }

  text(): string {
    return this.optionalText() ?? "";
  }

  number(): number {
    return Number(this.text());
  }

  /** `t` or `f`, or `true` and `false` where the query casts to text. */
  boolean(): boolean {
    return this.text().startsWith("t");
  }

  /** An array the query built with `json_agg` or `to_json`; empty where null. */
  list(): readonly unknown[] {
    const text = this.optionalText();
    if (text === undefined) return [];
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value;
    throw unexpected();
  }

  texts(): readonly string[] {
    return this.list().map((value) => String(value ?? ""));
  }

  numbers(): readonly number[] {
    return this.list().map(Number);
  }

  /** Rows inside a field: `json_agg(json_build_array(...))` of texts. */
  rows(): readonly TextRow[] {
    return this.list().map((value) => {
      if (!Array.isArray(value)) throw unexpected();
      return new TextRow(
        value.map((field: unknown) =>
          field === null ? null : typeof field === "string" ? field : JSON.stringify(field),
        ),
      );
    });
  }
}

const unexpected = (): CatalogError =>
  new CatalogError({
    code: "catalog-unreadable",
    message: "The server described its tables in a form this version of Sluice does not know.",
    action: "Check that it is PostgreSQL 13 or newer, not a server that only speaks its protocol.",
  });
