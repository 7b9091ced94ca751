import { readExpression } from "../expressions.ts";
import type { TableChange } from "../objectStatement.ts";
import type { Statement } from "../statement.ts";
import { readTableName } from "../tableNames.ts";
import type { TokenStream } from "../tokenStream.ts";
import { carriedIntoSchedule, readAttributes, readNamed, readView } from "./create.ts";
import { action, plain, printedName } from "./maintenance.ts";
import { readAccountStatement } from "./privileges.ts";
import { readTableChange } from "./tableChanges.ts";

/** ALTER of anything. */
export function readAlter(stream: TokenStream): Statement {
  const { start } = stream.next();
  const flags = readAttributes(stream);
  while (stream.acceptAny("ONLINE", "OFFLINE", "IGNORE"));
  const { key } = stream.token;
  switch (key) {
    case "TABLE":
      return readAlterTable(stream);
    case "VIEW":
      return readView(stream, start, [...flags, "replace"]);
    case "DATABASE":
    case "SCHEMA":
      return readNamed(stream, "alter", "schema", "ddl");
    case "USER":
    case "ROLE":
      return readAccountStatement(stream, "ALTER");
    case "PROCEDURE":
    case "FUNCTION":
      return readNamed(stream, "alter", "function", "ddl");
    case "EVENT": {
      const { name, unknown } = readEvent(stream);
      const actions = [action("create", "trigger", name, ["replace"])];
      return plain("alter_event", "ddl", unknown === undefined ? { actions } : { actions, unknown });
    }
    case "SEQUENCE":
      return readNamed(stream, "alter", "sequence", "ddl");
    case "SERVER":
      return readNamed(stream, "alter", "foreign_server", "admin");
    case "TABLESPACE":
    case "UNDO":
    case "LOGFILE":
      stream.skipTo(";");
      return plain("alter_tablespace", "admin", { actions: [action("alter", "tablespace", "")] });
    case "INSTANCE":
      stream.skipTo(";");
      return plain("alter_instance", "admin", { actions: [action("alter_system", "server", "the server")] });
    default:
      return stream.fail("this is nothing that can be altered");
  }
}

function readEvent(stream: TokenStream): { readonly name: string; readonly unknown: string | undefined } {
  stream.next();
  stream.accept("IF", "EXISTS");
  const name = printedName(readTableName(stream));
  const from = stream.position;
  stream.skipTo("DO", ";");
  const carried = carriedIntoSchedule(stream, from);
  if (!stream.accept("DO")) return { name, unknown: carried };
  stream.skipTo();
  return { name, unknown: "What the new body of an event will store is not followed." };
}

function readAlterTable(stream: TokenStream): Statement {
  stream.next();
  const ifExists = stream.accept("IF", "EXISTS");
  const relation = readTableName(stream);
  if (stream.accept("WAIT")) readExpression(stream, 14);
  else stream.accept("NOWAIT");
  const changes: TableChange[] = [];
  while (!stream.ended && !stream.at(";")) {
    changes.push(...readTableChange(stream));
    if (!stream.accept(",")) continue;
    if (stream.ended) stream.fail("a change is expected here");
  }
  return { kind: "alter_table", relation, ifExists, changes };
}
