import type { Span } from "../../facts.ts";
import { useOutputs } from "../../postgres/statements/queries.ts";
import type { StatementResult } from "../../postgres/statements/statement.ts";
import { readDelete } from "../modifications/delete.ts";
import { readInsert } from "../modifications/insert.ts";
import { readLoad } from "../modifications/load.ts";
import { readUpdate } from "../modifications/update.ts";
import type { MysqlAnalysis } from "../mysqlAnalysis.ts";
import type { Statement } from "../parser/statement.ts";
import { readCallStatement, readDoStatement } from "./calling.ts";
import { readExplain } from "./explain.ts";
import { readHandler } from "./handlerStatement.ts";
import { readDeallocate, readExecute, readPrepare } from "./kept.ts";
import { readAlterTable, readCreateRoutine, readCreateTable, readCreateView, readDrop } from "./objects.ts";
import { readPlain } from "./plain.ts";
import { readQueryStatement } from "./query.ts";
import { readRename } from "./renaming.ts";
import { readSet, readUse } from "./session.ts";
import { readDescribe, readShow } from "./show.ts";

/** Reads any statement; everything it does is gathered in the analysis. */
export function readAny(analysis: MysqlAnalysis, statement: Statement, span: Span): StatementResult {
  switch (statement.kind) {
    case "query":
      return readQueryStatement(analysis, statement.select, span);
    case "insert":
    case "replace": {
      const columns = readInsert(analysis, statement, span);
      useOutputs(analysis, columns);
      return { kind: statement.kind, effect: "write", columns };
    }
    case "update":
      readUpdate(analysis, statement, span);
      return { kind: "update", effect: "write" };
    case "delete": {
      const columns = readDelete(analysis, statement, span);
      useOutputs(analysis, columns);
      return { kind: "delete", effect: "write", columns };
    }
    case "load":
      readLoad(analysis, statement, span);
      return { kind: "copy", effect: "write" };
    case "handler":
      return readHandler(analysis, statement, span);
    case "call":
      return readCallStatement(analysis, statement, span);
    case "do":
      return readDoStatement(analysis, statement);
    case "set":
      return readSet(analysis, statement, span, readAny);
    case "use":
      return readUse(analysis, statement, span);
    case "show":
      return readShow(analysis, statement, span);
    case "describe":
      return readDescribe(analysis, statement, span);
    case "explain":
      return readExplain(analysis, statement, span, readAny);
    case "prepare":
      return readPrepare(analysis, statement, span, readAny);
    case "execute":
      return readExecute(analysis, statement, span, readAny);
    case "deallocate":
      return readDeallocate();
    case "plain":
      return readPlain(analysis, statement, span);
    case "create_table":
      return readCreateTable(analysis, statement);
    case "create_view":
      return readCreateView(analysis, statement);
    case "alter_table":
      return readAlterTable(analysis, statement);
    case "rename":
      return readRename(analysis, statement);
    case "drop":
      return readDrop(analysis, statement);
    case "create_routine":
      return readCreateRoutine(analysis, statement);
    case "compound":
      analysis.unknown("A block of statements is not followed outside of a routine.", span);
      return { kind: "do", effect: "unknown" };
  }
}

export type ReadAny = typeof readAny;
