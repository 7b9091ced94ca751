import { foldColumn, foldTable } from "../../settings.ts";
import { readExpression } from "../expressions.ts";
import type { TableChange } from "../objectStatement.ts";
import { readTableName } from "../tableNames.ts";
import type { TokenStream } from "../tokenStream.ts";
import { readKeyColumns } from "./create.ts";
import { readOptions } from "./createTable.ts";

type Part = Omit<TableChange, "span">;

/** One change of ALTER TABLE; a change of several kinds comes back as several. */
export function readTableChange(stream: TokenStream): readonly TableChange[] {
  const { start } = stream.token;
  const parts = readParts(stream);
  const span = { start, end: stream.last.end };
  return parts.map((part) => ({ ...part, span }));
}

const only = (flag: string, rest: Omit<Part, "flag"> = {}): readonly Part[] => [{ flag, ...rest }];

function readParts(stream: TokenStream): readonly Part[] {
  const word = stream.next().key;
  switch (word) {
    case "ADD":
      return readAdd(stream);
    case "DROP":
      return readDrop(stream);
    case "MODIFY":
    case "CHANGE":
      return readModify(stream, word === "CHANGE");
    case "ALTER":
      stream.acceptAny("COLUMN", "INDEX", "CHECK", "CONSTRAINT");
      stream.accept("IF", "EXISTS");
      stream.name();
      stream.skipTo(",", ";");
      return only("column_default");
    case "RENAME":
      return readRename(stream);
    case "CONVERT":
      stream.skipTo(",", ";");
      return only("set_type");
    case "TRUNCATE":
      stream.skipTo(",", ";");
      return only("drop_partition");
    case "EXCHANGE":
    case "DISCARD":
    case "IMPORT":
      return stream.beyond("what this exchanges with other tables or files is not followed");
    case "DISABLE":
      stream.skipTo(",", ";");
      return only("disable_keys");
    default:
      return readOption(stream);
  }
}

/** Options of the table, up to the next comma at their level. */
function readOption(stream: TokenStream): readonly Part[] {
  stream.position--;
  const from = stream.position;
  if (stream.at("PARTITION", "BY")) {
    readOptions(stream);
    // Rows that no partition takes make it fail.
    const columns = stream.tokens.slice(from, stream.position).map(({ value }) => foldColumn(value));
    return [{ flag: "set_options", columns, role: "function_argument" }];
  }
  stream.skipTo(",", ";");
  const words = stream.tokens.slice(from, stream.position).map((token) => token.key);
  const leads = words.some((one) => one === "CONNECTION" || one === "DIRECTORY" || one === "UNION");
  const engine = words.includes("ENGINE");
  if (stream.position === from) stream.fail("a change is expected here");
  const copies = words[0] === "FORCE" || words.includes("COPY") || words.includes("EXCLUSIVE");
  return [
    ...only("set_options"),
    ...(leads || engine ? only("foreign") : []),
    ...(copies ? only("rewrites") : []),
  ];
}

function readAdd(stream: TokenStream): readonly Part[] {
  if (stream.accept("PARTITION") || stream.accept("PERIOD") || stream.accept("SYSTEM")) {
    stream.skipTo(",", ";");
    return only("set_options");
  }
  const named = stream.accept("CONSTRAINT");
  if (named) {
    stream.accept("IF", "NOT", "EXISTS");
    if (!stream.atAny("PRIMARY", "UNIQUE", "FOREIGN", "CHECK")) stream.name();
  }
  switch (stream.token.key) {
    case "PRIMARY":
    case "UNIQUE": {
      stream.next();
      stream.acceptAny("KEY", "INDEX");
      return readKey(stream, "add_constraint", "distinct");
    }
    case "FOREIGN": {
      stream.expect("FOREIGN", "KEY");
      return readKey(stream, "add_constraint", "join_other");
    }
    case "CHECK": {
      stream.next();
      const expression = stream.parenthesized(() => readExpression(stream));
      stream.skipTo(",", ";");
      return only("add_constraint", { expression });
    }
    case "INDEX":
    case "KEY":
    case "FULLTEXT":
    case "SPATIAL":
      stream.skipTo(",", ";");
      return only("add_index");
    default:
  }
  stream.accept("COLUMN");
  stream.accept("IF", "NOT", "EXISTS");
  const adds = stream.at("(") ? readAddedColumns(stream) : [foldColumn(stream.name())];
  const from = stream.position;
  stream.skipTo(",", ";");
  const words = new Set(stream.tokens.slice(from, stream.position).map(({ key }) => key));
  const valued = ["DEFAULT", "AUTO_INCREMENT", "AS", "SERIAL"].some((word) => words.has(word));
  const blank = words.has("NOT") && words.has("NULL") && !valued;
  return [...only("add_column", { adds }), ...(blank ? only("not_null_without_default") : [])];
}

const readAddedColumns = (stream: TokenStream): string[] =>
  stream.parenthesized(() =>
    stream.list(() => {
      const name = stream.token.value;
      stream.skipTo(",", ";");
      return foldColumn(name);
    }),
  );

function readKey(stream: TokenStream, flag: string, role: "distinct" | "join_other"): readonly Part[] {
  stream.accept("IF", "NOT", "EXISTS");
  if (!stream.at("(")) {
    if (!stream.at("USING")) stream.name();
    if (stream.acceptAny("USING", "TYPE")) stream.next();
  }
  const columns = readKeyColumns(stream);
  stream.skipTo(",", ";");
  return only(flag, { columns, role });
}

function readDrop(stream: TokenStream): readonly Part[] {
  const flag = dropFlag(stream);
  stream.accept("IF", "EXISTS");
  stream.skipTo(",", ";");
  return only(flag);
}

function dropFlag(stream: TokenStream): string {
  const word = stream.acceptAny(
    "INDEX",
    "KEY",
    "PRIMARY",
    "FOREIGN",
    "CONSTRAINT",
    "CHECK",
    "PARTITION",
    "SYSTEM",
    "PERIOD",
    "COLUMN",
  );
  switch (word) {
    case "INDEX":
    case "KEY":
      return "drop_index";
    case "PRIMARY":
    case "FOREIGN":
    case "CONSTRAINT":
    case "CHECK":
      return "drop_constraint";
    case "PERIOD":
      return "set_options";
    case "PARTITION":
      return "drop_partition";
    // A column and the history of rows are data.
    default:
      if (word === undefined && !stream.atName) stream.fail("a column is expected here");
      return "drop_column";
  }
}

function readModify(stream: TokenStream, renames: boolean): readonly Part[] {
  stream.accept("COLUMN");
  stream.accept("IF", "EXISTS");
  const column = foldColumn(stream.name());
  const to = renames ? stream.name() : undefined;
  const from = stream.position;
  stream.skipTo(",", ";");
  const counts = stream.tokens.slice(from, stream.position).some(({ key }) => key === "AUTO_INCREMENT");
  const changed = only("set_type", { columns: [column], role: "function_argument", counts });
  if (to === undefined || foldColumn(to) === column) return changed;
  return [...changed, ...only("rename_column", { renames: { column, to } })];
}

function readRename(stream: TokenStream): readonly Part[] {
  if (stream.accept("COLUMN")) {
    stream.accept("IF", "EXISTS");
    const column = foldColumn(stream.name());
    stream.expect("TO");
    return only("rename_column", { renames: { column, to: stream.name() } });
  }
  if (stream.acceptAny("INDEX", "KEY")) {
    stream.accept("IF", "EXISTS");
    stream.name();
    stream.expect("TO");
    stream.name();
    return only("rename_index");
  }
  stream.acceptAny("TO", "AS", "=");
  const { relname = "", schemaname } = readTableName(stream);
  const schema = schemaname === undefined ? {} : { schema: foldTable(stream.settings, schemaname) };
  return only("rename", { renames: { to: relname, ...schema } });
}
