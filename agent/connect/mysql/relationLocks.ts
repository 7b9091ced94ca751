/** A table or view as the server spells it. */
export interface RelationName {
  readonly schema: string;
  readonly name: string;
}

/** One join may name 61 tables, and a view brings its own. */
const AT_ONCE = 15;

/** Of these no definition can change, and reading them is work. */
const SYSTEM: ReadonlySet<string> = new Set(["information_schema", "performance_schema", "sys"]);

/** Statements that read nothing and take the metadata locks of these relations until the transaction ends. */
export function lockingSql(names: readonly RelationName[]): readonly string[] {
  const lockable = names.filter(({ schema }) => !SYSTEM.has(schema.toLowerCase()));
  const statements: string[] = [];
  for (let from = 0; from < lockable.length; from += AT_ONCE) {
    const tables = lockable
      .slice(from, from + AT_ONCE)
      .map(({ schema, name }, position) => `${quoted(schema)}.${quoted(name)} AS t${position}`);
    statements.push(`SELECT 1 FROM ${tables.join(", ")} LIMIT 0`);
  }
  return statements;
}

const quoted = (name: string): string => `\`${name.replaceAll("`", "``")}\``;
