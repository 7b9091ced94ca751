import { atQuery, readQueryExpression } from "../queries.ts";
import type { Statement } from "../statement.ts";
import type { TokenStream } from "../tokenStream.ts";
import { readWithClause } from "../withClauses.ts";
import { readAlter } from "./alter.ts";
import { readRoutineBody } from "./compound.ts";
import { readCreate } from "./create.ts";
import { readDrop, readRename } from "./drop.ts";
import { readAnalyze, readExplain } from "./explain.ts";
import { readInsert } from "./insert.ts";
import { readLoad } from "./load.ts";
import {
  readDiagnostics,
  readLock,
  readMaintenance,
  readServerStatement,
  readSignalStatement,
  readTruncate,
} from "./maintenance.ts";
import { readDelete, readUpdate } from "./modify.ts";
import { readGrant } from "./privileges.ts";
import { readSet } from "./set.ts";
import { readShow } from "./show.ts";
import { readCall, readDeallocate, readDo, readExecute, readHandler, readPrepare, readUse } from "./small.ts";
import { readTransaction } from "./transactions.ts";

const readers: Readonly<Record<string, (stream: TokenStream) => Statement>> = {
  INSERT: readInsert,
  REPLACE: readInsert,
  UPDATE: (stream) => readUpdate(stream, undefined),
  DELETE: (stream) => readDelete(stream, undefined),
  LOAD: readLoad,
  CALL: readCall,
  DO: readDo,
  USE: readUse,
  HANDLER: readHandler,
  PREPARE: readPrepare,
  EXECUTE: readExecute,
  DEALLOCATE: readDeallocate,
  SET: readSet,
  SHOW: readShow,
  EXPLAIN: readExplain,
  DESCRIBE: readExplain,
  DESC: readExplain,
  ANALYZE: readAnalyze,
  CHECK: readMaintenance,
  CHECKSUM: readMaintenance,
  OPTIMIZE: readMaintenance,
  REPAIR: readMaintenance,
  LOCK: readLock,
  UNLOCK: readLock,
  TRUNCATE: readTruncate,
  GRANT: readGrant,
  REVOKE: readGrant,
  CREATE: readCreate,
  ALTER: readAlter,
  DROP: readDrop,
  RENAME: readRename,
  GET: readDiagnostics,
  SIGNAL: readSignalStatement,
  RESIGNAL: readSignalStatement,
};

/** First words of statements that run the server. */
const ofServer: ReadonlySet<string> = new Set(
  `KILL FLUSH INSTALL UNINSTALL SHUTDOWN RESTART CLONE BINLOG BACKUP IMPORT CACHE HELP XA CHANGE START STOP RESET
   PURGE`.split(/\s+/),
);

/** Any statement; one whose first word nobody has taught it is beyond it. */
export function readStatement(stream: TokenStream): Statement {
  if (stream.ended) stream.fail("there is no statement here");
  if (stream.at("WITH")) return readWithStatement(stream);
  if (atQuery(stream, 0) || stream.at("VALUES"))
    return { kind: "query", select: readQueryExpression(stream) };
  const read = readers[stream.token.key];
  if (read) return read(stream);
  const transaction = readTransaction(stream);
  if (transaction) return transaction;
  if (!stream.mysql && stream.at("BEGIN", "NOT", "ATOMIC")) return readRoutineBody(stream);
  if (ofServer.has(stream.token.key) && serverWord(stream)) return readServerStatement(stream);
  return stream.fail("no statement begins like this");
}

/** START, STOP and their kin stand before what they start. */
function serverWord(stream: TokenStream): boolean {
  const { key } = stream.token;
  if (!["START", "STOP", "CHANGE", "RESET", "PURGE"].includes(key)) return true;
  return /^(?:ALL|SLAVE|REPLICA|GROUP_REPLICATION|MASTER|REPLICATION|BINARY|PERSIST|QUERY)/.test(
    stream.ahead().key,
  );
}

/** WITH before a query, or in MySQL before UPDATE and DELETE. */
function readWithStatement(stream: TokenStream): Statement {
  const from = stream.position;
  if (stream.mysql) {
    const withClause = readWithClause(stream);
    if (stream.at("UPDATE")) return readUpdate(stream, withClause);
    if (stream.at("DELETE")) return readDelete(stream, withClause);
    stream.position = from;
    stream.parameters = 0;
  }
  return { kind: "query", select: readQueryExpression(stream) };
}
