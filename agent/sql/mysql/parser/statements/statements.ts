import { atQuery, readQueryExpression } from "../queries.ts";
import type { Statement } from "../statement.ts";
import type { TokenStream } from "../tokenStream.ts";
import { readWithClause } from "../withClauses.ts";
import { readInsert } from "./insert.ts";
import { readLoad } from "./load.ts";
import { readDelete, readUpdate } from "./modify.ts";
import { readCall, readDeallocate, readDo, readExecute, readHandler, readPrepare, readUse } from "./small.ts";

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
};

/** Any statement; one whose first word nobody has taught it is beyond it. */
export function readStatement(stream: TokenStream): Statement {
  if (stream.ended) stream.fail("there is no statement here");
  if (stream.at("WITH")) return readWithStatement(stream);
  if (atQuery(stream, 0) || stream.at("VALUES"))
    return { kind: "query", select: readQueryExpression(stream) };
  const read = readers[stream.token.key];
  if (read) return read(stream);
  return stream.fail("no statement begins like this");
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
