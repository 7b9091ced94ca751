import type { RangeVar } from "libpg-query";
import { readExpression } from "../expressions.ts";
import { readTableAlias } from "../fromClauses.ts";
import type { PlainStatement, Statement } from "../statement.ts";
import { readTableName } from "../tableNames.ts";
import type { TokenStream } from "../tokenStream.ts";

type Rest = Omit<PlainStatement, "kind" | "name" | "effect" | "actions"> & {
  readonly actions?: PlainStatement["actions"];
};

export const plain = (name: string, effect: PlainStatement["effect"], rest: Rest = {}): PlainStatement => ({
  kind: "plain",
  name,
  effect,
  actions: [],
  ...rest,
});

const nowhere = { start: 0, end: 0 } as const;

export const action = (
  name: string,
  objectKind: string,
  what: string,
  flags: readonly string[] = [],
): PlainStatement["actions"][number] => ({ action: name, objectKind, name: what, flags, span: nowhere });

export const printedName = (relation: RangeVar): string =>
  [relation.schemaname, relation.relname].filter((part) => part !== undefined).join(".");

/** ANALYZE, CHECK, CHECKSUM, OPTIMIZE and REPAIR of tables. */
export function readMaintenance(stream: TokenStream): Statement {
  const word = stream.next().key;
  stream.acceptAny("NO_WRITE_TO_BINLOG", "LOCAL");
  if (word === "CHECK" && stream.at("VIEW")) stream.accept("VIEW");
  else if (word === "REPAIR" && stream.at("VIEW")) stream.accept("VIEW");
  else if (!stream.acceptAny("TABLE", "TABLES")) stream.fail("TABLE is expected here");
  const tables = stream.list(() => readTableName(stream));
  stream.skipTo(";");
  const name = word.toLowerCase();
  const relations = tables.map((relation) => ({ relation, access: "read" as const }));
  const actions = tables.map((relation) => action(name, "table", printedName(relation)));
  if (word === "CHECKSUM") {
    return plain(name, "admin", {
      relations,
      actions,
      hazard: "reveals_data_values",
      unknown: "A checksum tells of values.",
    });
  }
  return plain(name, "admin", { relations, actions, answers: ["Table", "Op", "Msg_type", "Msg_text"] });
}

/** LOCK TABLES, UNLOCK TABLES, and the backup lock of MySQL. */
export function readLock(stream: TokenStream): Statement {
  const word = stream.next().key;
  if (stream.accept("INSTANCE", "FOR", "BACKUP") || (word === "UNLOCK" && stream.accept("INSTANCE"))) {
    return plain("lock", "admin", { actions: [action("lock", "server", "the server")] });
  }
  if (!stream.acceptAny("TABLE", "TABLES")) stream.fail("TABLES is expected here");
  if (word === "UNLOCK") return plain("unlock", "session");
  const tables = stream.list(() => {
    const table = readTableName(stream);
    readTableAlias(stream);
    if (stream.accept("READ")) stream.accept("LOCAL");
    else {
      stream.acceptAny("LOW_PRIORITY");
      if (stream.accept("WRITE")) stream.accept("CONCURRENT");
      else stream.fail("READ or WRITE is expected here");
    }
    return table;
  });
  if (stream.accept("WAIT")) readExpression(stream, 14);
  else stream.accept("NOWAIT");
  return plain("lock", "session", {
    relations: tables.map((relation) => ({ relation, access: "read" })),
    actions: tables.map((relation) => action("lock", "table", printedName(relation))),
  });
}

export function readTruncate(stream: TokenStream): Statement {
  stream.next();
  stream.accept("TABLE");
  const table = readTableName(stream);
  if (stream.acceptAny("WAIT")) readExpression(stream, 14);
  else stream.accept("NOWAIT");
  return plain("truncate", "write", { truncates: [table] });
}

/** Statements that run the server, and others' sessions: what they do is told by their first words. */
export function readServerStatement(stream: TokenStream): Statement {
  const word = stream.next().key;
  const second = stream.token.key;
  const rest = (): void => stream.skipTo(";");
  switch (word) {
    case "KILL": {
      rest();
      return plain("kill", "admin", {
        hazard: "terminates_backend",
        actions: [action("kill", "session", "a session")],
      });
    }
    case "FLUSH": {
      rest();
      return plain("flush", "admin", { actions: [action("flush", "server", second.toLowerCase())] });
    }
    case "INSTALL":
    case "UNINSTALL": {
      rest();
      const kind = word === "INSTALL" ? "create" : "drop";
      return plain(word.toLowerCase(), "admin", {
        actions: [action(kind, "extension", second.toLowerCase())],
      });
    }
    case "SHUTDOWN":
    case "RESTART": {
      rest();
      return plain(word.toLowerCase(), "admin", {
        actions: [action("alter_system", "server", word.toLowerCase())],
      });
    }
    case "CLONE":
    case "BINLOG":
    case "BACKUP":
    case "IMPORT":
      rest();
      return plain(word.toLowerCase(), "admin", {
        unknown: `What ${word} does is not followed.`,
        hazard: "server_files",
      });
    case "CACHE":
      rest();
      return plain("cache_index", "admin");
    case "HELP":
      rest();
      return plain("help", "read", { unknown: "What HELP answers is not known." });
    case "XA":
      return readXa(stream, second);
    default: {
      // CHANGE MASTER, START and STOP SLAVE, RESET, PURGE.
      rest();
      return plain(`${word}_${second}`.toLowerCase(), "admin", {
        hazard: "replication",
        actions: [action("replication", "server", `${word} ${second}`.toLowerCase())],
      });
    }
  }
}

/** A transaction in two phases: once prepared, it outlives the session. A rule refuses every step of it. */
function readXa(stream: TokenStream, word: string): Statement {
  stream.skipTo(";");
  const names: Readonly<Record<string, string>> = {
    COMMIT: "commit_prepared",
    ROLLBACK: "rollback_prepared",
    PREPARE: "prepare_transaction",
  };
  return plain(names[word] ?? "prepare_transaction", "admin");
}

/** GET DIAGNOSTICS copies messages of errors, which quote values. */
export function readDiagnostics(stream: TokenStream): Statement {
  stream.next();
  stream.skipTo(";");
  return plain("get_diagnostics", "session", {
    hazard: "reveals_data_values",
    unknown: "Messages of errors quote values, and here they are kept.",
  });
}

/** SIGNAL outside of a routine raises an error of one's own. */
export function readSignalStatement(stream: TokenStream): Statement {
  const word = stream.next().key;
  stream.skipTo(";");
  return plain(word.toLowerCase(), "session", {
    unknown: "What a message of one's own says is not followed.",
  });
}
