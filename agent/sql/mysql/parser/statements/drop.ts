import { readAccount } from "../accounts.ts";
import { readExpression } from "../expressions.ts";
import type { Statement } from "../statement.ts";
import { readTableName } from "../tableNames.ts";
import type { TokenStream } from "../tokenStream.ts";
import { action, plain, printedName } from "./maintenance.ts";

/** DROP of anything. */
export function readDrop(stream: TokenStream): Statement {
  const { start } = stream.next();
  const temporary = stream.accept("TEMPORARY");
  const { key } = stream.next();
  switch (key) {
    case "TABLE":
    case "TABLES":
    case "VIEW":
    case "SEQUENCE": {
      const ifExists = stream.accept("IF", "EXISTS");
      const relations = stream.list(() => readTableName(stream));
      const cascade = stream.acceptAny("RESTRICT", "CASCADE") === "CASCADE";
      readWait(stream);
      const objectKind = key === "VIEW" ? "view" : key === "SEQUENCE" ? "sequence" : "table";
      // CASCADE says nothing here; the word is accepted and does not count.
      const flags = [
        ...(temporary ? ["temporary"] : []),
        ...(cascade && objectKind !== "table" ? ["cascade"] : []),
      ];
      return { kind: "drop", objectKind, relations, ifExists, flags, span: { start, end: stream.last.end } };
    }
    case "INDEX": {
      stream.accept("IF", "EXISTS");
      const name = stream.name();
      stream.expect("ON");
      const relation = readTableName(stream);
      stream.skipTo(";");
      const actions = [action("drop", "index", `${printedName(relation)}.${name}`)];
      return plain("drop_index", "ddl", { relations: [{ relation, access: "write" }], actions });
    }
    case "PREPARE":
      return { kind: "deallocate", name: stream.name().toLowerCase() };
    case "USER":
    case "ROLE":
      return readAccounts(stream);
    default:
      return readOther(stream, key);
  }
}

function readWait(stream: TokenStream): void {
  if (stream.accept("WAIT")) readExpression(stream, 14);
  else stream.accept("NOWAIT");
}

function readAccounts(stream: TokenStream): Statement {
  stream.accept("IF", "EXISTS");
  const actions = stream.list(() => action("drop", "role", readAccount(stream)));
  return plain("drop_role", "admin", { actions });
}

const kinds: Readonly<Record<string, readonly [objectKind: string, effect: "ddl" | "admin"]>> = {
  DATABASE: ["schema", "ddl"],
  SCHEMA: ["schema", "ddl"],
  PROCEDURE: ["function", "ddl"],
  FUNCTION: ["function", "ddl"],
  PACKAGE: ["function", "ddl"],
  TRIGGER: ["trigger", "ddl"],
  EVENT: ["trigger", "ddl"],
  SERVER: ["foreign_server", "admin"],
  TABLESPACE: ["tablespace", "admin"],
  UNDO: ["tablespace", "admin"],
  LOGFILE: ["tablespace", "admin"],
  RESOURCE: ["resource_group", "admin"],
};

function readOther(stream: TokenStream, key: string): Statement {
  const kind = kinds[key];
  if (!kind) return stream.fail("this is nothing that can be dropped");
  const [objectKind, effect] = kind;
  stream.accept("BODY");
  stream.accept("IF", "EXISTS");
  const name = stream.atName || stream.token.kind === "string" ? stream.next().value : "";
  const more = stream.accept(".") ? `.${stream.next().value}` : "";
  if (effect === "admin") stream.skipTo(";");
  return plain(`drop_${objectKind}`, effect, { actions: [action("drop", objectKind, `${name}${more}`)] });
}

/** RENAME TABLE and RENAME USER. */
export function readRename(stream: TokenStream): Statement {
  stream.next();
  if (stream.accept("USER")) {
    const actions = stream.list(() => {
      const name = readAccount(stream);
      stream.expect("TO");
      readAccount(stream);
      return action("alter", "role", name, ["rename"]);
    });
    return plain("alter_role", "admin", { actions });
  }
  if (!stream.acceptAny("TABLE", "TABLES")) stream.fail("TABLE is expected here");
  stream.accept("IF", "EXISTS");
  const pairs = stream.list(() => {
    const { start } = stream.token;
    const from = readTableName(stream);
    readWait(stream);
    stream.expect("TO");
    return { from, to: readTableName(stream), span: { start, end: stream.last.end } };
  });
  return { kind: "rename", pairs };
}
