import { readTableName } from "../parser/tableNames.ts";
import type { TokenStream } from "../parser/tokenStream.ts";
import { readColumnType } from "./columnTypes.ts";
import type { CheckDraft, ColumnDraft, KeyDraft, TargetDraft } from "./draft.ts";
import { type StatementText, textSince } from "./statementText.ts";

/** One definition in the parentheses of CREATE TABLE, or behind ADD. */
export interface TablePart {
  readonly column?: ColumnDraft;
  readonly keys: readonly KeyDraft[];
  readonly checks: readonly CheckDraft[];
}

/** Where names without a database belong. */
export interface PartContext extends StatementText {
  readonly schema: string;
}

/** Reads a column, key or check. */
export function readTablePart(context: PartContext): TablePart {
  return readConstraint(context) ?? readColumn(context);
}

/** Reads a key or check; undefined, and nothing read, where a column comes. */
export function readConstraint(context: PartContext): TablePart | undefined {
  const { stream } = context;
  if (!isConstraint(stream)) return undefined;
  let name = "";
  if (stream.accept("CONSTRAINT")) {
    stream.accept("IF", "NOT", "EXISTS");
    if (!stream.atAny("PRIMARY", "UNIQUE", "FOREIGN", "CHECK")) name = stream.name();
  }
  switch (stream.next().key) {
    case "PRIMARY":
      stream.expect("KEY");
      return keyPart(context, "primary", "PRIMARY");
    case "UNIQUE":
      stream.acceptAny("KEY", "INDEX");
      return keyPart(context, "unique", name);
    case "KEY":
    case "INDEX":
      return keyPart(context, "index", name);
    case "FULLTEXT":
    case "SPATIAL":
      stream.acceptAny("KEY", "INDEX");
      return keyPart(context, "index", name);
    case "FOREIGN": {
      stream.expect("KEY");
      const key = keyPart(context, "index", name, false);
      const [own] = key.keys;
      const target = readReference(context);
      if (target === undefined) return stream.fail("REFERENCES is expected here");
      const columns = own?.columns ?? [];
      return { keys: [{ kind: "foreign", name: name || own?.name || "", columns, target }], checks: [] };
    }
    case "CHECK":
      return { keys: [], checks: [readCheck(context, name)] };
    default:
      stream.skipTo(",", ";");
      return { keys: [], checks: [] };
  }
}

/** Words that begin a definition of no column, where none is called so. */
function isConstraint(stream: TokenStream): boolean {
  if (stream.token.kind !== "word") return false;
  if (stream.at("PERIOD")) return stream.ahead().key === "FOR";
  return stream.atAny(
    ...["CONSTRAINT", "PRIMARY", "UNIQUE", "KEY", "INDEX", "FULLTEXT", "SPATIAL", "FOREIGN", "CHECK"],
  );
}

function keyPart(
  { stream }: PartContext,
  kind: "primary" | "unique" | "index",
  name: string,
  isWhole = true,
): TablePart {
  stream.accept("IF", "NOT", "EXISTS");
  const own = !stream.at("(") && !stream.atAny("USING", "TYPE") ? stream.name() : "";
  if (stream.acceptAny("USING", "TYPE")) stream.next();
  const { columns, whole } = readKeyColumns(stream);
  if (isWhole) stream.skipTo(",", ";");
  const shown = kind === "primary" ? name : own || name || (columns[0] ?? "");
  return { keys: [{ kind, name: shown, columns, whole }], checks: [] };
}

/** The columns of a key; one over an expression says nothing of columns. `whole`: none of them only by its beginning. */
export function readKeyColumns(stream: TokenStream): { columns: string[]; whole: boolean } {
  let [computed, whole] = [false, true];
  const columns = stream.parenthesized(() =>
    stream.list(() => {
      if (stream.at("(")) {
        computed = true;
        stream.skipTo(",");
        return "";
      }
      const name = stream.name();
      if (stream.at("(")) whole = false;
      stream.skipTo(",");
      return name;
    }),
  );
  return { columns: computed ? [] : columns, whole };
}

/** REFERENCES table (columns) with what follows from it. */
function readReference({ stream, schema }: PartContext): TargetDraft | undefined {
  if (!stream.accept("REFERENCES")) return undefined;
  const { schemaname = schema, relname = "" } = readTableName(stream);
  const columns = stream.at("(") ? readKeyColumns(stream).columns : [];
  for (;;) {
    if (stream.accept("MATCH")) stream.next();
    else if (stream.accept("ON")) {
      stream.next();
      if (stream.accept("SET") || stream.accept("NO")) stream.next();
      else stream.next();
    } else return { schema: schemaname, table: relname, columns };
  }
}

function readCheck(context: PartContext, name: string): CheckDraft {
  const { stream } = context;
  const from = stream.position;
  stream.parenthesized(() => stream.skipTo());
  const text = textSince(context, from);
  const words = stream.tokens.slice(from, stream.position);
  const columns = words.filter(({ kind }) => kind === "word" || kind === "name").map(({ value }) => value);
  if (stream.accept("NOT", "ENFORCED") || stream.accept("ENFORCED")) return { name, columns, text };
  return { name, columns, text };
}

function readColumn(context: PartContext): TablePart {
  const { stream } = context;
  const name = stream.name();
  const type = readColumnType(stream);
  const keys: KeyDraft[] = [];
  const checks: CheckDraft[] = [];
  let column: ColumnDraft = {
    name,
    type: type.printed,
    notNull: type.isSerial,
    comment: "",
    generated: false,
  };
  if (type.isSerial) keys.push({ kind: "unique", name, columns: [name], whole: true });
  if (type.isCheckedJson) checks.push({ name, columns: [name], text: `json_valid(\`${name}\`)` });
  while (!stream.ended && !stream.atAny(",", ")", ";", "FIRST", "AFTER")) {
    if (stream.accept("NOT", "NULL")) column = { ...column, notNull: true };
    else if (stream.accept("NULL")) column = { ...column, notNull: false };
    else if (stream.accept("AUTO_INCREMENT")) column = { ...column, notNull: true, counts: true };
    else if (stream.accept("COMMENT")) column = { ...column, comment: readString(stream) };
    else if (stream.accept("DEFAULT")) column = { ...column, defaultText: readDefault(context) };
    else if (stream.at("GENERATED", "ALWAYS", "AS", "ROW")) stream.skipTo(",");
    else if (stream.accept("GENERATED", "ALWAYS", "AS") || stream.accept("AS")) {
      const from = stream.position;
      stream.parenthesized(() => stream.skipTo());
      column = { ...column, generated: true, defaultText: textSince(context, from) };
    } else if (stream.accept("UNIQUE")) {
      stream.accept("KEY");
      keys.push({ kind: "unique", name, columns: [name], whole: true });
    } else if (stream.accept("PRIMARY") || stream.at("KEY")) {
      stream.accept("KEY");
      keys.push({ kind: "primary", name: "PRIMARY", columns: [name], whole: true });
    } else if (stream.at("REFERENCES")) {
      const target = readReference(context);
      if (target !== undefined) keys.push({ kind: "foreign", name: "", columns: [name], target });
    } else if (stream.at("CONSTRAINT") || stream.at("CHECK")) {
      const own = stream.accept("CONSTRAINT") && !stream.at("CHECK") ? stream.name() : "";
      stream.expect("CHECK");
      checks.push(readCheck(context, own));
    } else if (stream.accept("ON", "UPDATE")) readDefault(context);
    else if (stream.at("(")) stream.parenthesized(() => stream.skipTo());
    else readAttribute(stream);
  }
  return { column, keys, checks: stream.mysql ? checks : checks.map((check) => ({ ...check, owner: name })) };
}

/** Attributes that say nothing a catalog shows; a word that is none of them is an error. */
function readAttribute(stream: TokenStream): void {
  const { kind, key } = stream.token;
  if (kind !== "word" && kind !== "string" && kind !== "number" && kind !== "name" && key !== "=")
    stream.fail("this says nothing of a column");
  stream.next();
}

/** A literal, a call or an expression in parentheses, as written. */
function readDefault(context: PartContext): string {
  const { stream } = context;
  const from = stream.position;
  if (stream.at("(")) stream.parenthesized(() => stream.skipTo());
  else {
    if (stream.atAny("-", "+")) stream.next();
    while (stream.token.kind === "introducer") stream.next();
    stream.next();
    while (stream.token.kind === "string") stream.next();
    if (stream.at("(")) stream.parenthesized(() => stream.skipTo());
  }
  return textSince(context, from);
}

/** A string of one or more pieces side by side. */
export function readString(stream: TokenStream): string {
  while (stream.token.kind === "introducer") stream.next();
  if (stream.token.kind !== "string") stream.fail("a string is expected here");
  let text = "";
  while (stream.token.kind === "string") text += stream.next().value;
  return text;
}
